//! What travels down the pipeline: a call with its caller, and the reply that comes back.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use serde_json::Value;
use time::OffsetDateTime;

use crate::error::AwsError;
use crate::policy::Decision;
use crate::services::iam::Session;

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
    /// Fields of a browser's form.
    Post,
}

/// The authenticated sender of a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Who it is.
    pub(crate) principal: Principal,
    /// How that is known.
    pub(crate) kind: AuthKind,
    /// What it signed with; `None` for an anonymous caller.
    pub(crate) signed: Option<SignedWith>,
}

/// What a caller signed with.
#[derive(Debug, Clone)]
pub(crate) struct SignedWith {
    /// The access key's id: `AKIA…`, or `ASIA…` for a session.
    pub(crate) access_key_id: String,
    /// The session that the key belongs to; `None` for a long-term key.
    pub(crate) session: Option<Arc<Session>>,
    /// The region of the signature's scope.
    pub(crate) region: String,
    /// When it was signed, on the simulated clock.
    pub(crate) at: OffsetDateTime,
}

impl Caller {
    /// A caller without a signature.
    pub(crate) fn anonymous() -> Self {
        Self {
            principal: Principal::Anonymous,
            kind: AuthKind::Anonymous,
            signed: None,
        }
    }

    /// The session of temporary credentials.
    pub(crate) fn session(&self) -> Option<&Arc<Session>> {
        self.signed.as_ref()?.session.as_ref()
    }
}

/// A permission that a call needs: an action on a resource, in circumstances that its service knows.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    /// `s3:GetObject`.
    pub(crate) action: Cow<'static, str>,
    /// The resource's ARN, or `*`.
    pub(crate) resource: String,
    /// The condition keys of the service itself (`s3:prefix`, `iam:PassedToService`) and those of the request's tags
    /// (`aws:RequestTag/…`, `aws:TagKeys`), with their values.
    pub(crate) context: Vec<(Cow<'static, str>, Vec<String>)>,
    /// How a denial names the resource, where not by its ARN: `role lecteur`.
    pub(crate) shown: Option<String>,
}

impl Access {
    /// The permission to do `action` on `resource`.
    pub(crate) fn new(action: impl Into<Cow<'static, str>>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Vec::new(),
            shown: None,
        }
    }

    /// The same, with a condition key; without a value, the key is not in the request.
    pub(crate) fn with(mut self, key: impl Into<Cow<'static, str>>, values: Vec<String>) -> Self {
        if !values.is_empty() {
            self.context.push((key.into(), values));
        }
        self
    }

    /// The same, its resource named otherwise in a denial.
    pub(crate) fn shown_as(mut self, name: impl Into<String>) -> Self {
        self.shown = Some(name.into());
        self
    }
}

/// A decision that lets a call go no further, and how AWS names the resource in it.
#[derive(Debug, Clone)]
pub(crate) struct Denial {
    /// The decision.
    pub(crate) decision: Decision,
    /// How the sentence names the resource, where not by its ARN.
    pub(crate) shown: Option<String>,
    /// Whether the resource is of another account, and not of the caller's organization either.
    pub(crate) outsider: bool,
}

impl Denial {
    /// The ARN of who asked, `*` for an anonymous caller.
    pub(crate) fn principal(&self) -> &str {
        self.decision.principal()
    }

    /// AWS's sentence for it.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub(crate) fn sentence(&self) -> String {
        let sentence = self.decision.sentence();
        let action = format!("perform: {}", self.decision.action());
        match (&self.shown, sentence.split_once(&action)) {
            (Some(shown), Some((before, after))) => {
                let by_arn = format!(" on resource: {}", self.decision.resource());
                let after = after.strip_prefix(&by_arn).unwrap_or(after);
                format!("{before}{action} on resource: {shown}{after}")
            }
            _ => sentence,
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
    /// The account that calls. An anonymous caller has none: the default account stands for it, which is where
    /// operations that nobody owns happen.
    pub(crate) fn account(&self) -> &str {
        self.caller.principal.account().unwrap_or(crate::ACCOUNT)
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
