//! `DeleteObject` and `DeleteObjects`.

use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::access::on_key;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{Input, document_claim};
use crate::services::s3::store::{Deleted, Deletion, EtagCondition, Protection, WriteConditions};
use crate::services::s3::{open, reply, xml};
use s3s::dto;

/// A `DeleteObjects` names this many keys at most.
const BATCH_LIMIT: usize = 1000;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
pub(super) fn delete_object(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let wanted = Wanted {
        key: input.key(),
        deletion: input.deletion()?,
    };
    let deleted = delete(cloud, input, wanted)?;
    let mut answer = reply::empty(204);
    if deleted.delete_marker {
        reply::set(&mut answer.headers, "x-amz-delete-marker", "true");
    }
    reply::set_some(&mut answer.headers, "x-amz-version-id", deleted.version_id);
    Ok(answer)
}

/// One key that is to be deleted.
struct Wanted<'a> {
    key: &'a str,
    deletion: Deletion<'a>,
}

/// Deletes; who means to bypass a governance lock needs the permission only where there is one to bypass.
fn delete(cloud: &Cloud, input: &Input<'_>, mut wanted: Wanted<'_>) -> fault::Outcome<Deleted> {
    let (bypasses, protection) = {
        let store = open(cloud);
        let bucket = input.bucket_in(&store)?;
        let version = wanted.deletion.version_id;
        let protection = match version {
            Some(_) => bucket.protection(wanted.key, version, input.call.time),
            None => Protection::None,
        };
        (input.wants_bypass(bucket)?, protection)
    };
    if bypasses && protection == Protection::Governance {
        may(cloud, input, "s3:BypassGovernanceRetention", &wanted)?;
        wanted.deletion.bypass = true;
    }
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.delete(wanted.key, &wanted.deletion, input.call.time)
}

fn may(cloud: &Cloud, input: &Input<'_>, action: &'static str, wanted: &Wanted<'_>) -> fault::Outcome<()> {
    let version = wanted.deletion.version_id;
    let access = on_key(cloud, input.call, action, input.bucket(), wanted.key, version);
    let authorised = input.call.authorise(cloud, &access);
    authorised.map_err(|denied| fault::denied(&denied))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
pub(super) fn delete_objects(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let request = read(input)?;
    {
        let store = open(cloud);
        let bucket = input.bucket_in(&store)?;
        input.wants_bypass(bucket)?;
    }
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

/// The list of keys; its digest is looked at last.
fn read(input: &Input<'_>) -> fault::Outcome<dto::Delete> {
    let claim = document_claim(input)?;
    claim.check_spelling()?;
    let body = &input.call.body;
    if body.is_empty() {
        return Err(Fault::new(
            400,
            "MissingRequestBodyError",
            "Request Body is empty",
        ));
    }
    let request: dto::Delete = xml::read(body)?;
    if request.objects.is_empty() || request.objects.len() > BATCH_LIMIT {
        return Err(Fault::malformed_xml());
    }
    if request.objects.iter().any(|object| object.key.is_empty()) {
        let message = "User key must be specified.";
        return Err(Fault::new(400, "UserKeyMustBeSpecified", message));
    }
    claim.check_document(body)?;
    Ok(request)
}

/// Each key needs its own permission.
fn delete_one(cloud: &Cloud, input: &Input<'_>, object: &dto::ObjectIdentifier) -> fault::Outcome<Deleted> {
    let tag = object.e_tag.as_ref().map(|tag| EtagCondition::parse(tag.value()));
    let wanted = Wanted {
        key: &object.key,
        deletion: Deletion {
            version_id: object.version_id.as_deref().filter(|id| !id.is_empty()),
            conditions: WriteConditions {
                if_match: tag,
                if_none_match: None,
            },
            bypass: false,
        },
    };
    let action = match wanted.deletion.version_id {
        Some(_) => "s3:DeleteObjectVersion",
        None => "s3:DeleteObject",
    };
    may(cloud, input, action, &wanted)?;
    if object.last_modified_time.is_some() || object.size.is_some() {
        return Err(Fault::header_not_implemented("x-amz-if-match"));
    }
    delete(cloud, input, wanted).map_err(|fault| in_batch(fault, object))
}

/// In a batch, an id that never was is one that is not there.
fn in_batch(fault: Fault, object: &dto::ObjectIdentifier) -> Fault {
    match &object.version_id {
        Some(id) if fault.code == "InvalidArgument" => Fault::no_such_version(&object.key, id),
        _ => fault,
    }
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
