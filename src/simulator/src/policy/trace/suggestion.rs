//! A change to a policy that would let a request through.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::policy::document::Draft;
use crate::policy::source::PolicyType;

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// A further statement.
    AddStatement,
    /// Another or a further action in a statement.
    ExtendAction,
    /// Another or a further resource in a statement.
    ExtendResource,
    /// A further principal in a statement.
    ExtendPrincipal,
    /// Another condition in a statement.
    FixCondition,
    /// A denying statement to be removed or narrowed.
    RemoveDeny,
}

/// Why a statement that looks right does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// The name is written with a slip.
    Misspelt,
    /// The case is another.
    Case,
    /// The resource is the bucket, the action is one of objects.
    ObjectArn,
    /// The resource is the objects, the action is one of the bucket.
    BucketArn,
    /// The action has no resource but `*`.
    NoResource,
    /// The request does not have the key.
    MissingKey,
    /// The request has the key, which it must not.
    UnexpectedKey,
    /// The key has another value.
    Value,
    /// The key moves with time and has gone beyond the value.
    Deadline,
    /// The key has a value that is excluded.
    ExcludedValue,
    /// The value has wildcards, which the operator takes literally.
    WildcardInEquals,
    /// The key is multivalued and the operator has no qualifier for that.
    SetOperator,
    /// The denying statement has conditions, which another request might not meet.
    Conditions,
}

/// A change to a policy.
#[derive(Debug, Clone)]
pub(super) struct Suggestion {
    pub(super) change: Change,
    /// The kind of policy that it is about.
    pub(super) kind: PolicyType,
    /// The level of the organization, for policies that have levels.
    pub(super) level: Option<usize>,
    /// The policy to change; `None`: a new one.
    pub(super) policy: Option<Arc<str>>,
    /// The statement to change; `None`: a new one.
    pub(super) statement: Option<usize>,
    pub(super) reason: Option<Reason>,
    /// What stands there, and what would stand there.
    pub(super) replaced: Option<(String, String)>,
    /// The operator that stands there, and the one that would.
    pub(super) operators: Option<(String, String)>,
    /// The conditions concerned, as the trace shows them.
    pub(super) conditions: Vec<Value>,
    /// The statement as it would be; a denying one without it can only go.
    pub(super) draft: Option<Draft>,
}

impl Suggestion {
    /// The change as JSON: `statement` as a value, and `text` as it would be typed.
    pub(super) fn value(&self) -> Value {
        let (from, to) = self.replaced.clone().unzip();
        let (old, new) = self.operators.clone().unzip();
        json!({
            "kind": self.change,
            "type": self.kind,
            "level": self.level,
            "policy": self.policy.as_deref(),
            "statement_index": self.statement,
            "reason": self.reason,
            "from": from,
            "to": to,
            "operator_from": old,
            "operator_to": new,
            "conditions": self.conditions,
            "statement": self.draft.as_ref().and_then(|draft| serde_json::to_value(draft).ok()),
            "text": self.draft.as_ref().map(Draft::text),
        })
    }
}
