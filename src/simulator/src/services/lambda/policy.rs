//! Resource-based policies of functions and layer versions, made statement by statement.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::{conflict, other_revision};
use crate::chance;
use crate::error::AwsError;
use crate::policy::{Document, DocumentKind, Source, SourceKind};
use crate::services::form::{Complaint, Rule};

/// The most characters of a policy: 20 KB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LONGEST: usize = 20_480;

/// A statement's `StatementId`.
pub(super) const STATEMENT_ID: Rule = Rule {
    min: 1,
    max: 100,
    accepts: |text| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    },
    complaint: Complaint::Pattern("([a-zA-Z0-9-_]+)"),
};

/// The `StatementId` of a statement that is to be removed.
pub(super) const NAMESPACED_STATEMENT_ID: Rule = Rule {
    min: 1,
    max: 100,
    accepts: |text| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    },
    complaint: Complaint::Pattern("([a-zA-Z0-9-_.]+)"),
};

/// A policy that is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Policy {
    /// Its statements, in the order in which they were added.
    statements: Vec<Value>,
    /// Its revision.
    pub(super) revision: String,
}

/// A new revision's id.
pub(super) fn revision() -> String {
    let hex = |length| chance::text(b"0123456789abcdef", length);
    format!("{}-{}-4{}-a{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
}

/// Refuses a request that expects another revision. Where there is no policy yet, the revision of what it will be about
/// stands for it.
pub(super) fn expect(
    revision: Option<&str>,
    policy: Option<&Policy>,
    about: Option<&str>,
    read_by: &str,
) -> Result<(), AwsError> {
    let known = policy.map(|policy| policy.revision.as_str()).or(about);
    if revision.is_none() || revision == known {
        Ok(())
    } else {
        Err(other_revision(read_by))
    }
}

/// Adds a statement to a policy, or begins one with it.
pub(super) fn add(policy: &mut Option<Policy>, statement: Value) -> Result<(), AwsError> {
    let mut statements = policy
        .as_ref()
        .map(|known| known.statements.clone())
        .unwrap_or_default();
    let id = statement["Sid"].as_str().unwrap_or_default();
    if statements.iter().any(|known| known["Sid"] == id) {
        return Err(conflict(format!(
            "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing \
             statement."
        )));
    }
    statements.push(statement);
    let changed = Policy::of(statements);
    if changed.text().len() > LONGEST {
        return Err(AwsError::new(
            400,
            "PolicyLengthExceededException",
            format!(
                "The final policy size ({}) is bigger than the limit ({LONGEST}).",
                changed.text().len()
            ),
        ));
    }
    *policy = Some(changed);
    Ok(())
}

/// Removes a statement; `false` if it was not there. The last one takes the policy with it.
pub(super) fn remove(policy: &mut Option<Policy>, id: &str) -> bool {
    let Some(known) = policy else {
        return false;
    };
    let before = known.statements.len();
    known.statements.retain(|statement| statement["Sid"] != id);
    let removed = known.statements.len() < before;
    if removed {
        known.revision = revision();
    }
    if known.statements.is_empty() {
        *policy = None;
    }
    removed
}

impl Policy {
    /// A policy of these statements.
    pub(super) fn of(statements: Vec<Value>) -> Self {
        Self {
            statements,
            revision: revision(),
        }
    }

    /// Names a principal otherwise, as AWS does when a user or role is renamed or deleted.
    pub(super) fn rename_principal(&mut self, former: &str, new: &str) {
        for statement in &mut self.statements {
            let named = statement.pointer_mut("/Principal/AWS");
            if let Some(named) = named.filter(|named| **named == *former) {
                *named = new.into();
            }
        }
    }

    /// The policy as JSON.
    pub(super) fn text(&self) -> String {
        json!({ "Version": "2012-10-17", "Id": "default", "Statement": self.statements }).to_string()
    }

    /// The policy as authorisation reads it.
    pub(super) fn source(&self, arn: &str) -> Option<Source> {
        let document = Document::parse(&self.text(), DocumentKind::Resource).ok()?;
        Some(Source::new(arn, SourceKind::Resource, Arc::new(document)))
    }
}
