//! Exercises: what is asked, and the pure judgement of an answer. One file per kind beside this one.

pub(crate) mod builder;
mod choice;
mod code;
mod command;
mod document;
mod formula;
mod iam_policy;
mod immune;
mod json;
mod layer_archive;
pub(crate) mod letters;
mod number;
mod numbers;
mod ordering;
pub(crate) mod parameters;
pub(crate) mod plan;
mod pointer;
mod prediction;
mod presigned_answers;
mod presigned_cell;
mod presigned_claims;
mod presigned_judge;
mod presigned_url;
mod quantity;
mod quiz;
mod rust_code;
mod score;
pub(crate) mod settings;
mod shown;
mod sigv4_url;
mod state;
mod template;
mod wanted;

use crate::archive::ArchiveQuestion;
use crate::command::CommandQuestion;
use crate::evidence::{Answer, Evidence};
use crate::parse::info::Role;
use crate::ruling::PolicyQuestion;
use crate::verdict::Verdict;
use std::collections::BTreeMap;

pub use quiz::{Quiz, QuizAnswer, QuizOption};

/// The kinds of exercises. To add one: one file beside this one, and its line here.
pub(crate) const KINDS: &[Kind] = &[
    number::KIND,
    choice::KIND,
    presigned_url::KIND,
    rust_code::KIND,
    state::KIND,
    iam_policy::KIND,
    document::KIND,
    layer_archive::KIND,
    ordering::KIND,
    prediction::KIND,
    command::KIND,
];

/// Every kind: its name in lessons (`genre`), and in contracts.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().map(|kind| (kind.written, kind.name))
}

/// A kind of exercise, before any exercise of it is written.
pub(crate) struct Kind {
    /// Its name in lessons (`genre`).
    pub(crate) written: &'static str,
    /// Its name in contracts.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) title: &'static str,
    /// Whether an exercise of this kind may have a block of this role.
    pub(crate) allows: fn(Role) -> bool,
    /// The blocks that it must have, besides the statement and hints.
    pub(crate) requires: &'static [Role],
    /// Reads its settings and misconceptions; `None` when they have mistakes.
    pub(crate) build: fn(&mut builder::Builder<'_>) -> Option<Box<dyn plan::Recipe>>,
}

/// A parameter's value, drawn from the seed or computed from others.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// The values drawn for one seed, by name.
pub type Parameters = BTreeMap<String, Value>;

/// One choice of a choice exercise, in the order shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChoiceOption {
    /// `A`, `B`, …
    pub id: String,
    /// French Markdown.
    pub text: String,
}

/// Rust that is evaluated after the learner's cell, in the same session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Rust source. It passes when it neither fails to compile nor panics.
    pub source: String,
    /// Whether the learner never sees it.
    pub hidden: bool,
}

/// Rust that is evaluated last; it prints one JSON document that tells the backend's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Rust source.
    pub source: String,
}

/// A listed wrong answer, with the misconception it must be recognised as.
#[derive(Debug, Clone, PartialEq)]
pub struct WrongAnswer {
    /// The misconception's id.
    pub misconception: String,
    /// The answer that somebody with this misconception gives.
    pub answer: Answer,
}

/// One kind's judgement, for one seed. Pure: same evidence, same verdict.
pub trait Exercise: Send + Sync {
    /// The options to choose from (choice exercises).
    fn options(&self) -> &[ChoiceOption] {
        &[]
    }

    /// The Rust checks to evaluate after the learner's cell, visible ones first.
    fn checks(&self) -> &[Check] {
        &[]
    }

    /// What to evaluate last, to know the backend's state.
    fn probe(&self) -> Option<&Probe> {
        None
    }

    /// Whether an answer is Rust that must be compiled.
    fn needs_engine(&self) -> bool {
        false
    }

    /// Whether an answer is a document of several lines.
    fn asks_for_a_document(&self) -> bool {
        false
    }

    /// What must be found out about an answer that is an archive; `None` where an answer is a text.
    fn archive(&self) -> Option<&ArchiveQuestion> {
        None
    }

    /// What must run around an answer that is a command of the AWS CLI.
    fn command(&self) -> Option<&CommandQuestion> {
        None
    }

    /// What AWS's rules are asked about an answer that is a policy.
    fn policy_question(&self, _answer: &str) -> Option<PolicyQuestion> {
        None
    }

    /// Whether an answer can only be judged beside the simulator that it was made in.
    fn needs_simulator(&self) -> bool {
        false
    }

    /// Judges an attempt.
    fn judge(&self, evidence: &Evidence) -> Verdict;

    /// An answer that passes. URL answers are made for the evidence's key, endpoint and time.
    fn right_answer(&self, evidence: &Evidence) -> Answer;

    /// An answer that passes, as Rust that makes it in a cell: for answers that can only be made beside the simulator.
    /// `None` where there is none, or where a text will do.
    fn right_expression(&self) -> Option<String> {
        None
    }

    /// The same as values, where another tool can ask and judge it by itself; `None` where it cannot, or not rightly.
    fn quiz(&self) -> Option<Quiz> {
        None
    }

    /// Every listed wrong answer.
    fn wrong_answers(&self, evidence: &Evidence) -> Vec<WrongAnswer>;
}

/// An exercise as drawn for one seed: what is shown, and how it is judged.
pub struct Drawn {
    /// The exercise's id.
    pub id: String,
    /// The kind's contract name: `number`, `choice`, `presigned_url`, `rust_code`, `state`, `iam_policy`,
    /// `json_document`, `layer_archive`, `ordering`, `prediction` or `command`.
    pub kind: &'static str,
    /// The kind's name for people, in French.
    pub kind_title: &'static str,
    /// The title, in French.
    pub title: String,
    /// The seed it was drawn from.
    pub seed: u64,
    /// The values drawn.
    pub parameters: Parameters,
    /// French Markdown.
    pub statement: String,
    /// The Rust whose last line of output is asked for; it is shown before the answer, and runs after it.
    pub program: Option<String>,
    /// The Rust the learner starts from, when the answer is Rust.
    pub starter: Option<String>,
    /// At least three hints, in French Markdown: concept, shape, partly worked.
    pub hints: Vec<String>,
    /// The worked solution with the author's comment, in French Markdown.
    pub solution: String,
    /// Points for a full pass.
    pub max_score: f64,
    /// The judgement.
    pub exercise: Box<dyn Exercise>,
}
