//! `GetObject`, `HeadObject` and `GetObjectAttributes`.

use super::range::{Slice, slice};
use crate::call::{AuthKind, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3::access::bucket_arn;
use crate::services::s3::dates::http_date;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Attributes, Object, ReadOutcome, Version};
use crate::services::s3::{SERVICE, reply, xml};
use http::{HeaderMap, Method};
use std::sync::Arc;

/// Query parameters that replace a header of the answer.
const OVERRIDES: [&str; 6] = [
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
];

/// A version, out of the store's hands.
pub(super) struct Read {
    pub(super) version: Version,
    pub(super) object: Arc<Object>,
    pub(super) version_id: Option<Arc<str>>,
}

/// Finds the version that a request names.
pub(super) fn find(cloud: &Cloud, input: &Input<'_>, method: &'static str) -> Result<Read, AwsError> {
    input.check_owner()?;
    find_in(cloud, input.bucket(), input.key(), input.version_id(), method)
        .map_err(|fault| hide_absence(cloud, input, fault))
}

/// Finds a version of any bucket.
pub(super) fn find_in(
    cloud: &Cloud,
    bucket: &str,
    key: &str,
    version_id: Option<&str>,
    method: &'static str,
) -> fault::Outcome<Read> {
    let store = cloud.s3.store();
    let found = store.bucket(bucket)?.find(key, version_id, method)?;
    Ok(Read {
        version: found.version.clone(),
        object: Arc::clone(found.object),
        version_id: found.version_id.cloned(),
    })
}

/// Only who may list the bucket learns that a key is absent; others are denied.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
fn hide_absence(cloud: &Cloud, input: &Input<'_>, fault: Fault) -> AwsError {
    if fault.code != "NoSuchKey" {
        return fault.into();
    }
    let listing = crate::call::Access::new("s3:ListBucket", bucket_arn(input.bucket()));
    match input.call.authorise(cloud, &listing) {
        Ok(()) => fault.into(),
        Err(denied) => SERVICE.protocol.denied(&denied),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html> (a HEAD is answered without the body)
pub(super) fn get_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let is_head = input.call.head.method == Method::HEAD;
    check_overrides(input)?;
    let read = find(cloud, input, if is_head { "HEAD" } else { "GET" })?;
    match input
        .read_conditions()
        .evaluate(&read.object.etag, read.version.modified)
    {
        ReadOutcome::Failed(condition) => return Err(Fault::precondition_failed(condition).into()),
        ReadOutcome::NotModified(_) => return Ok(not_modified(&read)),
        ReadOutcome::Proceed => {}
    }
    let part = slice(&read.object, input.header("range"), input.query("partNumber"))?;
    Ok(answer(input, &read, part))
}

fn check_overrides(input: &Input<'_>) -> Result<(), Fault> {
    let overrides = OVERRIDES.iter().any(|name| input.query(name).is_some());
    if overrides && input.call.caller.kind == AuthKind::Anonymous {
        let message = "Request specific response headers cannot be used for anonymous GET requests.";
        return Err(Fault::invalid_request(message));
    }
    Ok(())
}

fn not_modified(read: &Read) -> Reply {
    let mut answer = reply::empty(304);
    identify(&mut answer.headers, read);
    answer
}

/// The headers by which a version is recognised.
fn identify(headers: &mut HeaderMap, read: &Read) {
    reply::set(headers, "etag", &reply::quoted(&read.object.etag));
    reply::set(headers, "last-modified", &http_date(read.version.modified));
    reply::set_some(headers, "x-amz-version-id", read.version_id.as_ref());
}

fn answer(input: &Input<'_>, read: &Read, part: Option<Slice>) -> Reply {
    let object = &read.object;
    let mut answer = match part {
        None => Reply::new(object.body.clone()),
        Some(part) => {
            let mut answer = Reply::new(object.body.slice(part.bytes()));
            answer.status = 206;
            reply::set(&mut answer.headers, "content-range", &part.content_range());
            answer
        }
    };
    let headers = &mut answer.headers;
    identify(headers, read);
    describe(headers, &object.attributes);
    reply::set(headers, "accept-ranges", "bytes");
    reply::set_encryption(headers);
    if part.is_none()
        && input
            .header("x-amz-checksum-mode")
            .is_some_and(|mode| mode.eq_ignore_ascii_case("enabled"))
    {
        reply::set_checksum(headers, &object.checksum);
    }
    if !read.version.tags.is_empty() {
        reply::set(
            headers,
            "x-amz-tagging-count",
            &read.version.tags.len().to_string(),
        );
    }
    if input.query("partNumber").is_some() && !object.part_sizes.is_empty() {
        reply::set(
            headers,
            "x-amz-mp-parts-count",
            &object.part_sizes.len().to_string(),
        );
    }
    for name in OVERRIDES {
        reply::set_some(headers, name.trim_start_matches("response-"), input.query(name));
    }
    answer
}

fn describe(headers: &mut HeaderMap, attributes: &Attributes) {
    let content_type = attributes
        .content_type
        .as_deref()
        .unwrap_or("binary/octet-stream");
    reply::set(headers, "content-type", content_type);
    for (name, value) in [
        ("cache-control", &attributes.cache_control),
        ("content-disposition", &attributes.content_disposition),
        ("content-encoding", &attributes.content_encoding),
        ("content-language", &attributes.content_language),
        ("expires", &attributes.expires),
        ("x-amz-storage-class", &attributes.storage_class),
        (
            "x-amz-website-redirect-location",
            &attributes.website_redirect_location,
        ),
    ] {
        let standard = name == "x-amz-storage-class" && value.as_deref() == Some("STANDARD");
        reply::set_some(headers, name, value.as_ref().filter(|_| !standard));
    }
    for (name, value) in &attributes.metadata {
        reply::set(headers, &format!("x-amz-meta-{name}"), value);
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
pub(super) fn get_attributes(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked = input.header("x-amz-object-attributes").unwrap_or_default();
    if asked.is_empty() {
        let message = "The x-amz-object-attributes header specifying the attributes to be retrieved is either \
                       missing or empty";
        return Err(Fault::invalid_request(message).into());
    }
    let asked: Vec<&str> = asked.split(',').map(str::trim).collect();
    let read = find(cloud, input, "GET")?;
    let mut answer = reply::written(attributes_document(&asked, &read.object)?);
    reply::set(
        &mut answer.headers,
        "last-modified",
        &http_date(read.version.modified),
    );
    reply::set_some(&mut answer.headers, "x-amz-version-id", read.version_id.as_ref());
    Ok(answer)
}

/// Written by hand: here, alone, an entity tag has no quotes.
fn attributes_document(asked: &[&str], object: &Object) -> fault::Outcome<Vec<u8>> {
    let wants = |name: &str| asked.contains(&name);
    xml::write_with(|writer| {
        writer.element_with_ns("GetObjectAttributesResponse", xml::NAMESPACE, |writer| {
            if wants("ETag") {
                writer.content("ETag", object.etag.as_str())?;
            }
            if wants("Checksum") {
                writer.element("Checksum", |writer| {
                    let checksum = &object.checksum;
                    writer.content(
                        &format!("Checksum{}", checksum.algorithm.name()),
                        checksum.value.as_str(),
                    )?;
                    writer.content("ChecksumType", checksum.kind.name())
                })?;
            }
            if wants("ObjectParts") && !object.part_sizes.is_empty() {
                let count = object.part_sizes.len().to_string();
                writer.element("ObjectParts", |writer| {
                    writer.content("PartsCount", count.as_str())
                })?;
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
