//! What rustc, or a panic, says: explained in French to who begins, with their own names and types.
//!
//! rustc's message stays as it is; this stands below it. An explanation is one [`Rule`], known by rustc's codes and
//! by some of its words. What no rule knows has no explanation: better none than a wrong one.

mod case;
mod fields;
mod methods;
mod mismatch;
mod names;
mod numbers;
mod ownership;
mod panics;
mod refused;
mod shapes;
mod syntax;
mod traits;
mod typography;

pub use names::LIBRARY;
pub use panics::explain_panic;
pub use refused::Refused;

use crate::engine::Diagnostic;
use case::Case;

/// A French explanation: a few short sentences, and a line of Rust where that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What kind of mistake it is: the same kind is explained once in a cell.
    pub kind: &'static str,
    /// The sentences, in Markdown (code is between backticks).
    pub text: String,
    /// The learner's own line as it could be, or one like it.
    pub example: Option<String>,
}

impl Explanation {
    /// The whole of it in Markdown.
    pub fn markdown(&self) -> String {
        match &self.example {
            Some(example) => format!("{}\n\n```rust\n{example}\n```", self.text),
            None => self.text.clone(),
        }
    }
}

/// What a rule has to say.
struct Said {
    text: String,
    example: Option<String>,
}

impl Said {
    #[allow(clippy::unnecessary_wraps)] // Rules answer with an option: here is theirs.
    fn only(text: impl Into<String>) -> Option<Self> {
        Some(Self {
            text: text.into(),
            example: None,
        })
    }

    #[allow(clippy::unnecessary_wraps)]
    fn with(text: impl Into<String>, example: impl Into<Option<String>>) -> Option<Self> {
        Some(Self {
            text: text.into(),
            example: example.into(),
        })
    }
}

/// How one mistake is known, and what is said of it.
struct Rule {
    /// The mistake's kind.
    kind: &'static str,
    /// rustc's codes for it; none for what has no code, such as a mistake of syntax.
    codes: &'static [&'static str],
    /// Words of the message or of a label, in English as rustc writes them; empty where the code says enough.
    words: &'static str,
    /// Says it with the learner's names; `None` where it is another mistake after all.
    say: fn(&Case<'_>) -> Option<Said>,
}

/// One line of a table of rules.
const fn rule(
    kind: &'static str,
    codes: &'static [&'static str],
    words: &'static str,
    say: fn(&Case<'_>) -> Option<Said>,
) -> Rule {
    Rule {
        kind,
        codes,
        words,
        say,
    }
}

/// All rules; within a table the first that has something to say wins, so what is special comes before what is general.
const RULES: [&[Rule]; 9] = [
    ownership::RULES,
    numbers::RULES,
    mismatch::RULES,
    traits::RULES,
    methods::RULES,
    fields::RULES,
    names::RULES,
    shapes::RULES,
    syntax::RULES,
];

/// What a compiler message means, where it is known. `source` is the text that was evaluated.
pub fn explain(source: &str, diagnostic: &Diagnostic) -> Option<Explanation> {
    if diagnostic.level != "error" {
        return None;
    }
    let case = Case::new(source, diagnostic);
    RULES.into_iter().flatten().find_map(|rule| {
        let known = match &diagnostic.code {
            Some(code) => rule.codes.contains(&code.as_str()),
            None => rule.codes.is_empty(),
        };
        let said = (known && case.says(rule.words)).then(|| (rule.say)(&case))??;
        Some(Explanation {
            kind: rule.kind,
            text: typography::typeset(&said.text),
            example: said.example,
        })
    })
}

/// The explanations of all messages of a cell, in their order; each kind of mistake is explained only once.
pub fn explain_all(source: &str, diagnostics: &[Diagnostic]) -> Vec<Option<Explanation>> {
    let mut told = Vec::new();
    let once = |explanation: &Explanation| {
        let new = !told.contains(&explanation.kind);
        told.push(explanation.kind);
        new
    };
    let mut once = once;
    diagnostics
        .iter()
        .map(|diagnostic| explain(source, diagnostic).filter(&mut once))
        .collect()
}
