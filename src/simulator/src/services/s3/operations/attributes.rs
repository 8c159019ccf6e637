//! `GetObjectAttributes`.

use super::read::find;
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::dates::http_date;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{Input, served};
use crate::services::s3::store::{ChecksumType, Object};
use crate::services::s3::{reply, xml};
use s3s::xml::{SerResult, Serializer};

type Writer<'a> = Serializer<&'a mut Vec<u8>>;

const HEADER: &str = "x-amz-object-attributes";
/// What can be asked for.
const NAMES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

/// Which parts are wanted.
struct Window {
    max: usize,
    shown_max: i32,
    after: usize,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
pub(super) fn get_attributes(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked = asked(input)?;
    let window = window(input)?;
    let read = find(cloud, input, "GET")?;
    let mut answer = reply::written(document(&asked, &read.object, &window)?);
    let headers = &mut answer.headers;
    reply::set(headers, "last-modified", &http_date(read.version.modified));
    reply::set_some(headers, "x-amz-version-id", read.version_id.as_ref());
    Ok(answer)
}

/// The attributes may come in one header or in several.
fn asked<'a>(input: &'a Input<'_>) -> fault::Outcome<Vec<&'a str>> {
    let headers = input.call.head.headers.get_all(HEADER).iter();
    let lists = headers.filter_map(|value| value.to_str().ok());
    let names: Vec<&str> = lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        let message = "The x-amz-object-attributes header specifying the attributes to be retrieved is either \
                       missing or empty";
        return Err(Fault::invalid_request(message));
    }
    if names.iter().any(|name| !NAMES.contains(name)) {
        let message = "Invalid attribute name specified.";
        let value = names.join(",");
        return Err(Fault::invalid_argument(message, HEADER, value));
    }
    Ok(names)
}

fn window(input: &Input<'_>) -> fault::Outcome<Window> {
    let number = |name: &'static str, default: i32| {
        let text = input.header(name).unwrap_or_default();
        if text.is_empty() {
            return Ok(default);
        }
        text.parse::<i32>().map_err(|_| {
            let message = format!("Provided {name} not an integer or within integer range");
            Fault::invalid_argument(message, name, text)
        })
    };
    let shown_max = number("x-amz-max-parts", 1000)?;
    let after = number("x-amz-part-number-marker", 0)?;
    Ok(Window {
        max: served(shown_max, "max-parts")?,
        shown_max: shown_max.min(1000),
        after: usize::try_from(after).unwrap_or_default(),
    })
}

/// Written by hand: here, alone, an entity tag has no quotes.
fn document(asked: &[&str], object: &Object, window: &Window) -> fault::Outcome<Vec<u8>> {
    let wants = |name: &str| asked.contains(&name);
    xml::write_with(|writer| {
        writer.element_with_ns("GetObjectAttributesResponse", xml::NAMESPACE, |writer| {
            if wants("ETag") {
                writer.content("ETag", object.etag.as_str())?;
            }
            if wants("Checksum") {
                writer.element("Checksum", |writer| checksum(writer, object))?;
            }
            if wants("ObjectParts") && !object.parts.is_empty() {
                writer.element("ObjectParts", |writer| parts(writer, object, window))?;
            }
            if wants("StorageClass") {
                writer.content("StorageClass", object.attributes.class())?;
            }
            if wants("ObjectSize") {
                writer.content("ObjectSize", object.size().to_string().as_str())?;
            }
            Ok(())
        })
    })
}

/// A composite checksum is shown without its number of parts.
fn checksum(writer: &mut Writer<'_>, object: &Object) -> SerResult {
    let checksum = &object.checksum;
    let digest = checksum.value.split('-').next().unwrap_or_default();
    writer.content(&format!("Checksum{}", checksum.algorithm.name()), digest)?;
    writer.content("ChecksumType", checksum.kind.name())
}

/// Only parts that have checksums of their own are listed one by one.
fn parts(writer: &mut Writer<'_>, object: &Object, window: &Window) -> SerResult {
    writer.content("PartsCount", object.parts.len().to_string().as_str())?;
    if object.checksum.kind != ChecksumType::Composite {
        return Ok(());
    }
    let numbered = object.parts.iter().enumerate().skip(window.after);
    let shown: Vec<_> = numbered.take(window.max).collect();
    let last = shown.last().map_or(0, |(rank, _)| rank + 1);
    let truncated = !shown.is_empty() && last < object.parts.len();
    writer.content("PartNumberMarker", window.after.to_string().as_str())?;
    writer.content("NextPartNumberMarker", last.to_string().as_str())?;
    writer.content("MaxParts", &window.shown_max)?;
    writer.content("IsTruncated", &truncated)?;
    let name = format!("Checksum{}", object.checksum.algorithm.name());
    shown.into_iter().try_for_each(|(rank, part)| {
        writer.element("Part", |writer| {
            writer.content("PartNumber", (rank + 1).to_string().as_str())?;
            writer.content("Size", part.size.to_string().as_str())?;
            match &part.checksum {
                Some(value) => writer.content(&name, value.as_str()),
                None => Ok(()),
            }
        })
    })
}
