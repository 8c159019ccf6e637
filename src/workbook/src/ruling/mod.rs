//! The ports to AWS's own rules: what the simulator says of a policy or of another document, and the French words for it.

mod documents;
mod faults;
mod refusals;
mod steps;
mod task_refusals;
mod words;

pub use documents::{DocumentQuestion, DocumentRuling, Documents, Refusal};
pub use faults::fault;
pub use refusals::refusal;
pub use steps::explain;
pub use words::{denied_by, smallest_change, why_not};

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A policy, and where it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyText {
    /// What traces call it.
    pub id: String,
    /// `identity`, `resource`, `trust`, `session`, `boundary`, `service_control` or `resource_control`.
    pub kind: String,
    /// The JSON.
    pub text: String,
}

/// A request that policies decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyRequest {
    /// The caller's ARN, a service's name, or `*`.
    pub principal: String,
    /// `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account of the resource, when it is not the caller's.
    pub resource_account: Option<String>,
    /// Condition keys and their values.
    pub context: BTreeMap<String, Vec<String>>,
}

/// What the rules are asked: is the first of these policies well formed, and how are the requests decided by all of them?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyQuestion {
    /// The learner's policy first, then the others that apply.
    pub policies: Vec<PolicyText>,
    /// The requests.
    pub requests: Vec<PolicyRequest>,
    /// Whether decisions are told with their trace; without it, only what each is.
    pub traced: bool,
}

/// What the rules answer. The keys of the JSON are those of the simulator's journal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolicyRuling {
    /// Of the first policy: `{"valid", "size", "faults": […], "statements": […]}`.
    pub validation: Value,
    /// The decision of each request with its trace, where it was asked for; empty when a policy is malformed.
    pub decisions: Vec<Value>,
}

/// AWS's rules as a pure function: the same question always has the same answer.
pub type Rules = fn(&PolicyQuestion) -> PolicyRuling;
