//! What the kinds `code` and `etat` share: a learner's cell, checks, misconceptions shown by Rust.

use super::builder::Builder;
use super::immune::immune;
use super::plan::Draw;
use super::template::Template;
use super::{Check, WrongAnswer};
use crate::engine::{Diagnostic, Evaluation, Outcome};
use crate::evidence::{Answer, Evidence};
use crate::explanation::{explain_all, explain_panic};
use crate::french;
use crate::parse::info::Role;
use crate::verdict::{Feedback, Verdict};
use serde::Deserialize;
use std::fmt::Write as _;
use toml::Spanned;

/// A misconception of a Rust exercise, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenMisconception {
    pub(super) id: Spanned<String>,
    motif: Option<Spanned<String>>,
    ou: Option<Place>,
    pub(super) si: Option<Spanned<toml::Table>>,
    exemple: Spanned<String>,
    explication: Spanned<String>,
}

/// Where a misconception's text is looked for.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Place {
    /// The panic's message or the output.
    Sortie,
    /// The learner's source.
    Source,
}

pub(super) struct Misconception {
    pub(super) id: String,
    motif: Option<(Place, Template)>,
    example: Template,
    explanation: Template,
}

/// The checks and misconceptions, before the parameters are drawn.
pub(super) struct Programme {
    checks: Vec<(Template, bool)>,
    misconceptions: Vec<Misconception>,
}

impl Programme {
    pub(super) fn build(builder: &mut Builder<'_>, written: &[WrittenMisconception]) -> Self {
        let ids: Vec<_> = written.iter().map(|one| builder.misconception(&one.id)).collect();
        builder.check_ids(&ids);
        let blocks = builder.blocks;
        let visible = blocks.all(Role::Check).map(|text| (text, false));
        let hidden = blocks.all(Role::HiddenCheck).map(|text| (text, true));
        let checks = visible
            .chain(hidden)
            .map(|(text, hidden)| (builder.rust(text), hidden))
            .collect();
        let misconceptions = written.iter().map(|one| misconception(builder, one)).collect();
        Self {
            checks,
            misconceptions,
        }
    }

    pub(super) fn has_checks(&self) -> bool {
        !self.checks.is_empty()
    }

    pub(super) fn draw(&self, draw: &Draw<'_>) -> DrawnProgramme {
        let check = |(source, hidden): &(Template, bool)| Check {
            source: immune(&source.fill(draw.values)),
            hidden: *hidden,
        };
        let known = |one: &Misconception| Known {
            id: one.id.clone(),
            motif: one
                .motif
                .as_ref()
                .map(|(place, text)| (*place, text.fill(draw.values))),
            example: one.example.fill(draw.values),
            explanation: one.explanation.fill(draw.values),
        };
        DrawnProgramme {
            checks: self.checks.iter().map(check).collect(),
            known: self.misconceptions.iter().map(known).collect(),
            solution: draw.solution.unwrap_or_default().to_owned(),
        }
    }
}

fn misconception(builder: &mut Builder<'_>, written: &WrittenMisconception) -> Misconception {
    let motif = written.motif.as_ref().map(|text| builder.misconception(text));
    if let Some(empty) = motif.as_ref().filter(|text| text.text.trim().is_empty()) {
        builder.mistake(empty.span.clone(), "motif vide", "attendu : un texte à chercher");
    }
    let example = builder.misconception(&written.exemple);
    let explanation = builder.misconception(&written.explication);
    Misconception {
        id: written.id.get_ref().clone(),
        motif: motif.map(|text| (written.ou.unwrap_or(Place::Sortie), builder.plain(&text))),
        example: builder.rust(&example),
        explanation: builder.markdown(&explanation),
    }
}

/// The checks and misconceptions for one seed.
pub(super) struct DrawnProgramme {
    pub(super) checks: Vec<Check>,
    pub(super) known: Vec<Known>,
    solution: String,
}

pub(super) struct Known {
    pub(super) id: String,
    motif: Option<(Place, String)>,
    example: String,
    pub(super) explanation: String,
}

/// What the checks said.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) total: u32,
    /// What to say of what failed, in French Markdown, first things first.
    pub(super) failures: Vec<String>,
}

impl Tally {
    /// Counts one demand; `failure` says what to tell when it is not met.
    pub(super) fn count(&mut self, met: bool, failure: impl FnOnce() -> String) {
        self.total += 1;
        if met {
            self.passed += 1;
        } else {
            self.failures.push(failure());
        }
    }

    pub(super) fn score(&self, max: f64) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            max * f64::from(self.passed) / f64::from(self.total)
        }
    }
}

impl DrawnProgramme {
    pub(super) fn right_answer(&self) -> Answer {
        Answer::Rust(self.solution.clone())
    }

    pub(super) fn wrong_answers(&self) -> Vec<WrongAnswer> {
        let answer = |one: &Known| WrongAnswer {
            misconception: one.id.clone(),
            answer: Answer::Rust(one.example.clone()),
        };
        self.known.iter().map(answer).collect()
    }

    /// The evaluation of the learner's cell when it ran to its end; otherwise the verdict that says how it
    /// ended.
    pub(super) fn cell<'a>(&self, evidence: &'a Evidence) -> Result<&'a Evaluation, Verdict> {
        let Some(cell) = evidence.evaluations.first() else {
            return Err(Verdict::Unverifiable(
                "La cellule n’a pas été exécutée\u{a0}: Rust n’est pas disponible.".to_owned(),
            ));
        };
        let message = match &cell.outcome {
            Outcome::Done => return Ok(cell),
            Outcome::DoesNotCompile(diagnostics) => {
                let source = evidence.answer.as_ref().map_or("", Answer::text);
                return Err(Verdict::DoesNotCompile(compiler_messages(source, diagnostics)));
            }
            Outcome::Interrupted => {
                return Err(Verdict::Unreadable(
                    "Tu as interrompu la cellule\u{a0}: cet essai ne compte pas.".to_owned(),
                ));
            }
            outcome => how_it_ended(outcome),
        };
        Err(self.not_yet(evidence, message, 0.0))
    }

    /// Counts the checks that passed.
    pub(super) fn count_checks(&self, evidence: &Evidence, tally: &mut Tally) {
        let evaluations = evidence.evaluations.get(1..).unwrap_or_default();
        for (at, check) in self.checks.iter().enumerate() {
            let evaluation = evaluations.get(at);
            let met = evaluation.is_some_and(|evaluation| evaluation.outcome == Outcome::Done);
            tally.count(met, || check_failure(at + 1, check, evaluation));
        }
    }

    /// The misconception whose text is found; failing that, what to say by default.
    pub(super) fn not_yet(&self, evidence: &Evidence, message: String, score: f64) -> Verdict {
        let known = self.known.iter().find(|one| one.is_shown_by(evidence));
        Verdict::NotYet(Feedback {
            message: known.map_or(message, |one| one.explanation.clone()),
            misconception: known.map(|one| one.id.clone()),
            score,
        })
    }
}

impl Known {
    fn is_shown_by(&self, evidence: &Evidence) -> bool {
        match &self.motif {
            None => false,
            Some((Place::Source, text)) => {
                evidence.answer.as_ref().is_some_and(|answer| answer.text().contains(text.as_str()))
            }
            Some((Place::Sortie, text)) => evidence.evaluations.iter().any(|evaluation| {
                let panic = matches!(&evaluation.outcome, Outcome::Panicked { message, .. } if message.contains(text.as_str()));
                let output = &evaluation.output;
                panic || output.stdout.contains(text.as_str()) || output.stderr.contains(text.as_str())
            }),
        }
    }
}

/// The failures as one message, with how many demands are met.
pub(super) fn failures_message(tally: &Tally) -> String {
    let mut message = tally.failures.first().cloned().unwrap_or_default();
    if tally.total > 1 {
        let _ = match tally.passed {
            0 => write!(message, "\n\nAucune des {} vérifications ne passe.", tally.total),
            1 => write!(message, "\n\n1 vérification sur {} passe.", tally.total),
            passed => write!(message, "\n\n{passed} vérifications sur {} passent.", tally.total),
        };
    }
    message
}

/// How a cell ended that did not run to its end, in French.
pub(super) fn how_it_ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Panicked { message, line } => {
            let place = line.map(|line| format!(", ligne {line}")).unwrap_or_default();
            let why = explain_panic(message).map_or(String::new(), |why| format!("\n\n{}", why.markdown()));
            format!(
                "Ta cellule a paniqué{place}\u{a0}:\n\n```text\n{}\n```{why}",
                message.trim()
            )
        }
        Outcome::Exited { status } => {
            format!("Ta cellule a terminé son processus (`exit`, statut {status})\u{a0}: retire cet appel.")
        }
        Outcome::Crashed {
            stack_overflow: true, ..
        } => "La pile a débordé\u{a0}: une fonction s’appelle sans doute elle-même sans fin.".to_owned(),
        Outcome::Crashed { signal, .. } => format!("Ta cellule a été arrêtée par le signal {signal}."),
        Outcome::TimedOut { limit } => {
            format!(
                "Ta cellule n’a pas fini en {} s et a été arrêtée\u{a0}: cherche une boucle sans fin ou une attente.",
                limit.as_secs()
            )
        }
        Outcome::OutOfMemory { limit } => format!(
            "Ta cellule a demandé plus de mémoire que permis ({})\u{a0}: travaille sur moins de données à la fois.",
            french::memory(*limit)
        ),
        Outcome::Interrupted => "La cellule a été interrompue.".to_owned(),
        Outcome::DoesNotCompile(_) => "Ce code ne compile pas.".to_owned(),
        Outcome::Done => String::new(),
    }
}

fn check_failure(rank: usize, check: &Check, evaluation: Option<&Evaluation>) -> String {
    let name = if check.hidden {
        "Une vérification cachée".to_owned()
    } else {
        format!("La vérification n° {rank}")
    };
    match evaluation.map(|evaluation| &evaluation.outcome) {
        None => format!("{name} n’a pas pu être faite."),
        Some(Outcome::Panicked { message, .. }) => match shown_panic(message, check.hidden) {
            Some(text) => format!("{name} échoue\u{a0}: {text}"),
            None => format!("{name} échoue. Relis l’énoncé\u{a0}: un cas n’est pas traité."),
        },
        Some(Outcome::DoesNotCompile(diagnostics)) if !check.hidden => {
            let first = diagnostics.iter().find(|one| one.level != "warning");
            let first = first
                .map(|one| format!("\n\n```text\n{}\n```", one.message))
                .unwrap_or_default();
            format!(
                "{name} ne compile pas avec ta cellule\u{a0}: as-tu gardé les noms et les types du départ\u{202f}?{first}"
            )
        }
        Some(Outcome::DoesNotCompile(_)) => {
            format!(
                "{name} ne compile pas avec ta cellule\u{a0}: as-tu gardé les noms et les types du départ\u{202f}?"
            )
        }
        Some(outcome) => format!(
            "{name} ne va pas à son terme. {}",
            how_it_ended(outcome).replace("Ta cellule", "Elle")
        ),
    }
}

/// What of a check's panic may be shown: for a hidden check, only the message its author wrote.
fn shown_panic(message: &str, hidden: bool) -> Option<String> {
    let message = message.trim();
    if !hidden {
        return Some(message.to_owned());
    }
    if message.starts_with("assertion failed:") {
        return None;
    }
    match message.strip_prefix("assertion `left ") {
        None => Some(message.to_owned()),
        Some(rest) => {
            let first = rest.lines().next().unwrap_or_default();
            first.split_once("failed: ").map(|(_, own)| own.to_owned())
        }
    }
}

/// The compiler's errors with the lines of the learner's text, in Markdown.
fn compiler_messages(source: &str, diagnostics: &[Diagnostic]) -> String {
    // A warning stops nothing: it is never the reason.
    let explained = diagnostics.iter().zip(explain_all(source, diagnostics));
    let errors = explained.filter(|(one, _)| one.level != "warning");
    let mut text = String::from("Ta cellule ne compile pas.\n");
    for (diagnostic, explanation) in errors.take(5) {
        let code = diagnostic
            .code
            .as_ref()
            .map(|code| format!(" `{code}`"))
            .unwrap_or_default();
        let span = diagnostic
            .spans
            .iter()
            .find(|span| span.primary)
            .or(diagnostic.spans.first());
        let (line, content) = span.map_or((0, ""), |span| line_at(source, span.range.start));
        let place = if line > 0 {
            format!("Ligne {line}\u{a0}: ")
        } else {
            String::new()
        };
        let _ = write!(text, "\n- {place}{}{code}", diagnostic.message.trim());
        if !content.trim().is_empty() {
            let _ = write!(text, "\n  ```rust\n  {}\n  ```", content.trim());
        }
        for help in diagnostic.help.iter().take(2) {
            let _ = write!(text, "\n  {}", help.trim().replace('\n', "\n  "));
        }
        if let Some(explanation) = explanation {
            let _ = write!(text, "\n\n  {}\n", explanation.markdown().replace('\n', "\n  "));
        }
    }
    text
}

/// The line of a byte offset, counted from 1, with its text.
fn line_at(source: &str, offset: usize) -> (usize, &str) {
    let offset = (0..=offset.min(source.len()))
        .rev()
        .find(|&at| source.is_char_boundary(at))
        .unwrap_or(0);
    let line = source[..offset].matches('\n').count();
    (line + 1, source.lines().nth(line).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_never_the_reason_of_a_failed_compilation() {
        let told = |level: &str| {
            let diagnostic = Diagnostic {
                code: None,
                message: format!("{level}: unused macro"),
                level: level.to_owned(),
                spans: Vec::new(),
                help: Vec::new(),
            };
            compiler_messages("x", &[diagnostic])
        };
        assert!(told("error").contains("unused macro"));
        assert_eq!(told("warning"), "Ta cellule ne compile pas.\n");
    }
}
