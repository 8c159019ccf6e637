//! The names of a run: where lessons write `cahier-`, what a run creates carries a prefix of the run's own.
//!
//! So two runs on one account do not meet, and a policy can be scoped to what runs create. The prefix is as wide as the one
//! that lessons write: what they print stays aligned, and an error points to the column that was typed.

use crate::failure::Failure;
use std::sync::Arc;
use std::time::Duration;
use workbook::engine::{
    Completions, Engine, EngineError, Evaluation, Inspection, Interrupt, Listener, Variable,
};

/// What the names of the lessons begin with.
pub const PREFIX: &str = "cahier-";

/// The prefixes of all runs, as IAM writes patterns: `?` stands for one character.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
pub const PATTERN: &str = "cah???-";

/// Digits of what tells runs apart: whatever every service takes in a name.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Gives all runs the same prefix: a teacher can then give each learner rights to their own names alone.
pub const CHOSEN: &str = "CAHIER_PREFIXE";

/// The prefix that the environment gives to all runs, if it gives one.
///
/// # Errors
/// When it is not of the form of a run's.
pub fn chosen() -> Result<Option<String>, Failure> {
    match std::env::var(CHOSEN) {
        Ok(prefix) if !prefix.is_empty() => accepted(prefix).map(Some),
        _ => Ok(None),
    }
}

fn accepted(prefix: String) -> Result<String, Failure> {
    if prefix.len() == PREFIX.len() && is_of_a_run(&format!("{prefix}x")) {
        return Ok(prefix);
    }
    Err(Failure::Usage {
        message: format!("{CHOSEN} vaut «\u{a0}{prefix}\u{a0}», qui n’est pas le préfixe d’un passage"),
        hint: "attendu\u{a0}: «\u{a0}cah\u{a0}», trois lettres minuscules ou chiffres, puis un tiret, comme «\u{a0}cahada-\u{a0}»."
            .to_owned(),
    })
}

/// The prefix of the run of this name: `cah4f7-`.
pub fn prefix(run: &str) -> String {
    // FNV-1a: runs that begin one after the other are far apart.
    let hash = run.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let digit = |place: u32| {
        let place = (hash / 36_u32.pow(place)) % 36;
        char::from(DIGITS[place as usize])
    };
    // What follows the last change of the hash is spread over its upper half alone.
    let digits: String = [1, 3, 5].map(digit).into_iter().collect();
    format!("cah{digits}-")
}

/// A text of a lesson with the names of this run.
pub fn named(text: &str, prefix: &str) -> String {
    if prefix.is_empty() || prefix == PREFIX {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(PREFIX) {
        let (before, after) = rest.split_at(at);
        shown += before;
        shown += if continues(&shown) { PREFIX } else { prefix };
        rest = &after[PREFIX.len()..];
    }
    shown + rest
}

/// Whether a name is one of a run's: it begins as [`PATTERN`] says.
pub fn is_of_a_run(name: &str) -> bool {
    let digit = |byte: u8| DIGITS.contains(&byte);
    let fits = |(byte, of)| byte == of || (of == b'?' && digit(byte));
    name.len() > PATTERN.len() && name.bytes().zip(PATTERN.bytes()).all(fits)
}

/// Whether a word that ends a text goes on after it: `porte-cahier-` is no name of the lessons.
fn continues(text: &str) -> bool {
    let mut letters = text.chars().rev();
    let word = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    // The letter of an escape, as in "\n", begins a new line and no word.
    letters.next().is_some_and(word) && letters.next() != Some('\\')
}

/// An engine whose cells name what they create as the run does, whoever wrote them.
pub struct Named {
    engine: Box<dyn Engine>,
    prefix: String,
}

impl Named {
    /// This engine, with the names of the run that has this prefix.
    pub fn new(engine: Box<dyn Engine>, prefix: &str) -> Self {
        Self {
            engine,
            prefix: prefix.to_owned(),
        }
    }
}

impl Engine for Named {
    fn eval(
        &mut self,
        source: &str,
        limit: Duration,
        live: &mut dyn Listener,
    ) -> Result<Evaluation, EngineError> {
        self.engine.eval(&named(source, &self.prefix), limit, live)
    }

    fn complete(&mut self, source: &str, position: usize) -> Result<Completions, EngineError> {
        self.engine.complete(source, position)
    }

    fn inspect(&mut self, source: &str, position: usize) -> Result<Option<Inspection>, EngineError> {
        self.engine.inspect(source, position)
    }

    fn variables(&mut self) -> Result<Vec<Variable>, EngineError> {
        self.engine.variables()
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        self.engine.interrupter()
    }

    fn reset(&mut self) -> Result<(), EngineError> {
        self.engine.reset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_runs_prefix_is_as_wide_as_the_lessons_and_fits_the_pattern_of_all_runs() {
        for run in ["20261130-110000-1f3a", "20261130-110001-1f3a", ""] {
            let prefix = prefix(run);
            assert_eq!(prefix.len(), PREFIX.len());
            assert!(is_of_a_run(&format!("{prefix}notes")), "{prefix}");
        }
        for other in [
            "cahiers-x",
            "cah4f7",
            "cah4f7-",
            "cah-4f7-x",
            "cahÉ7-x",
            "le-cah4f7-x",
        ] {
            assert!(!is_of_a_run(other), "{other}");
        }
    }

    #[test]
    fn a_hundred_runs_that_begin_one_after_the_other_have_prefixes_of_their_own() {
        let seconds = (0..100).map(|second| prefix(&format!("20261130-1101{second:02}-1f3a")));
        assert!(seconds.collect::<BTreeSet<_>>().len() > 98);
        let processes = (0..100).map(|process| prefix(&format!("20261130-110100-{process:x}")));
        assert!(processes.collect::<BTreeSet<_>>().len() > 98);
    }

    #[test]
    fn every_name_of_the_lessons_becomes_the_runs_wherever_it_stands() {
        let source =
            "t(\"cahier-notes\"); f(\"arn:aws:iam::1:role/cahier-lecteur\"); format!(\"cahier-{nom}\")";
        let shown = named(source, "cah4f7-");
        assert_eq!(
            shown,
            "t(\"cah4f7-notes\"); f(\"arn:aws:iam::1:role/cah4f7-lecteur\"); format!(\"cah4f7-{nom}\")"
        );
        assert_eq!(shown.len(), source.len());
    }

    #[test]
    fn a_prefix_that_is_chosen_has_the_form_of_a_runs_or_is_refused() {
        assert!(accepted("cahada-".to_owned()).is_ok());
        for other in ["ada-", "cahADA-", "cahadam-", "cahada", "cah-é-"] {
            assert!(accepted(other.to_owned()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_word_that_only_ends_like_the_prefix_is_left_alone() {
        for text in [
            "porte-cahier-x",
            "le_cahier-x",
            ".cahier-donnees",
            "un cahier",
            "cahier",
        ] {
            assert_eq!(named(text, "cah4f7-"), text);
        }
        assert_eq!(named("cahier-x", PREFIX), "cahier-x");
        assert_eq!(named("\"\\ncahier-x\"", "cah4f7-"), "\"\\ncah4f7-x\"");
    }
}
