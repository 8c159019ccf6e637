//! Answers: a status, headers and a body.

use super::fault::Outcome;
use super::store::{Checksum, ChecksumType};
use super::xml;
use crate::call::Reply;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
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

/// The header by which S3 says that it encrypted the object, as it does all since 2023.
pub(super) fn set_encryption(headers: &mut HeaderMap) {
    set(headers, "x-amz-server-side-encryption", "AES256");
}

/// An entity tag as headers and documents show it.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

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
