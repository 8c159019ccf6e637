//! What a wrong signature was made for: requests near to the one that came, each signed with the caller's own secret.
//!
//! A learner who changed a URL, or used it with another method, sees what it was signed for. Nothing here lets a request
//! through: a signature that fits a neighbour is still a wrong one.

use http::HeaderMap;
use http::header::{HOST, HeaderValue};

use super::signature::Signature;
use super::sigv4::{self, Signed};

/// The methods that S3 and the other services take.
const METHODS: &[&str] = &["GET", "PUT", "HEAD", "DELETE", "POST"];

/// Lives that are often asked for, in seconds; and what a minute taken for a second makes of some.
const LIVES: &[u32] = &[
    1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800,
];

/// What a payload's hash is mistaken for: no hash at all, and that of nothing.
const PAYLOADS: &[&str] = &[
    "UNSIGNED-PAYLOAD",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// The canonical request that a signature holds for, if it is one near to `sent`.
pub(super) fn signed_for(sent: &Signed<'_>, signature: &Signature, secret: &str) -> Option<String> {
    let key = sigv4::signing_key(secret, &signature.scope);
    let fits = |candidate: &Signed<'_>| {
        let canonical = candidate.canonical_request();
        let text = sigv4::string_to_sign(&signature.amz_date, &signature.scope, &canonical);
        let made = sigv4::sign(&key, &text);
        sigv4::same(made.as_bytes(), signature.provided.as_bytes()).then_some(canonical)
    };
    let other_methods = METHODS.iter().map(|method| Signed { method, ..*sent });
    let other_payloads = PAYLOADS.iter().map(|payload| Signed { payload, ..*sent });
    let other_path = Signed {
        path_as_it_is: !sent.path_as_it_is,
        ..*sent
    };
    let whole = other_methods.chain(other_payloads).chain([other_path]);
    whole
        .into_iter()
        .find_map(|candidate| fits(&candidate))
        .or_else(|| {
            queries(sent.query).find_map(|query| {
                fits(&Signed {
                    query: &query,
                    ..*sent
                })
            })
        })
        .or_else(|| {
            hosts(sent.headers).find_map(|headers| {
                fits(&Signed {
                    headers: &headers,
                    ..*sent
                })
            })
        })
}

/// The query with one parameter less, or with another life.
fn queries(query: &str) -> impl Iterator<Item = String> + '_ {
    let pairs: Vec<&str> = query.split('&').collect();
    let without = {
        let pairs = pairs.clone();
        (0..pairs.len()).map(move |at| {
            let kept = pairs.iter().enumerate().filter(|(other, _)| *other != at);
            kept.map(|(_, pair)| *pair).collect::<Vec<_>>().join("&")
        })
    };
    let lives = LIVES.iter().map(move |life| {
        let set = |pair: &&str| {
            if pair.starts_with("X-Amz-Expires=") {
                format!("X-Amz-Expires={life}")
            } else {
                (*pair).to_owned()
            }
        };
        pairs.iter().map(set).collect::<Vec<_>>().join("&")
    });
    without.chain(lives)
}

/// The headers with the loopback address under its other name.
fn hosts(headers: &HeaderMap) -> impl Iterator<Item = HeaderMap> + '_ {
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    ["127.0.0.1", "localhost"].into_iter().filter_map(move |name| {
        let mut other = headers.clone();
        other.insert(HOST, HeaderValue::from_str(&format!("{name}:{port}")).ok()?);
        Some(other)
    })
}
