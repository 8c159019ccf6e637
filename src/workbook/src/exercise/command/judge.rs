//! The judgement of a command: by what became of the account, or by its form where no CLI is there to run it.

use super::super::wanted::DrawnExpectations;
use super::super::{Exercise, WrongAnswer, pointer};
use crate::command::{self, CommandFacts, CommandQuestion, Form, Ran};
use crate::evidence::{Answer, Evidence};
use crate::verdict::{Feedback, Verdict};
use serde_json::Value;

/// The question for one seed.
pub(super) struct Question {
    pub(super) asked: CommandQuestion,
    pub(super) model: String,
    pub(super) controls: Vec<Control>,
    pub(super) misconceptions: Vec<Misconception>,
}

/// What must hold once the command has run.
pub(super) struct Control {
    pub(super) id: String,
    /// Whether a probe is looked at; else the learner's own command is.
    pub(super) probed: bool,
    pub(super) wanted: DrawnExpectations,
    pub(super) without: Vec<String>,
    pub(super) says: Option<String>,
    pub(super) refusal: Option<String>,
    pub(super) reason: String,
}

pub(super) struct Misconception {
    pub(super) id: String,
    pub(super) example: String,
    pub(super) refusal: Option<String>,
    pub(super) words: Option<String>,
    pub(super) controls: Option<Vec<String>>,
    pub(super) part: Option<String>,
    pub(super) explanation: String,
}

/// What is said of a command that was not run.
const BY_FORM: &str = "(La CLI d’AWS n’est pas là pour la lancer\u{a0}: ta commande a été comparée à un modèle. \
                       Installe-la, et l’exercice jugera son effet.)";

impl Control {
    fn holds(&self, ran: &Ran) -> bool {
        if let Some(code) = &self.refusal {
            return ran.refusal().is_some_and(|(found, _)| found == code);
        }
        // S3 and others print nothing where there is nothing to tell.
        let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or(Value::Null);
        let found = |at: &str| pointer::find(&printed, at);
        ran.code == Some(0)
            && self
                .wanted
                .iter()
                .all(|(at, wanted)| found(at).into_iter().any(|value| wanted.accepts(value)))
            && self.without.iter().all(|at| found(at).is_empty())
            && self.says.as_ref().is_none_or(|part| ran.stdout.contains(part))
    }
}

/// Whether a program of the CLI ended because it did not understand its line: nothing was sent then.
fn not_understood(ran: &Ran) -> bool {
    const SIGNS: [&str; 5] = [
        "usage: aws",
        "Unknown options",
        "Parameter validation failed",
        "Error parsing parameter",
        "Invalid JSON",
    ];
    ran.code != Some(0) && ran.refusal().is_none() && SIGNS.iter().any(|sign| ran.stderr.contains(sign))
}

/// What the CLI says of a line that it does not understand, without its page of usage.
fn complaint(stderr: &str) -> String {
    let lines = stderr.lines().map(str::trim);
    let telling = lines
        .filter(|line| !line.is_empty() && !line.starts_with("usage:") && !line.starts_with("To see help"));
    let telling = telling.filter(|line| !line.starts_with("aws help") && !line.starts_with("aws <command>"));
    let text: String = telling.collect::<Vec<_>>().join(" ");
    text.trim_start_matches("aws: [ERROR]: ")
        .trim_start_matches("aws: error: ")
        .chars()
        .take(400)
        .collect()
}

impl Question {
    fn failing(&self, own: &Ran, probes: &[Ran]) -> Vec<&Control> {
        let mut probes = probes.iter();
        let mut failing = Vec::new();
        for control in &self.controls {
            let looked_at = if control.probed { probes.next() } else { Some(own) };
            if !looked_at.is_some_and(|ran| control.holds(ran)) {
                failing.push(control);
            }
        }
        failing
    }

    fn recognised(&self, line: &str, own: &Ran, failing: &[&Control]) -> Option<&Misconception> {
        let failing: Vec<&str> = failing.iter().map(|control| control.id.as_str()).collect();
        let refusal = own.refusal().map(|(code, _)| code);
        let same = |wanted: &Vec<String>| {
            wanted.len() == failing.len() && wanted.iter().all(|id| failing.contains(&id.as_str()))
        };
        let shows = |one: &&Misconception| {
            one.refusal.as_deref().is_none_or(|code| refusal == Some(code))
                && one.words.as_ref().is_none_or(|words| own.stderr.contains(words))
                && one.controls.as_ref().is_none_or(same)
                && one.part.as_ref().is_none_or(|part| line.contains(part))
        };
        self.misconceptions.iter().find(shows)
    }

    fn by_effect(&self, line: &str, own: &Ran, probes: &[Ran]) -> Verdict {
        let failing = self.failing(own, probes);
        if failing.is_empty() && own.code == Some(0) {
            return Verdict::Passed(String::new());
        }
        if let Some(known) = self.recognised(line, own, &failing) {
            return Verdict::NotYet(Feedback {
                message: known.explanation.clone(),
                misconception: Some(known.id.clone()),
                score: 0.0,
            });
        }
        if not_understood(own) {
            return Verdict::Unreadable(format!(
                "La CLI ne comprend pas ta commande, et n’a rien envoyé. Elle dit\u{a0}: «\u{a0}{}\u{a0}».",
                complaint(&own.stderr)
            ));
        }
        Verdict::NotYet(Feedback {
            message: told(own, &failing),
            misconception: None,
            score: 0.0,
        })
    }

    fn by_form(&self, arguments: &[String]) -> Verdict {
        let form = Form::of(arguments);
        let is = |line: &str| command::arguments(line).is_ok_and(|other| Form::of(&other) == form);
        if is(&self.model) {
            return Verdict::Passed(BY_FORM.to_owned());
        }
        match self.misconceptions.iter().find(|one| is(&one.example)) {
            Some(known) => Verdict::NotYet(Feedback {
                message: known.explanation.clone(),
                misconception: Some(known.id.clone()),
                score: 0.0,
            }),
            None => Verdict::Unverifiable(
                "Ta commande se juge par son effet, et la CLI d’AWS n’est pas sur cette machine. Installe-la \
                 («\u{a0}pip install awscli\u{a0}», ou le paquet d’AWS), puis réponds de nouveau."
                    .to_owned(),
            ),
        }
    }
}

/// What is wrong with a command that ran and did not do what is asked.
fn told(own: &Ran, failing: &[&Control]) -> String {
    let Some(0) = own.code else {
        return match own.refusal() {
            Some((code, message)) => format!(
                "AWS refuse ta commande\u{a0}: `{code}`, «\u{a0}{}\u{a0}». Que lui manque-t-il, ou que nomme-t-elle de travers\u{a0}?",
                message.lines().next().unwrap_or_default()
            ),
            None if own.code.is_none() => {
                "Ta commande n’a pas fini à temps\u{a0}: elle a été arrêtée.".to_owned()
            }
            None => format!(
                "Ta commande échoue. La CLI dit\u{a0}: «\u{a0}{}\u{a0}».",
                complaint(&own.stderr)
            ),
        };
    };
    match failing {
        [one] => one.reason.clone(),
        several => {
            let reasons: Vec<String> = several.iter().map(|one| format!("- {}", one.reason)).collect();
            format!(
                "Ta commande est passée, mais son effet n’est pas celui demandé\u{a0}:\n\n{}",
                reasons.join("\n")
            )
        }
    }
}

impl Exercise for Question {
    fn command(&self) -> Option<&CommandQuestion> {
        Some(&self.asked)
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        let line = evidence.answer.as_ref().map_or("", Answer::text);
        let arguments = match command::arguments(line) {
            Ok(arguments) => arguments,
            Err(message) => return Verdict::Unreadable(message),
        };
        match &evidence.command {
            None | Some(CommandFacts::NoCli) => self.by_form(&arguments),
            Some(CommandFacts::Impossible(reason)) => {
                Verdict::Unverifiable(format!("Ta commande n’a pas pu être essayée\u{a0}: {reason}."))
            }
            Some(CommandFacts::Ran { own, probes }) => self.by_effect(line, own, probes),
        }
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        Answer::Text(self.model.clone())
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        let answer = |one: &Misconception| WrongAnswer {
            misconception: one.id.clone(),
            answer: Answer::Text(one.example.clone()),
        };
        self.misconceptions.iter().map(answer).collect()
    }
}
