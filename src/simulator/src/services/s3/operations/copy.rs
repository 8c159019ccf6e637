//! `CopyObject`, and where a copy comes from.

use super::read::{Read, find_in};
use super::write::properties;
use crate::call::{Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3::access::{on_key, to_list};
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Attributes, Object, ReadOutcome, Store, Tags};
use crate::services::s3::{open, reply};
use percent_encoding::percent_decode_str;
use s3s::dto;

/// What `x-amz-copy-source` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::s3) struct Source {
    pub(in crate::services::s3) bucket: String,
    pub(in crate::services::s3) key: String,
    pub(in crate::services::s3) version_id: Option<String>,
}

impl Source {
    pub(in crate::services::s3) fn of(call: &Call) -> fault::Outcome<Self> {
        Self::parse(call.header("x-amz-copy-source").unwrap_or_default())
    }

    /// `bucket/key`, percent-encoded, perhaps after a slash, perhaps followed by `?versionId=`.
    fn parse(header: &str) -> fault::Outcome<Self> {
        let malformed = || {
            let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
            Fault::invalid_argument(message, "x-amz-copy-source", header)
        };
        let (path, version_id) = match header.split_once("?versionId=") {
            Some((path, id)) => (path, Some(id.to_owned())),
            None => (header, None),
        };
        let path = percent_decode_str(path).decode_utf8().map_err(|_| malformed())?;
        let (bucket, key) = path
            .strip_prefix('/')
            .unwrap_or(&path)
            .split_once('/')
            .ok_or_else(malformed)?;
        if bucket.is_empty() {
            return Err(malformed());
        }
        if key.is_empty() {
            let message = "Invalid copy source object key";
            return Err(Fault::invalid_argument(message, "x-amz-copy-source", header));
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            version_id,
        })
    }

    /// Reads the source under the request's conditions.
    pub(super) fn read(&self, cloud: &Cloud, input: &Input<'_>) -> Result<Read, AwsError> {
        let found = self.find(&open(cloud), input);
        let read = found.map_err(|fault| self.hide_absence(cloud, input, fault))?;
        match input
            .source_conditions()
            .evaluate(&read.object.etag, read.version.modified)
        {
            ReadOutcome::Proceed => {}
            ReadOutcome::Failed(condition) | ReadOutcome::NotModified(condition) => {
                return Err(Fault::precondition_failed(&format!("x-amz-copy-source-{condition}")).into());
            }
        }
        Ok(read)
    }

    fn find(&self, store: &Store, input: &Input<'_>) -> fault::Outcome<Read> {
        let bucket = store.bucket(&self.bucket)?;
        input.check_owner(bucket, "x-amz-source-expected-bucket-owner")?;
        find_in(bucket, &self.key, self.version_id.as_deref(), "GET").map_err(marker_as_source)
    }

    /// An absent source is one only to who may list its bucket.
    fn hide_absence(&self, cloud: &Cloud, input: &Input<'_>, fault: Fault) -> AwsError {
        if fault.code != "NoSuchKey" {
            return fault.into();
        }
        let listing = to_list(cloud, input.call, &self.bucket);
        match input.call.authorise(cloud, &listing) {
            Ok(()) => fault.into(),
            Err(denied) => fault::denied(&denied).into(),
        }
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>: a marker named by its id is a 400.
fn marker_as_source(fault: Fault) -> Fault {
    if fault.code != "MethodNotAllowed" {
        return fault;
    }
    let message = "The source of a copy request may not specifically refer to a delete marker by version id.";
    Fault::invalid_request(message)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
pub(super) fn copy_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_write_headers()?;
    let source = Source::of(input.call)?;
    let replaces = directive(input, "x-amz-metadata-directive")?;
    let replaces_tags = directive(input, "x-amz-tagging-directive")?;
    let (sent_tags, conditions) = (input.tags()?, input.write_conditions()?);
    let algorithm = input.algorithm("x-amz-checksum-algorithm")?;
    let read = source.read(cloud, input)?;
    check_active(&read)?;
    check_change(input, &source, replaces)?;
    let tags = if replaces_tags {
        sent_tags
    } else {
        copied_tags(cloud, input, &source, &read)?
    };
    let (encryption, properties) = {
        let store = open(cloud);
        let bucket = input.bucket_in(&store)?;
        (
            input.encryption(bucket)?,
            properties(input, &store, bucket, tags)?,
        )
    };
    let mut attributes = attributes(input, &read, replaces);
    attributes.encryption = encryption;
    let object = read.object.copied(attributes, algorithm)?;
    let result = result(&object, input);
    let mut answer = reply::document(&result)?;
    let headers = &mut answer.headers;
    reply::set_encryption(headers, &object.attributes.encryption);
    reply::set_some(headers, "x-amz-copy-source-version-id", read.version_id);
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let version_id = bucket.put(input.key(), object, properties, &conditions, input.call.time)?;
    reply::set_some(headers, "x-amz-version-id", version_id);
    reply::set_expiration(headers, bucket, input.key());
    Ok(answer)
}

/// What is archived is restored before it is copied.
fn check_active(read: &Read) -> fault::Outcome<()> {
    if read.object.attributes.is_archived() {
        let message = "The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier.";
        return Err(Fault::new(403, "ObjectNotInActiveTierError", message));
    }
    Ok(())
}

fn result(object: &Object, input: &Input<'_>) -> dto::CopyObjectResult {
    let mut result = dto::CopyObjectResult {
        e_tag: Some(dto::ETag::Strong(object.etag.clone())),
        last_modified: Some(input.call.time.into()),
        checksum_type: Some(reply::checksum_type(object.checksum.kind)),
        ..dto::CopyObjectResult::default()
    };
    reply::fill_checksum!(result, &object.checksum);
    result
}

/// The tags go along; reading and writing them takes permissions of its own.
fn copied_tags(cloud: &Cloud, input: &Input<'_>, source: &Source, read: &Read) -> fault::Outcome<Tags> {
    let tags = read.version.properties.tags.clone();
    if tags.is_empty() {
        return Ok(tags);
    }
    let version = source.version_id.as_deref();
    let action = match version {
        Some(_) => "s3:GetObjectVersionTagging",
        None => "s3:GetObjectTagging",
    };
    let call = input.call;
    for access in [
        on_key(cloud, call, action, &source.bucket, &source.key, version),
        on_key(
            cloud,
            call,
            "s3:PutObjectTagging",
            input.bucket(),
            input.key(),
            None,
        ),
    ] {
        call.authorise(cloud, &access)
            .map_err(|denied| fault::denied(&denied))?;
    }
    Ok(tags)
}

/// Whether a directive says `REPLACE`.
fn directive(input: &Input<'_>, name: &'static str) -> fault::Outcome<bool> {
    match input.header(name) {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => {
            let what = if name.contains("tagging") {
                "tagging"
            } else {
                "metadata"
            };
            Err(Fault::invalid_argument(
                format!("Unknown {what} directive."),
                name,
                other,
            ))
        }
    }
}

/// A copy of the current version onto itself must change something; an older version may come back as it was.
fn check_change(input: &Input<'_>, source: &Source, replaces: bool) -> fault::Outcome<()> {
    let onto_itself =
        source.bucket == input.bucket() && source.key == input.key() && source.version_id.is_none();
    let changes = replaces
        || [
            "x-amz-storage-class",
            "x-amz-website-redirect-location",
            "x-amz-server-side-encryption",
        ]
        .into_iter()
        .any(|name| input.header(name).is_some());
    if onto_itself && !changes {
        let message = "This copy request is illegal because it is trying to copy an object to itself without \
                       changing the object's metadata, storage class, website redirect location or encryption \
                       attributes.";
        return Err(Fault::invalid_request(message));
    }
    Ok(())
}

/// The storage class and the redirection are never copied.
fn attributes(input: &Input<'_>, read: &Read, replaces: bool) -> Attributes {
    let asked = input.attributes();
    if replaces {
        return asked;
    }
    Attributes {
        storage_class: asked.storage_class,
        website_redirect_location: asked.website_redirect_location,
        ..read.object.attributes.clone()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_source_names_a_bucket_a_key_and_perhaps_a_version() {
        let source = |header| Source::parse(header).unwrap();
        let plain = Source {
            bucket: "b".into(),
            key: "dossier/é a".into(),
            version_id: None,
        };
        assert_eq!(source("b/dossier/%C3%A9%20a"), plain);
        assert_eq!(source("/b/dossier%2F%C3%A9%20a"), plain);
        assert_eq!(source("b/k?versionId=x.1").version_id.as_deref(), Some("x.1"));
        assert_eq!(Source::parse("b").unwrap_err().code, "InvalidArgument");
        assert_eq!(Source::parse("").unwrap_err().code, "InvalidArgument");
    }
}
