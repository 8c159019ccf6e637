//! `PutObject` and the deletions.

use crate::call::{Access, Outcome};
use crate::cloud::Cloud;
use crate::services::s3::access::object_arn;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Deleted, EtagCondition, Object, WriteConditions};
use crate::services::s3::{reply, xml};
use s3s::dto;

/// A `DeleteObjects` names this many keys at most.
const BATCH_LIMIT: usize = 1000;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
pub(super) fn put_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_write_headers()?;
    let tags = input.tags()?;
    let object = Object::from_put(input.call.body.clone(), input.attributes(), &input.claim()?)?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "etag", &reply::quoted(&object.etag));
    reply::set_checksum(&mut answer.headers, &object.checksum);
    reply::set_encryption(&mut answer.headers);
    let mut store = cloud.s3.store();
    let bucket = store.bucket_mut(input.bucket())?;
    let version_id = bucket.put(
        input.key(),
        object,
        tags,
        &input.write_conditions(),
        input.call.time,
    )?;
    reply::set_some(&mut answer.headers, "x-amz-version-id", version_id);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
pub(super) fn delete_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let mut store = cloud.s3.store();
    let bucket = store.bucket_mut(input.bucket())?;
    let conditions = WriteConditions {
        if_none_match: None,
        ..input.write_conditions()
    };
    let deleted = bucket.delete(input.key(), input.version_id(), &conditions, input.call.time)?;
    let mut answer = reply::empty(204);
    if deleted.delete_marker {
        reply::set(&mut answer.headers, "x-amz-delete-marker", "true");
    }
    reply::set_some(&mut answer.headers, "x-amz-version-id", deleted.version_id);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
pub(super) fn delete_objects(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let claim = input.claim()?;
    if claim.md5.is_none() && claim.checksum.is_none() {
        return Err(Fault::invalid_request("Missing required header for this request: Content-MD5").into());
    }
    claim.check(&input.call.body)?;
    let request: dto::Delete = xml::read(&input.call.body)?;
    if request.objects.is_empty() || request.objects.len() > BATCH_LIMIT {
        return Err(Fault::malformed_xml().into());
    }
    cloud.s3.store().bucket(input.bucket())?;
    let quiet = request.quiet.unwrap_or(false);
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in request.objects {
        match delete_one(cloud, input, &object) {
            Ok(_) if quiet => {}
            Ok(done) => deleted.push(line(object, done)),
            Err(fault) => errors.push(refusal(object, fault)),
        }
    }
    let output = dto::DeleteObjectsOutput {
        deleted: Some(deleted),
        errors: Some(errors),
        request_charged: None,
    };
    Ok(reply::document(&output)?)
}

/// Each key needs its own permission.
fn delete_one(cloud: &Cloud, input: &Input<'_>, object: &dto::ObjectIdentifier) -> fault::Outcome<Deleted> {
    let version_id = object.version_id.as_deref();
    let action = if version_id.is_some() {
        "s3:DeleteObjectVersion"
    } else {
        "s3:DeleteObject"
    };
    let access = Access::new(action, object_arn(input.bucket(), &object.key));
    input
        .call
        .authorise(cloud, &access)
        .map_err(|denied| Fault::new(403, "AccessDenied", denied.sentence()))?;
    let tag = object.e_tag.as_ref().map(|tag| EtagCondition::parse(tag.value()));
    let conditions = WriteConditions {
        if_match: tag,
        if_none_match: None,
    };
    let mut store = cloud.s3.store();
    store
        .bucket_mut(input.bucket())?
        .delete(&object.key, version_id, &conditions, input.call.time)
}

fn line(object: dto::ObjectIdentifier, done: Deleted) -> dto::DeletedObject {
    let marker_id = done
        .version_id
        .filter(|_| done.delete_marker)
        .map(|id| id.to_string());
    dto::DeletedObject {
        delete_marker: done.delete_marker.then_some(true),
        delete_marker_version_id: marker_id,
        key: Some(object.key),
        version_id: object.version_id,
    }
}

fn refusal(object: dto::ObjectIdentifier, fault: Fault) -> dto::Error {
    dto::Error {
        code: Some(fault.code.into_owned()),
        key: Some(object.key),
        message: Some(fault.message.into_owned()),
        version_id: object.version_id,
    }
}
