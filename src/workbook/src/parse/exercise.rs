//! One exercise of a lesson: what its blocks say, as an [`ExerciseSpec`].

use super::error::Mistake;
use super::gather::Blocks;
use super::info::Role;
use super::located::Located;
use crate::exercise::builder::Builder;
use crate::exercise::plan::Plan;
use crate::exercise::settings::Common;
use crate::exercise::{KINDS, Kind};
use crate::lesson::ExerciseSpec;
use std::sync::Arc;

/// Builds an exercise; `None` when it has mistakes.
pub(crate) fn build(blocks: Blocks, line: usize, mistakes: &mut Vec<Mistake>) -> Option<ExerciseSpec> {
    let before = mistakes.len();
    let plan = plan(&blocks, mistakes);
    if mistakes.len() > before {
        return None;
    }
    let plan = Arc::new(plan?);
    plan.lint(&blocks.first.attribute, mistakes);
    if mistakes.len() > before {
        return None;
    }
    Some(ExerciseSpec {
        id: blocks.id,
        kind: plan.kind,
        title: plan.title.clone(),
        seeded: plan.seeded(),
        line,
        draw: Box::new(move |seed| plan.draw(seed)),
    })
}

fn plan(blocks: &Blocks, mistakes: &mut Vec<Mistake>) -> Option<Plan> {
    let settings = &blocks.first.content;
    let (common, table) = Common::read(settings, mistakes)?;
    let kind = kind(&common, blocks, mistakes)?;
    check_roles(kind, blocks, mistakes);
    let mut builder = Builder::new(blocks, &common, table, mistakes);
    let statement = builder.markdown(&blocks.statement);
    let hints: Vec<_> = blocks
        .all(Role::Hint)
        .map(|hint| builder.markdown(hint))
        .collect();
    let starter = blocks.one(Role::Starter).map(|text| builder.rust(text));
    let correction = blocks
        .one(Role::Correction)
        .map(|text| builder.markdown(text))
        .unwrap_or_default();
    let solution = blocks.one(Role::Solution).map(|text| builder.rust(text));
    let recipe = (kind.build)(&mut builder)?;
    Some(Plan {
        id: blocks.id.clone(),
        kind: kind.name,
        title: common.title,
        max_score: common.points,
        parameters: common.parameters,
        statement,
        starter,
        hints,
        correction,
        solution,
        recipe,
    })
}

fn kind(common: &Common, blocks: &Blocks, mistakes: &mut Vec<Mistake>) -> Option<&'static Kind> {
    let found = KINDS.iter().find(|kind| kind.written == common.kind.get_ref());
    if found.is_none() {
        let span = blocks.first.content.place(&common.kind.span());
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.written).collect();
        let message = format!("genre inconnu « {} »", common.kind.get_ref());
        mistakes.push(Mistake::new(
            span,
            message,
            format!("attendu : {}", names.join(", ")),
        ));
    }
    found
}

/// What every kind must have, and what this kind cannot have.
fn check_roles(kind: &Kind, blocks: &Blocks, mistakes: &mut Vec<Mistake>) {
    let here = &blocks.first.attribute;
    let id = &blocks.id;
    let hints = blocks.all(Role::Hint).count();
    if hints < 3 {
        let message = format!("l'exercice « {id} » n'a que {hints} indice(s)");
        let expected = "attendu : au moins trois (le concept, la forme ou la formule, un début de calcul)";
        mistakes.push(Mistake::new(here.clone(), message, expected));
    }
    let empty = |content: &Located| content.text.trim().is_empty();
    for block in blocks.rest.iter().filter(|block| empty(&block.content)) {
        mistakes.push(Mistake::new(
            block.attribute.clone(),
            "bloc vide",
            "attendu : un contenu",
        ));
    }
    for block in blocks.rest.iter().filter(|block| !(kind.allows)(block.role)) {
        let (name, _) = block.role.written();
        let message = format!("le genre « {} » n'a pas de bloc « {name} »", kind.written);
        mistakes.push(Mistake::new(
            block.attribute.clone(),
            message,
            "attendu : ce bloc en moins, ou un autre genre",
        ));
    }
    for role in kind.requires.iter().filter(|role| blocks.one(**role).is_none()) {
        let (name, _) = role.written();
        let message = format!("l'exercice « {id} » n'a pas de bloc « {name} »");
        mistakes.push(Mistake::new(
            here.clone(),
            message,
            format!("attendu : {}", role.opening(id)),
        ));
    }
}
