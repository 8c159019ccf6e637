//! The authentication station: who sent a request, and is it what they signed?
//!
//! The signature is checked against the request as it came over the wire; what goes on down the pipeline is stripped
//! of it, with its body decoded.

mod chunked;
pub(crate) mod keys;
mod neighbours;
mod payload;
pub(crate) mod refusal;
mod signature;
pub(crate) mod sigv4;
mod strip;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use http_body::Body;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(crate) use signature::claimed_service;

use crate::call::{AuthKind, Caller, SignedWith};
use crate::clock::Clock;
use crate::protocol::Family;
use crate::services::Service;
use chunked::Chain;
use keys::{Credential, KeyStore};
use payload::Payload;
use refusal::{MAX_SKEW, Refusal};
use signature::Signature;
use sigv4::Signed;

/// A request that is what its caller sent.
#[derive(Debug)]
pub(crate) struct Authenticated {
    /// Who sent it.
    pub(crate) caller: Caller,
    /// Its head, stripped of the authentication.
    pub(crate) head: Parts,
    /// Its body, decoded.
    pub(crate) body: Bytes,
}

/// What signatures are checked against.
pub(crate) struct Verifier<'a> {
    /// The keys that are known.
    pub(crate) keys: &'a dyn KeyStore,
    /// The simulated clock, with its history.
    pub(crate) clock: &'a Clock,
    /// The service that the request came to.
    pub(crate) service: &'a Service,
}

impl Verifier<'_> {
    /// Finds out who sent a request, verifies it, and reads its body. What is learnt on the way goes into `details`,
    /// also when the request is refused.
    pub(crate) async fn authenticate<B>(
        &self,
        head: Parts,
        body: B,
        details: &mut Value,
    ) -> Result<Authenticated, Refusal>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let limit = self.service.protocol.body_limit();
        self.check_framing(&head)?;
        let found = if self.is_preflight(&head) {
            None
        } else {
            signature::find(&head)?
        };
        let Some(signature) = found else {
            *details = json!({ "kind": AuthKind::Anonymous });
            return self.anonymous(head, body).await;
        };
        *details = describe(&signature);
        let (key, signed_at) = self.check(&signature)?;
        details["signed_at"] = signed_at.format(&Rfc3339).unwrap_or_default().into();
        let (payload, whole) = if let Some(payload) = self.payload(&head, &signature)? {
            self.verify(&head, &signature, &key, payload.canonical(), details)?;
            (payload, payload::read(body, limit).await?)
        } else {
            // Services other than S3 sign the body's hash without naming it: the body is read first.
            let whole = payload::read(body, limit).await?;
            self.verify(&head, &signature, &key, &sigv4::sha256_hex(&whole), details)?;
            (Payload::Unsigned, whole)
        };
        let chain = Chain::after(&signature, &key);
        let (body, trailers) = payload.open(whole, &head, Some(chain))?;
        Ok(admit(caller(signature, key, signed_at), head, body, trailers))
    }

    /// S3 takes no body of which nothing says how long it is.
    fn check_framing(&self, head: &Parts) -> Result<(), Refusal> {
        let chunked = head.headers.contains_key(http::header::TRANSFER_ENCODING);
        let sized = head.headers.contains_key("x-amz-decoded-content-length");
        if self.service.protocol.family() == Family::S3 && chunked && !sized {
            return Err(Refusal::TransferEncoding);
        }
        Ok(())
    }

    /// What a browser asks before it sends a page's request: it never signs that, whatever the address holds.
    fn is_preflight(&self, head: &Parts) -> bool {
        self.service.protocol.family() == Family::S3 && head.method == http::Method::OPTIONS
    }

    /// A request without a signature: S3 lets its policies decide, every other service refuses it here.
    async fn anonymous<B>(&self, head: Parts, body: B) -> Result<Authenticated, Refusal>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        if self.service.protocol.family() != Family::S3 {
            return Err(Refusal::Missing);
        }
        let payload = Payload::declared(&head)?.unwrap_or(Payload::Unsigned);
        let whole = payload::read(body, self.service.protocol.body_limit()).await?;
        let (body, trailers) = payload.open(whole, &head, None)?;
        Ok(admit(Caller::anonymous(), head, body, trailers))
    }

    /// What a signed request says of its body; `None` where the body must be looked at.
    fn payload(&self, head: &Parts, signature: &Signature) -> Result<Option<Payload>, Refusal> {
        match (
            Payload::declared(head)?,
            self.service.protocol.family(),
            signature.kind(),
        ) {
            (Some(payload), ..) => Ok(Some(payload)),
            (None, Family::S3, AuthKind::RestQueryString) => Ok(Some(Payload::Unsigned)),
            (None, Family::S3, _) => Err(Refusal::MissingPayloadHash),
            (None, ..) => Ok(None),
        }
    }

    /// Everything but the signature itself: scope, dates, key. Gives the key and the simulated time of signing.
    fn check(&self, signature: &Signature) -> Result<(Credential, OffsetDateTime), Refusal> {
        self.check_scope(signature)?;
        let signed_at = self.check_time(signature)?;
        let id = &signature.access_key_id;
        let unknown = || Refusal::UnknownKey(id.clone());
        let key = self.keys.credential(id).ok_or_else(unknown)?;
        let Some(session) = &key.session else {
            // Long-term keys have no session, so that no token can be the right one.
            return match &signature.token {
                Some(token) => Err(Refusal::Token(token.clone())),
                None => Ok((key, signed_at)),
            };
        };
        let token = signature.token.as_ref().ok_or_else(unknown)?;
        if !sigv4::same(token.as_bytes(), session.token.as_bytes()) {
            return Err(Refusal::Token(token.clone()));
        }
        if session.expired(self.clock.now()) {
            return Err(Refusal::ExpiredToken(token.clone()));
        }
        if session.reaches(self.service.name) {
            Ok((key, signed_at))
        } else {
            Err(unknown())
        }
    }

    fn check_scope(&self, signature: &Signature) -> Result<(), Refusal> {
        let presigned = signature.expires.is_some();
        let expected = self.service.name;
        let regions = self.service.regions;
        if !regions.contains(&signature.scope.region.as_str()) {
            let given = signature.scope.region.clone();
            return Err(Refusal::Region {
                given,
                expected: regions.first().copied().unwrap_or_default(),
                presigned,
            });
        }
        if signature.scope.service != expected {
            let given = signature.scope.service.clone();
            return Err(Refusal::Service {
                given,
                expected,
                presigned,
            });
        }
        Ok(())
    }

    /// A header's date must be near the machine's clock, which is the signer's; a presigned URL's life is counted on
    /// the simulated clock, from the simulated time at which it was signed.
    fn check_time(&self, signature: &Signature) -> Result<OffsetDateTime, Refusal> {
        let signed = self.clock.simulated(signature.date);
        let Some(expires) = signature.expires else {
            let now = OffsetDateTime::now_utc();
            let skewed = (signature.date - now).abs() > MAX_SKEW;
            let amz_date = signature.amz_date.clone();
            return if skewed {
                Err(Refusal::Skewed {
                    amz_date,
                    signed: signature.date,
                    now,
                })
            } else {
                Ok(signed)
            };
        };
        let now = self.clock.now();
        let at = signed + time::Duration::seconds(expires);
        if signed > now + MAX_SKEW {
            return Err(Refusal::NotYetValid { signed, at, now });
        }
        if now > at {
            return Err(Refusal::Expired { expires, at, now });
        }
        Ok(signed)
    }

    /// The signature itself; then, for S3, that no `x-amz-*` header was left out of it.
    fn verify(
        &self,
        head: &Parts,
        signature: &Signature,
        key: &Credential,
        payload: &str,
        details: &mut Value,
    ) -> Result<(), Refusal> {
        let s3 = self.service.protocol.family() == Family::S3;
        let signed = Signed {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            header_names: &signature.signed_headers,
            payload,
            path_as_it_is: s3,
        };
        let canonical_request = signed.canonical_request();
        let string_to_sign = sigv4::string_to_sign(&signature.amz_date, &signature.scope, &canonical_request);
        let expected = sigv4::sign(
            &sigv4::signing_key(&key.secret, &signature.scope),
            &string_to_sign,
        );
        details["canonical_request"] = canonical_request.clone().into();
        details["string_to_sign"] = string_to_sign.clone().into();
        if !sigv4::same(expected.as_bytes(), signature.provided.as_bytes()) {
            if let Some(signed) = neighbours::signed_for(&signed, signature, &key.secret) {
                details["signed_canonical_request"] = signed.into();
            }
            return Err(Refusal::Signature {
                access_key_id: signature.access_key_id.clone(),
                string_to_sign,
                provided: signature.provided.clone(),
                canonical_request,
            });
        }
        let unsigned = if s3 {
            unsigned_headers(&head.headers, signature)
        } else {
            Vec::new()
        };
        if unsigned.is_empty() {
            Ok(())
        } else {
            Err(Refusal::UnsignedHeaders(unsigned))
        }
    }
}

fn caller(signature: Signature, key: Credential, at: OffsetDateTime) -> Caller {
    let kind = signature.kind();
    Caller {
        principal: key.owner,
        kind,
        signed: Some(SignedWith {
            access_key_id: signature.access_key_id,
            session: key.session,
            region: signature.scope.region,
            at,
        }),
    }
}

fn admit(caller: Caller, mut head: Parts, body: Bytes, trailers: HeaderMap) -> Authenticated {
    strip::strip(&mut head, body.len(), trailers);
    Authenticated { caller, head, body }
}

/// The `x-amz-*` headers that a signature does not cover; the payload's hash is covered in any case.
fn unsigned_headers(headers: &HeaderMap, signature: &Signature) -> Vec<String> {
    let names = headers.keys().map(http::HeaderName::as_str);
    let names = names.filter(|name| name.starts_with("x-amz-") && *name != "x-amz-content-sha256");
    let unsigned = names.filter(|name| !signature.signed_headers.iter().any(|signed| signed == name));
    unsigned.map(str::to_owned).collect()
}

fn describe(signature: &Signature) -> Value {
    json!({
        "kind": signature.kind(),
        "access_key_id": signature.access_key_id,
        "region": signature.scope.region,
        "service": signature.scope.service,
        "date": signature.amz_date,
        "expires": signature.expires,
        "signed_headers": signature.signed_headers,
        "signature_provided": signature.provided,
    })
}

impl Signature {
    /// Where it was found.
    fn kind(&self) -> AuthKind {
        if self.expires.is_some() {
            AuthKind::RestQueryString
        } else {
            AuthKind::RestHeader
        }
    }
}

impl Chain {
    /// The chain of chunks that starts at a request's signature.
    fn after(signature: &Signature, key: &Credential) -> Self {
        Self {
            access_key_id: signature.access_key_id.clone(),
            key: sigv4::signing_key(&key.secret, &signature.scope),
            amz_date: signature.amz_date.clone(),
            scope: signature.scope.clone(),
            previous: signature.provided.clone(),
        }
    }
}
