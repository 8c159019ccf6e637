//! awsQuery, as STS and IAM speak it: a form in, XML out.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value};

use super::elements::Elements;
use super::{Answer, respond, set};
use crate::call::{Call, Denial, Outcome, Reply};
use crate::error::AwsError;
use crate::protocol::rest_xml::escape;

/// How deep the parts of a parameter's name may nest: `Tags.member.1.Key` has four. A longer name is kept as it is.
const DEEPEST: usize = 16;

/// What stands for the version of a request that names none.
const NO_VERSION: &str = "NO_VERSION_SPECIFIED";

/// The action named in the query string, when there is one.
pub(super) fn name(head: &Parts) -> Option<String> {
    pairs(head.uri.query().unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "Action").then_some(value))
}

/// The API's version that a request asks for, in its query string.
pub(crate) fn version(head: &Parts) -> Option<String> {
    pairs(head.uri.query().unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "Version").then_some(value))
}

/// The action and its parameters, from the query string and the form. Every value is a text; `X.member.N` makes a
/// list, `X.Y` a structure.
pub(super) fn read(head: &Parts, body: &Bytes, version: &str) -> Result<(String, Value), AwsError> {
    let mut input = Map::new();
    let query = head.uri.query().unwrap_or_default().as_bytes();
    for (name, value) in pairs(query).chain(pairs(body)) {
        insert(&mut input, &name, value);
    }
    let input = gather(Value::Object(input));
    let action = input["Action"].as_str().map(str::to_owned);
    let action = action.ok_or_else(missing_action)?;
    match input["Version"].as_str().unwrap_or(NO_VERSION) {
        asked if asked == version => Ok((action, input)),
        other => Err(unknown_operation(&action, other)),
    }
}

pub(super) fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// Puts a parameter at its place in the tree of structures; the last one of a name wins.
pub(super) fn insert(tree: &mut Map<String, Value>, name: &str, value: String) {
    let parts: Vec<&str> = name.split('.').collect();
    let Some((last, way)) = parts.split_last().filter(|_| parts.len() <= DEEPEST) else {
        tree.insert(name.to_owned(), value.into());
        return;
    };
    let mut place = tree;
    for part in way {
        let next = place.entry(*part).or_insert(Value::Null);
        if !next.is_object() {
            *next = Value::Object(Map::new());
        }
        let Value::Object(inner) = next else { return };
        place = inner;
    }
    place.insert((*last).to_owned(), value.into());
}

/// Makes lists of what was written as `{"member": {"1": …, "2": …}}`.
fn gather(value: Value) -> Value {
    let Value::Object(mut members) = value else {
        return value;
    };
    if members.len() == 1
        && let Some(Value::Object(numbered)) = members.remove("member")
    {
        return list(numbered, gather);
    }
    members
        .into_iter()
        .map(|(name, value)| (name, gather(value)))
        .collect()
}

/// A list of what is numbered, in the order of the numbers.
pub(super) fn list(numbered: Map<String, Value>, gather: fn(Value) -> Value) -> Value {
    let mut items: Vec<(u32, Value)> = numbered
        .into_iter()
        .filter_map(|(number, value)| Some((number.parse().ok()?, gather(value))))
        .collect();
    items.sort_by_key(|(number, _)| *number);
    items.into_iter().map(|(_, value)| value).collect()
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
pub(super) fn denied(denial: &Denial) -> AwsError {
    AwsError::new(403, "AccessDenied", denial.sentence())
}

/// A success with this result; `Null` where the operation has none.
pub(crate) fn reply(namespace: &str, call: &Call, result: &Value) -> Reply {
    let action = call.input["Action"].as_str().unwrap_or_default();
    let mut xml = Elements::new("member");
    xml.line(format_args!("<{action}Response xmlns=\"{namespace}\">"));
    if !result.is_null() {
        xml.element(&format!("{action}Result"), result, 1);
    }
    let metadata = serde_json::json!({ "RequestId": call.request_id });
    xml.element("ResponseMetadata", &metadata, 1);
    xml.line(format_args!("</{action}Response>"));
    Reply::new(xml.into_text())
}

/// Writes an outcome; a reply's body is the whole XML document.
pub(super) fn encode(outcome: Outcome, request_id: &str, namespace: &str) -> Answer {
    let reply = outcome.unwrap_or_else(|error| Reply {
        status: error.status,
        headers: error.header_map(),
        body: body(&error, request_id, namespace).into(),
        consumed_capacity: None,
    });
    let mut response = respond(reply);
    set(&mut response, "content-type", "text/xml");
    set(&mut response, "x-amzn-requestid", request_id);
    response
}

fn body(error: &AwsError, request_id: &str, namespace: &str) -> String {
    let fault = if error.status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{fault}</Type>\n    \
         <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
        error.code,
        escape(&error.message)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn asked(body: &str) -> Result<(String, Value), AwsError> {
        let head = http::Request::post("/").body(()).unwrap().into_parts().0;
        read(&head, &Bytes::copy_from_slice(body.as_bytes()), "2010-05-08")
    }

    fn input(body: &str) -> Value {
        asked(&format!("{body}&Version=2010-05-08")).unwrap().1
    }

    #[test]
    fn an_operation_is_one_of_a_version() {
        for (version, named) in [
            ("", "NO_VERSION_SPECIFIED"),
            ("&Version=", ""),
            ("&Version=2000-01-01", "2000-01-01"),
        ] {
            let error = asked(&format!("Action=ListUsers{version}")).unwrap_err();
            assert_eq!(error.code, "InvalidAction");
            let sentence = format!("Could not find operation ListUsers for version {named}");
            assert_eq!(error.message, sentence);
        }
    }

    #[test]
    fn numbered_members_become_lists_in_the_order_of_their_numbers() {
        let body = "Action=A&Tags.member.10.Key=b&Tags.member.2.Key=a&Tags.member.2.Value=x%20y&PolicyArns.member.1.arn=z";
        let read = input(body);
        assert_eq!(read["Tags"], json!([{"Key": "a", "Value": "x y"}, {"Key": "b"}]));
        assert_eq!(read["PolicyArns"], json!([{"arn": "z"}]));
    }

    #[test]
    fn lists_nest_and_an_empty_list_is_an_empty_text() {
        let read = input("Action=A&C.member.1.V.member.1=a&C.member.1.V.member.2=b&Empty=");
        assert_eq!(read["C"], json!([{"V": ["a", "b"]}]));
        assert_eq!(read["Empty"], "");
    }

    #[test]
    fn absurd_names_are_kept_flat_and_never_overflow() {
        let long = "a.".repeat(100_000);
        assert_eq!(input(&format!("Action=A&{long}=1"))[&long], "1");
        assert_eq!(input("Action=A&A.member.x=1&B=1&B.member.1=2")["B"], json!(["2"]));
    }
}
