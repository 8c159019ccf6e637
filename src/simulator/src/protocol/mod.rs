//! AWS's wire protocols: how a request names its operation, and how an outcome becomes a response.
//!
//! Protocols know nothing of what operations do; services know nothing of how answers are written.

pub(crate) mod ec2;
mod elements;
pub(crate) mod json;
pub(crate) mod query;
pub(crate) mod rest_json;
pub(crate) mod rest_xml;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response};
use http_body_util::Full;
use serde_json::Value;

use crate::call::{Denial, Outcome, Reply};
use crate::chance::text;
use crate::error::AwsError;

/// A whole response, ready to be sent.
pub(crate) type Answer = Response<Full<Bytes>>;

/// How a service speaks.
#[derive(Clone, Copy)]
pub(crate) enum Protocol {
    /// `awsJson1_0` and `awsJson1_1`: `X-Amz-Target: PREFIX.Operation`, JSON in and out.
    /// <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>
    Json {
        /// `1.0` or `1.1`.
        version: &'static str,
        /// The prefixes of its targets: `DynamoDB_20120810`.
        targets: &'static [&'static str],
    },
    /// awsQuery: `Action=…&Version=…` in, XML out.
    /// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
    Query {
        /// The API's date, which `Version` holds.
        version: &'static str,
        /// The XML namespace of its answers.
        namespace: &'static str,
    },
    /// ec2Query: `Action=…&Version=…` in, XML out, both as EC2 alone writes them.
    /// <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>
    Ec2 {
        /// The API's date, which `Version` holds.
        version: &'static str,
    },
    /// `restJson1`: method and path name the operation.
    RestJson {
        /// How requests reach its operations.
        routes: &'static [rest_json::Route],
    },
    /// restXml as S3 speaks it: method, path and subresource name the operation.
    RestXml {
        /// AWS's name of the operation that a request asks for, simulated or not.
        operation: fn(&Parts) -> String,
    },
}

/// A protocol's family, by which authentication words its refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// JSON protocols that name their operation in a header.
    Json,
    /// JSON protocols that name it by method and path.
    RestJson,
    /// The query protocol.
    Query,
    /// EC2.
    Ec2,
    /// S3.
    S3,
}

impl Protocol {
    /// Its family.
    pub(crate) fn family(self) -> Family {
        match self {
            Self::Json { .. } => Family::Json,
            Self::Query { .. } => Family::Query,
            Self::Ec2 { .. } => Family::Ec2,
            Self::RestJson { .. } => Family::RestJson,
            Self::RestXml { .. } => Family::S3,
        }
    }

    /// The largest body that is read, in bytes.
    pub(crate) fn body_limit(self) -> usize {
        match self {
            Self::Json { .. } => 16 << 20,
            Self::Query { .. } | Self::Ec2 { .. } => 1 << 20,
            // Lambda's: 50 MiB in base64, and what is around it.
            Self::RestJson { .. } => 70_167_211,
            // The largest object of a single PutObject.
            Self::RestXml { .. } => 5 << 30,
        }
    }

    /// The operation's name and its input, read from a request.
    pub(crate) fn read(self, head: &Parts, body: &Bytes) -> Result<(String, Value), AwsError> {
        match self {
            Self::Json { targets, .. } => json::read(head, body, targets),
            Self::Query { version, .. } => query::read(head, body, version),
            Self::Ec2 { version } => ec2::read(head, body, version),
            Self::RestJson { routes } => rest_json::read(head, body, routes),
            Self::RestXml { operation } => Ok((operation(head), Value::Null)),
        }
    }

    /// A request id as this protocol's services write it.
    pub(crate) fn request_id(self) -> String {
        match self {
            Self::Json { .. } => text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 52),
            Self::Query { .. } | Self::Ec2 { .. } | Self::RestJson { .. } => {
                let hex = |length| text(b"0123456789abcdef", length);
                format!("{}-{}-4{}-8{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
            }
            Self::RestXml { .. } => text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 16),
        }
    }

    /// The name alone of the operation, for the journal of a request that goes no further.
    pub(crate) fn name(self, head: &Parts) -> String {
        match self {
            Self::Json { targets, .. } => json::name(head, targets).unwrap_or_default(),
            Self::Query { .. } | Self::Ec2 { .. } => query::name(head).unwrap_or_default(),
            Self::RestJson { routes } => {
                rest_json::name(head, routes).unwrap_or_else(|| head.method.to_string())
            }
            Self::RestXml { operation } => operation(head),
        }
    }

    /// How this protocol says that it has no such operation.
    pub(crate) fn unknown_operation(self, name: &str) -> AwsError {
        match self {
            Self::Json { .. } => json::unknown_operation(name),
            Self::Query { version, .. } => query::unknown_operation(name, version),
            Self::Ec2 { .. } => ec2::unknown_operation(name),
            Self::RestJson { .. } => rest_json::unknown_operation(name),
            Self::RestXml { .. } => rest_xml::not_implemented(),
        }
    }

    /// How this protocol words a denial.
    pub(crate) fn denied(self, denial: &Denial) -> AwsError {
        match self {
            Self::Json { .. } => json::denied(denial),
            Self::Query { .. } => query::denied(denial),
            Self::Ec2 { .. } => ec2::denied(denial),
            Self::RestJson { .. } => rest_json::denied(denial),
            Self::RestXml { .. } => rest_xml::denied(denial),
        }
    }

    /// Writes an outcome as a response.
    pub(crate) fn encode(self, outcome: Outcome, request_id: &str) -> Answer {
        match (self, outcome) {
            (Self::Json { version, .. }, outcome) => json::encode(outcome, request_id, version),
            (Self::Query { namespace, .. }, outcome) => query::encode(outcome, request_id, namespace),
            (Self::Ec2 { .. }, outcome) => ec2::encode(outcome, request_id),
            (Self::RestJson { .. }, outcome) => rest_json::encode(outcome, request_id),
            (Self::RestXml { .. }, outcome) => rest_xml::encode(outcome, request_id),
        }
    }
}

/// A response of a reply, before the protocol's own headers.
fn respond(reply: Reply) -> Answer {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() = status(reply.status);
    *response.headers_mut() = reply.headers;
    response
}

/// A status code; 0 stands for 200.
fn status(code: u16) -> http::StatusCode {
    match code {
        0 => http::StatusCode::OK,
        code => http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Sets a header, unless its value cannot be one.
fn set(response: &mut Answer, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
}
