//! Multipart uploads. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>

use super::copy::Source;
use super::listing::Names;
use super::range::slice;
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{
    Algorithm, Checksum, ChecksumType, Claim, CompletedPart, Part, Upload, UploadOptions,
};
use crate::services::s3::{owner, reply, xml};
use bytes::Bytes;
use s3s::dto;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
pub(super) fn create_upload(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_write_headers()?;
    let checksum = wanted_checksum(input)?;
    let options = UploadOptions {
        attributes: input.attributes(),
        tags: input.tags()?,
        checksum,
    };
    let mut store = cloud.s3.store();
    let upload = store
        .bucket_mut(input.bucket())?
        .create_upload(input.key(), options, input.call.time)?;
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
    reply::set_encryption(&mut answer.headers);
    Ok(answer)
}

fn wanted_checksum(input: &Input<'_>) -> fault::Outcome<Option<(Algorithm, ChecksumType)>> {
    let Some(algorithm) = input.algorithm("x-amz-checksum-algorithm")? else {
        return Ok(None);
    };
    let kind = match input.header("x-amz-checksum-type") {
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

fn upload_id<'a>(input: &'a Input<'_>) -> &'a str {
    input.query("uploadId").unwrap_or_default()
}

fn part_number(input: &Input<'_>) -> fault::Outcome<u32> {
    let text = input.query("partNumber").unwrap_or_default();
    text.parse().map_err(|_| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        Fault::invalid_argument(message, "partNumber", text)
    })
}

fn put_part(cloud: &Cloud, input: &Input<'_>, body: Bytes, claim: &Claim) -> fault::Outcome<Part> {
    let number = part_number(input)?;
    let mut store = cloud.s3.store();
    let bucket = store.bucket_mut(input.bucket())?;
    bucket.put_part(
        input.key(),
        upload_id(input),
        number,
        body,
        claim,
        input.call.time,
    )
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
pub(super) fn upload_part(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let part = put_part(cloud, input, input.call.body.clone(), &input.claim()?)?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "etag", &reply::quoted(&part.etag));
    reply::set(
        &mut answer.headers,
        part.checksum.algorithm.header(),
        &part.checksum.value,
    );
    reply::set_encryption(&mut answer.headers);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
pub(super) fn upload_part_copy(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let read = Source::of(input.call)?.read(cloud, input)?;
    let range = input.header("x-amz-copy-source-range");
    let body = match slice(&read.object, range, None)? {
        Some(part) => read.object.body.slice(part.bytes()),
        None => read.object.body.clone(),
    };
    let part = put_part(cloud, input, body, &Claim::default())?;
    let mut result = dto::CopyPartResult {
        e_tag: Some(dto::ETag::Strong(part.etag.clone())),
        last_modified: Some(part.modified.into()),
        ..dto::CopyPartResult::default()
    };
    reply::fill_checksum!(result, &part.checksum);
    let mut answer = reply::document(&result)?;
    reply::set_encryption(&mut answer.headers);
    reply::set_some(
        &mut answer.headers,
        "x-amz-copy-source-version-id",
        read.version_id,
    );
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
pub(super) fn complete_upload(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let document: dto::CompletedMultipartUpload = xml::read(&input.call.body)?;
    let parts: Vec<_> = document
        .parts
        .unwrap_or_default()
        .into_iter()
        .map(completed)
        .collect();
    let claim = input.claim()?;
    // Of a composite checksum, a client may leave out the number of parts.
    let expected = claim.checksum.map(|(_, value)| value);
    let expected = expected.map(|value| {
        if value.contains('-') {
            value
        } else {
            whole(&value, input, cloud, parts.len())
        }
    });
    let mut store = cloud.s3.store();
    let (object, version_id) = store.bucket_mut(input.bucket())?.complete_upload(
        input.key(),
        upload_id(input),
        &parts,
        expected.as_deref(),
        &input.write_conditions(),
        input.call.time,
    )?;
    let mut output = dto::CompleteMultipartUploadOutput {
        bucket: Some(input.bucket().to_owned()),
        key: Some(input.key().to_owned()),
        location: Some(location(input)),
        e_tag: Some(dto::ETag::Strong(object.etag.clone())),
        checksum_type: Some(reply::checksum_type(object.checksum.kind)),
        ..dto::CompleteMultipartUploadOutput::default()
    };
    fill(&mut output, &object.checksum);
    let mut answer = reply::document(&output)?;
    reply::set_encryption(&mut answer.headers);
    reply::set_some(&mut answer.headers, "x-amz-version-id", version_id);
    Ok(answer)
}

fn fill(output: &mut dto::CompleteMultipartUploadOutput, checksum: &Checksum) {
    reply::fill_checksum!(output, checksum);
}

fn whole(value: &str, input: &Input<'_>, cloud: &Cloud, parts: usize) -> String {
    let store = cloud.s3.store();
    let upload = store
        .bucket(input.bucket())
        .and_then(|bucket| bucket.upload(input.key(), upload_id(input)));
    match upload.map(|upload| upload.checksum_kind().1) {
        Ok(ChecksumType::Composite) => format!("{value}-{parts}"),
        _ => value.to_owned(),
    }
}

fn location(input: &Input<'_>) -> String {
    let host = input.call.header("host").unwrap_or_default();
    format!("http://{host}/{}/{}", input.bucket(), input.key())
}

fn completed(part: dto::CompletedPart) -> CompletedPart {
    let checksum = part
        .checksum_crc32
        .or(part.checksum_crc32c)
        .or(part.checksum_crc64nvme)
        .or(part.checksum_sha1)
        .or(part.checksum_sha256);
    CompletedPart {
        number: part
            .part_number
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or_default(),
        etag: part.e_tag.map(dto::ETag::into_value).unwrap_or_default(),
        checksum,
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
pub(super) fn abort_upload(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    cloud
        .s3
        .store()
        .bucket_mut(input.bucket())?
        .abort_upload(input.key(), upload_id(input))?;
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
pub(super) fn list_parts(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let max = input.count("max-parts")?;
    let after: u32 = input
        .query("part-number-marker")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let store = cloud.s3.store();
    let upload = store
        .bucket(input.bucket())?
        .upload(input.key(), upload_id(input))?;
    let mut parts: Vec<dto::Part> = upload
        .parts
        .range(after + 1..)
        .take(max + 1)
        .map(|(number, part)| part_line(*number, part))
        .collect();
    let truncated = parts.len() > max;
    parts.truncate(max);
    let output = dto::ListPartsOutput {
        bucket: Some(input.bucket().to_owned()),
        key: Some(input.key().to_owned()),
        upload_id: Some(upload.id.to_string()),
        initiator: Some(dto::Initiator {
            display_name: None,
            id: owner().id,
        }),
        owner: Some(owner()),
        is_truncated: Some(truncated),
        max_parts: i32::try_from(max).ok(),
        part_number_marker: i32::try_from(after).ok(),
        next_part_number_marker: parts.last().and_then(|part| part.part_number),
        parts: Some(parts),
        storage_class: Some(upload.options.attributes.class().to_owned().into()),
        checksum_algorithm: upload.options.checksum.map(|(algorithm, _)| named(algorithm)),
        checksum_type: upload
            .options
            .checksum
            .map(|(_, kind)| reply::checksum_type(kind)),
        ..dto::ListPartsOutput::default()
    };
    Ok(reply::document(&output)?)
}

fn named(algorithm: Algorithm) -> dto::ChecksumAlgorithm {
    dto::ChecksumAlgorithm::from_static(algorithm.name())
}

fn part_line(number: u32, part: &Part) -> dto::Part {
    let mut line = dto::Part {
        part_number: i32::try_from(number).ok(),
        e_tag: Some(dto::ETag::Strong(part.etag.clone())),
        last_modified: Some(part.modified.into()),
        size: i64::try_from(part.size()).ok(),
        ..dto::Part::default()
    };
    reply::fill_checksum!(line, &part.checksum);
    line
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html> (delimiters are not rolled up)
pub(super) fn list_uploads(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let (names, max) = (Names::of(input)?, input.count("max-uploads")?);
    let prefix = input.query("prefix").unwrap_or_default();
    let (key_marker, id_marker) = (input.query("key-marker"), input.query("upload-id-marker"));
    let store = cloud.s3.store();
    let bucket = store.bucket(input.bucket())?;
    let chosen = bucket.uploads().filter(|upload| upload.key.starts_with(prefix));
    let mut uploads: Vec<&Upload> = match (key_marker.filter(|key| !key.is_empty()), id_marker) {
        (None, _) => chosen.take(max + 1).collect(),
        (Some(key), None | Some("")) => chosen.filter(|upload| &*upload.key > key).take(max + 1).collect(),
        (Some(key), Some(id)) => {
            let behind = |upload: &&Upload| &*upload.key < key || (&*upload.key == key && &*upload.id != id);
            let at_marker = |upload: &&Upload| &*upload.key == key && &*upload.id == id;
            chosen
                .skip_while(behind)
                .skip_while(at_marker)
                .take(max + 1)
                .collect()
        }
    };
    let truncated = uploads.len() > max;
    uploads.truncate(max);
    let last = uploads.last().filter(|_| truncated);
    let output = dto::ListMultipartUploadsOutput {
        bucket: Some(input.bucket().to_owned()),
        encoding_type: names.encoding_type(),
        is_truncated: Some(truncated),
        key_marker: key_marker.map(|key| names.show(key)),
        max_uploads: i32::try_from(max).ok(),
        next_key_marker: last.map(|upload| names.show(&upload.key)),
        next_upload_id_marker: last.map(|upload| upload.id.to_string()),
        prefix: names.echo(input, "prefix"),
        upload_id_marker: id_marker.map(str::to_owned),
        uploads: Some(uploads.iter().map(|upload| upload_line(upload, &names)).collect()),
        ..dto::ListMultipartUploadsOutput::default()
    };
    Ok(reply::document(&output)?)
}

fn upload_line(upload: &Upload, names: &Names) -> dto::MultipartUpload {
    dto::MultipartUpload {
        initiated: Some(upload.initiated.into()),
        initiator: Some(dto::Initiator {
            display_name: None,
            id: owner().id,
        }),
        key: Some(names.show(&upload.key)),
        owner: Some(owner()),
        storage_class: Some(upload.options.attributes.class().to_owned().into()),
        upload_id: Some(upload.id.to_string()),
        checksum_algorithm: upload.options.checksum.map(|(algorithm, _)| named(algorithm)),
        checksum_type: upload
            .options
            .checksum
            .map(|(_, kind)| reply::checksum_type(kind)),
    }
}
