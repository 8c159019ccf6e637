//! One exercise of a lesson: what its blocks say, as an [`ExerciseSpec`].

use super::error::Mistake;
use super::gather::Blocks;
use super::info::Role;
use super::located::Located;
use crate::exercise::builder::Builder;
use crate::exercise::plan::Plan;
use crate::exercise::settings::{self, Common};
use crate::exercise::{KINDS, Kind};
use crate::french::counted;
use crate::lesson::ExerciseSpec;
use std::sync::Arc;

/// Seeds that an exercise must be sound for before a lesson is accepted.
const SEEDS: u64 = 200;

/// Builds an exercise; `None` when it has mistakes, all of which are reported.
pub(crate) fn build(blocks: Blocks, line: usize, mistakes: &mut Vec<Mistake>) -> Option<ExerciseSpec> {
    let before = mistakes.len();
    let plan = plan(&blocks, mistakes);
    if !blocks.sound || mistakes.len() > before {
        return None;
    }
    let plan = Arc::new(plan?);
    let here = blocks.first.attribute.clone();
    plan.lint(0..SEEDS, &here, mistakes);
    if mistakes.len() > before {
        return None;
    }
    let linted = Arc::clone(&plan);
    Some(ExerciseSpec {
        id: blocks.id,
        kind: plan.kind.name,
        title: plan.title.clone(),
        seeded: plan.seeded(),
        line,
        source: plan.source.clone(),
        lint: Box::new(move |seeds| {
            let mut found = Vec::new();
            linted.lint(seeds, &here, &mut found);
            found
        }),
        draw: Box::new(move |seed| plan.draw(seed)),
    })
}

fn plan(blocks: &Blocks, mistakes: &mut Vec<Mistake>) -> Option<Plan> {
    check_blocks(blocks, mistakes);
    let Some((common, table)) = Common::read(&blocks.first.content, mistakes) else {
        // Its formulas cannot be checked without the parameters; the other block of TOML can be.
        if let Some(block) = blocks.one(Role::Misconceptions) {
            settings::syntax(block, mistakes);
        }
        return None;
    };
    let kind = kind(&common, blocks, mistakes);
    if let Some(kind) = kind {
        check_roles(kind, blocks, mistakes);
    }
    let mut builder = Builder::new(blocks, &common, table, mistakes);
    let statement = builder.markdown(&blocks.statement);
    let hints: Vec<_> = blocks
        .all(Role::Hint)
        .map(|hint| builder.markdown(hint))
        .collect();
    let program = blocks.one(Role::Program).map(|text| builder.rust(text));
    let starter = blocks.one(Role::Starter).map(|text| builder.rust(text));
    let correction = blocks
        .one(Role::Correction)
        .map(|text| builder.markdown(text))
        .unwrap_or_default();
    let solution = blocks.one(Role::Solution).map(|text| builder.rust(text));
    let recipe = (kind?.build)(&mut builder)?;
    Some(Plan {
        id: blocks.id.clone(),
        kind: kind?,
        title: common.title,
        source: common.source,
        max_score: common.points,
        parameters: common.parameters,
        statement,
        program,
        starter,
        hints,
        correction,
        solution,
        recipe,
    })
}

fn kind(common: &Common, blocks: &Blocks, mistakes: &mut Vec<Mistake>) -> Option<&'static Kind> {
    let written = common.kind.as_ref()?;
    let found = KINDS.iter().find(|kind| kind.written == written.get_ref());
    if found.is_none() {
        let span = blocks.first.content.place(&written.span());
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.written).collect();
        let message = format!("genre inconnu « {} »", written.get_ref());
        let expected = format!("attendu : {}", names.join(", "));
        mistakes.push(Mistake::new(span, message, expected));
    }
    found
}

/// What every exercise must have, whatever its kind.
fn check_blocks(blocks: &Blocks, mistakes: &mut Vec<Mistake>) {
    let hints = blocks.all(Role::Hint).count();
    if hints < 3 && blocks.sound {
        let count = match hints {
            0 => "n’a aucun indice".to_owned(),
            _ => format!("n’a que {}", counted(hints, "indice", "indices")),
        };
        let message = format!("l’exercice « {} » {count}", blocks.id);
        let expected = "attendu : au moins trois (le concept, la forme ou la formule, un début de calcul)";
        mistakes.push(Mistake::new(blocks.first.attribute.clone(), message, expected));
    }
    let empty = |content: &Located| content.text.trim().is_empty();
    for block in blocks.rest.iter().filter(|block| empty(&block.content)) {
        let expected = "attendu : un contenu";
        mistakes.push(Mistake::new(block.attribute.clone(), "bloc vide", expected));
    }
}

/// What this kind must have, and what it cannot have.
fn check_roles(kind: &Kind, blocks: &Blocks, mistakes: &mut Vec<Mistake>) {
    let here = &blocks.first.attribute;
    let id = &blocks.id;
    for block in blocks.rest.iter().filter(|block| !(kind.allows)(block.role)) {
        let (name, _) = block.role.written();
        let message = format!("le genre « {} » n’a pas de bloc « {name} »", kind.written);
        mistakes.push(Mistake::new(
            block.attribute.clone(),
            message,
            "attendu : ce bloc en moins, ou un autre genre",
        ));
    }
    // Where a block is misplaced or the exercise does not end, that has been said already.
    let missing = |role: &&Role| blocks.sound && blocks.one(**role).is_none();
    for role in kind.requires.iter().filter(missing) {
        let (name, _) = role.written();
        let message = format!("l’exercice « {id} » n’a pas de bloc « {name} »");
        mistakes.push(Mistake::new(
            here.clone(),
            message,
            format!("attendu : {}", role.opening(id)),
        ));
    }
}
