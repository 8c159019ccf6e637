//! A policy document: its text, and what it says once read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

mod fault;

pub(crate) use fault::{Fault, Malformed};

/// What a document is for: the grammar differs.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DocumentKind {
    /// Attached to an identity.
    Identity,
    /// Attached to a resource, such as a bucket policy.
    Resource,
    /// Says who may assume a role.
    Trust,
    /// Passed when a session is made.
    Session,
    /// A permissions boundary.
    Boundary,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

/// A place in a document, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The character in the line.
    pub(crate) column: u32,
}

/// A policy document that has been read.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    text: Arc<str>,
    kind: DocumentKind,
    size: usize,
}

impl Document {
    /// Reads a document; the error is the first fault that IAM would name.
    pub(crate) fn parse(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        let read: Result<serde_json::Value, _> = serde_json::from_str(text);
        read.map_err(|_| Malformed {
            fault: Fault::Syntax,
            at: Position::default(),
        })?;
        Ok(Self {
            text: text.into(),
            kind,
            size: text
                .chars()
                .filter(|character| !character.is_whitespace())
                .count(),
        })
    }

    /// The text as it was given.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What the document was read as.
    pub(crate) fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The number of characters that count against IAM's quotas: all but white space.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}
