//! S3's XML errors and common headers.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Answer, respond, set};
use crate::call::{Denial, Outcome, Reply};
use crate::error::AwsError;

/// S3's answer to what it does not provide.
pub(super) fn not_implemented() -> AwsError {
    let message = "A header or query you provided requested a function that is not implemented.";
    AwsError::new(501, "NotImplemented", message)
}

/// S3's answer to a caller without the permission.
pub(super) fn denied(denial: &Denial) -> AwsError {
    AwsError::new(403, "AccessDenied", reason(denial))
}

/// What S3 tells a caller without the permission: an anonymous one, and one who is neither of the resource's account nor
/// of its organization, not why.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html>
pub(crate) fn reason(denial: &Denial) -> String {
    if denial.principal() == "*" || denial.outsider {
        "Access Denied".to_owned()
    } else {
        denial.sentence()
    }
}

/// Writes an outcome: a reply as it is, an error as XML (without a body for statuses that have none).
pub(super) fn encode(outcome: Outcome, request_id: &str) -> Answer {
    let host_id = host_id(request_id);
    let failed = outcome.is_err();
    let reply = outcome.unwrap_or_else(|error| Reply {
        status: error.status,
        headers: error.header_map(),
        body: body(&error, request_id, &host_id).into(),
        consumed_capacity: None,
    });
    let mut response = respond(reply);
    if failed && response.status() == http::StatusCode::NOT_MODIFIED {
        *response.body_mut() = http_body_util::Full::default();
    } else if failed {
        set(&mut response, "content-type", "application/xml");
    }
    set(&mut response, "x-amz-request-id", request_id);
    set(&mut response, "x-amz-id-2", &host_id);
    set(&mut response, "server", "AmazonS3");
    response
}

/// The second id of S3's answers, long and opaque.
fn host_id(request_id: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("cahier/{request_id}/host"))
}

fn body(error: &AwsError, request_id: &str, host_id: &str) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
    element(&mut xml, "Code", &error.code);
    element(&mut xml, "Message", &error.message);
    for (name, value) in &error.extras {
        match value {
            Value::String(text) => element(&mut xml, name, text),
            other => element(&mut xml, name, &other.to_string()),
        }
    }
    element(&mut xml, "RequestId", request_id);
    element(&mut xml, "HostId", host_id);
    xml.push_str("</Error>");
    xml
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = write!(xml, "<{name}>{}</{name}>", escape(text));
}

/// Text as it may stand in XML; characters that XML 1.0 cannot hold are replaced.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\n' | '\t' => escaped.push(character),
            control if control < ' ' || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}
