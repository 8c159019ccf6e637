//! The kind `etat`: a cell judged by what it leaves behind, as a probe tells it.

use super::builder::Builder;
use super::code::{DrawnProgramme, Known, Programme, Tally, WrittenMisconception, failures_message};
use super::immune::immune;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::wanted::{DrawnExpectations, DrawnWanted, Expectations, drawn, expectations};
use super::{Check, Exercise, Kind, Probe, WrongAnswer};
use crate::evidence::{Answer, CallRecord, Evidence};
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::verdict::{Feedback, Verdict};
use serde::Deserialize;
use serde_json::Value as Json;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "etat",
    name: "state",
    title: "état du compte",
    allows: |_| true,
    requires: &[Role::Starter, Role::Solution, Role::Correction],
    build,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    attendu: Option<Spanned<toml::Table>>,
    appels: Option<Calls>,
}

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
struct Calls {
    #[serde(default)]
    exiges: Vec<Spanned<String>>,
    #[serde(default)]
    interdits: Vec<Spanned<String>>,
    /// Calls that a presigned URL must have made.
    #[serde(default)]
    presignes: Vec<Spanned<String>>,
}

struct State {
    programme: Programme,
    probe: Option<Template>,
    expected: Expectations,
    required: Vec<String>,
    forbidden: Vec<String>,
    presigned: Vec<String>,
    /// For each misconception, the values that show it.
    shown_by: Vec<Expectations>,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let programme = Programme::build(builder, &written);
    let conditions = |builder: &mut Builder<'_>, one: &WrittenMisconception| match &one.si {
        Some(table) => {
            let place = builder
                .misconception(&Spanned::new(table.span(), String::new()))
                .span;
            expectations(builder, table.get_ref(), &place)
        }
        None => Vec::new(),
    };
    let shown_by = written.iter().map(|one| conditions(builder, one)).collect();
    let settings = settings?;
    let expected = settings.attendu.map_or_else(Vec::new, |table| {
        let place = builder.setting(&Spanned::new(table.span(), String::new())).span;
        expectations(builder, table.get_ref(), &place)
    });
    let probe = builder.blocks.one(Role::Probe).map(|text| builder.rust(text));
    let here = builder.blocks.first.attribute.clone();
    if probe.is_some() == expected.is_empty() {
        let wanted = "attendu : un bloc « sonde » et une table [attendu], ou aucun des deux";
        builder.mistake(here.clone(), "la sonde et [attendu] vont ensemble", wanted);
    }
    let calls = settings.appels.unwrap_or_default();
    let mut named = [&calls.exiges, &calls.interdits, &calls.presignes].map(|calls| actions(builder, calls));
    if expected.is_empty() && !programme.has_checks() && named.iter().all(Vec::is_empty) {
        builder.mistake(
            here,
            "rien ne vérifie la réponse",
            "attendu : [attendu] et sa sonde, « appels » ou une vérification",
        );
    }
    let [required, forbidden, presigned] = named.each_mut().map(std::mem::take);
    Some(Box::new(State {
        programme,
        probe,
        expected,
        required,
        forbidden,
        presigned,
        shown_by,
    }))
}

/// Checks the form `service:Operation` of called actions.
fn actions(builder: &mut Builder<'_>, written: &[Spanned<String>]) -> Vec<String> {
    for action in written {
        let text = action.get_ref();
        if !text
            .split_once(':')
            .is_some_and(|(service, operation)| !service.is_empty() && !operation.is_empty())
        {
            let span = builder.setting(action).span;
            builder.mistake(
                span,
                format!("« {text} » n’est pas un appel"),
                "attendu : \"service:Operation\", comme \"dynamodb:Query\"",
            );
        }
    }
    written.iter().map(|action| action.get_ref().clone()).collect()
}

impl Recipe for State {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let drawn = |list: &Expectations| drawn(list, draw.values);
        Box::new(Question {
            programme: self.programme.draw(draw),
            probe: self.probe.as_ref().map(|probe| Probe {
                source: immune(&probe.fill(draw.values)),
            }),
            expected: drawn(&self.expected),
            required: self.required.clone(),
            forbidden: self.forbidden.clone(),
            presigned: self.presigned.clone(),
            shown_by: self.shown_by.iter().map(drawn).collect(),
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
    probe: Option<Probe>,
    expected: DrawnExpectations,
    required: Vec<String>,
    forbidden: Vec<String>,
    presigned: Vec<String>,
    shown_by: Vec<DrawnExpectations>,
    max_score: f64,
}

impl Question {
    fn count_state(&self, evidence: &Evidence, tally: &mut Tally) {
        for (pointer, wanted) in &self.expected {
            let found = evidence
                .probe
                .as_ref()
                .and_then(|document| document.pointer(pointer));
            tally.count(found.is_some_and(|found| wanted.accepts(found)), || match (found, &evidence.probe) {
                (_, None) => "L’état n’a pas pu être lu après ta cellule\u{a0}: ce qu’elle devait créer existe-t-il\u{202f}?".to_owned(),
                (None, _) => format!("Dans l’état observé, `{pointer}` est absent."),
                (Some(found), _) => format!("Dans l’état observé, `{pointer}` vaut `{found}`\u{a0}: ce n’est pas ce qui est demandé."),
            });
        }
    }

    fn count_calls(&self, calls: &[CallRecord], tally: &mut Tally) {
        let made = |action: &str, call: &CallRecord| {
            action.split_once(':').is_some_and(|(service, operation)| {
                service == call.service && (operation == "*" || operation == call.operation)
            })
        };
        for action in &self.required {
            let met = calls.iter().any(|call| call.status < 400 && made(action, call));
            tally.count(met, || format!("Ta cellule devait réussir un appel `{action}`."));
        }
        for action in &self.presigned {
            let met = calls
                .iter()
                .any(|call| call.status < 400 && call.presigned && made(action, call));
            tally.count(met, || {
                format!("Ta cellule devait réussir un appel `{action}` par un lien présigné, et non avec les clés du SDK.")
            });
        }
        for action in &self.forbidden {
            let met = !calls.iter().any(|call| made(action, call));
            tally.count(met, || {
                format!("Ta cellule a appelé `{action}`, ce que l’énoncé exclut.")
            });
        }
    }

    fn demands_calls(&self) -> bool {
        ![&self.required, &self.forbidden, &self.presigned]
            .iter()
            .all(|calls| calls.is_empty())
    }

    /// The first misconception whose values are all found.
    fn shown(&self, document: &Json) -> Option<&Known> {
        let holds = |(pointer, wanted): &(String, DrawnWanted)| {
            document
                .pointer(pointer)
                .is_some_and(|found| wanted.accepts(found))
        };
        let matching = |list: &DrawnExpectations| !list.is_empty() && list.iter().all(holds);
        let pairs = self.programme.known.iter().zip(&self.shown_by);
        pairs
            .filter(|(_, list)| matching(list))
            .map(|(known, _)| known)
            .next()
    }
}

impl Exercise for Question {
    fn checks(&self) -> &[Check] {
        &self.programme.checks
    }

    fn probe(&self) -> Option<&Probe> {
        self.probe.as_ref()
    }

    fn needs_engine(&self) -> bool {
        true
    }

    fn judge(&self, evidence: &Evidence) -> Verdict {
        if let Err(verdict) = self.programme.cell(evidence) {
            return verdict;
        }
        let mut tally = Tally::default();
        self.programme.count_checks(evidence, &mut tally);
        self.count_state(evidence, &mut tally);
        if let Some(calls) = &evidence.calls {
            self.count_calls(calls, &mut tally);
        }
        if tally.failures.is_empty() {
            return if self.demands_calls() && evidence.calls.is_none() {
                Verdict::Unverifiable(
                    "Ce que ton code laisse est juste. Cet exercice regarde aussi quels appels tu as faits\u{a0}: sur un compte réel, Cahier ne peut pas le savoir. Refais-le dans le simulateur, sans «\u{a0}--aws\u{a0}».".to_owned(),
                )
            } else {
                Verdict::Passed(String::new())
            };
        }
        let score = tally.score(self.max_score);
        match evidence.probe.as_ref().and_then(|document| self.shown(document)) {
            Some(known) => Verdict::NotYet(Feedback {
                message: known.explanation.clone(),
                misconception: Some(known.id.clone()),
                score,
            }),
            None => self.programme.not_yet(evidence, failures_message(&tally), score),
        }
    }

    fn right_answer(&self, _: &Evidence) -> Answer {
        self.programme.right_answer()
    }

    fn wrong_answers(&self, _: &Evidence) -> Vec<WrongAnswer> {
        self.programme.wrong_answers()
    }
}
