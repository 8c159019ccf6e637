//! ec2Query, EC2's dialect of the query protocol: lists without `member`, results without a `Result`, errors of their own
//! form.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value};

use super::elements::Elements;
use super::query::{insert, list, pairs};
use super::{Answer, respond, set};
use crate::call::{Call, Denial, Outcome, Reply};
use crate::error::AwsError;
use crate::policy::encode_denial;
use crate::protocol::rest_xml::escape;

/// The action and its parameters, from the query string and the form. Every value is a text; `X.N` makes a list, `X.Y` a
/// structure.
pub(super) fn read(head: &Parts, body: &Bytes, version: &str) -> Result<(String, Value), AwsError> {
    let mut input = Map::new();
    let query = head.uri.query().unwrap_or_default().as_bytes();
    for (name, value) in pairs(query).chain(pairs(body)) {
        insert(&mut input, &name, value);
    }
    let input = gather(Value::Object(input));
    let action = input["Action"].as_str().map(str::to_owned);
    let action = action.ok_or_else(|| missing("Action"))?;
    match input["Version"].as_str() {
        None => Err(missing("Version")),
        Some(asked) if asked == version => Ok((action, input)),
        Some(other) => Err(AwsError::new(
            400,
            "NoSuchVersion",
            format!("The requested version ({other}) of service AmazonEC2 does not exist"),
        )),
    }
}

/// Makes lists of structures whose members are all named by numbers.
fn gather(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let numbered = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if !members.is_empty() && members.keys().all(numbered) {
        return list(members, gather);
    }
    members
        .into_iter()
        .map(|(name, value)| (name, gather(value)))
        .collect()
}

fn missing(parameter: &str) -> AwsError {
    let message = format!("The request must contain the parameter {parameter}");
    AwsError::new(400, "MissingParameter", message)
}

/// EC2's answer to an action that it does not know.
pub(super) fn unknown_operation(name: &str) -> AwsError {
    let message = format!("The action {name} is not valid for this web service.");
    AwsError::new(400, "InvalidAction", message)
}

/// EC2's answer to a caller without the permission. Where the action is on a resource, who may decode it gets more.
pub(super) fn denied(denial: &Denial) -> AwsError {
    let mut message = format!(
        "You are not authorized to perform this operation. {}",
        denial.sentence()
    );
    if denial.decision.resource() != "*" {
        let encoded = encode_denial(&denial.decision);
        message = format!("{message}. Encoded authorization failure message: {encoded}");
    }
    AwsError::new(403, "UnauthorizedOperation", message)
}

/// A success with these members.
pub(crate) fn reply(namespace: &str, call: &Call, members: &Map<String, Value>) -> Reply {
    let action = call.input["Action"].as_str().unwrap_or_default();
    let mut xml = Elements::new("item");
    xml.line(format_args!("{DECLARATION}"));
    xml.line(format_args!("<{action}Response xmlns=\"{namespace}\">"));
    xml.element("requestId", &call.request_id.as_str().into(), 1);
    for (name, value) in members {
        xml.element(name, value, 1);
    }
    xml.line(format_args!("</{action}Response>"));
    Reply::new(xml.into_text())
}

/// What every answer begins with.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// Writes an outcome; a reply's body is the whole XML document.
pub(super) fn encode(outcome: Outcome, request_id: &str) -> Answer {
    let reply = outcome.unwrap_or_else(|error| Reply {
        status: error.status,
        headers: error.header_map(),
        body: body(&error, request_id).into(),
        consumed_capacity: None,
    });
    let mut response = respond(reply);
    set(&mut response, "content-type", "text/xml;charset=UTF-8");
    set(&mut response, "x-amzn-requestid", request_id);
    response
}

fn body(error: &AwsError, request_id: &str) -> String {
    format!(
        "{DECLARATION}\n<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors>\
         <RequestID>{request_id}</RequestID></Response>",
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
        read(&head, &Bytes::copy_from_slice(body.as_bytes()), "2016-11-15")
    }

    #[test]
    fn what_is_numbered_becomes_a_list_wherever_it_stands() {
        let body = "Action=A&Version=2016-11-15&Filter.2.Name=b&Filter.1.Name=a&Filter.1.Value.1=x&Filter.1.Value.2=y\
                    &IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0&VpcId.10=z&VpcId.9=w";
        let (action, read) = asked(body).unwrap();
        assert_eq!(action, "A");
        assert_eq!(
            read["Filter"],
            json!([{"Name": "a", "Value": ["x", "y"]}, {"Name": "b"}])
        );
        assert_eq!(
            read["IpPermissions"],
            json!([{"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        );
        assert_eq!(read["VpcId"], json!(["w", "z"]));
    }

    #[test]
    fn a_request_names_its_action_and_the_api_s_version() {
        let code = |body: &str| asked(body).unwrap_err().code.into_owned();
        assert_eq!(code("Version=2016-11-15"), "MissingParameter");
        assert_eq!(code("Action=DescribeVpcs"), "MissingParameter");
        assert_eq!(code("Action=DescribeVpcs&Version=2010-01-01"), "NoSuchVersion");
    }

    #[test]
    fn an_error_has_ec2_s_own_form() {
        let error = AwsError::new(
            400,
            "InvalidGroup.NotFound",
            "The security group '<a>' does not exist",
        );
        let text = body(&error, "id");
        assert!(text.ends_with(
            "<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>The security group '&lt;a&gt;' does not \
             exist</Message></Error></Errors><RequestID>id</RequestID></Response>"
        ));
    }
}
