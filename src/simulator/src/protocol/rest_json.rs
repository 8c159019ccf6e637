//! `restJson1`: method and path name the operation; path, query and body are its input.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>

use bytes::Bytes;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{Answer, respond, set};
use crate::call::{Denial, Outcome, Reply};
use crate::error::AwsError;

/// How requests reach an operation.
pub(crate) struct Route {
    /// The method.
    pub(crate) method: &'static str,
    /// The path, with the members that it holds in braces: `/2018-10-31/layers/{LayerName}/versions`.
    pub(crate) path: &'static str,
    /// What the query must hold beside: `find=LayerVersion`.
    pub(crate) query: Option<&'static str>,
    /// What the body is.
    pub(crate) payload: Payload,
    /// AWS's name of the operation, simulated or not.
    pub(crate) operation: &'static str,
}

/// What a request's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    /// A JSON object whose members are input.
    Members,
    /// The operation's own affair.
    Raw,
}

impl Route {
    /// A route whose body holds members.
    pub(crate) const fn new(method: &'static str, path: &'static str, operation: &'static str) -> Self {
        Self {
            method,
            path,
            query: None,
            payload: Payload::Members,
            operation,
        }
    }

    /// The same, for requests whose query holds this.
    pub(crate) const fn asking(mut self, query: &'static str) -> Self {
        self.query = Some(query);
        self
    }

    /// The same, with a body that is no JSON of this protocol.
    pub(crate) const fn raw(mut self) -> Self {
        self.payload = Payload::Raw;
        self
    }

    /// The members of the path, if the request comes this way.
    fn matches(&self, head: &Parts) -> Option<Map<String, Value>> {
        let query = head.uri.query().unwrap_or_default();
        if head.method != self.method
            || self
                .query
                .is_some_and(|wanted| !query.split('&').any(|pair| pair == wanted))
        {
            return None;
        }
        let (mut ours, mut theirs) = (self.path.split('/'), segments(head.uri.path()));
        let mut members = Map::new();
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return Some(members),
                (Some(ours), Some(theirs)) => {
                    match ours.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                        Some(name) if !theirs.is_empty() => {
                            members.insert(name.to_owned(), decode(theirs).into());
                        }
                        None if ours == theirs => {}
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
    }
}

/// The segments of a path; a slash at its end counts for nothing.
fn segments(path: &str) -> std::str::Split<'_, char> {
    path.strip_suffix('/').unwrap_or(path).split('/')
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn find(head: &Parts, routes: &'static [Route]) -> Option<(&'static Route, Map<String, Value>)> {
    // What asks for more of the query comes first.
    let (exact, general): (Vec<_>, Vec<_>) = routes.iter().partition(|route| route.query.is_some());
    let mut all = exact.into_iter().chain(general);
    all.find_map(|route| Some((route, route.matches(head)?)))
}

/// The operation's name, where there is one for that method and path.
pub(super) fn name(head: &Parts, routes: &'static [Route]) -> Option<String> {
    find(head, routes).map(|(route, _)| route.operation.to_owned())
}

/// The operation's name and its input: members of the body, of the query, of the path.
pub(super) fn read(
    head: &Parts,
    body: &Bytes,
    routes: &'static [Route],
) -> Result<(String, Value), AwsError> {
    let (route, in_path) = find(head, routes).ok_or_else(|| unknown_operation(""))?;
    let mut members = match route.payload {
        Payload::Members if !body.is_empty() => object(body)?,
        _ => Map::new(),
    };
    let query = head.uri.query().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match members.get_mut(&*name) {
            // A parameter that comes again is a list.
            Some(Value::Array(values)) => values.push(value.into()),
            Some(known @ Value::String(_)) => *known = Value::Array(vec![known.take(), value.into()]),
            _ => {
                members.insert(name.into_owned(), value.into());
            }
        }
    }
    members.extend(in_path);
    Ok((route.operation.to_owned(), Value::Object(members)))
}

fn object(body: &Bytes) -> Result<Map<String, Value>, AwsError> {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(unreadable("Unexpected value type in payload")),
        Err(error) => Err(unreadable(&format!(
            "Could not parse request body into json: {error}"
        ))),
    }
}

fn unreadable(message: &str) -> AwsError {
    AwsError::new(400, "InvalidRequestContentException", message)
}

/// The answer to what is not provided.
pub(super) fn unknown_operation(name: &str) -> AwsError {
    if name.is_empty() {
        AwsError::new(404, "UnknownOperationException", "")
    } else {
        let message = format!("The operation {name} is not simulated.");
        AwsError::new(501, "UnknownOperationException", message)
    }
}

/// AWS's answer to a caller without the permission.
pub(super) fn denied(denial: &Denial) -> AwsError {
    AwsError::new(403, "AccessDeniedException", denial.sentence()).message_as("Message")
}

/// Writes an outcome: a reply as it is, an error as its type in a header and its members in JSON.
pub(super) fn encode(outcome: Outcome, request_id: &str) -> Answer {
    let kind = outcome.as_ref().err().map(|error| error.short_code().to_owned());
    let reply = outcome.unwrap_or_else(|error| Reply {
        status: error.status,
        headers: error.header_map(),
        body: body(&error).into(),
        consumed_capacity: None,
    });
    let mut response = respond(reply);
    if !response.headers().contains_key(http::header::CONTENT_TYPE) {
        set(&mut response, "content-type", "application/json");
    }
    set(&mut response, "x-amzn-requestid", request_id);
    if let Some(kind) = kind {
        set(&mut response, "x-amzn-errortype", &kind);
    }
    response
}

fn body(error: &AwsError) -> String {
    let mut members = Map::new();
    let whose = if error.status < 500 { "User" } else { "Service" };
    // What is not signed does not come as far as the service, which would say whose fault it is.
    if error.short_code() != "MissingAuthenticationTokenException" {
        members.insert("Type".to_owned(), whose.into());
    }
    members.insert(error.message_member.to_owned(), error.message.clone().into());
    let extras = error.extras.iter();
    members.extend(extras.map(|(name, value)| (name.clone().into_owned(), value.clone())));
    Value::Object(members).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    static ROUTES: &[Route] = &[
        Route::new("GET", "/2018-10-31/layers", "ListLayers"),
        Route::new("GET", "/2018-10-31/layers", "GetLayerVersionByArn").asking("find=LayerVersion"),
        Route::new(
            "POST",
            "/2018-10-31/layers/{LayerName}/versions",
            "PublishLayerVersion",
        ),
        Route::new(
            "POST",
            "/2015-03-31/functions/{FunctionName}/invocations",
            "Invoke",
        )
        .raw(),
    ];

    fn asked(method: &str, uri: &str, body: &'static str) -> Result<(String, Value), AwsError> {
        let request = http::Request::builder().method(method).uri(uri);
        let head = request.body(()).unwrap().into_parts().0;
        read(&head, &Bytes::from_static(body.as_bytes()), ROUTES)
    }

    #[test]
    fn method_path_and_query_name_the_operation() {
        let name = |method, uri| asked(method, uri, "").unwrap().0;
        assert_eq!(name("GET", "/2018-10-31/layers/"), "ListLayers");
        assert_eq!(
            name("GET", "/2018-10-31/layers?find=LayerVersion&Arn=a"),
            "GetLayerVersionByArn"
        );
        assert_eq!(
            asked("PUT", "/2018-10-31/layers", "").unwrap_err().short_code(),
            "UnknownOperationException"
        );
    }

    #[test]
    fn the_input_is_of_path_query_and_body() {
        let (_, input) = asked(
            "POST",
            "/2018-10-31/layers/a%3Ab/versions?R=1&R=2",
            r#"{"Description": "d"}"#,
        )
        .unwrap();
        assert_eq!(
            input,
            json!({"LayerName": "a:b", "R": ["1", "2"], "Description": "d"})
        );
        let (_, input) = asked(
            "POST",
            "/2015-03-31/functions/f/invocations?Qualifier=1",
            "not json",
        )
        .unwrap();
        assert_eq!(input, json!({"FunctionName": "f", "Qualifier": "1"}));
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        for body in ["[1]", "{"] {
            let refused = asked("POST", "/2018-10-31/layers/a/versions", body).unwrap_err();
            assert_eq!(refused.short_code(), "InvalidRequestContentException");
        }
    }
}
