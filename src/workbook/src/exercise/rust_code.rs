//! The kind `code`: a cell that must compile, run, and satisfy checks.

use super::builder::Builder;
use super::code::{DrawnProgramme, Programme, Tally, WrittenMisconception, failures_message};
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::{Check, Exercise, Kind, WrongAnswer};
use crate::evidence::{Answer, Evidence};
use crate::expected;
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::verdict::Verdict;
use serde::Deserialize;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "code",
    name: "rust_code",
    title: "code Rust",
    allows: |role| role != Role::Probe,
    requires: &[Role::Starter, Role::Solution, Role::Correction],
    build,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    sortie: Option<Spanned<String>>,
}

struct Code {
    programme: Programme,
    output: Option<Template>,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let programme = Programme::build(builder, &written);
    for one in written.iter().filter_map(|one| one.si.as_ref()) {
        let span = builder
            .misconception(&Spanned::new(one.span(), String::new()))
            .span;
        builder.mistake(
            span,
            "le genre « code » n’a pas de sonde à comparer",
            "attendu : motif = \"…\", ou le genre « etat »",
        );
    }
    let output = settings?.sortie.map(|text| {
        let text = builder.setting(&text);
        builder.plain(&text)
    });
    if !programme.has_checks() && output.is_none() {
        let here = builder.blocks.first.attribute.clone();
        let expected = "attendu : un bloc « verification », ou la clé « sortie »";
        builder.mistake(here, "rien ne vérifie la réponse", expected);
    }
    Some(Box::new(Code { programme, output }))
}

impl Recipe for Code {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        Box::new(Question {
            programme: self.programme.draw(draw),
            output: self.output.as_ref().map(|output| output.fill(draw.values)),
            max_score: draw.max_score,
        })
    }

    fn lint(&self, _: &Draw<'_>) -> Vec<Mistake> {
        Vec::new()
    }
}

/// The question for one seed.
struct Question {
    programme: DrawnProgramme,
    output: Option<String>,
    max_score: f64,
}

impl Exercise for Question {
    fn checks(&self) -> &[Check] {
        &self.programme.checks
    }

    fn needs_engine(&self) -> bool {
        true
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        let cell = match self.programme.cell(evidence) {
            Ok(cell) => cell,
            Err(verdict) => return verdict,
        };
        let mut tally = Tally::default();
        if let Some(output) = &self.output {
            let difference = expected::matches(output, &cell.output.stdout).err();
            tally.count(difference.is_none(), || {
                // The expected text would be the answer itself: only what was found is told.
                let line = difference.as_ref().map_or(1, |difference| difference.line);
                let found = difference.and_then(|difference| difference.found).unwrap_or_default();
                format!("La sortie de ta cellule n’est pas celle demandée, à partir de la ligne {line}\u{a0}: «\u{a0}{found}\u{a0}».")
            });
        }
        self.programme.count_checks(evidence, &mut tally);
        if tally.failures.is_empty() {
            return Verdict::Passed(String::new());
        }
        self.programme
            .not_yet(evidence, failures_message(&tally), tally.score(self.max_score))
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        self.programme.right_answer()
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        self.programme.wrong_answers()
    }
}
