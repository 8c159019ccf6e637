//! Where the learner stands after an attempt. A wrong answer is a verdict, never an error.

use serde::Serialize;

/// What the learner is told about an answer that is not right yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feedback {
    /// French Markdown: what the learner probably thought, why it is wrong, one step to mend it.
    pub message: String,
    /// The id of the misconception that was recognised, if one was.
    pub misconception: Option<String>,
    /// Points earned in spite of it, from 0 to the exercise's maximum.
    pub score: f64,
}

/// The outcome of judging one attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Right. The text is the author's comment (French Markdown), empty if there is none.
    Passed(String),
    /// Understood, and not right yet.
    NotYet(Feedback),
    /// The answer could not be read (a typing slip, malformed JSON…): it costs no attempt.
    Unreadable(String),
    /// The learner's Rust does not compile; the text shows where.
    DoesNotCompile(String),
    /// The check needs something that this backend cannot tell (the journal, on a real account).
    Unverifiable(String),
}

impl Verdict {
    /// The contract's name of the verdict: `passed`, `not_yet`, `unreadable`, `does_not_compile`
    /// or `unverifiable`.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Passed(_) => "passed",
            Self::NotYet(_) => "not_yet",
            Self::Unreadable(_) => "unreadable",
            Self::DoesNotCompile(_) => "does_not_compile",
            Self::Unverifiable(_) => "unverifiable",
        }
    }

    /// Points earned, from 0 to `max`.
    pub fn score(&self, max: f64) -> f64 {
        match self {
            Self::Passed(_) => max,
            Self::NotYet(feedback) => feedback.score.clamp(0.0, max),
            _ => 0.0,
        }
    }

    /// What to tell the learner, in French Markdown.
    pub fn message(&self) -> &str {
        match self {
            Self::NotYet(feedback) => &feedback.message,
            Self::Passed(text)
            | Self::Unreadable(text)
            | Self::DoesNotCompile(text)
            | Self::Unverifiable(text) => text,
        }
    }

    /// The id of the misconception that was recognised, if one was.
    pub fn misconception(&self) -> Option<&str> {
        match self {
            Self::NotYet(feedback) => feedback.misconception.as_deref(),
            _ => None,
        }
    }

    /// Whether the attempt counts (an unreadable answer costs nothing).
    pub fn costs_an_attempt(&self) -> bool {
        !matches!(self, Self::Unreadable(_) | Self::Unverifiable(_))
    }
}
