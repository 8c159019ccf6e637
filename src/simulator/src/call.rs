//! What travels down the pipeline: a call with its caller, and the reply that comes back.

use std::borrow::Cow;
use std::sync::Mutex;

use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use serde_json::Value;
use time::OffsetDateTime;

use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::{self, Context, Decision, Request};

pub(crate) use crate::policy::Principal;

/// How a request proved who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub(crate) enum AuthKind {
    /// It did not.
    Anonymous,
    /// An `Authorization` header.
    RestHeader,
    /// Query parameters: a presigned URL.
    RestQueryString,
}

/// The authenticated sender of a request.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Caller {
    /// Who it is.
    pub(crate) principal: Principal,
    /// How that is known.
    pub(crate) kind: AuthKind,
}

/// A permission that a call needs: an action on a resource.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    /// `s3:GetObject`.
    pub(crate) action: Cow<'static, str>,
    /// The resource's ARN, or `*`.
    pub(crate) resource: String,
}

impl Access {
    /// The permission to do `action` on `resource`.
    pub(crate) fn new(action: impl Into<Cow<'static, str>>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
        }
    }
}

/// One request, authenticated and read, on its way to an operation.
#[derive(Debug)]
pub(crate) struct Call {
    /// Who calls.
    pub(crate) caller: Caller,
    /// The request's head, stripped of everything that was authentication (headers and query parameters); the
    /// trailers of an aws-chunked body are among the headers.
    pub(crate) head: Parts,
    /// The body, decoded (no aws-chunked) and verified against its signature.
    pub(crate) body: Bytes,
    /// The input as JSON: the body of a JSON service, the parameters of a query service, else `Null`.
    pub(crate) input: Value,
    /// What metering took out of the input, for the operation to hand back as unprocessed; else `Null`.
    pub(crate) postponed: Value,
    /// This answer's request id.
    pub(crate) request_id: String,
    /// The simulated time at which the request came in.
    pub(crate) time: OffsetDateTime,
    /// What policies said about it so far.
    pub(crate) trail: Mutex<Vec<Decision>>,
}

impl Call {
    /// Lets the call go on only if its caller may do `access`; the decision is kept for the journal.
    ///
    /// The pipeline asks for the permissions that an operation's table entry lists. An operation that needs more
    /// (each key of a batch, the source of a copy) asks here for itself.
    pub(crate) fn authorise(&self, cloud: &Cloud, access: &Access) -> Result<(), Decision> {
        let principal = &self.caller.principal;
        let request = Request {
            principal,
            action: &access.action,
            resource: &access.resource,
            resource_account: None,
            context: &Context::new(),
        };
        let decision = policy::evaluate(&request, &cloud.policies.of(principal));
        if let Ok(mut trail) = self.trail.lock() {
            trail.push(decision.clone());
        }
        if decision.allowed { Ok(()) } else { Err(decision) }
    }

    /// A header's value, when it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What an operation answers when it succeeds (for S3, any answer that is not an XML error).
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// HTTP status; 0 stands for 200.
    pub(crate) status: u16,
    /// Headers of the operation itself; the protocol adds its own.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
    /// Capacity units consumed, for the journal.
    pub(crate) consumed_capacity: Option<f64>,
}

impl Reply {
    /// A plain success with this body.
    pub(crate) fn new(body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            body: body.into(),
            ..Self::default()
        }
    }
}

/// What comes out of the pipeline before it is encoded.
pub(crate) type Outcome = Result<Reply, AwsError>;
