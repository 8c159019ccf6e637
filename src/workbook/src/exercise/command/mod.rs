//! The kind `commande`: one line of the AWS CLI, run against a simulator of its own and judged by its effect.

mod judge;

use super::builder::Builder;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::wanted::{self, Expectations};
use super::{Exercise, Kind, Parameters};
use crate::command;
use crate::nearest;
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::located::Located;
use crate::parse::{ID_FORM, is_id};
use judge::{Control, Misconception, Question};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "commande",
    name: "command",
    title: "commande",
    allows: |role| matches!(role, Role::Misconceptions | Role::Hint | Role::Correction),
    requires: &[Role::Misconceptions, Role::Correction],
    build,
};

/// How many commands may run around the learner's: each takes a good half second.
const MOST: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    modele: Spanned<String>,
    #[serde(default)]
    prepare: Vec<Spanned<String>>,
    #[serde(default)]
    fichiers: BTreeMap<String, Spanned<String>>,
    controle: Vec<WrittenControl>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenControl {
    id: Spanned<String>,
    /// The probe; without it, the learner's own command is looked at.
    commande: Option<Spanned<String>>,
    /// Values at pointers of what it prints.
    attendu: Option<Spanned<toml::Table>>,
    /// Pointers where nothing may stand.
    #[serde(default)]
    sans: Vec<Spanned<String>>,
    /// A part of what it prints.
    affiche: Option<Spanned<String>>,
    /// AWS's code, where AWS must refuse it.
    refus: Option<String>,
    /// What the learner is told when it does not hold.
    pourquoi: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    exemple: Spanned<String>,
    /// AWS's code, where AWS refuses the learner's command.
    refus: Option<String>,
    /// A part of what the command says on standard error.
    dit: Option<String>,
    /// The controls that fail, no more and no less.
    controles: Option<Vec<Spanned<String>>>,
    /// A part of the learner's line.
    contient: Option<Spanned<String>>,
    explication: Spanned<String>,
}

/// The exercise before its parameters are drawn.
struct Plan {
    model: PlannedLine,
    before: Vec<PlannedLine>,
    files: BTreeMap<String, Template>,
    controls: Vec<PlannedControl>,
    misconceptions: Vec<PlannedMisconception>,
}

/// A command with holes, and its place.
struct PlannedLine {
    text: Template,
    place: Range<usize>,
}

struct PlannedControl {
    id: String,
    probe: Option<PlannedLine>,
    wanted: Expectations,
    without: Vec<String>,
    says: Option<Template>,
    refusal: Option<String>,
    reason: Template,
}

struct PlannedMisconception {
    id: String,
    example: Template,
    refusal: Option<String>,
    words: Option<String>,
    controls: Option<Vec<String>>,
    part: Option<Template>,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let settings = settings?;
    let model = line(builder, &settings.modele);
    let before: Vec<_> = settings.prepare.iter().map(|text| line(builder, text)).collect();
    let files = files(builder, &settings.fichiers);
    let controls: Vec<_> = settings
        .controle
        .iter()
        .map(|one| control(builder, one))
        .collect();
    check_counts(builder, &before, &controls);
    let ids: Vec<Located> = settings
        .controle
        .iter()
        .map(|one| builder.setting(&one.id))
        .collect();
    check_control_ids(builder, &ids);
    let names: Vec<&str> = ids.iter().map(|id| id.text.as_str()).collect();
    let misconceptions = misconceptions(builder, &written, &names);
    Some(Box::new(Plan {
        model,
        before,
        files,
        controls,
        misconceptions,
    }))
}

fn line(builder: &mut Builder<'_>, written: &Spanned<String>) -> PlannedLine {
    let text = builder.setting(written);
    PlannedLine {
        text: builder.plain(&text),
        place: text.span,
    }
}

fn files(
    builder: &mut Builder<'_>,
    written: &BTreeMap<String, Spanned<String>>,
) -> BTreeMap<String, Template> {
    let mut files = BTreeMap::new();
    for (name, text) in written {
        let text = builder.setting(text);
        let simple = !name.is_empty()
            && name
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign));
        if !simple || name.starts_with('.') {
            let message = format!("« {name} » ne peut pas nommer un fichier");
            let expected = "attendu : des lettres, des chiffres, des tirets et des points, comme rapport.txt";
            builder.mistake(text.span.clone(), message, expected);
        }
        files.insert(name.clone(), builder.plain(&text));
    }
    files
}

fn check_counts(builder: &mut Builder<'_>, before: &[PlannedLine], controls: &[PlannedControl]) {
    let probes = controls.iter().filter(|control| control.probe.is_some()).count();
    if before.len() > MOST || probes > MOST || controls.is_empty() {
        let here = builder.blocks.first.attribute.clone();
        let message = format!(
            "{} commande(s) de préparation, {} contrôle(s) dont {probes} avec une commande",
            before.len(),
            controls.len()
        );
        let expected = format!("attendu : au plus {MOST} de chaque, et au moins un contrôle");
        builder.mistake(here, message, expected);
    }
}

fn check_control_ids(builder: &mut Builder<'_>, ids: &[Located]) {
    for (at, id) in ids.iter().enumerate() {
        if !is_id(&id.text) || ids[..at].iter().any(|before| before.text == id.text) {
            let message = format!("l’identifiant de contrôle « {} » ne convient pas", id.text);
            builder.mistake(id.span.clone(), message, format!("{ID_FORM}, un par contrôle"));
        }
    }
}

fn control(builder: &mut Builder<'_>, written: &WrittenControl) -> PlannedControl {
    let place = builder.setting(&written.id).span;
    let looks = written.attendu.is_some()
        || !written.sans.is_empty()
        || written.affiche.is_some()
        || written.refus.is_some();
    let own_refusal = written.refus.is_some() && written.commande.is_none();
    if !looks || own_refusal {
        let expected = "attendu : attendu, sans ou affiche, ou refus avec une commande";
        builder.mistake(
            place.clone(),
            "un contrôle dont on ne sait pas ce qu’il regarde",
            expected,
        );
    }
    let wanted = written
        .attendu
        .as_ref()
        .map(|table| wanted::expectations(builder, table.get_ref(), &place));
    let mut plain = |text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    let says = written.affiche.as_ref().map(&mut plain);
    let probe = written.commande.as_ref().map(|text| line(builder, text));
    let reason = builder.setting(&written.pourquoi);
    PlannedControl {
        id: written.id.get_ref().clone(),
        probe,
        wanted: wanted.unwrap_or_default(),
        without: written.sans.iter().map(|one| one.get_ref().clone()).collect(),
        says,
        refusal: written.refus.clone(),
        reason: builder.markdown(&reason),
    }
}

fn misconceptions(
    builder: &mut Builder<'_>,
    written: &[WrittenMisconception],
    controls: &[&str],
) -> Vec<PlannedMisconception> {
    let ids: Vec<Located> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&ids);
    written
        .iter()
        .zip(ids)
        .map(|(one, id)| misconception(builder, one, id, controls))
        .collect()
}

fn misconception(
    builder: &mut Builder<'_>,
    written: &WrittenMisconception,
    id: Located,
    controls: &[&str],
) -> PlannedMisconception {
    let recognised = written.refus.is_some()
        || written.dit.is_some()
        || written.controles.is_some()
        || written.contient.is_some();
    if !recognised {
        let expected = "attendu : refus, dit, controles ou contient, à quoi la reconnaître";
        builder.mistake(
            id.span.clone(),
            "une erreur que rien ne fait reconnaître",
            expected,
        );
    }
    for named in written.controles.iter().flatten() {
        let named = builder.misconception(named);
        if !controls.contains(&named.text.as_str()) {
            let message = format!("aucun contrôle ne s’appelle « {} »", named.text);
            builder.mistake(named.span, message, nearest::expected(&named.text, controls));
        }
    }
    let mut plain = |text: &Spanned<String>| {
        let text = builder.misconception(text);
        builder.plain(&text)
    };
    let example = plain(&written.exemple);
    let part = written.contient.as_ref().map(&mut plain);
    let explanation = builder.misconception(&written.explication);
    let named = |named: &Vec<Spanned<String>>| named.iter().map(|id| id.get_ref().clone()).collect();
    PlannedMisconception {
        id: id.text,
        example,
        refusal: written.refus.clone(),
        words: written.dit.clone(),
        controls: written.controles.as_ref().map(named),
        part,
        explanation: builder.markdown(&explanation),
    }
}

impl PlannedControl {
    fn draw(&self, values: &Parameters) -> Control {
        Control {
            id: self.id.clone(),
            probed: self.probe.is_some(),
            wanted: wanted::drawn(&self.wanted, values),
            without: self.without.clone(),
            says: self.says.as_ref().map(|text| text.fill(values)),
            refusal: self.refusal.clone(),
            reason: self.reason.fill(values),
        }
    }
}

impl PlannedMisconception {
    fn draw(&self, values: &Parameters) -> Misconception {
        Misconception {
            id: self.id.clone(),
            example: self.example.fill(values),
            refusal: self.refusal.clone(),
            words: self.words.clone(),
            controls: self.controls.clone(),
            part: self.part.as_ref().map(|part| part.fill(values)),
            explanation: self.explanation.fill(values),
        }
    }
}

impl Plan {
    /// The lines of the lesson that run, each with its place.
    fn lines(&self) -> impl Iterator<Item = &PlannedLine> {
        let probes = self.controls.iter().filter_map(|control| control.probe.as_ref());
        std::iter::once(&self.model).chain(&self.before).chain(probes)
    }
}

impl Recipe for Plan {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let fill = |line: &PlannedLine| line.text.fill(draw.values);
        // What the parser let through is a command.
        let read = |line: &PlannedLine| command::arguments(&fill(line)).unwrap_or_default();
        let probes = self.controls.iter().filter_map(|control| control.probe.as_ref());
        let files = self.files.iter();
        Box::new(Question {
            asked: command::CommandQuestion {
                files: files
                    .map(|(name, text)| (name.clone(), text.fill(draw.values)))
                    .collect(),
                before: self.before.iter().map(read).collect(),
                probes: probes.map(read).collect(),
            },
            model: fill(&self.model),
            controls: self.controls.iter().map(|one| one.draw(draw.values)).collect(),
            misconceptions: self
                .misconceptions
                .iter()
                .map(|one| one.draw(draw.values))
                .collect(),
        })
    }

    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let wrong = |line: &PlannedLine| {
            let error = command::arguments(&line.text.fill(draw.values)).err()?;
            let message = format!("pour la graine {}, cette commande ne peut pas tourner", draw.seed);
            Some(Mistake::new(line.place.clone(), message, error))
        };
        self.lines().filter_map(wrong).collect()
    }
}
