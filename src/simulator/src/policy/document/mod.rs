//! A policy document: its text, and what it says once read.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod elements;
mod fault;
mod position;
mod principals;
mod read;
mod rename;
mod resource;
mod statement;
mod write;

pub(crate) use fault::{Fault, Malformed};
pub(crate) use position::{Places, Position, Span};
pub(crate) use principals::{Form, NamedPrincipal, Principals};
pub(crate) use statement::{Effect, Statement};
pub(crate) use write::Draft;

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
    /// Attached to a repository of ECR: a resource's, whose statements need not name it.
    Repository,
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

impl DocumentKind {
    /// Whether it is attached to a resource.
    fn is_of_resource(self) -> bool {
        matches!(self, Self::Resource | Self::Repository)
    }
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// `2008-10-17`, also what a document without `Version` is: `${…}` stands for itself.
    V2008,
    /// `2012-10-17`: with variables.
    V2012,
}

/// Who wrote a document, as far as the grammar cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    /// A customer.
    Customer,
    /// A customer, for a managed policy, which must be of the latest version.
    CustomerManaged,
    /// AWS, which does not bind itself by every rule.
    Aws,
}

/// A policy document that has been read.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    text: Arc<str>,
    kind: DocumentKind,
    size: usize,
    version: Version,
    id: Option<String>,
    statements: Vec<Statement>,
}

impl Document {
    /// Reads a document; the error is the first fault that AWS would name.
    pub(crate) fn parse(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        Self::read(text, kind, Author::Customer)
    }

    /// Reads a customer's managed policy, which must be of version 2012-10-17.
    pub(crate) fn parse_managed(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        Self::read(text, kind, Author::CustomerManaged)
    }

    /// Reads a policy that AWS manages: `RCPFullAWSAccess` allows, which no customer's resource control policy may.
    pub(crate) fn parse_aws_managed(text: &str, kind: DocumentKind) -> Result<Self, Malformed> {
        Self::read(text, kind, Author::Aws)
    }

    fn read(text: &str, kind: DocumentKind, author: Author) -> Result<Self, Malformed> {
        let (document, faults) = read::read(text, kind, author);
        match faults.into_iter().next() {
            Some(fault) => Err(fault),
            None => Ok(document),
        }
    }

    /// Every fault of a document, the one that AWS would name first.
    pub(crate) fn faults(text: &str, kind: DocumentKind) -> Vec<Malformed> {
        read::read(text, kind, Author::Customer).1
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

    /// The version of the policy language.
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The `Id` of the document.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements in order.
    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The condition keys that it reads, each once, as `GetContextKeysForCustomPolicy` lists them.
    pub(crate) fn context_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        for key in self.statements.iter().flat_map(Statement::context_keys) {
            if !keys.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                keys.push(key);
            }
        }
        keys
    }
}

/// The number of characters of a text that count against IAM's quotas.
pub(crate) fn size(text: &str) -> usize {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .count()
}

/// A document is saved as its text and read again.
#[derive(Serialize, Deserialize)]
struct Saved<'a> {
    kind: DocumentKind,
    text: Cow<'a, str>,
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let saved = Saved {
            kind: self.kind,
            text: Cow::Borrowed(&self.text),
        };
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::deserialize(deserializer)?;
        let read = Self::parse_aws_managed(&saved.text, saved.kind);
        read.map_err(|malformed| serde::de::Error::custom(malformed.sentence()))
    }
}
