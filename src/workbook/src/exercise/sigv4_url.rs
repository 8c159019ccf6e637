//! Presigned URLs: read one, sign one, sign one again to compare.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;
use time::macros::format_description;

/// The longest life of a presigned URL, in seconds: seven days.
pub(super) const LONGEST: u64 = 604_800;

const SIGNING_PARAMETERS: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
];

/// A URL taken apart, nothing of its path normalised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SplitUrl {
    pub(super) scheme: String,
    pub(super) authority: String,
    /// As written, percent-encoded.
    pub(super) path: String,
    /// Decoded names and values, in written order.
    pub(super) parameters: Vec<(String, String)>,
}

impl SplitUrl {
    /// Takes a URL apart; `None` when it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let rest = rest.split('#').next().unwrap_or_default();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.find('/').map_or((place, "/"), |at| place.split_at(at));
        let sound = matches!(scheme.as_str(), "http" | "https") && url::Url::parse(text).is_ok();
        let parameters = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        (sound && !authority.is_empty()).then(|| Self {
            scheme,
            authority: authority.to_ascii_lowercase(),
            path: path.to_owned(),
            parameters,
        })
    }

    /// The value of a query parameter (names are case-sensitive, as AWS has them).
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The parameters that are not the signature's own.
    pub(super) fn extras(&self) -> Vec<(String, String)> {
        let own = |(name, _): &&(String, String)| !SIGNING_PARAMETERS.contains(&name.as_str());
        self.parameters.iter().filter(own).cloned().collect()
    }

    /// The URL as text again.
    pub(super) fn write(&self) -> String {
        let mut text = format!("{}://{}{}", self.scheme, self.authority, self.path);
        for (at, (name, value)) in self.parameters.iter().enumerate() {
            let separator = if at == 0 { '?' } else { '&' };
            let _ = write!(
                text,
                "{separator}{}={}",
                encode(name, false),
                encode(value, false)
            );
        }
        text
    }
}

/// Everything a signature depends on, besides the method, the place and the extra parameters.
#[derive(Debug, Clone)]
pub(super) struct Signing {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) token: Option<String>,
    pub(super) region: String,
    /// Seconds since 1970.
    pub(super) date: i64,
    pub(super) expires: u64,
    /// Signed headers besides `host`.
    pub(super) headers: Vec<(String, String)>,
    /// Whether the hash of an empty body is signed instead of `UNSIGNED-PAYLOAD` (a mistake).
    pub(super) empty_body: bool,
}

/// Signs `url`, which has only extra parameters; `None` when its parts cannot be signed.
pub(super) fn presign(method: &str, url: &SplitUrl, signing: &Signing) -> Option<SplitUrl> {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(signing.expires));
    let credentials = Credentials::new(
        signing.access_key_id.as_str(),
        signing.secret_access_key.as_str(),
        signing.token.clone(),
        None,
        "cahier",
    );
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&signing.region)
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(signing.date).ok()?))
        .settings(settings)
        .build()
        .ok()?
        .into();
    let body = if signing.empty_body {
        SignableBody::Bytes(&[])
    } else {
        SignableBody::UnsignedPayload
    };
    let headers = signing
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let request = SignableRequest::new(method, url.write(), headers, body).ok()?;
    let (_, added) = sign(request, &parameters).ok()?.into_parts().0.into_parts();
    let mut signed = url.clone();
    signed.parameters.extend(
        added
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into_owned())),
    );
    Some(signed)
}

/// The signature of a URL's place and extra parameters, in hexadecimal.
pub(super) fn signature(method: &str, url: &SplitUrl, signing: &Signing) -> Option<String> {
    let bare = SplitUrl {
        parameters: url.extras(),
        ..url.clone()
    };
    presign(method, &bare, signing)?
        .parameter("X-Amz-Signature")
        .map(str::to_owned)
}

/// `yyyyMMddTHHmmssZ` as seconds since 1970.
pub(super) fn read_date(text: &str) -> Option<i64> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let date = time::PrimitiveDateTime::parse(text, &format).ok()?;
    Some(date.assume_utc().unix_timestamp())
}

/// Seconds since 1970 as `yyyyMMddTHHmmssZ`.
pub(super) fn write_date(seconds: i64) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let date = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    date.format(&format).unwrap_or_default()
}

/// Percent-encodes as `SigV4` does: everything but unreserved characters, and `/` in a path.
pub(super) fn encode(text: &str, path: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let kept = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (path && byte == b'/');
        if kept {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Undoes percent-encoding; what is not UTF-8 becomes a replacement character.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = hex
            .filter(|_| bytes[at] == b'%')
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn signing(region: &str, date: &str, expires: u64) -> Signing {
        Signing {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            token: None,
            region: region.into(),
            date: read_date(date).unwrap(),
            expires,
            headers: Vec::new(),
            empty_body: false,
        }
    }

    fn place(host: &str, path: &str, parameters: &[(&str, &str)]) -> SplitUrl {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        SplitUrl {
            scheme: "https".into(),
            authority: host.into(),
            path: encode(path, true),
            parameters: parameters.iter().map(own).collect(),
        }
    }

    #[test]
    fn the_vector_that_aws_publishes_gives_its_signature() {
        let url = place("examplebucket.s3.amazonaws.com", "/test.txt", &[]);
        let found = signature("GET", &url, &signing("us-east-1", "20130524T000000Z", 86400)).unwrap();
        assert_eq!(
            found,
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
    }

    #[test]
    fn four_more_vectors_give_their_signatures() {
        let host = "mon-bucket.s3.eu-west-3.amazonaws.com";
        let base = |expires| signing("eu-west-3", "20261122T120000Z", expires);
        let plain = place(host, "/fichier.txt", &[]);
        let a = signature("GET", &plain, &base(600)).unwrap();
        assert_eq!(
            a,
            "c4ef60a56a7e7988af924408a7ce1079796e410888d913fdf2e5222598605ef0"
        );
        let b = signature("GET", &place(host, "/dossier/é a+b.txt", &[]), &base(600)).unwrap();
        assert_eq!(
            b,
            "ba425377472c9d800c39cc847c17fbc4ce741fc99ff01f812b878f9111a0f454"
        );
        let extras = [
            ("versionId", "v1"),
            ("response-content-disposition", "attachment; filename=\"x.txt\""),
        ];
        let with_token = Signing {
            token: Some("TOKEN/ex+1=".into()),
            ..base(3600)
        };
        let c = signature("GET", &place(host, "/fichier.txt", &extras), &with_token).unwrap();
        assert_eq!(
            c,
            "6de8a45e5b7c80a4eb54693b771fff3aca6c3a274529f9e59c81266ea2eb6031"
        );
        let with_type = Signing {
            headers: vec![("content-type".into(), "text/plain".into())],
            ..base(LONGEST)
        };
        let d = signature("PUT", &plain, &with_type).unwrap();
        assert_eq!(
            d,
            "9476b6a1d26620b7437e976abfc3a00423c6d410573b4b2585cada381cbde255"
        );
    }

    #[test]
    fn a_signed_url_is_read_back_as_it_was_written() {
        let extras = [("response-content-disposition", "attachment; filename=\"é+1.csv\"")];
        let url = place("127.0.0.1:4566", "/exports/a b/é.csv", &extras);
        let signed = presign("GET", &url, &signing("eu-west-3", "20261122T120000Z", 60)).unwrap();
        let read = SplitUrl::read(&signed.write()).unwrap();
        assert_eq!(read, signed);
        assert_eq!(decode(&read.path), "/exports/a b/é.csv");
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for text in [
            "",
            "fichier.txt",
            "s3://bucket/key",
            "https://",
            "https:///x",
            "http://[::1",
            "ftp://a/b",
        ] {
            assert_eq!(SplitUrl::read(text), None, "{text}");
        }
        assert_eq!(decode("%zz%4"), "%zz%4");
    }

    #[test]
    fn dates_are_read_and_written_alike() {
        assert_eq!(
            write_date(read_date("20261122T120000Z").unwrap()),
            "20261122T120000Z"
        );
        assert_eq!(read_date("2026-11-22T12:00:00Z"), None);
    }
}
