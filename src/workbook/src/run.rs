//! What came of a cell that ran in a session, and of an attempt.

use crate::engine::{Evaluation, Outcome};
use crate::expected::Difference;
use crate::recovery::Recovery;
use crate::verdict::Verdict;

/// What a cell did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRun {
    /// How it ended and what it printed.
    pub evaluation: Evaluation,
    /// The first difference to what the lesson promises, when it promises something.
    pub mismatch: Option<Difference>,
    /// What became of the variables.
    pub recovery: Recovery,
}

impl CellRun {
    /// Whether it ran to its end and printed what the lesson promises.
    pub fn ok(&self) -> bool {
        self.evaluation.outcome == Outcome::Done && self.mismatch.is_none()
    }
}

/// What an attempt gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Where the learner stands.
    pub verdict: Verdict,
    /// The evaluation of the learner's cell; `None` for answers that need no compiler.
    pub evaluation: Option<Evaluation>,
    /// What became of the variables.
    pub recovery: Recovery,
}
