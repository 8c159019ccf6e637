//! The judgement of a document: what the command line says of its form, what AWS says of it, what it then does.

use super::super::pointer::find;
use super::{Ground, Trial};
use crate::evidence::{Answer, Evidence};
use crate::exercise::iam_policy::{Case, Wrong, compare};
use crate::exercise::wanted::{DrawnExpectations, DrawnWanted};
use crate::exercise::{Exercise, WrongAnswer, score};
use crate::ruling::{self, DocumentQuestion, Refusal};
use crate::verdict::{Feedback, Verdict};
use serde_json::Value;

/// A way to be wrong, and how it is recognised.
pub(super) struct Misconception {
    pub(super) id: String,
    pub(super) code: Option<String>,
    pub(super) words: Option<String>,
    pub(super) trials: Option<Vec<String>>,
    pub(super) found: DrawnExpectations,
    pub(super) absent: Vec<String>,
    pub(super) case: Option<Case>,
    pub(super) example: String,
    pub(super) explanation: String,
}

/// The question for one seed.
pub(super) struct Question {
    pub(super) ground: Ground,
    pub(super) model: String,
    pub(super) max_score: f64,
    pub(super) misconceptions: Vec<Misconception>,
}

/// A trial that turned out otherwise, with what was found.
type Failed<'a> = (&'a Trial, &'a Value);

/// Faults of a text that is no document yet.
const NO_DOCUMENT: [&str; 4] = ["json", "too_deep", "not_an_object", "duplicate_key"];

impl Misconception {
    /// Whether the document itself shows it.
    fn stands_in(&self, document: &Value) -> bool {
        let found = |(pointer, wanted): &(String, DrawnWanted)| holds(document, pointer, wanted);
        self.found.iter().all(found)
            && self
                .absent
                .iter()
                .all(|pointer| find(document, pointer).is_empty())
    }

    fn shown_by_refusal(&self, document: &Value, refusal: &Refusal) -> bool {
        let code = self.code.as_ref().is_none_or(|code| *code == refusal.code);
        let words = self
            .words
            .as_ref()
            .is_none_or(|words| refusal.message.contains(words));
        let asked = self.trials.is_some() || self.case.is_some();
        !asked && code && words && self.stands_in(document)
    }

    fn shown_by_trials(&self, document: &Value, failed: &[Failed<'_>]) -> bool {
        let refused = self.code.is_some() || self.words.is_some();
        let named = self.trials.as_ref().is_none_or(|trials| {
            trials.len() == failed.len() && failed.iter().all(|(trial, _)| trials.contains(&trial.id))
        });
        let wrong: Vec<Wrong<'_>> = failed
            .iter()
            .map(|(trial, decision)| Wrong {
                should_allow: trial.wants_true(),
                decision,
            })
            .collect();
        let case = self.case.is_none_or(|case| case.shows(document, &wrong));
        !refused && named && case && self.stands_in(document)
    }
}

/// Whether what stands at a pointer, or something of it where it has a `*`, is the wanted value. Nothing is as `null`.
pub(super) fn holds(document: &Value, pointer: &str, wanted: &DrawnWanted) -> bool {
    let found = find(document, pointer);
    found.iter().any(|value| wanted.accepts(value)) || (found.is_empty() && wanted.accepts(&Value::Null))
}

impl Trial {
    fn fails(&self, found: &Value) -> bool {
        self.wanted
            .iter()
            .any(|(pointer, wanted)| !holds(found, pointer, wanted))
    }

    /// Whether a request should be allowed, where the trial is one.
    fn wants_true(&self) -> bool {
        self.wanted.iter().any(|(_, wanted)| wanted.value() == true)
    }
}

impl Question {
    fn question(&self, text: &str) -> DocumentQuestion {
        DocumentQuestion {
            kind: self.ground.kind,
            text: text.to_owned(),
            world: self.ground.world.clone(),
            probes: self
                .ground
                .trials
                .iter()
                .map(|trial| trial.probe.clone())
                .collect(),
        }
    }

    /// A document that AWS refuses.
    fn refused(&self, text: &str, refusal: &Refusal, faults: &[Value]) -> Verdict {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let known = self
            .misconceptions
            .iter()
            .find(|one| one.shown_by_refusal(&document, refusal));
        let told = known.map_or_else(
            || "AWS refuse ce document.".to_owned(),
            |one| one.explanation.clone(),
        );
        let places: Vec<String> = faults.iter().take(3).map(place).collect();
        let parts = [told, ruling::refusal(refusal), places.join("\n")];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        not_yet(parts.collect::<Vec<_>>().join("\n\n"), known, 0.0)
    }

    fn weigh(&self, evidence: &Evidence, text: &str, facts: &[Value]) -> Verdict {
        let pairs = self.ground.trials.iter().zip(facts);
        let failed: Vec<Failed<'_>> = pairs.filter(|(trial, found)| trial.fails(found)).collect();
        if failed.is_empty() {
            return self.beyond(evidence, text);
        }
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let known = self
            .misconceptions
            .iter()
            .find(|one| one.shown_by_trials(&document, &failed));
        let right = self.ground.trials.len() - failed.len();
        let mut parts = vec![known.map_or_else(|| first_reason(&failed), |one| one.explanation.clone())];
        parts.push(tally(right, self.ground.trials.len()));
        parts.extend(failed.first().map(|(trial, found)| (trial.tell)(trial, found)));
        let score = score::partial(self.max_score, right, self.ground.trials.len());
        not_yet(parts.join("\n\n"), known, score)
    }

    /// Everything that was tried is right: does a policy do more than the model?
    fn beyond(&self, evidence: &Evidence, text: &str) -> Verdict {
        let Some(comparison) = &self.ground.comparison else {
            return Verdict::Passed(String::new());
        };
        let Some(rules) = evidence.rules else {
            return unjudged();
        };
        match compare(comparison, rules, text) {
            None => Verdict::Passed(String::new()),
            Some(found) => {
                let score = score::partial(self.max_score, found.tried - found.wrong, found.tried);
                not_yet(found.message, None, score)
            }
        }
    }
}

fn unjudged() -> Verdict {
    Verdict::Unverifiable("Le simulateur n’est pas là pour juger ce document.".to_owned())
}

/// A text that nobody would send: it is no JSON, or the command line refuses its form.
fn unreadable(faults: &[Value]) -> Verdict {
    let is_document = |fault: &Value| !NO_DOCUMENT.contains(&fault["code"].as_str().unwrap_or_default());
    let head = if faults.iter().all(is_document) {
        "Ton JSON n’a pas la forme attendue\u{a0}: la commande le refuserait avant de l’envoyer à AWS."
    } else {
        "Ton document n’est pas lisible."
    };
    let lines: Vec<String> = faults
        .iter()
        .take(3)
        .map(|fault| format!("- {}", ruling::fault(fault)))
        .collect();
    Verdict::Unreadable(format!("{head}\n\n{}", lines.join("\n")))
}

/// Where a document that AWS refuses is wrong. What AWS says of it is said already, in other words.
fn place(fault: &Value) -> String {
    let mut fault = fault.clone();
    if let Some(members) = fault.as_object_mut() {
        members.remove("message");
    }
    format!("- {}", ruling::fault(&fault))
}

/// The author's words for the first trial that turned out otherwise and has any.
fn first_reason(failed: &[Failed<'_>]) -> String {
    let mut reasons = failed.iter().filter_map(|(trial, _)| trial.reason.clone());
    reasons.next().unwrap_or_else(|| {
        "AWS accepte ton document, mais il ne fait pas encore tout ce qui est demandé.".to_owned()
    })
}

fn tally(right: usize, all: usize) -> String {
    let gives = if right > 1 { "donnent" } else { "donne" };
    format!("Sur {all} essais, {right} {gives} ce qui est attendu.")
}

fn not_yet(message: String, known: Option<&Misconception>, score: f64) -> Verdict {
    Verdict::NotYet(Feedback {
        message,
        misconception: known.map(|one| one.id.clone()),
        score,
    })
}

impl Exercise for Question {
    fn asks_for_a_document(&self) -> bool {
        true
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        let text = evidence.answer.as_ref().map_or("", Answer::text).trim();
        if text.is_empty() {
            return Verdict::Unreadable("Ta réponse est vide. Écris ton document JSON.".to_owned());
        }
        let Some(documents) = evidence.documents else {
            return unjudged();
        };
        let ruling = documents(&self.question(text));
        match (ruling.nonsense, &ruling.refusal) {
            (Some(nonsense), _) => Verdict::Unverifiable(format!(
                "Cet exercice a un défaut, qui n’est pas le tien\u{a0}: {nonsense}"
            )),
            (None, Some(refusal)) => self.refused(text, refusal, &ruling.faults),
            (None, None) if !ruling.faults.is_empty() => unreadable(&ruling.faults),
            (None, None) => self.weigh(evidence, text, &ruling.facts),
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
