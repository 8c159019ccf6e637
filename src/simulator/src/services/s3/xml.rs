//! S3's XML bodies: s3s knows each shape, and which element names AWS gives its members.

use super::fault::{Fault, Outcome};
use s3s::xml::{Deserialize, Deserializer, SerResult, Serialize, Serializer};

/// The namespace of S3's documents.
pub(super) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Reads a request's body.
pub(super) fn read<'xml, T: Deserialize<'xml>>(body: &'xml [u8]) -> Outcome<T> {
    let mut reader = Deserializer::new(body);
    T::deserialize(&mut reader)
        .and_then(|value| reader.expect_eof().map(|()| value))
        .map_err(|_| Fault::malformed_xml())
}

/// Writes an answer's body.
pub(super) fn write<T: Serialize>(value: &T) -> Outcome<Vec<u8>> {
    write_with(|writer| value.serialize(writer))
}

/// Writes an answer's body by hand, where the order of its elements is not that of its shape's members.
pub(super) fn write_with(
    content: impl FnOnce(&mut Serializer<&mut Vec<u8>>) -> SerResult,
) -> Outcome<Vec<u8>> {
    let mut document = Vec::with_capacity(512);
    let mut writer = Serializer::new(&mut document);
    writer.decl().and_then(|()| content(&mut writer)).map_err(|_| {
        Fault::new(
            500,
            "InternalError",
            "We encountered an internal error. Please try again.",
        )
    })?;
    Ok(document)
}
