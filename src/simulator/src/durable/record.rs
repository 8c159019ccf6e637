//! What is written down of a change: a call as it reached its operation, or an advance of the clock.

use std::io;
use std::sync::Mutex;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::auth::keys::KeyStore;
use crate::call::{AuthKind, Call, Caller, Principal, SignedWith};
use crate::chance::Seed;
use crate::cloud::Cloud;

/// One change, all that doing it again takes but for a call's body.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Change {
    /// A call that succeeded.
    Call(Box<Written>),
    /// The clock was moved.
    Advance {
        /// The machine's time then.
        real: OffsetDateTime,
        /// By how much.
        by: std::time::Duration,
        /// Whether the next real second was waited for.
        settled: bool,
    },
}

/// A call, without its body.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Written {
    /// The service's name.
    pub(super) service: String,
    /// The operation's name.
    pub(super) operation: String,
    /// Where its ids and secrets come from.
    pub(super) seed: Seed,
    /// The simulated time up to which what is due by itself was carried out before.
    #[serde(default)]
    pub(super) caught_up: Option<OffsetDateTime>,
    principal: Principal,
    kind: AuthKind,
    signed: Option<Signed>,
    method: String,
    uri: String,
    headers: Vec<(String, Vec<u8>)>,
    input: Value,
    postponed: Value,
    request_id: String,
    /// The simulated time at which it came in.
    pub(super) time: OffsetDateTime,
}

/// What a caller signed with; its session is looked up again.
#[derive(Debug, Serialize, Deserialize)]
struct Signed {
    access_key_id: String,
    region: String,
    at: OffsetDateTime,
}

impl Signed {
    fn of(signed: &SignedWith) -> Self {
        Self {
            access_key_id: signed.access_key_id.clone(),
            region: signed.region.clone(),
            at: signed.at,
        }
    }

    fn again(self, cloud: &Cloud) -> SignedWith {
        let credential = cloud.iam.credential(&self.access_key_id);
        SignedWith {
            access_key_id: self.access_key_id,
            session: credential.and_then(|credential| credential.session),
            region: self.region,
            at: self.at,
        }
    }
}

impl Written {
    /// Writes a call down, before its operation takes its input.
    pub(super) fn of(
        service: &str,
        operation: &str,
        seed: Seed,
        caught_up: OffsetDateTime,
        call: &Call,
    ) -> Self {
        let headers = call.head.headers.iter();
        Self {
            service: service.to_owned(),
            operation: operation.to_owned(),
            seed,
            caught_up: Some(caught_up),
            principal: call.caller.principal.clone(),
            kind: call.caller.kind,
            signed: call.caller.signed.as_ref().map(Signed::of),
            method: call.head.method.to_string(),
            uri: call.head.uri.to_string(),
            headers: headers
                .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
                .collect(),
            input: call.input.clone(),
            postponed: call.postponed.clone(),
            request_id: call.request_id.clone(),
            time: call.time,
        }
    }

    /// `service:Operation`.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// The call again.
    pub(super) fn call(self, cloud: &Cloud, body: Bytes) -> io::Result<Call> {
        let mut request = Request::new(());
        *request.method_mut() = Method::from_bytes(self.method.as_bytes()).map_err(invalid)?;
        *request.uri_mut() = self.uri.parse::<Uri>().map_err(invalid)?;
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(invalid)?;
            let value = HeaderValue::from_bytes(value).map_err(invalid)?;
            request.headers_mut().append(name, value);
        }
        Ok(Call {
            caller: Caller {
                principal: self.principal,
                kind: self.kind,
                signed: self.signed.map(|signed| signed.again(cloud)),
            },
            head: request.into_parts().0,
            body,
            input: self.input,
            postponed: self.postponed,
            request_id: self.request_id,
            time: self.time,
            trail: Mutex::default(),
        })
    }
}

/// A change and its body as bytes: the length of the change's JSON (4 bytes, little-endian), that JSON, the body.
pub(super) fn encode(change: &Change, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, change)?;
    let length = u32::try_from(bytes.len() - 4).map_err(invalid)?;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes.extend(body);
    Ok(bytes)
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(bytes: &[u8]) -> io::Result<(Change, Bytes)> {
    let short = || invalid("a record is too short");
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(invalid)?;
    let (json, body) = rest.split_at_checked(length).ok_or_else(short)?;
    Ok((serde_json::from_slice(json)?, Bytes::copy_from_slice(body)))
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
