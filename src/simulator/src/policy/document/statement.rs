//! A statement of a policy, read and compiled.

use super::principals::Principals;
use super::{Position, Span};
use crate::policy::condition::{Condition, ConditionValue};
use crate::policy::pattern::Pattern;

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub(crate) enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// One statement.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Its place in the document, counted from 0.
    pub(crate) index: usize,
    /// Its `Sid`, unless that is missing or empty.
    pub(crate) sid: Option<String>,
    /// What it does.
    pub(crate) effect: Effect,
    /// From its brace to just after the other.
    pub(crate) span: Span,
    /// Where IAM's policy simulators say that it starts: behind the bracket or comma before it, or inside the brace of a
    /// statement that is in no array.
    pub(crate) reported_start: Position,
    /// Whom it is about, in policies of resources.
    pub(crate) principals: Option<Principals>,
    /// `Action` or `NotAction`.
    pub(crate) actions: Actions,
    /// `Resource` or `NotResource`; trust policies have neither.
    pub(crate) resources: Option<Resources>,
    /// What else must hold.
    pub(crate) conditions: Vec<Condition>,
}

/// `Action` or `NotAction`.
#[derive(Debug, Clone)]
pub(crate) struct Actions {
    /// Whether it is `NotAction`.
    pub(crate) negated: bool,
    /// The actions, each in lower case as a pattern, and as it is written.
    pub(crate) patterns: Vec<ActionPattern>,
}

/// An action of a policy.
#[derive(Debug, Clone)]
pub(crate) struct ActionPattern {
    /// As it is written: `s3:Get*`.
    pub(crate) text: Box<str>,
    /// In lower case: the case of actions does not matter.
    pub(crate) pattern: Pattern,
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(crate) struct Resources {
    /// Whether it is `NotResource`.
    pub(crate) negated: bool,
    /// The resources.
    pub(crate) patterns: Vec<Pattern>,
}

impl Statement {
    /// Every condition key that it reads, in conditions and in variables.
    pub(crate) fn context_keys(&self) -> impl Iterator<Item = &str> {
        let resources = self.resources.iter().flat_map(|resources| &resources.patterns);
        let values = self.conditions.iter().flat_map(|condition| &condition.values);
        let patterns = resources.chain(values.flat_map(ConditionValue::patterns));
        let keys = self.conditions.iter().map(|condition| &*condition.key);
        keys.chain(patterns.flat_map(Pattern::variables))
    }
}
