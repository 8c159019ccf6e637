//! Takes the authentication off a request, so that nothing behind it mistakes it for input.

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use percent_encoding::percent_decode_str;

/// Headers that say how a request was signed or framed, and nothing of what it wants. What it said of its body's hash
/// stays: policies may ask for it.
const FRAME: [&str; 5] = [
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-decoded-content-length",
    "x-amz-trailer",
    "x-amzn-trace-id",
];

/// Query parameters of a presigned URL, in lower case.
const PRESIGNED: [&str; 8] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

/// Strips a head: its headers become those of a plain request with a body of `length` bytes, the trailers among them.
pub(super) fn strip(head: &mut Parts, length: usize, trailers: HeaderMap) {
    let sized = [CONTENT_LENGTH.as_str(), "x-amz-decoded-content-length"];
    let sized = sized.iter().any(|name| head.headers.contains_key(*name));
    for name in [AUTHORIZATION, EXPECT, TRANSFER_ENCODING] {
        head.headers.remove(name);
    }
    for name in FRAME {
        head.headers.remove(name);
    }
    plain_encoding(&mut head.headers);
    if length > 0 || sized {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in trailers {
        if let Some(name) = name {
            head.headers.insert(name, value);
        }
    }
    strip_query(head);
}

/// Merges the lines of `content-encoding` and drops `aws-chunked`, which is the wire's and not the object's.
fn plain_encoding(headers: &mut HeaderMap) {
    let lines = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let codings: Vec<&str> = lines
        .flat_map(|line| line.split(','))
        .filter(|coding| !coding.trim().is_empty() && !coding.trim().eq_ignore_ascii_case("aws-chunked"))
        .collect();
    // What is left is spaced as it was.
    let merged = codings.join(",").trim().to_owned();
    headers.remove(CONTENT_ENCODING);
    if let Some(value) = HeaderValue::from_str(&merged).ok().filter(|_| !merged.is_empty()) {
        headers.insert(CONTENT_ENCODING, value);
    }
}

/// Drops the presigned parameters; the `x-amz-*` headers that a signer hoisted into the query become headers again.
fn strip_query(head: &mut Parts) {
    let Some(query) = head.uri.query() else { return };
    let mut kept = Vec::new();
    let mut hoisted = Vec::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase();
        if PRESIGNED.contains(&name.as_str()) {
            continue;
        }
        if name.starts_with("x-amz-") {
            hoisted.push((name, value.to_owned()));
        } else {
            kept.push(pair);
        }
    }
    let path = head.uri.path();
    let target = if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    };
    for (name, value) in hoisted {
        let value = percent_decode_str(&value.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned();
        let header = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_str(&value).ok());
        if let Some((name, value)) = header {
            head.headers.entry(name).or_insert(value);
        }
    }
    if let Ok(uri) = target.parse::<Uri>() {
        head.uri = uri;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn stripped(uri: &str, headers: &[(&'static str, &str)]) -> Parts {
        let mut request = http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut head = request.body(()).unwrap().into_parts().0;
        strip(&mut head, 5, HeaderMap::new());
        head
    }

    #[test]
    fn a_presigned_query_loses_its_signature_and_keeps_the_rest() {
        let head = stripped(
            "/b/k?versionId=v1&X-Amz-Signature=ab&X-Amz-Date=d&response-content-type=a%2Fb",
            &[],
        );
        assert_eq!(
            head.uri.to_string(),
            "/b/k?versionId=v1&response-content-type=a%2Fb"
        );
        assert_eq!(stripped("/b/k?X-Amz-Signature=ab", &[]).uri.to_string(), "/b/k");
    }

    #[test]
    fn hoisted_parameters_become_headers_but_never_replace_one() {
        let head = stripped(
            "/b/k?x-amz-acl=private&x-amz-meta-a=1%202",
            &[("x-amz-meta-a", "sent")],
        );
        assert_eq!(head.headers["x-amz-acl"], "private");
        assert_eq!(head.headers["x-amz-meta-a"], "sent");
        assert_eq!(head.uri.to_string(), "/b/k");
    }

    #[test]
    fn content_encoding_lines_are_merged_without_aws_chunked() {
        let head = stripped(
            "/",
            &[
                ("content-encoding", "aws-chunked"),
                ("content-encoding", "gzip, br"),
            ],
        );
        assert_eq!(head.headers["content-encoding"], "gzip, br");
        assert!(
            !stripped("/", &[("content-encoding", "aws-chunked")])
                .headers
                .contains_key("content-encoding")
        );
    }

    #[test]
    fn the_length_is_that_of_the_decoded_body() {
        let head = stripped(
            "/",
            &[("content-length", "170"), ("x-amz-decoded-content-length", "5")],
        );
        assert_eq!(head.headers["content-length"], "5");
        assert!(!head.headers.contains_key("x-amz-decoded-content-length"));
    }
}
