//! An object: its bytes and what was said about them.

use super::checksum::{Algorithm, Checksum, Claim, hex, md5};
use super::encryption::Encryption;
use crate::services::s3::fault::{Fault, Outcome};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The storage classes an upload may ask for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#AmazonS3-PutObject-request-header-StorageClass>
const STORAGE_CLASSES: [&str; 8] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
];

/// User metadata may hold this many bytes, names and values together.
const METADATA_LIMIT: usize = 2048;

/// What travels in headers beside the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attributes {
    pub(crate) content_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) website_redirect_location: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    /// `None` is `STANDARD`.
    pub(crate) storage_class: Option<String>,
    #[serde(default)]
    pub(crate) encryption: Encryption,
}

impl Attributes {
    /// Refuses what S3 refuses.
    pub(crate) fn check(&self) -> Outcome<()> {
        if self
            .storage_class
            .as_deref()
            .is_some_and(|class| !STORAGE_CLASSES.contains(&class))
        {
            let message = "The storage class you specified is not valid";
            return Err(Fault::new(400, "InvalidStorageClass", message).with(
                "StorageClassRequested",
                self.storage_class.as_deref().unwrap_or_default(),
            ));
        }
        let size: usize = self
            .metadata
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if size > METADATA_LIMIT {
            let message = "Your metadata headers exceed the maximum allowed metadata size";
            return Err(Fault::new(400, "MetadataTooLarge", message)
                .with("Size", size.to_string())
                .with("MaxSizeAllowed", METADATA_LIMIT.to_string()));
        }
        Ok(())
    }

    /// The class, named.
    pub(crate) fn class(&self) -> &str {
        self.storage_class.as_deref().unwrap_or("STANDARD")
    }

    /// Whether the bytes must be restored before they can be read.
    pub(crate) fn is_archived(&self) -> bool {
        matches!(self.class(), "GLACIER" | "DEEP_ARCHIVE")
    }
}

/// A part that an object was uploaded in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ObjectPart {
    /// In bytes.
    pub(crate) size: u64,
    /// Its checksum, where the upload named an algorithm.
    pub(crate) checksum: Option<String>,
}

/// The tag of bytes that came in one piece: their MD5, but not where AWS KMS encrypts them.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html>
fn entity_tag(digest: [u8; 16], encryption: &Encryption) -> String {
    match encryption {
        Encryption::S3 => hex(&digest),
        Encryption::Kms { key, .. } => hex(&md5(&[&digest, key.as_bytes()].concat())),
    }
}

/// The bytes of a version, never changed once stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) body: Bytes,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) checksum: Checksum,
    pub(crate) attributes: Attributes,
    /// The parts it was uploaded in; empty when it came in one piece.
    pub(crate) parts: Vec<ObjectPart>,
}

impl Object {
    /// An object sent in one piece, its bytes checked against what the request claims.
    pub(crate) fn from_put(body: Bytes, attributes: Attributes, claim: &Claim) -> Outcome<Self> {
        attributes.check()?;
        let digest = md5(&body);
        let checksum = claim.verify(&body, &digest)?;
        Ok(Self {
            body,
            etag: entity_tag(digest, &attributes.encryption),
            checksum,
            attributes,
            parts: Vec::new(),
        })
    }

    /// The same bytes under other attributes, as `CopyObject` makes them: always in one piece.
    pub(crate) fn copied(&self, attributes: Attributes, algorithm: Option<Algorithm>) -> Outcome<Self> {
        let wanted = Some(algorithm.unwrap_or(self.checksum.algorithm));
        Self::from_put(
            self.body.clone(),
            attributes,
            &Claim {
                wanted,
                ..Claim::default()
            },
        )
    }

    pub(crate) fn size(&self) -> u64 {
        self.body.len() as u64
    }
}
