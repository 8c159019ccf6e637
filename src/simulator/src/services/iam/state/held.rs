//! A policy document as the state keeps it: read once, written down as its text.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::{Document, DocumentKind, Malformed};

/// A document, shared by every snapshot and decision that needs it.
#[derive(Debug, Clone)]
pub(crate) struct Held(Arc<Document>);

impl Held {
    /// Reads a document.
    pub(crate) fn parse(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        Document::parse(text, kind).map(Self::of)
    }

    /// Reads a customer's managed policy.
    pub(crate) fn parse_managed(text: &str) -> Result<Self, Malformed> {
        Document::parse_managed(text, DocumentKind::Identity).map(Self::of)
    }

    /// Reads a policy of AWS.
    pub(crate) fn parse_aws_managed(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        Document::parse_aws_managed(text, kind).map(Self::of)
    }

    /// A document that has been read.
    pub(crate) fn of(document: Document) -> Self {
        Self(Arc::new(document))
    }

    /// The document itself, to be shared.
    pub(crate) fn share(&self) -> Arc<Document> {
        Arc::clone(&self.0)
    }
}

impl Deref for Held {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.0
    }
}

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::deserialize(deserializer).map(Self::of)
    }
}
