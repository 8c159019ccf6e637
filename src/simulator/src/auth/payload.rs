//! The body of a request: what its signature says of it, reading it, checking it, decoding it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::request::Parts;
use http_body::Body;
use http_body_util::BodyExt;

use super::chunked::{self, Chain, Decoded};
use super::refusal::Refusal;
use super::signature::Query;
use super::sigv4::{UNSIGNED_PAYLOAD, sha256_hex};

/// How long a client may leave a connection silent in the middle of a body.
const SILENCE: Duration = Duration::from_mins(1);

/// The most that is set aside for a body that only claims its length.
const TRUSTED_LENGTH: usize = 8 << 20;

/// What stands in the payload's place in the canonical request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Payload {
    /// The body is not signed.
    Unsigned,
    /// Its hash is.
    Hash(String),
    /// It comes in chunks.
    Chunked {
        /// What stands in the payload's place.
        name: String,
        /// Whether each chunk is signed.
        signed: bool,
        /// Whether headers trail it.
        trailer: bool,
    },
}

impl Payload {
    /// What a request says of its body, where it says something: S3 clients do.
    pub(super) fn declared(head: &Parts) -> Result<Option<Self>, Refusal> {
        let query = Query::of(head);
        let header = head
            .headers
            .get("x-amz-content-sha256")
            .and_then(|value| value.to_str().ok());
        let Some(text) = header.or(query.get("X-Amz-Content-Sha256")) else {
            return Ok(None);
        };
        let chunked = |signed, trailer| Self::Chunked {
            name: text.to_owned(),
            signed,
            trailer,
        };
        match text {
            UNSIGNED_PAYLOAD => Ok(Some(Self::Unsigned)),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Ok(Some(chunked(false, true))),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Ok(Some(chunked(true, false))),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Ok(Some(chunked(true, true))),
            hash if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Some(Self::Hash(hash.to_owned())))
            }
            _ => Err(Refusal::InvalidPayloadHash),
        }
    }

    /// What stands for it in the canonical request.
    pub(super) fn canonical(&self) -> &str {
        match self {
            Self::Unsigned => UNSIGNED_PAYLOAD,
            Self::Hash(hash) => hash,
            Self::Chunked { name, .. } => name,
        }
    }

    /// The body itself, once it is found to be what was signed.
    pub(super) fn open(
        &self,
        body: Bytes,
        head: &Parts,
        chain: Option<Chain>,
    ) -> Result<(Bytes, HeaderMap), Refusal> {
        match self {
            Self::Unsigned => Ok((body, HeaderMap::new())),
            Self::Hash(given) => {
                let computed = sha256_hex(&body);
                if computed.eq_ignore_ascii_case(given) {
                    Ok((body, HeaderMap::new()))
                } else {
                    Err(Refusal::PayloadHash {
                        given: given.clone(),
                        computed,
                    })
                }
            }
            Self::Chunked { signed, trailer, .. } => {
                let length = decoded_length(head)?;
                let chain = chain.filter(|_| *signed);
                let Decoded { body, trailers } = chunked::decode(&body, chain, *trailer)?;
                if body.len() as u64 != length {
                    return Err(Refusal::IncompleteBody);
                }
                check_announced(head, &trailers)?;
                Ok((body.into(), trailers))
            }
        }
    }
}

fn decoded_length(head: &Parts) -> Result<u64, Refusal> {
    let header = head
        .headers
        .get("x-amz-decoded-content-length")
        .and_then(|value| value.to_str().ok());
    header
        .and_then(|text| text.parse().ok())
        .ok_or(Refusal::MissingLength)
}

/// Every trailer must have been announced in `x-amz-trailer`, or it could smuggle in any header.
fn check_announced(head: &Parts, trailers: &HeaderMap) -> Result<(), Refusal> {
    let lines = head
        .headers
        .get_all("x-amz-trailer")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let announced: Vec<&str> = lines.flat_map(|line| line.split(',').map(str::trim)).collect();
    let known = |name: &http::HeaderName| {
        announced
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name.as_str()))
    };
    if trailers.keys().all(known) {
        Ok(())
    } else {
        Err(Refusal::Trailer)
    }
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read<B>(mut body: B, limit: usize) -> Result<Bytes, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let claimed = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if claimed > limit {
        return Err(Refusal::TooLarge);
    }
    let mut whole = BytesMut::with_capacity(claimed.min(TRUSTED_LENGTH));
    while let Some(frame) = next(&mut body).await? {
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > limit {
            return Err(Refusal::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

async fn next<B>(body: &mut B) -> Result<Option<http_body::Frame<Bytes>>, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    match tokio::time::timeout(SILENCE, body.frame()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(frame))) => Ok(Some(frame)),
        Ok(Some(Err(_))) | Err(_) => Err(Refusal::IncompleteBody),
    }
}
