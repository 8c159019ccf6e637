//! Signature Version 4 itself, as pure functions: canonical request, string to sign, signing key, signature.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use percent_encoding::percent_decode;
use sha2::{Digest, Sha256};

/// The one algorithm.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The payload's place in a canonical request that does not cover the payload.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What a signature is valid for: a day, a region and a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// `20130524`.
    pub(crate) date: String,
    /// `eu-west-3`.
    pub(crate) region: String,
    /// `s3`.
    pub(crate) service: String,
}

impl Scope {
    /// `20130524/eu-west-3/s3/aws4_request`.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

/// The parts of a request that a signature covers.
#[derive(Clone, Copy)]
pub(crate) struct Signed<'a> {
    /// The method.
    pub(crate) method: &'a str,
    /// The path as it came over the wire.
    pub(crate) path: &'a str,
    /// The query as it came over the wire.
    pub(crate) query: &'a str,
    /// All headers.
    pub(crate) headers: &'a HeaderMap,
    /// The names of the signed headers, in lower case and sorted.
    pub(crate) header_names: &'a [String],
    /// The hash of the payload, or what stands in its place.
    pub(crate) payload: &'a str,
    /// S3 takes the path as it is; every other service normalises it and encodes it once more.
    pub(crate) path_as_it_is: bool,
}

impl Signed<'_> {
    /// The canonical request.
    pub(crate) fn canonical_request(&self) -> String {
        let mut text = String::with_capacity(512);
        text.push_str(self.method);
        text.push('\n');
        text.push_str(&canonical_path(self.path, self.path_as_it_is));
        text.push('\n');
        text.push_str(&canonical_query(self.query));
        text.push('\n');
        for name in self.header_names {
            text.push_str(name);
            text.push(':');
            text.push_str(&canonical_value(self.headers, name));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.header_names.join(";"));
        text.push('\n');
        text.push_str(self.payload);
        text
    }
}

/// S3 takes the path as it is, since a key may hold `..` and `//`; for every other service it is normalised first.
fn canonical_path(path: &str, as_it_is: bool) -> String {
    let path = if path.is_empty() { "/" } else { path };
    if as_it_is {
        let decoded: Vec<u8> = percent_decode(path.as_bytes()).collect();
        uri_encode(&decoded, true)
    } else {
        uri_encode(normalised(path).as_bytes(), true)
    }
}

/// The path without empty segments and dot segments (RFC 3986, section 5.2.4).
fn normalised(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let end = if kept.is_empty() || !path.ends_with('/') {
        ""
    } else {
        "/"
    };
    format!("/{}{end}", kept.join("/"))
}

/// The query without its signature. Another one that was added to it is as little covered as anything else that was.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (recode(name), recode(value)))
        .collect();
    if let Some(own) = pairs.iter().position(|(name, _)| name == "X-Amz-Signature") {
        pairs.remove(own);
    }
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Decodes what a client encoded in its own way, and encodes it in AWS's.
fn recode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let decoded: Vec<u8> = percent_decode(spaced.as_bytes()).collect();
    uri_encode(&decoded, false)
}

/// The values of a header, trimmed, inner spaces collapsed, several joined by commas.
fn canonical_value(headers: &HeaderMap, name: &str) -> String {
    let values: Vec<String> = headers
        .get_all(name)
        .iter()
        .map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    values.join(",")
}

/// AWS's percent-encoding: everything but `A-Z a-z 0-9 - . _ ~`, and `/` where it separates.
pub(crate) fn uri_encode(bytes: &[u8], keep_slash: bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(bytes.len() + 16);
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b'/' if keep_slash => encoded.push('/'),
            other => {
                encoded.push('%');
                encoded.push(char::from(HEX[usize::from(other >> 4)]));
                encoded.push(char::from(HEX[usize::from(other & 15)]));
            }
        }
    }
    encoded
}

/// The string to sign of a request.
pub(crate) fn string_to_sign(date: &str, scope: &Scope, canonical_request: &str) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{}\n{}",
        scope.path(),
        sha256_hex(canonical_request.as_bytes())
    )
}

/// The key that signs everything of one scope.
pub(crate) fn signing_key(secret: &str, scope: &Scope) -> [u8; 32] {
    let secret = format!("AWS4{secret}");
    let date = hmac(secret.as_bytes(), scope.date.as_bytes());
    let region = hmac(&date, scope.region.as_bytes());
    let service = hmac(&region, scope.service.as_bytes());
    hmac(&service, b"aws4_request")
}

/// A signature, in hexadecimal.
pub(crate) fn sign(key: &[u8; 32], string_to_sign: &str) -> String {
    hex(&hmac(key, string_to_sign.as_bytes()))
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// SHA-256, in hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let pairs = bytes
        .iter()
        .flat_map(|byte| [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    pairs.map(char::from).collect()
}

/// Equality in a time that does not tell where two texts differ.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
