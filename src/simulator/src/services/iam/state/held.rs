//! A policy document as the state keeps it: read once, written down as its text.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::policy::{Document, DocumentKind, Malformed};

/// A document, shared by every snapshot and decision that needs it.
#[derive(Debug, Clone)]
pub(crate) struct Held(Arc<Document>);

/// What is written down of it.
#[derive(Serialize, Deserialize)]
struct Saved {
    kind: DocumentKind,
    text: String,
}

impl Held {
    /// Reads a document.
    pub(crate) fn parse(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        Document::parse(text, kind).map(|document| Self(Arc::new(document)))
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
        let saved = Saved {
            kind: self.kind(),
            text: self.text().to_owned(),
        };
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { kind, text } = Saved::deserialize(deserializer)?;
        Self::parse(&text, kind).map_err(|malformed| serde::de::Error::custom(malformed.sentence()))
    }
}
