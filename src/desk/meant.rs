//! What a line meant that is no Rust: a command without its colon, or an answer to the exercise at hand.

use super::Desk;
use super::commands::{COMMANDS, Command};
use crate::attempt;
use crate::failure::Failure;
use crate::place::Place;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::verdict::Verdict;

/// The kinds whose answers are short, and look like nothing else.
const SHORT: [&str; 3] = ["number", "choice", "ordering"];

impl Desk<'_> {
    /// A failure to run a line, with what the line was probably meant for in place of how to get Rust.
    pub(super) fn or_meant(&self, line: &str, failure: Failure) -> Failure {
        match self.meant(line) {
            Some(hint) => Failure::Usage {
                message: failure.at_prompt().to_string(),
                hint,
            },
            None => failure,
        }
    }

    /// What a line that Rust does not understand was probably meant for.
    pub(super) fn meant(&self, line: &str) -> Option<String> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if word == "cahier" {
            return Some(
                "tu es déjà dans Cahier\u{a0}: «\u{a0}:aide\u{a0}» montre ce que tu peux y faire.".to_owned(),
            );
        }
        if COMMANDS.iter().any(|command| is_meant(command, word, rest)) {
            return Some(format!(
                "une commande commence par deux points\u{a0}: «\u{a0}:{line}\u{a0}»."
            ));
        }
        let drawn = self.at_hand().ok()?;
        answers(&drawn, line).then(|| answering(line))
    }

    /// What a number alone was probably meant for, though it is Rust: the answer to an exercise.
    pub(super) fn number_meant(&self, line: &str) -> Option<String> {
        let line = line.trim();
        let drawn = self.at_hand().ok().filter(|drawn| drawn.kind == "number")?;
        let is_number = line.starts_with(|sign: char| sign.is_ascii_digit()) && line.parse::<f64>().is_ok();
        (is_number && answers(&drawn, line)).then(|| answering(line))
    }
}

fn answering(line: &str) -> String {
    format!("pour répondre à l’exercice affiché\u{a0}: «\u{a0}:reponse {line}\u{a0}».")
}

fn is_meant(command: &Command, word: &str, rest: &str) -> bool {
    let takes = !command.argument.is_empty() || rest.trim().is_empty();
    takes && command.is(&word.to_lowercase())
}

/// Whether this can be read as an answer: what is asked natively runs nothing.
fn answers(drawn: &Drawn, line: &str) -> bool {
    if !SHORT.contains(&drawn.kind) || line.contains('\n') {
        return false;
    }
    let verdict = attempt::natively(drawn, Answer::Text(line.to_owned()), Place::nowhere().ground());
    matches!(verdict, Verdict::Passed(_) | Verdict::NotYet(_))
}
