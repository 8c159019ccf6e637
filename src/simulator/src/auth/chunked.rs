//! Decodes aws-chunked bodies, and verifies the signature of each chunk and of the trailer.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::refusal::Refusal;
use super::sigv4::{self, Scope};

/// What the chunks' signatures follow from.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    /// The access key's id, to be named in a refusal.
    pub(super) access_key_id: String,
    /// The signing key.
    pub(super) key: [u8; 32],
    /// The request's date.
    pub(super) amz_date: String,
    /// The request's scope.
    pub(super) scope: Scope,
    /// The signature before the next one: at first the request's own.
    pub(super) previous: String,
}

/// A body's bytes and the headers that trail it.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The bytes, without the chunks' frames.
    pub(super) body: Vec<u8>,
    /// The trailers.
    pub(super) trailers: HeaderMap,
}

/// How many trailing headers are read.
const MOST_TRAILERS: usize = 16;

/// Decodes a body; `chain` is given where chunks are signed, `trailer` where a trailer was announced.
pub(super) fn decode(body: &Bytes, mut chain: Option<Chain>, trailer: bool) -> Result<Decoded, Refusal> {
    let mut rest: &[u8] = body;
    let mut decoded = Decoded {
        body: Vec::with_capacity(body.len()),
        ..Decoded::default()
    };
    loop {
        let (size, signature) = read_head(take_line(&mut rest)?)?;
        if rest.len() < size {
            return Err(Refusal::IncompleteBody);
        }
        let (chunk, after) = rest.split_at(size);
        rest = after;
        if let Some(chain) = &mut chain {
            chain.verify_chunk(chunk, signature.ok_or(Refusal::IncompleteBody)?)?;
        }
        if size == 0 {
            break;
        }
        decoded.body.extend_from_slice(chunk);
        if !take_line(&mut rest)?.is_empty() {
            return Err(Refusal::IncompleteBody);
        }
    }
    if trailer {
        decoded.trailers = read_trailers(rest, chain.as_ref())?;
    }
    Ok(decoded)
}

/// The next line, without its CRLF.
fn take_line<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Refusal> {
    let end = rest
        .windows(2)
        .position(|pair| pair == b"\r\n")
        .ok_or(Refusal::IncompleteBody)?;
    let line = &rest[..end];
    *rest = &rest[end + 2..];
    Ok(line)
}

/// `10000;chunk-signature=…`
fn read_head(line: &[u8]) -> Result<(usize, Option<&str>), Refusal> {
    let line = std::str::from_utf8(line).map_err(|_| Refusal::IncompleteBody)?;
    let (size, extension) = line
        .split_once(';')
        .map_or((line, None), |(size, rest)| (size, Some(rest)));
    let hex = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = usize::from_str_radix(size, 16)
        .ok()
        .filter(|_| hex)
        .ok_or(Refusal::IncompleteBody)?;
    Ok((
        size,
        extension.and_then(|text| text.strip_prefix("chunk-signature=")),
    ))
}

fn read_trailers(mut rest: &[u8], chain: Option<&Chain>) -> Result<HeaderMap, Refusal> {
    let mut trailers = HeaderMap::new();
    let mut signature = None;
    while !rest.is_empty() {
        let line = take_line(&mut rest).map_err(|_| Refusal::Trailer)?;
        if line.is_empty() {
            break;
        }
        let line = std::str::from_utf8(line).map_err(|_| Refusal::Trailer)?;
        let (name, value) = line.split_once(':').ok_or(Refusal::Trailer)?;
        let name = name.trim().to_ascii_lowercase();
        if name == "x-amz-trailer-signature" {
            signature = Some(value.trim().to_owned());
            continue;
        }
        // Nothing else may come after the body: an unsigned trailer must not say what to do.
        if !name.starts_with("x-amz-checksum-") {
            return Err(Refusal::Trailer);
        }
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Refusal::Trailer)?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| Refusal::Trailer)?;
        trailers.insert(name, value);
        if trailers.len() > MOST_TRAILERS {
            return Err(Refusal::Trailer);
        }
    }
    if let Some(chain) = chain {
        chain.verify_trailers(&trailers, &signature.ok_or(Refusal::Trailer)?)?;
    }
    Ok(trailers)
}

impl Chain {
    fn verify_chunk(&mut self, chunk: &[u8], provided: &str) -> Result<(), Refusal> {
        let text = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{}\n{}\n{}",
            self.amz_date,
            self.scope.path(),
            self.previous,
            sigv4::sha256_hex(b""),
            sigv4::sha256_hex(chunk)
        );
        self.previous = self.verify(text, provided)?;
        Ok(())
    }

    fn verify_trailers(&self, trailers: &HeaderMap, provided: &str) -> Result<(), Refusal> {
        let mut lines: Vec<String> = trailers
            .iter()
            .map(|(name, value)| format!("{name}:{}\n", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        lines.sort();
        let text = format!(
            "AWS4-HMAC-SHA256-TRAILER\n{}\n{}\n{}\n{}",
            self.amz_date,
            self.scope.path(),
            self.previous,
            sigv4::sha256_hex(lines.concat().as_bytes())
        );
        self.verify(text, provided).map(|_| ())
    }

    /// The signature of a text, if the one provided is that.
    fn verify(&self, string_to_sign: String, provided: &str) -> Result<String, Refusal> {
        let expected = sigv4::sign(&self.key, &string_to_sign);
        if sigv4::same(expected.as_bytes(), provided.as_bytes()) {
            return Ok(expected);
        }
        Err(Refusal::Signature {
            access_key_id: self.access_key_id.clone(),
            string_to_sign,
            provided: provided.to_owned(),
            canonical_request: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// The chain of AWS's own example of a 65 KiB upload in three chunks.
    fn example() -> Chain {
        let scope = Scope {
            date: "20130524".into(),
            region: "us-east-1".into(),
            service: "s3".into(),
        };
        Chain {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            key: sigv4::signing_key(SECRET, &scope),
            amz_date: "20130524T000000Z".into(),
            scope,
            previous: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9".into(),
        }
    }

    fn example_body() -> Vec<u8> {
        let mut body = Vec::new();
        for (size, signature) in [
            (
                65536,
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            ),
            (
                1024,
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            ),
            (
                0,
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ),
        ] {
            body.extend(format!("{size:x};chunk-signature={signature}\r\n").bytes());
            body.extend(std::iter::repeat_n(b'a', size));
            body.extend(b"\r\n");
        }
        body
    }

    #[test]
    fn aws_own_chunked_example_is_verified_and_decoded() {
        let decoded = decode(&example_body().into(), Some(example()), false).unwrap();
        assert_eq!(decoded.body, vec![b'a'; 66_560]);
    }

    #[test]
    fn one_altered_byte_in_a_chunk_breaks_its_signature() {
        let mut body = example_body();
        body[66_000] = b'b';
        let refusal = decode(&body.into(), Some(example()), false).unwrap_err();
        assert!(matches!(refusal, Refusal::Signature { .. }), "{refusal:?}");
    }

    #[test]
    fn a_body_cut_anywhere_is_refused_and_never_panics() {
        let body = example_body();
        for end in (0..body.len()).step_by(97).chain(body.len() - 90..body.len() - 2) {
            let cut = Bytes::copy_from_slice(&body[..end]);
            assert!(decode(&cut, Some(example()), false).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn an_unsigned_trailer_becomes_headers() {
        let body = Bytes::from_static(b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
        let decoded = decode(&body, None, true).unwrap();
        assert_eq!(decoded.body, b"hello");
        assert_eq!(decoded.trailers["x-amz-checksum-crc32"], "NhCmhg==");
    }

    #[test]
    fn a_signed_trailer_is_verified() {
        let mut chain = example();
        let empty = sigv4::sha256_hex(b"");
        let first = sigv4::sign(
            &chain.key,
            &format!(
                "AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{}\n{empty}\n{empty}",
                chain.amz_date,
                chain.scope.path(),
                chain.previous
            ),
        );
        let hash = sigv4::sha256_hex(b"x-amz-checksum-crc32:AAAAAA==\n");
        let trailer = sigv4::sign(
            &chain.key,
            &format!(
                "AWS4-HMAC-SHA256-TRAILER\n{}\n{}\n{first}\n{hash}",
                chain.amz_date,
                chain.scope.path()
            ),
        );
        let body = |value: &str| {
            Bytes::from(format!(
                "0;chunk-signature={first}\r\nx-amz-checksum-crc32:{value}\r\nx-amz-trailer-signature:{trailer}\r\n\r\n"
            ))
        };
        assert!(decode(&body("AAAAAA=="), Some(chain.clone()), true).is_ok());
        assert!(decode(&body("BBBBBB=="), Some(chain.clone()), true).is_err());
        chain.key[0] ^= 1;
        assert!(decode(&body("AAAAAA=="), Some(chain), true).is_err());
    }

    #[test]
    fn absurd_chunk_sizes_are_refused() {
        for body in [
            "ffffffffffffffff\r\n",
            "-1\r\n",
            "+5\r\nhello\r\n0\r\n\r\n",
            "\r\n",
            "5;x\r\nhel",
        ] {
            assert!(decode(&Bytes::from(body), None, false).is_err(), "{body:?}");
        }
    }
}
