//! What a verdict is judged on. Same evidence, same verdict.

use crate::archive::ArchiveFacts;
use crate::command::CommandFacts;
use crate::engine::Evaluation;
use crate::ruling::{Documents, Rules};

/// What the learner handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A number, a choice, a URL or a JSON document, as typed.
    Text(String),
    /// Rust source: the learner's version of the starter.
    Rust(String),
    /// An archive, as its bytes. What it holds is in the evidence.
    Archive(Vec<u8>),
}

impl Answer {
    /// The text as typed; an archive has none.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Rust(text) => text,
            Self::Archive(_) => "",
        }
    }
}

/// One call that reached the simulator.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CallRecord {
    /// AWS's name of the service in actions: `dynamodb`, `s3`, `sts`…
    pub service: String,
    /// The operation, such as `PutItem`.
    pub operation: String,
    /// The principal's ARN, or `*` for an anonymous caller.
    pub principal: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// Whether a presigned URL made it.
    #[serde(default)]
    pub presigned: bool,
    /// HTTP status of the answer.
    pub status: u16,
    /// AWS's error code, when the call failed.
    pub error: Option<String>,
    /// Capacity units consumed, when the service meters.
    pub consumed_capacity: Option<f64>,
}

/// The key that presigned URLs of an exercise are re-signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key of the simulator (never of a real account).
    pub secret_access_key: String,
}

/// Everything that one attempt left behind.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// What the learner handed in; `None` only before an attempt.
    pub answer: Option<Answer>,
    /// The evaluation of the learner's cell, then of each check, by the order in
    /// [`crate::exercise::Exercise::checks`]; empty for answers that need no compiler.
    pub evaluations: Vec<Evaluation>,
    /// What the probe printed (JSON), when the exercise has one.
    pub probe: Option<serde_json::Value>,
    /// The calls that the learner's cell made; `None` on a real account.
    pub calls: Option<Vec<CallRecord>>,
    /// Keys that the backend knows and may be re-signed with.
    pub keys: Vec<SigningKey>,
    /// The backend's present time, seconds since 1970.
    pub now: i64,
    /// The backend's endpoint, such as `http://127.0.0.1:4566`, or `None` on a real account.
    pub endpoint: Option<String>,
    /// Whether the learner works on a real account; else they do in the simulator, be it one that is gone.
    pub real_account: bool,
    /// AWS's own rules, for answers that are policies.
    pub rules: Option<Rules>,
    /// AWS's own judgement, for answers that are documents.
    pub documents: Option<Documents>,
    /// What was found out about the archive that was handed in.
    pub archive: Option<ArchiveFacts>,
    /// What came of the command that was handed in.
    pub command: Option<CommandFacts>,
}
