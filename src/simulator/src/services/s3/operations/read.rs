//! `GetObject` and `HeadObject`, and finding the version that a request is about.

use super::range::{Slice, slice};
use crate::call::{AuthKind, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3::access::{on_key, to_list};
use crate::services::s3::dates::{http_date, iso};
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{Input, mail_safe};
use crate::services::s3::store::Versioning;
use crate::services::s3::store::{
    Attributes, Bucket, Checksum, Object, Properties, ReadOutcome, Store, Version,
};
use crate::services::s3::{SERVICE, open, reply};
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
    /// What `x-amz-expiration` says.
    expiration: Option<String>,
}

/// Finds the version that a request names.
pub(super) fn find(cloud: &Cloud, input: &Input<'_>, method: &'static str) -> Result<Read, AwsError> {
    let found = of_request(&open(cloud), input, method);
    found.map_err(|fault| hide_absence(cloud, input, fault))
}

fn of_request(store: &Store, input: &Input<'_>, method: &'static str) -> fault::Outcome<Read> {
    let bucket = input.bucket_in(store)?;
    find_in(bucket, input.key(), input.version_id(), method)
}

/// Finds a version of any bucket.
pub(super) fn find_in(
    bucket: &Bucket,
    key: &str,
    version_id: Option<&str>,
    method: &'static str,
) -> fault::Outcome<Read> {
    let found = bucket.find(key, version_id, method)?;
    let expiration = match version_id {
        None => reply::expiration(bucket, key, found.version),
        Some(_) => None,
    };
    Ok(Read {
        version: found.version.clone(),
        object: Arc::clone(found.object),
        version_id: found.version_id.cloned(),
        expiration,
    })
}

/// The bytes of a version, for a service that reads it.
pub(in crate::services::s3) fn find_for_service(
    cloud: &Cloud,
    bucket: &str,
    key: &str,
    version_id: Option<&str>,
) -> fault::Outcome<bytes::Bytes> {
    let store = open(cloud);
    let read = find_in(store.bucket(bucket)?, key, version_id, "GET")?;
    check_archived(&read.object)?;
    Ok(read.object.body.clone())
}

/// Whether a bucket keeps the versions of its objects.
pub(in crate::services::s3) fn versioning_for_service(cloud: &Cloud, bucket: &str) -> bool {
    let store = open(cloud);
    store
        .bucket(bucket)
        .is_ok_and(|bucket| bucket.versioning() == Versioning::Enabled)
}

/// Only who may list the bucket learns that a key is absent; others are denied.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
fn hide_absence(cloud: &Cloud, input: &Input<'_>, fault: Fault) -> AwsError {
    if fault.code != "NoSuchKey" {
        return fault.into();
    }
    match input
        .call
        .authorise(cloud, &to_list(cloud, input.call, input.bucket()))
    {
        Ok(()) => fault.into(),
        Err(denied) => SERVICE.protocol.denied(&denied),
    }
}

/// Refuses to read bytes that are archived.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html>
pub(super) fn check_archived(object: &Object) -> fault::Outcome<()> {
    if !object.attributes.is_archived() {
        return Ok(());
    }
    let message = "The operation is not valid for the object's storage class";
    let fault = Fault::new(403, "InvalidObjectState", message);
    Err(fault.with("StorageClass", object.attributes.class()))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html> (a HEAD is answered without the body)
pub(super) fn get_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let is_head = input.call.head.method == Method::HEAD;
    check_overrides(input)?;
    let with_checksum = input.wants_checksum()?;
    let read = find(cloud, input, if is_head { "HEAD" } else { "GET" })?;
    match input
        .read_conditions()
        .evaluate(&read.object.etag, read.version.modified)
    {
        ReadOutcome::Failed(condition) => return Err(Fault::precondition_failed(condition).into()),
        ReadOutcome::NotModified(_) => return Ok(not_modified(&read)),
        ReadOutcome::Proceed => {}
    }
    if !is_head {
        check_archived(&read.object)?;
    }
    let part = slice(&read.object, input.header("range"), input.query("partNumber"))?;
    let mut answer = answer(input, &read, part);
    if is_head {
        let length = answer.body.len().to_string();
        reply::set(&mut answer.headers, "content-length", &length);
    }
    if let Some(checksum) = checksum(input, &read.object, part).filter(|_| with_checksum) {
        reply::set_checksum(&mut answer.headers, &checksum);
    }
    add_properties(cloud, input, &read.version.properties, &mut answer.headers);
    Ok(answer)
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
    reply::set_encryption(headers, &object.attributes.encryption);
    reply::set_some(headers, "x-amz-expiration", read.expiration.as_ref());
    if input.query("partNumber").is_some() && !object.parts.is_empty() {
        reply::set(headers, "x-amz-mp-parts-count", &object.parts.len().to_string());
    }
    for name in OVERRIDES {
        reply::set_some(headers, name.trim_start_matches("response-"), input.query(name));
    }
    answer
}

/// The checksum of what is answered: of the whole, of the part that was asked for, of no other piece.
fn checksum(input: &Input<'_>, object: &Object, part: Option<Slice>) -> Option<Checksum> {
    let Some(number) = input.query("partNumber").filter(|_| !object.parts.is_empty()) else {
        let whole = part.is_none_or(|part| part.is_whole());
        return whole.then(|| object.checksum.clone());
    };
    let number: usize = number.parse().ok()?;
    let value = object.parts.get(number.checked_sub(1)?)?.checksum.clone()?;
    Some(Checksum {
        value,
        ..object.checksum
    })
}

/// What only those are shown who may read it.
fn add_properties(cloud: &Cloud, input: &Input<'_>, properties: &Properties, headers: &mut HeaderMap) {
    let may = |action, of_version| {
        let version = input.version_id();
        let action = if version.is_some() { of_version } else { action };
        let access = on_key(cloud, input.call, action, input.bucket(), input.key(), version);
        input.call.authorise(cloud, &access).is_ok()
    };
    let tags = properties.tags.len();
    if tags > 0 && may("s3:GetObjectTagging", "s3:GetObjectVersionTagging") {
        reply::set(headers, "x-amz-tagging-count", &tags.to_string());
    }
    if let Some(retention) = properties.retention
        && may("s3:GetObjectRetention", "s3:GetObjectRetention")
    {
        reply::set(headers, "x-amz-object-lock-mode", retention.mode.name());
        let until = iso(retention.until);
        reply::set(headers, "x-amz-object-lock-retain-until-date", &until);
    }
    if let Some(held) = properties.legal_hold
        && may("s3:GetObjectLegalHold", "s3:GetObjectLegalHold")
    {
        let state = if held { "ON" } else { "OFF" };
        reply::set(headers, "x-amz-object-lock-legal-hold", state);
    }
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
        reply::set(headers, &format!("x-amz-meta-{name}"), &mail_safe(value));
    }
}
