//! The kind `document`: a JSON document, judged by what the simulated service makes of it.

mod bucket_policy;
mod judge;
mod lifecycle;
mod task_definition;

use super::builder::Builder;
use super::iam_policy::{Case, Question as Comparison};
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::wanted::{DrawnWanted, Expectations, drawn, expectations};
use super::{Exercise, Kind, Parameters, json};
use crate::nearest;
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::is_id;
use crate::parse::located::Located;
use judge::{Misconception, Question};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "document",
    name: "json_document",
    title: "document JSON",
    allows: |role| {
        matches!(
            role,
            Role::Misconceptions | Role::Hint | Role::Model | Role::Correction
        )
    },
    requires: &[Role::Model, Role::Correction],
    build,
};

/// The kinds of documents. To add one: one file beside this one, and its line here.
const SUBJECTS: &[Subject] = &[
    lifecycle::SUBJECT,
    bucket_policy::SUBJECT,
    task_definition::SUBJECT,
];

/// A kind of document, as lessons name it.
struct Subject {
    written: &'static str,
    /// Reads its settings; `None` when they have mistakes.
    build: fn(&mut Builder<'_>) -> Option<Box<dyn Setting>>,
}

/// What a lesson says of a document, before its parameters are drawn.
trait Setting: Send + Sync {
    /// The ids of what is tried.
    fn trials(&self) -> Vec<&str>;

    /// Where the document applies, and what is tried, for one seed. `model` is the right document.
    fn draw(&self, values: &Parameters, model: &str) -> Ground;

    /// What has no sense for one seed, if anything.
    fn lint(&self, values: &Parameters) -> Option<String>;
}

/// Where a document applies, and what is tried with it, for one seed.
struct Ground {
    /// The simulator's name of the kind of document.
    kind: &'static str,
    world: Value,
    trials: Vec<Trial>,
    /// What the answer is compared with once all trials are right, for policies.
    comparison: Option<Comparison>,
}

/// One thing that is tried.
struct Trial {
    id: String,
    /// The probe, as the simulator takes it.
    probe: Value,
    /// The facts that must be found, by their pointers, in which `*` stands for any item.
    wanted: Vec<(String, DrawnWanted)>,
    /// What the learner is told when it turns out otherwise.
    reason: Option<String>,
    /// Says what was found, in French.
    tell: fn(&Trial, &Value) -> String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    /// The code that AWS refuses the document with.
    refus: Option<String>,
    /// A part of the sentence that it says then.
    dit: Option<String>,
    /// What turns out otherwise, no more and no less.
    essais: Option<Vec<Spanned<String>>>,
    /// Values at pointers; `*` stands for every item or member.
    si: Option<Spanned<toml::Table>>,
    /// Pointers at which nothing stands.
    #[serde(default)]
    sans: Vec<String>,
    /// What a policy shows of the way its author thinks.
    cas: Option<Case>,
    exemple: Spanned<String>,
    explication: Spanned<String>,
}

/// The exercise before its parameters are drawn.
struct Plan {
    setting: Box<dyn Setting>,
    model: Template,
    /// The model with its place.
    written: Option<Located>,
    misconceptions: Vec<PlannedMisconception>,
}

struct PlannedMisconception {
    id: String,
    code: Option<String>,
    words: Option<String>,
    trials: Option<Vec<String>>,
    found: Expectations,
    absent: Vec<String>,
    case: Option<Case>,
    example: Template,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let subject = subject(builder);
    let setting = subject.and_then(|subject| (subject.build)(builder));
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let setting = setting?;
    let misconceptions = misconceptions(builder, &written, &setting.trials());
    let written = builder.blocks.one(Role::Model).cloned();
    let model = written
        .as_ref()
        .map(|text| builder.plain(text))
        .unwrap_or_default();
    Some(Box::new(Plan {
        setting,
        model,
        written,
        misconceptions,
    }))
}

fn subject(builder: &mut Builder<'_>) -> Option<&'static Subject> {
    let written = builder.take_setting("document")?;
    let found = SUBJECTS.iter().find(|subject| subject.written == written.text);
    if found.is_none() {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.written).collect();
        let message = format!("document inconnu « {} »", written.text);
        let expected = nearest::expected(&written.text, &names);
        builder.mistake(written.span, message, expected);
    }
    found
}

/// Reports ids of trials that are malformed or given twice.
fn check_trials(builder: &mut Builder<'_>, ids: &[Located]) {
    for (at, id) in ids.iter().enumerate() {
        let twice = ids[..at].iter().any(|before| before.text == id.text);
        if twice || !is_id(&id.text) {
            let message = format!("l’identifiant « {} » ne convient pas", id.text);
            let expected = "attendu : des lettres a-z, des chiffres, des tirets, un par essai";
            builder.mistake(id.span.clone(), message, expected);
        }
    }
}

fn misconceptions(
    builder: &mut Builder<'_>,
    written: &[WrittenMisconception],
    trials: &[&str],
) -> Vec<PlannedMisconception> {
    let ids: Vec<_> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&ids);
    written
        .iter()
        .zip(ids)
        .map(|(one, id)| misconception(builder, one, id, trials))
        .collect()
}

fn misconception(
    builder: &mut Builder<'_>,
    written: &WrittenMisconception,
    id: Located,
    trials: &[&str],
) -> PlannedMisconception {
    let by_document = written.si.is_some() || !written.sans.is_empty();
    let by_refusal = written.refus.is_some() || written.dit.is_some();
    if !(by_document || by_refusal || written.essais.is_some() || written.cas.is_some()) {
        let expected = "attendu : refus, dit, essais, si, sans ou cas, à quoi la reconnaître";
        builder.mistake(
            id.span.clone(),
            "une erreur que rien ne fait reconnaître",
            expected,
        );
    }
    for named in written.essais.iter().flatten() {
        let named = builder.misconception(named);
        if !trials.contains(&named.text.as_str()) {
            let message = format!("aucun essai ne s’appelle « {} »", named.text);
            builder.mistake(named.span, message, nearest::expected(&named.text, trials));
        }
    }
    let found = written.si.as_ref().map_or_else(Vec::new, |table| {
        let place = builder.misconception(&Spanned::new(table.span(), String::new()));
        expectations(builder, table.get_ref(), &place.span)
    });
    let (example, explanation) = (
        builder.misconception(&written.exemple),
        builder.misconception(&written.explication),
    );
    let named = |named: &Vec<Spanned<String>>| named.iter().map(|id| id.get_ref().clone()).collect();
    PlannedMisconception {
        id: id.text,
        code: written.refus.clone(),
        words: written.dit.clone(),
        trials: written.essais.as_ref().map(named),
        found,
        absent: written.sans.clone(),
        case: written.cas,
        example: builder.plain(&example),
        explanation: builder.markdown(&explanation),
    }
}

impl Recipe for Plan {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let fill = |template: &Template| template.fill(draw.values);
        let misconception = |planned: &PlannedMisconception| Misconception {
            id: planned.id.clone(),
            code: planned.code.clone(),
            words: planned.words.clone(),
            trials: planned.trials.clone(),
            found: drawn(&planned.found, draw.values),
            absent: planned.absent.clone(),
            case: planned.case,
            example: fill(&planned.example),
            explanation: fill(&planned.explanation),
        };
        let model = fill(&self.model);
        Box::new(Question {
            ground: self.setting.draw(draw.values, &model),
            model,
            max_score: draw.max_score,
            misconceptions: self.misconceptions.iter().map(misconception).collect(),
        })
    }

    /// A document of the lesson that is not even JSON is found without AWS.
    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let model = self.model.fill(draw.values);
        let model = json::mistake(draw, "le modèle", &model, self.written.as_ref());
        let nonsense = self.setting.lint(draw.values).map(|what| {
            let message = format!("pour la graine {}, dans « {} », {what}", draw.seed, draw.exercise);
            Mistake::new(0..0, message, "attendu : des valeurs qui ont un sens")
        });
        model.into_iter().chain(nonsense).collect()
    }
}
