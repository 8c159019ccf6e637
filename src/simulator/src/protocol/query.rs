//! awsQuery, as STS and IAM speak it.

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value};

use super::{Answer, respond, set};
use crate::call::{Outcome, Reply};
use crate::error::AwsError;
use crate::policy::Decision;
use crate::protocol::rest_xml::escape;

/// The action named in the query string, when there is one.
pub(super) fn name(head: &Parts) -> Option<String> {
    pairs(head.uri.query().unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "Action").then_some(value))
}

/// The action and its parameters, from the query string and the form.
pub(super) fn read(head: &Parts, body: &Bytes) -> Result<(String, Value), AwsError> {
    let mut input: Map<String, Value> = pairs(head.uri.query().unwrap_or_default().as_bytes())
        .map(|(name, value)| (name, value.into()))
        .collect();
    input.extend(pairs(body).map(|(name, value)| (name, value.into())));
    let action = input.get("Action").and_then(Value::as_str).map(str::to_owned);
    let action = action.ok_or_else(missing_action)?;
    Ok((action, Value::Object(input)))
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn missing_action() -> AwsError {
    AwsError::new(
        400,
        "MissingAction",
        "The request must contain the parameter Action.",
    )
}

/// AWS's answer to an action that it does not know.
pub(super) fn unknown_operation(name: &str, version: &str) -> AwsError {
    let message = format!("Could not find operation {name} for version {version}");
    AwsError::new(400, "InvalidAction", message)
}

/// AWS's answer to a caller without the permission.
pub(super) fn denied(decision: &Decision) -> AwsError {
    AwsError::new(403, "AccessDenied", decision.sentence())
}

/// Writes an outcome; a reply's body is the whole XML document.
pub(super) fn encode(outcome: Outcome, request_id: &str) -> Answer {
    let reply = outcome.unwrap_or_else(|error| Reply {
        status: error.status,
        headers: error.header_map(),
        body: body(&error, request_id).into(),
        consumed_capacity: None,
    });
    let mut response = respond(reply);
    set(&mut response, "content-type", "text/xml");
    set(&mut response, "x-amzn-requestid", request_id);
    response
}

fn body(error: &AwsError, request_id: &str) -> String {
    let fault = if error.status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{fault}</Type>\n    \
         <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
        error.code,
        escape(&error.message)
    )
}
