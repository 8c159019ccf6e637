//! `PutObject`, and what every write of an object has in common.

use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Bucket, Object, Properties, Store, Tags, WriteConditions};
use crate::services::s3::{open, reply};

/// What is written beside the bytes and their attributes.
pub(super) fn properties(
    input: &Input<'_>,
    store: &Store,
    bucket: &Bucket,
    tags: Tags,
) -> fault::Outcome<Properties> {
    let blocked = store.blocked(bucket).block_public_acls;
    let mut properties = Properties {
        tags,
        acl: input.object_acl(bucket, blocked, "s3:PutObject")?,
        ..Properties::default()
    };
    input.read_lock(bucket, &mut properties)?;
    Ok(properties)
}

/// Locks are only put on what something vouches for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
fn check_vouched(input: &Input<'_>, properties: &Properties) -> fault::Outcome<()> {
    let locks = properties.retention.is_some() || properties.legal_hold.is_some();
    let claim = input.claim()?;
    if !locks || claim.md5.is_some() || claim.checksum.is_some() {
        return Ok(());
    }
    Err(Fault::invalid_request(
        "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
    ))
}

/// Without a length, HTTP has no body: what was to be sent is not known, and nothing is overwritten for it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
pub(super) fn check_length(input: &Input<'_>) -> fault::Outcome<()> {
    if input.header("content-length").is_none() {
        let message = "You must provide the Content-Length HTTP header.";
        return Err(Fault::new(411, "MissingContentLength", message));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
pub(super) fn put_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    check_length(input)?;
    put(cloud, input)
}

/// Puts what a request holds, or a form.
pub(super) fn put(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_write_headers()?;
    let (tags, conditions, claim) = (input.tags()?, input.write_conditions()?, input.claim()?);
    let (attributes, properties) = {
        let store = open(cloud);
        let bucket = input.bucket_in(&store)?;
        let properties = properties(input, &store, bucket, tags)?;
        check_vouched(input, &properties)?;
        let mut attributes = input.attributes();
        attributes.encryption = input.encryption(bucket)?;
        (attributes, properties)
    };
    // Hashing takes its time: nobody waits for the store meanwhile.
    let object = Object::from_put(input.call.body.clone(), attributes, &claim)?;
    Ok(store_object(cloud, input, object, properties, &conditions)?)
}

/// Stores an object, and answers about it.
fn store_object(
    cloud: &Cloud,
    input: &Input<'_>,
    object: Object,
    properties: Properties,
    conditions: &WriteConditions,
) -> fault::Outcome<Reply> {
    let mut answer = reply::empty(200);
    let headers = &mut answer.headers;
    reply::set(headers, "etag", &reply::quoted(&object.etag));
    reply::set_checksum(headers, &object.checksum);
    reply::set_encryption(headers, &object.attributes.encryption);
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let version_id = bucket.put(input.key(), object, properties, conditions, input.call.time)?;
    reply::set_some(headers, "x-amz-version-id", version_id);
    reply::set_expiration(headers, bucket, input.key());
    Ok(answer)
}
