//! The policy of a bucket, kept as it was sent and as it was read.

use super::public;
use crate::policy::{Document, DocumentKind, Malformed};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A bucket policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct BucketPolicy {
    document: Arc<Document>,
    public: bool,
}

impl BucketPolicy {
    /// Reads a policy.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        let document = Document::parse(text, DocumentKind::Resource)?;
        Ok(Self {
            document: Arc::new(document),
            public: public::is_public(text),
        })
    }

    /// The same policy with another principal in the place of one; `None` where it does not name that one.
    pub(crate) fn with_principal(&self, former: &str, new: &str) -> Option<Self> {
        let document = self.document.with_principal(former, new)?.ok()?;
        Some(Self {
            public: public::is_public(document.text()),
            document: Arc::new(document),
        })
    }

    /// The text as it was sent.
    pub(crate) fn text(&self) -> &str {
        self.document.text()
    }

    /// The policy, read.
    pub(crate) fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// Whether S3 calls it public.
    pub(crate) fn is_public(&self) -> bool {
        self.public
    }
}

impl TryFrom<String> for BucketPolicy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|malformed| malformed.sentence())
    }
}

impl From<BucketPolicy> for String {
    fn from(policy: BucketPolicy) -> Self {
        policy.text().to_owned()
    }
}
