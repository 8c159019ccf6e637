//! Signatures against AWS's published vectors, and against the SDK's own signer.
#![allow(clippy::unwrap_used)]

mod requests;
mod sessions;
mod urls;
mod vectors;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http::Request;
use http_body_util::Full;

use super::*;
use crate::REGION;
use crate::call::Principal;
use crate::services::iam::{Session, Tags};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A world with one key, and what the SDK's signer makes for it.
struct World {
    keys: OneKey,
    clock: Clock,
}

/// The one key that there is, and its session.
struct OneKey(Option<Arc<Session>>);

impl KeyStore for OneKey {
    fn credential(&self, access_key_id: &str) -> Option<Credential> {
        (access_key_id == ID).then(|| Credential {
            secret: SECRET.to_owned(),
            owner: self
                .0
                .as_ref()
                .map_or_else(owner, |session| session.principal.clone()),
            session: self.0.clone(),
        })
    }
}

fn owner() -> Principal {
    Principal::User {
        account: "123456789012".to_owned(),
        name: "u".to_owned(),
        arn: "arn:aws:iam::123456789012:user/u".to_owned(),
        id: "AIDA".to_owned(),
    }
}

impl World {
    fn new() -> Self {
        Self {
            keys: OneKey(None),
            clock: Clock::new(false),
        }
    }

    /// A world whose key is a session's.
    fn of_session(session: Session) -> Self {
        Self {
            keys: OneKey(Some(Arc::new(session))),
            ..Self::new()
        }
    }

    fn check(&self, service: &Service, request: Request<Vec<u8>>) -> Result<Authenticated, Refusal> {
        self.learn(service, request, &mut Value::Null)
    }

    /// What the journal learns of a request.
    fn details(&self, service: &Service, request: Request<Vec<u8>>) -> Value {
        let mut details = Value::Null;
        // Refused or not, what was learnt is there.
        let _ = self.learn(service, request, &mut details);
        details
    }

    fn learn(
        &self,
        service: &Service,
        request: Request<Vec<u8>>,
        details: &mut Value,
    ) -> Result<Authenticated, Refusal> {
        let (head, body) = request.into_parts();
        let verifier = Verifier {
            keys: &self.keys,
            clock: &self.clock,
            service,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(verifier.authenticate(head, Full::new(Bytes::from(body)), details))
    }

    fn code(&self, service: &Service, request: Request<Vec<u8>>) -> (u16, String) {
        let refusal = self.check(service, request).unwrap_err();
        let error = refusal.error(service.protocol.family());
        (error.status, format!("{}: {}", error.short_code(), error.message))
    }
}

/// How a request is signed.
#[derive(Clone)]
struct How {
    service: &'static str,
    region: &'static str,
    id: &'static str,
    secret: &'static str,
    at: SystemTime,
    presigned: Option<Duration>,
    token: Option<&'static str>,
}

impl How {
    fn header(service: &'static str) -> Self {
        Self {
            service,
            region: REGION,
            id: ID,
            secret: SECRET,
            at: SystemTime::now(),
            presigned: None,
            token: None,
        }
    }

    fn presigned(seconds: u64) -> Self {
        Self {
            presigned: Some(Duration::from_secs(seconds)),
            ..Self::header("s3")
        }
    }
}

fn signed(how: &How, mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    request
        .headers_mut()
        .insert("host", "127.0.0.1:4566".parse().unwrap());
    let mut settings = SigningSettings::default();
    settings.expires_in = how.presigned;
    settings.session_token_mode = SessionTokenMode::Include;
    if how.presigned.is_some() {
        settings.signature_location = SignatureLocation::QueryParams;
    }
    if how.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let identity = Credentials::new(how.id, how.secret, how.token.map(str::to_owned), None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(how.region)
        .name(how.service)
        .time(how.at)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let body = request.body().clone();
    let uri = format!("http://127.0.0.1:4566{}", request.uri());
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let signable = SignableRequest::new(
        request.method().as_str(),
        uri,
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        if how.presigned.is_some() {
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(&body)
        },
    )
    .unwrap();
    sign(signable, &params)
        .unwrap()
        .into_parts()
        .0
        .apply_to_request_http1x(&mut request);
    // What comes over the wire has its host in a header only.
    let target = request.uri().path_and_query().unwrap().to_string();
    *request.uri_mut() = target.parse().unwrap();
    request
}

fn get(uri: &str) -> Request<Vec<u8>> {
    Request::get(uri).body(Vec::new()).unwrap()
}

fn post(body: &str) -> Request<Vec<u8>> {
    let request = Request::post("/").header("content-type", "application/x-amz-json-1.0");
    request
        .header("x-amz-target", "DynamoDB_20120810.GetItem")
        .body(body.into())
        .unwrap()
}
