//! The port to AWS's own judgement of documents: the simulated service gets the document, and says what happens then.

use serde_json::Value;

/// What is asked of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentQuestion {
    /// `lifecycle`, `bucket_policy`: what it is, as the simulator names it.
    pub kind: &'static str,
    /// The JSON.
    pub text: String,
    /// Where it applies, as that kind has it.
    pub world: Value,
    /// What is looked at afterwards.
    pub probes: Vec<Value>,
}

/// What is said of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DocumentRuling {
    /// What is wrong with the text: `{"code", …, "message", "start": {"line", "column"}}`. Without a refusal, AWS was not
    /// asked.
    pub faults: Vec<Value>,
    /// What AWS refuses it with.
    pub refusal: Option<Refusal>,
    /// What each probe found, in their order.
    pub facts: Vec<Value>,
    /// Why the question has no answer, in English: a mistake of the lesson's, never of the learner's.
    pub nonsense: Option<String>,
}

/// A refusal of AWS's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code: `MalformedPolicy`.
    pub code: String,
    /// AWS's sentence.
    pub message: String,
}

/// AWS's judgement as a pure function: the same question always has the same answer.
pub type Documents = fn(&DocumentQuestion) -> DocumentRuling;
