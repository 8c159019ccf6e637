//! Answers: a status, headers and a body.

use super::dates::http_date;
use super::fault::Outcome;
use super::store::{Bucket, Checksum, ChecksumType, Encryption, Version};
use super::xml;
use crate::call::Reply;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::xml::Serialize;

/// An answer without a body.
pub(super) fn empty(status: u16) -> Reply {
    Reply {
        status,
        ..Reply::default()
    }
}

/// An answer with an XML document.
pub(super) fn document<T: Serialize>(value: &T) -> Outcome<Reply> {
    xml::write(value).map(written)
}

/// An answer with an XML document that is already written.
pub(super) fn written(document: Vec<u8>) -> Reply {
    let mut reply = Reply::new(Bytes::from(document));
    set(&mut reply.headers, "content-type", "application/xml");
    reply
}

/// Sets a header, unless its value cannot be one.
pub(super) fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
        headers.insert(name, value);
    }
}

/// Sets a header if there is a value.
pub(super) fn set_some<T: AsRef<str>>(headers: &mut HeaderMap, name: &str, value: Option<T>) {
    if let Some(value) = value {
        set(headers, name, value.as_ref());
    }
}

/// Sets the headers of a checksum.
pub(super) fn set_checksum(headers: &mut HeaderMap, checksum: &Checksum) {
    set(headers, checksum.algorithm.header(), &checksum.value);
    set(headers, "x-amz-checksum-type", checksum.kind.name());
}

/// The headers by which S3 says how it encrypted an object.
pub(super) fn set_encryption(headers: &mut HeaderMap, encryption: &Encryption) {
    set(headers, "x-amz-server-side-encryption", encryption.algorithm());
    if let Encryption::Kms { key, bucket_key, .. } = encryption {
        set(headers, "x-amz-server-side-encryption-aws-kms-key-id", key);
        if *bucket_key {
            set(headers, "x-amz-server-side-encryption-bucket-key-enabled", "true");
        }
    }
}

/// What `x-amz-expiration` says of a current object that a lifecycle rule will expire.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_ResponseSyntax>
pub(super) fn expiration(bucket: &Bucket, key: &str, version: &Version) -> Option<String> {
    let (at, rule) = bucket.expiry(key, version)?;
    let rule = url::form_urlencoded::byte_serialize(rule.as_bytes()).collect::<String>();
    Some(format!("expiry-date=\"{}\", rule-id=\"{rule}\"", http_date(at)))
}

/// The same, of what has just been written under a key.
pub(super) fn set_expiration(headers: &mut HeaderMap, bucket: &Bucket, key: &str) {
    if let Ok(found) = bucket.find(key, None, "GET") {
        set_some(
            headers,
            "x-amz-expiration",
            expiration(bucket, key, found.version),
        );
    }
}

/// An entity tag as headers and documents show it.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// A key as the address of an object holds it.
pub(super) fn encoded(key: &str) -> String {
    utf8_percent_encode(key, RESERVED).to_string()
}

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Fills the five members by which s3s's shapes carry a checksum.
macro_rules! fill_checksum {
    ($shape:expr, $checksum:expr) => {{
        let checksum: &$crate::services::s3::store::Checksum = $checksum;
        let place = match checksum.algorithm {
            $crate::services::s3::store::Algorithm::Crc32 => &mut $shape.checksum_crc32,
            $crate::services::s3::store::Algorithm::Crc32c => &mut $shape.checksum_crc32c,
            $crate::services::s3::store::Algorithm::Crc64Nvme => &mut $shape.checksum_crc64nvme,
            $crate::services::s3::store::Algorithm::Sha1 => &mut $shape.checksum_sha1,
            $crate::services::s3::store::Algorithm::Sha256 => &mut $shape.checksum_sha256,
        };
        *place = Some(checksum.value.clone());
    }};
}
pub(super) use fill_checksum;

/// The kind of a checksum in s3s's shapes.
pub(super) fn checksum_type(kind: ChecksumType) -> s3s::dto::ChecksumType {
    s3s::dto::ChecksumType::from_static(kind.name())
}
