//! User metadata, whose values may hold any character although headers may not.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata>

use super::Input;
use base64::{Engine, prelude::BASE64_STANDARD};
use std::collections::BTreeMap;

const PREFIX: &str = "x-amz-meta-";

impl Input<'_> {
    /// The metadata that a write gives. The bytes of a header are taken for Latin-1, as S3 takes them.
    pub(super) fn metadata(&self) -> BTreeMap<String, String> {
        let headers = self.call.head.headers.iter().filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(PREFIX)?;
            let text: String = value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
            Some((name.to_owned(), decoded(&text).unwrap_or(text)))
        });
        headers.collect()
    }
}

/// Reads a value that is one word of RFC 2047.
fn decoded(text: &str) -> Option<String> {
    let word = text.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = word.splitn(3, '?');
    let (charset, encoding, content) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => BASE64_STANDARD.decode(content).ok()?,
        "Q" | "q" => quoted(content),
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

/// The Q encoding is percent-encoding with other signs.
fn quoted(text: &str) -> Vec<u8> {
    let spelled = text.replace('%', "%25").replace('=', "%").replace('_', " ");
    percent_encoding::percent_decode_str(&spelled).collect()
}

/// A value as a header can carry it: what is not ASCII becomes a word of RFC 2047.
pub(in crate::services::s3) fn mail_safe(value: &str) -> String {
    if value.is_ascii() {
        return value.to_owned();
    }
    format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_travels_as_a_word() {
        assert_eq!(mail_safe("zoe"), "zoe");
        assert_eq!(mail_safe("Zoé"), "=?UTF-8?B?Wm/DqQ==?=");
        assert_eq!(decoded("=?UTF-8?B?Wm/DqQ==?=").as_deref(), Some("Zoé"));
        assert_eq!(decoded("=?utf-8?Q?Zo=C3=A9_100%?=").as_deref(), Some("Zoé 100%"));
        for plain in ["zoe", "=?", "=?UTF-8?B?%?=", "=?latin1?B?Wm8=?="] {
            assert_eq!(decoded(plain), None, "{plain}");
        }
    }
}
