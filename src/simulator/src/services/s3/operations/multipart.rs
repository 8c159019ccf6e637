//! Multipart uploads, from their beginning to their end.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use super::copy::Source;
use super::range::of_copy;
use super::read::check_archived;
use super::write::{check_length, properties};
use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::dates::http_date;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{
    Algorithm, Bucket, Checksum, ChecksumType, Claim, CompletedPart, Completion, Encryption, Part, Upload,
    UploadOptions, canonical_id,
};
use crate::services::s3::{open, reply, xml};
use bytes::Bytes;
use http::HeaderMap;
use s3s::dto;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
pub(super) fn create_upload(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_write_headers()?;
    let (checksum, tags) = (wanted_checksum(input)?, input.tags()?);
    let mut store = open(cloud);
    let bucket = input.bucket_in(&store)?;
    let mut options = UploadOptions {
        attributes: input.attributes(),
        properties: properties(input, &store, bucket, tags)?,
        checksum,
        initiator: initiator(input),
    };
    options.attributes.encryption = input.encryption(bucket)?;
    let encryption = options.attributes.encryption.clone();
    let bucket = input.bucket_in_mut(&mut store)?;
    let upload = bucket
        .create_upload(input.key(), options, input.call.time)?
        .clone();
    let output = dto::CreateMultipartUploadOutput {
        bucket: Some(input.bucket().to_owned()),
        key: Some(input.key().to_owned()),
        upload_id: Some(upload.id.to_string()),
        ..dto::CreateMultipartUploadOutput::default()
    };
    let mut answer = reply::document(&output)?;
    if let Some((algorithm, kind)) = checksum {
        reply::set(&mut answer.headers, "x-amz-checksum-algorithm", algorithm.name());
        reply::set(&mut answer.headers, "x-amz-checksum-type", kind.name());
    }
    reply::set_encryption(&mut answer.headers, &encryption);
    set_abort(&mut answer.headers, bucket, &upload);
    Ok(answer)
}

/// When a lifecycle rule will give the upload up.
pub(super) fn set_abort(headers: &mut HeaderMap, bucket: &Bucket, upload: &Upload) {
    let lifecycle = bucket.settings().lifecycle.as_ref();
    let abort = lifecycle.and_then(|lifecycle| lifecycle.abort(&upload.key, upload.initiated));
    if let Some((at, rule)) = abort {
        reply::set(headers, "x-amz-abort-date", &http_date(at));
        reply::set(headers, "x-amz-abort-rule-id", rule);
    }
}

/// Users and roles are named by their ARN, accounts by their canonical id.
fn initiator(input: &Input<'_>) -> (String, Option<String>) {
    if input.account().is_none() {
        return (canonical_id(""), None);
    }
    let arn = input.call.caller.principal.arn();
    let name = arn.rsplit('/').next().unwrap_or_default();
    (arn.to_owned(), Some(name.to_owned()))
}

fn wanted_checksum(input: &Input<'_>) -> fault::Outcome<Option<(Algorithm, ChecksumType)>> {
    let kind = input.header("x-amz-checksum-type");
    let Some(algorithm) = input.algorithm("x-amz-checksum-algorithm")? else {
        if kind.is_some() {
            let message =
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
            return Err(Fault::invalid_request(message));
        }
        return Ok(None);
    };
    let kind = match kind.map(str::to_ascii_uppercase).as_deref() {
        None => algorithm.default_type(),
        Some("FULL_OBJECT") if !matches!(algorithm, Algorithm::Sha1 | Algorithm::Sha256) => {
            ChecksumType::FullObject
        }
        Some("COMPOSITE") if algorithm != Algorithm::Crc64Nvme => ChecksumType::Composite,
        Some(kind @ ("FULL_OBJECT" | "COMPOSITE")) => {
            let name = algorithm.name().to_lowercase();
            let message =
                format!("The {kind} checksum type cannot be used with the {name} checksum algorithm.");
            return Err(Fault::invalid_request(message));
        }
        Some(_) => {
            return Err(Fault::invalid_request(
                "Value for x-amz-checksum-type header is invalid.",
            ));
        }
    };
    Ok(Some((algorithm, kind)))
}

pub(super) fn upload_id<'a>(input: &'a Input<'_>) -> &'a str {
    input.query("uploadId").unwrap_or_default()
}

fn part_number(input: &Input<'_>) -> fault::Outcome<u32> {
    let text = input.query("partNumber").unwrap_or_default();
    text.parse().map_err(|_| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        Fault::invalid_argument(message, "partNumber", text)
    })
}

/// Stores a part; gives it with the encryption of its upload.
fn put_part(
    cloud: &Cloud,
    input: &Input<'_>,
    body: Bytes,
    claim: &Claim,
) -> fault::Outcome<(Part, Encryption)> {
    let number = part_number(input)?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let (key, id, now) = (input.key(), upload_id(input), input.call.time);
    let part = bucket.put_part(key, id, number, body, claim, now)?;
    let encryption = bucket.upload(key, id)?.options.attributes.encryption.clone();
    Ok((part, encryption))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
pub(super) fn upload_part(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    check_length(input)?;
    let claim = input.claim()?;
    let (part, encryption) = put_part(cloud, input, input.call.body.clone(), &claim)?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "etag", &reply::quoted(&part.etag));
    let checksum = &part.checksum;
    reply::set(&mut answer.headers, checksum.algorithm.header(), &checksum.value);
    reply::set_encryption(&mut answer.headers, &encryption);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
pub(super) fn upload_part_copy(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input
        .bucket_in(&open(cloud))?
        .upload(input.key(), upload_id(input))?;
    let read = Source::of(input.call)?.read(cloud, input)?;
    check_archived(&read.object)?;
    let body = match input.header("x-amz-copy-source-range") {
        Some(range) => {
            let slice = of_copy(read.object.size(), range)?;
            read.object.body.slice(slice.bytes())
        }
        None => read.object.body.clone(),
    };
    let (part, encryption) = put_part(cloud, input, body, &Claim::default())?;
    let mut result = dto::CopyPartResult {
        e_tag: Some(dto::ETag::Strong(part.etag.clone())),
        last_modified: Some(part.modified.into()),
        ..dto::CopyPartResult::default()
    };
    reply::fill_checksum!(result, &part.checksum);
    let mut answer = reply::document(&result)?;
    let headers = &mut answer.headers;
    reply::set_encryption(headers, &encryption);
    reply::set_some(headers, "x-amz-copy-source-version-id", read.version_id);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
pub(super) fn complete_upload(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let parts = listed(input)?;
    let conditions = input.write_conditions()?;
    let completion = Completion {
        parts: &parts,
        checksum: input.claim()?.checksum.map(|(_, value)| value),
        kind: input.header("x-amz-checksum-type"),
        size: size(input)?,
        conditions,
    };
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let completed = bucket.complete_upload(input.key(), upload_id(input), &completion, input.call.time)?;
    let mut output = dto::CompleteMultipartUploadOutput {
        bucket: Some(input.bucket().to_owned()),
        key: Some(input.key().to_owned()),
        location: Some(location(input)),
        e_tag: Some(dto::ETag::Strong(completed.etag)),
        checksum_type: Some(reply::checksum_type(completed.checksum.kind)),
        ..dto::CompleteMultipartUploadOutput::default()
    };
    fill(&mut output, &completed.checksum);
    let mut answer = reply::document(&output)?;
    reply::set_some(&mut answer.headers, "x-amz-version-id", completed.version_id);
    about_object(&mut answer, bucket, input.key());
    Ok(answer)
}

/// The parts that the body lists.
fn listed(input: &Input<'_>) -> fault::Outcome<Vec<CompletedPart>> {
    let none = || Fault::invalid_request("You must specify at least one part");
    if input.call.body.is_empty() {
        return Err(none());
    }
    let document: dto::CompletedMultipartUpload = xml::read(&input.call.body)?;
    let parts = document.parts.unwrap_or_default();
    if parts.is_empty() {
        return Err(Fault::malformed_xml());
    }
    parts.into_iter().map(completed).collect()
}

fn size(input: &Input<'_>) -> fault::Outcome<Option<u64>> {
    let name = "x-amz-mp-object-size";
    let Some(text) = input.header(name) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        let message = format!("Value for {name} header is invalid.");
        Fault::invalid_request(message)
    })
}

fn about_object(answer: &mut Reply, bucket: &Bucket, key: &str) {
    if let Ok(found) = bucket.find(key, None, "GET") {
        reply::set_encryption(&mut answer.headers, &found.object.attributes.encryption);
    }
    reply::set_expiration(&mut answer.headers, bucket, key);
}

fn fill(output: &mut dto::CompleteMultipartUploadOutput, checksum: &Checksum) {
    reply::fill_checksum!(output, checksum);
}

fn location(input: &Input<'_>) -> String {
    let host = input.call.header("host").unwrap_or_default();
    format!("http://{host}/{}/{}", input.bucket(), reply::encoded(input.key()))
}

fn completed(part: dto::CompletedPart) -> fault::Outcome<CompletedPart> {
    let number = part.part_number.and_then(|number| u32::try_from(number).ok());
    let given = [
        (Algorithm::Crc32, part.checksum_crc32),
        (Algorithm::Crc32c, part.checksum_crc32c),
        (Algorithm::Crc64Nvme, part.checksum_crc64nvme),
        (Algorithm::Sha1, part.checksum_sha1),
        (Algorithm::Sha256, part.checksum_sha256),
    ];
    let mut given = given
        .into_iter()
        .filter_map(|(algorithm, value)| Some((algorithm, value?)));
    Ok(CompletedPart {
        number: number.ok_or_else(Fault::malformed_xml)?,
        etag: part.e_tag.ok_or_else(Fault::malformed_xml)?.into_value(),
        checksum: given.next(),
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
pub(super) fn abort_upload(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.abort_upload(input.key(), upload_id(input))?;
    Ok(reply::empty(204))
}
