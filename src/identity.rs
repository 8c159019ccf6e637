//! The real account, named before it is used: one call tells who is asking, and the learner confirms.

use crate::failure::Failure;
use crate::render::Screen;
use serde::Deserialize;
use std::io::{BufRead, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;
use workbook::engine::{Engine, Interrupt, Outcome};

/// Who AWS says is asking. No credential is part of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The account's number.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
    /// The region that calls go to.
    pub region: String,
}

/// `GetCallerIdentity` needs no permission and changes nothing:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
const CELL: &str = "prelude::menage::identite().await;";

/// A sign-in page, or a slow network.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether there is somebody to confirm.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Sends `GetCallerIdentity`, and nothing else, through the SDK's own chain.
///
/// # Errors
/// When the chain finds no credentials, or AWS refuses them.
pub fn ask_aws(engine: &mut dyn Engine) -> Result<Identity, Failure> {
    let evaluation = engine
        .eval(CELL, PATIENCE, &mut |_| {})
        .map_err(|error| crate::workshop::failed(&error))?;
    let printed = evaluation.output.stdout.trim();
    match evaluation.outcome {
        Outcome::Done => read(printed),
        Outcome::TimedOut { .. } => Err(Failure::Identity("pas de réponse".to_owned())),
        Outcome::Interrupted => Err(Failure::Declined),
        _ => Err(Failure::Identity(evaluation.output.stderr.trim().to_owned())),
    }
}

fn read(printed: &str) -> Result<Identity, Failure> {
    let document: serde_json::Value =
        serde_json::from_str(printed).map_err(|_| Failure::Identity(printed.to_owned()))?;
    if let Some(error) = document["error"].as_str() {
        return Err(Failure::Identity(error.to_owned()));
    }
    serde_json::from_value(document).map_err(|error| Failure::Identity(error.to_string()))
}

/// Asks, unless `--oui` has answered.
///
/// # Errors
/// When the learner does not say yes.
pub fn confirm(screen: Screen, confirmed: bool) -> Result<(), Failure> {
    if confirmed {
        return Ok(());
    }
    let question = "Continuer sur ce compte\u{a0}? Écris «\u{a0}oui\u{a0}» pour confirmer\u{a0}:";
    if said_yes(screen, question) {
        Ok(())
    } else {
        Err(Failure::Declined)
    }
}

/// Asks, and whether the line that is typed then says yes. Ctrl-C says no, at once.
pub fn said_yes(screen: Screen, question: &str) -> bool {
    let (say, said) = mpsc::channel();
    // Before the question is there to be read: a Ctrl-C as quick as that would stop nothing.
    crate::workshop::stop_on_interrupt(Arc::new(Question(say.clone())));
    screen.aside(question);
    // Ctrl-C does not end the reading of a line: that goes on beside, and nobody listens any more.
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        let _ = say.send(read.is_ok() && is_yes(&answer));
    });
    said.recv().unwrap_or(false)
}

/// A question that waits for its answer.
struct Question(Sender<bool>);

impl Interrupt for Question {
    fn interrupt(&self) {
        let _ = self.0.send(false);
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "oui" | "o" | "yes" | "y")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_yes_confirms() {
        assert!(is_yes(" Oui\n") && is_yes("y"));
        assert!(!is_yes("") && !is_yes("non") && !is_yes("ouais bof"));
    }

    #[test]
    fn a_refusal_by_aws_is_told_as_it_is() {
        let refused = read(r#"{"error":"InvalidClientTokenId: no"}"#);
        assert!(matches!(refused, Err(Failure::Identity(reason)) if reason.contains("InvalidClientTokenId")));
    }
}
