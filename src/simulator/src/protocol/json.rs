//! `awsJson1_0` and `awsJson1_1`.

use bytes::Bytes;
use crc_fast::{CrcAlgorithm, checksum};
use http::request::Parts;
use serde_json::{Map, Value};

use super::{Answer, respond, set};
use crate::call::{Denial, Outcome, Reply};
use crate::error::AwsError;

/// The namespace of errors that the protocol itself raises.
const CORAL: &str = "com.amazon.coral.service#";

/// What DynamoDB says of values nested deeper than it stores, which is less deep than JSON is read here.
const TOO_DEEP: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels \
                        beyond supported limit";

/// The operation's name, when the target has one of these prefixes.
pub(super) fn name(head: &Parts, targets: &[&str]) -> Option<String> {
    let target = head.headers.get("x-amz-target")?.to_str().ok()?;
    let (prefix, name) = target.rsplit_once('.')?;
    targets.contains(&prefix).then(|| name.to_owned())
}

/// The operation's name and its input.
pub(super) fn read(head: &Parts, body: &Bytes, targets: &[&str]) -> Result<(String, Value), AwsError> {
    let name = name(head, targets).ok_or_else(|| unknown_operation(""))?;
    let input = match serde_json::from_slice::<Value>(body) {
        Ok(input @ Value::Object(_)) => input,
        Err(error) if error.to_string().starts_with("recursion limit") => return Err(too_deep()),
        Ok(_) | Err(_) => return Err(unreadable()),
    };
    Ok((name, input))
}

fn unreadable() -> AwsError {
    AwsError::new(400, format!("{CORAL}SerializationException"), "")
}

fn too_deep() -> AwsError {
    AwsError::new(400, "com.amazon.coral.validate#ValidationException", TOO_DEEP)
}

/// AWS's answer to a target that it does not know. One that has a name may be known to AWS: it is said to be missing here.
pub(super) fn unknown_operation(name: &str) -> AwsError {
    let message = if name.is_empty() {
        String::new()
    } else {
        format!("The operation {name} is not simulated.")
    };
    AwsError::new(400, format!("{CORAL}UnknownOperationException"), message)
}

/// AWS's answer to a caller without the permission.
pub(super) fn denied(denial: &Denial) -> AwsError {
    AwsError::new(400, format!("{CORAL}AccessDeniedException"), denial.sentence()).message_as("Message")
}

/// Writes an outcome, with the checksum that SDKs verify.
pub(super) fn encode(outcome: Outcome, request_id: &str, version: &str) -> Answer {
    let reply = outcome.unwrap_or_else(|error| Reply {
        status: error.status,
        headers: error.header_map(),
        body: body(&error).into(),
        consumed_capacity: None,
    });
    let checksum = checksum(CrcAlgorithm::Crc32IsoHdlc, &reply.body);
    let mut response = respond(reply);
    set(
        &mut response,
        "content-type",
        &format!("application/x-amz-json-{version}"),
    );
    set(&mut response, "x-amzn-requestid", request_id);
    set(&mut response, "x-amz-crc32", &checksum.to_string());
    response
}

fn body(error: &AwsError) -> String {
    let mut members = Map::new();
    members.insert("__type".to_owned(), error.code.as_ref().into());
    if !error.message.is_empty() {
        members.insert(error.message_member.to_owned(), error.message.clone().into());
    }
    members.extend(
        error
            .extras
            .iter()
            .map(|(name, value)| (name.clone().into_owned(), value.clone())),
    );
    Value::Object(members).to_string()
}
