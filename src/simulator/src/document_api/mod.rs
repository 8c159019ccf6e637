//! JSON documents without a cloud of the learner's: a document is given to the simulated service itself, in a cloud of
//! its own, and what happens then is told.
//!
//! Nothing here reads or writes anything but its arguments, and the same arguments always give the same answer. What it
//! tells is JSON in English keys: who shows it to people finds the words.

mod bucket_policy;
mod command_line;
mod lifecycle;
mod rehearsal;
mod task_definition;

use serde_json::{Value, json};

use crate::error::AwsError;

/// The kinds of documents. To add one: a file beside this one, and its line here.
const KINDS: &[Kind] = &[lifecycle::KIND, bucket_policy::KIND, task_definition::KIND];

/// A kind of document.
struct Kind {
    name: &'static str,
    /// Gives a document to its service, and tells what it finds out.
    rule: fn(&str, &Value, &[Value]) -> Result<Ruling, DocumentError>,
}

/// What is said of a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ruling {
    /// What is wrong with the text before AWS looks at it, as the command line finds out:
    /// `{"code", …, "message", "start": {"line", "column"}}`, the place counted from 1. With any, AWS was not asked.
    pub faults: Vec<Value>,
    /// What AWS refused the document with: `{"code", "message", "status"}`. `faults` may tell the places of it.
    pub refusal: Option<Value>,
    /// What each probe finds out, in their order; empty for a document that is refused.
    pub facts: Vec<Value>,
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// There is no such kind of document.
    #[error("there is no kind of document {0}")]
    Kind(String),
    /// The world or a probe has no sense.
    #[error("the world of the document: {0}")]
    World(String),
    /// The cloud cannot be made.
    #[error("{0}")]
    Impossible(String),
}

/// Judges a document of a kind (`lifecycle`, `bucket_policy`, `task_definition`) in a world, and asks the probes.
///
/// `lifecycle` is what `put-bucket-lifecycle-configuration --lifecycle-configuration` takes. Its world is
/// `{"bucket", "versioning": "Enabled" | "Suspended" | null, "steps": [{"day": 3, "put": {"key", "bytes", "tags": {}, "class"}}]}`,
/// where a step may also be `"delete": {"key"}` or `"begin_upload": {"key"}`; the document is put on day 0, before
/// everything else. A probe is `{"day", "key"}`, what it finds is `{"present", "versions", "noncurrent", "markers",
/// "bytes", "class", "noncurrent_classes", "uploads"}`. Days are counted from the first, at 10:00 UTC of 2 March 2026.
///
/// `bucket_policy` is what `put-bucket-policy --policy` takes. Its world is `{"bucket", "block_public_access": true,
/// "identities": [{"arn", "policy"}]}`, the bucket being the default account's. A probe is `{"principal", "action",
/// "resource", "context": {key: [values]}}`, what it finds is the decision as the journal tells it.
///
/// `task_definition` is what `register-task-definition --cli-input-json` takes. Its world is `{"identities": [{"arn",
/// "policy"}], "buckets": [{"name", "keys": []}]}`; ECS may assume every role. A probe is `{"seconds"}`; what it finds is
/// `{"definition"}`, the definition as ECS shows it, and with `seconds` also `run`, what became of a task of it that was
/// started on Fargate, so many seconds later: `{"refusal": {"code", "message"}}`, or `{"status", "stop_code", "reason",
/// "containers": {name: {"status", "exit_code", "reason"}}}`.
pub fn rule(kind: &str, text: &str, world: &Value, probes: &[Value]) -> Result<Ruling, DocumentError> {
    let found = KINDS.iter().find(|known| known.name == kind);
    let kind = found.ok_or_else(|| DocumentError::Kind(kind.to_owned()))?;
    (kind.rule)(text, world, probes)
}

/// What a document that AWS refuses is told.
fn refused(error: &AwsError, faults: Vec<Value>) -> Ruling {
    Ruling {
        faults,
        refusal: Some(json!({
            "code": error.short_code(),
            "message": error.message,
            "status": error.status,
        })),
        facts: Vec::new(),
    }
}

/// A value of the question in its own type.
fn typed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, DocumentError> {
    serde_json::from_value(value.clone()).map_err(|error| DocumentError::World(error.to_string()))
}
