//! The listings of uploads in progress and of their parts.

use super::listing::{Names, as_i32, window};
use super::multipart::{set_abort, upload_id};
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{Input, served};
use crate::services::s3::store::{Algorithm, Page, Part, Upload, UploadEntry, UploadMarker};
use crate::services::s3::{open, owner, reply};
use s3s::dto;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
pub(super) fn list_parts(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let max = served(input.count("max-parts")?, "max-parts")?;
    let after = marker(input)?;
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let upload = bucket.upload(input.key(), upload_id(input))?;
    let declared = upload.options.checksum;
    let behind = upload.parts.range(after + 1..);
    let mut parts: Vec<dto::Part> = behind
        .take(max + 1)
        .map(|(number, part)| part_line(*number, part, declared.is_some()))
        .collect();
    let truncated = parts.len() > max;
    parts.truncate(max);
    let next = parts.last().and_then(|part| part.part_number);
    let output = dto::ListPartsOutput {
        bucket: Some(input.bucket().to_owned()),
        key: Some(input.key().to_owned()),
        upload_id: Some(upload.id.to_string()),
        initiator: Some(initiator(upload)),
        owner: Some(owner(owner_of(upload, &bucket.settings().owner))),
        is_truncated: Some(truncated),
        max_parts: Some(as_i32(max)),
        part_number_marker: i32::try_from(after).ok(),
        next_part_number_marker: Some(next.unwrap_or(0)),
        parts: Some(parts),
        storage_class: Some(upload.options.attributes.class().to_owned().into()),
        checksum_algorithm: declared.map(|(algorithm, _)| named(algorithm)),
        checksum_type: declared.map(|(_, kind)| reply::checksum_type(kind)),
        ..dto::ListPartsOutput::default()
    };
    let mut answer = reply::document(&output)?;
    set_abort(&mut answer.headers, bucket, upload);
    Ok(answer)
}

fn marker(input: &Input<'_>) -> fault::Outcome<u32> {
    let name = "part-number-marker";
    let text = input.query(name).unwrap_or_default();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse::<i32>()
        .ok()
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| {
            let message = format!("Argument {name} must be an integer between 0 and 2147483647");
            Fault::invalid_argument(message, name, text)
        })
}

fn owner_of<'a>(upload: &'a Upload, bucket_owner: &'a str) -> &'a str {
    let acl = upload.options.properties.acl.as_ref();
    acl.map_or(bucket_owner, |acl| &acl.owner)
}

fn initiator(upload: &Upload) -> dto::Initiator {
    let (id, name) = upload.options.initiator.clone();
    dto::Initiator {
        display_name: name,
        id: Some(id),
    }
}

fn named(algorithm: Algorithm) -> dto::ChecksumAlgorithm {
    dto::ChecksumAlgorithm::from_static(algorithm.name())
}

/// A checksum is shown where the upload declared that there would be one.
fn part_line(number: u32, part: &Part, declared: bool) -> dto::Part {
    let mut line = dto::Part {
        part_number: i32::try_from(number).ok(),
        e_tag: Some(dto::ETag::Strong(part.etag.clone())),
        last_modified: Some(part.modified.into()),
        size: i64::try_from(part.size()).ok(),
        ..dto::Part::default()
    };
    if declared {
        reply::fill_checksum!(line, &part.checksum);
    }
    line
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>
pub(super) fn list_uploads(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let max = served(input.count("max-uploads")?, "max-uploads")?;
    let store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let names = Names::of(input)?;
    let marker = UploadMarker {
        key: input.query("key-marker").unwrap_or_default(),
        upload_id: input.query("upload-id-marker"),
    };
    let window = window(input, max);
    let page = bucket.list_uploads(&window, marker)?;
    let (next_key, next_id) = next_markers(&page, &names);
    let (mut uploads, mut prefixes) = (Vec::new(), Vec::new());
    for entry in &page.entries {
        match entry {
            UploadEntry::CommonPrefix(prefix) => prefixes.push(names.common_prefix(prefix)),
            UploadEntry::Upload(upload) => {
                uploads.push(upload_line(upload, &names, &bucket.settings().owner));
            }
        }
    }
    let output = dto::ListMultipartUploadsOutput {
        bucket: Some(input.bucket().to_owned()),
        common_prefixes: Some(prefixes),
        delimiter: names.echo(input, "delimiter"),
        encoding_type: names.encoding_type(),
        is_truncated: Some(page.truncated),
        key_marker: Some(names.show(marker.key)),
        max_uploads: Some(as_i32(max)),
        next_key_marker: Some(next_key),
        next_upload_id_marker: Some(next_id),
        prefix: names.echo(input, "prefix"),
        request_charged: None,
        upload_id_marker: Some(marker.upload_id.unwrap_or_default().to_owned()),
        uploads: Some(uploads),
    };
    Ok(reply::document(&output)?)
}

/// Where the page ends, whether another one follows or not.
fn next_markers(page: &Page<UploadEntry<'_>>, names: &Names) -> (String, String) {
    match page.entries.last() {
        None => (String::new(), String::new()),
        Some(UploadEntry::CommonPrefix(prefix)) => (names.show(prefix), String::new()),
        Some(UploadEntry::Upload(upload)) => (names.show(&upload.key), upload.id.to_string()),
    }
}

fn upload_line(upload: &Upload, names: &Names, bucket_owner: &str) -> dto::MultipartUpload {
    let declared = upload.options.checksum;
    dto::MultipartUpload {
        initiated: Some(upload.initiated.into()),
        initiator: Some(initiator(upload)),
        key: Some(names.show(&upload.key)),
        owner: Some(owner(owner_of(upload, bucket_owner))),
        storage_class: Some(upload.options.attributes.class().to_owned().into()),
        upload_id: Some(upload.id.to_string()),
        checksum_algorithm: declared.map(|(algorithm, _)| named(algorithm)),
        checksum_type: declared.map(|(_, kind)| reply::checksum_type(kind)),
    }
}
