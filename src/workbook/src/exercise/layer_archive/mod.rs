//! The kind `archive`: a ZIP for a Lambda layer, judged by what a function would find in it.

mod cases;
mod content;
mod failing;
mod judge;
mod search;
mod slips;

use super::builder::Builder;
use super::plan::{Draw, Recipe};
use super::quantity::Quantity;
use super::template::Template;
use super::{Exercise, Kind, Parameters};
use crate::archive::{ArchiveQuestion, Try};
use crate::nearest;
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::is_id;
use crate::parse::located::Located;
use cases::Case;
use content::Content;
use judge::{Check, Misconception, Question, What};
use serde::Deserialize;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "archive",
    name: "layer_archive",
    title: "archive d’une couche",
    allows: |role| matches!(role, Role::Misconceptions | Role::Hint | Role::Correction),
    requires: &[Role::Correction],
    build,
};

/// The Runtime that a layer is for, unless the exercise says otherwise.
const RUNTIME: &str = "python3.13";

/// The id of the check of the size.
const SIZE: &str = "taille";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    runtime: Option<Spanned<String>>,
    /// The most that the layer may weigh, unzipped, in units of 1024 bytes.
    taille_max_ko: Option<Spanned<toml::Value>>,
    essai: Vec<WrittenCheck>,
    modele: WrittenModel,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenModel {
    fichiers: Spanned<toml::Table>,
}

/// What is looked at: one of `importe`, `commande`, `fichier` and `absent`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCheck {
    id: Spanned<String>,
    /// A module that a function imports.
    importe: Option<Spanned<String>>,
    /// What must hold then, in Python.
    verifie: Option<Spanned<String>>,
    /// A command that a function runs.
    commande: Option<Spanned<String>>,
    /// A file, below `/opt`.
    fichier: Option<Spanned<String>>,
    /// A part of the text of that command, or of that file.
    contient: Option<Spanned<String>>,
    /// A pattern of paths that must not be there.
    absent: Option<Spanned<String>>,
    /// What the learner is told when it does not hold.
    pourquoi: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    cas: Option<Case>,
    /// Patterns, each of some path.
    #[serde(default)]
    chemins: Vec<String>,
    /// The checks that fail, no more and no less.
    essais: Option<Vec<Spanned<String>>>,
    /// A part of what Python says.
    dit: Option<String>,
    fichiers: Spanned<toml::Table>,
    explication: Spanned<String>,
}

/// The exercise before its parameters are drawn.
struct Plan {
    python: String,
    limit: Option<Quantity>,
    checks: Vec<PlannedCheck>,
    model: Content,
    misconceptions: Vec<PlannedMisconception>,
}

struct PlannedCheck {
    id: String,
    what: PlannedWhat,
    reason: Option<Template>,
}

enum PlannedWhat {
    Import {
        module: Template,
        expression: Option<Template>,
    },
    Command(Template, Option<Template>),
    File(Template, Option<Template>),
    Absent(Template),
}

struct PlannedMisconception {
    id: String,
    case: Option<Case>,
    paths: Vec<String>,
    checks: Option<Vec<String>>,
    words: Option<String>,
    content: Content,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let settings = settings?;
    let python = python(builder, settings.runtime.as_ref());
    let limit = settings.taille_max_ko.as_ref();
    let limit = limit.and_then(|limit| Quantity::read(builder, limit));
    let checks: Vec<_> = settings
        .essai
        .iter()
        .map(|check| self::check(builder, check))
        .collect();
    check_ids(builder, &settings.essai);
    let place = builder
        .setting(&Spanned::new(settings.modele.fichiers.span(), String::new()))
        .span;
    let model = Content::read(builder, settings.modele.fichiers.get_ref(), &place);
    let mut ids: Vec<&str> = settings
        .essai
        .iter()
        .map(|check| check.id.get_ref().as_str())
        .collect();
    ids.extend(limit.is_some().then_some(SIZE));
    let misconceptions = misconceptions(builder, &written, &ids);
    Some(Box::new(Plan {
        python: python?,
        limit,
        checks: checks.into_iter().collect::<Option<_>>()?,
        model,
        misconceptions,
    }))
}

/// The version of a Runtime's Python.
fn python(builder: &mut Builder<'_>, written: Option<&Spanned<String>>) -> Option<String> {
    let Some(written) = written else {
        return Some(RUNTIME.trim_start_matches("python").to_owned());
    };
    let version = written.get_ref().strip_prefix("python3.");
    let version =
        version.filter(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()));
    if version.is_none() {
        let runtime = builder.setting(written);
        let message = format!("« {} » n’est pas un runtime de Python", runtime.text);
        builder.mistake(runtime.span, message, format!("attendu : \"{RUNTIME}\""));
    }
    version.map(|minor| format!("3.{minor}"))
}

fn check_ids(builder: &mut Builder<'_>, checks: &[WrittenCheck]) {
    for (at, check) in checks.iter().enumerate() {
        let id = builder.setting(&check.id);
        let twice = checks[..at]
            .iter()
            .any(|before| before.id.get_ref() == check.id.get_ref());
        if twice || !is_id(&id.text) || id.text == SIZE {
            let message = format!("l’identifiant « {} » ne convient pas", id.text);
            let expected =
                "attendu : des lettres a-z, des chiffres, des tirets, un par essai, et pas « taille »";
            builder.mistake(id.span, message, expected);
        }
    }
}

fn check(builder: &mut Builder<'_>, written: &WrittenCheck) -> Option<PlannedCheck> {
    let given = [
        &written.importe,
        &written.commande,
        &written.fichier,
        &written.absent,
    ];
    let one = given.iter().filter(|given| given.is_some()).count() == 1;
    let has_text = written.commande.is_some() || written.fichier.is_some();
    if !one
        || (written.verifie.is_some() && written.importe.is_none())
        || (written.contient.is_some() && !has_text)
    {
        let place = builder.setting(&written.id).span;
        let expected = "attendu : l’un des quatre, importe (avec ou sans verifie), commande ou fichier (avec ou sans contient), ou absent";
        builder.mistake(place, "un essai dont on ne sait pas ce qu’il regarde", expected);
        return None;
    }
    let mut plain = |text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    let what = match given.map(|text| text.as_ref().map(&mut plain)) {
        [Some(module), ..] => PlannedWhat::Import {
            module,
            expression: written.verifie.as_ref().map(&mut plain),
        },
        [_, Some(name), ..] => PlannedWhat::Command(name, written.contient.as_ref().map(&mut plain)),
        [_, _, Some(path), _] => PlannedWhat::File(path, written.contient.as_ref().map(&mut plain)),
        [.., pattern] => PlannedWhat::Absent(pattern?),
    };
    let reason = written.pourquoi.as_ref().map(|text| builder.setting(text));
    Some(PlannedCheck {
        id: written.id.get_ref().clone(),
        what,
        reason: reason.map(|text| builder.markdown(&text)),
    })
}

fn misconceptions(
    builder: &mut Builder<'_>,
    written: &[WrittenMisconception],
    checks: &[&str],
) -> Vec<PlannedMisconception> {
    let ids: Vec<_> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&ids);
    written
        .iter()
        .zip(ids)
        .map(|(one, id)| misconception(builder, one, id, checks))
        .collect()
}

fn misconception(
    builder: &mut Builder<'_>,
    written: &WrittenMisconception,
    id: Located,
    checks: &[&str],
) -> PlannedMisconception {
    let by_paths = written.cas.is_some() || !written.chemins.is_empty();
    if !by_paths && written.essais.is_none() && written.dit.is_none() {
        let expected = "attendu : cas, chemins, essais ou dit, à quoi la reconnaître";
        builder.mistake(
            id.span.clone(),
            "une erreur que rien ne fait reconnaître",
            expected,
        );
    }
    for named in written.essais.iter().flatten() {
        let named = builder.misconception(named);
        if !checks.contains(&named.text.as_str()) {
            let message = format!("aucun essai ne s’appelle « {} »", named.text);
            builder.mistake(named.span, message, nearest::expected(&named.text, checks));
        }
    }
    let place = builder
        .misconception(&Spanned::new(written.fichiers.span(), String::new()))
        .span;
    let explanation = builder.misconception(&written.explication);
    let named = |named: &Vec<Spanned<String>>| named.iter().map(|id| id.get_ref().clone()).collect();
    PlannedMisconception {
        id: id.text,
        case: written.cas,
        paths: written.chemins.clone(),
        checks: written.essais.as_ref().map(named),
        words: written.dit.clone(),
        content: Content::read(builder, written.fichiers.get_ref(), &place),
        explanation: builder.markdown(&explanation),
    }
}

impl PlannedCheck {
    fn draw(&self, values: &Parameters) -> Check {
        let fill = |template: &Template| template.fill(values);
        let what = match &self.what {
            PlannedWhat::Import { module, expression } => What::Import {
                module: fill(module),
                expression: expression.as_ref().map(fill),
            },
            PlannedWhat::Command(name, text) => What::Command {
                name: fill(name),
                text: text.as_ref().map(fill),
            },
            PlannedWhat::File(path, text) => What::File {
                path: fill(path),
                text: text.as_ref().map(fill),
            },
            PlannedWhat::Absent(pattern) => What::Absent(fill(pattern)),
        };
        Check {
            id: self.id.clone(),
            what,
            reason: self.reason.as_ref().map(fill),
        }
    }
}

impl Recipe for Plan {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let mut checks: Vec<Check> = self.checks.iter().map(|check| check.draw(draw.values)).collect();
        let limit = self.limit.as_ref().and_then(|limit| limit.value(draw.values));
        checks.extend(limit.map(|kibibytes| Check {
            id: SIZE.to_owned(),
            what: What::Size(u64::from(kibibytes) * 1024),
            reason: None,
        }));
        let misconception = |planned: &PlannedMisconception| Misconception {
            id: planned.id.clone(),
            case: planned.case,
            paths: planned.paths.clone(),
            checks: planned.checks.clone(),
            words: planned.words.clone(),
            files: planned.content.draw(draw.values),
            explanation: planned.explanation.fill(draw.values),
        };
        let tries = checks.iter().filter_map(|check| match &check.what {
            What::Import { module, expression } => Some(Try {
                module: module.clone(),
                expression: expression.clone(),
            }),
            _ => None,
        });
        let texts = checks.iter().filter_map(|check| match &check.what {
            What::Command { name, .. } => Some(format!("bin/{name}")),
            What::File { path, text: Some(_) } => Some(path.clone()),
            _ => None,
        });
        Box::new(Question {
            asked: ArchiveQuestion {
                python: self.python.clone(),
                tries: tries.collect(),
                texts: texts.collect(),
            },
            checks,
            model: self.model.draw(draw.values),
            max_score: draw.max_score,
            misconceptions: self.misconceptions.iter().map(misconception).collect(),
        })
    }

    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let nonsense = self
            .limit
            .as_ref()
            .is_some_and(|limit| limit.value(draw.values).is_none());
        let message = || {
            format!(
                "pour la graine {}, la taille de « {} » n’est pas un nombre entier",
                draw.seed, draw.exercise
            )
        };
        let mistake = || Mistake::new(0..0, message(), "attendu : un nombre entier");
        nonsense.then(mistake).into_iter().collect()
    }
}
