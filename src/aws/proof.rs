//! That the policy of a lesson is the smallest: the lesson passes with it, and not with anything less.

use super::policy::{self, Scope, Statement};
use super::rehearsal::{Rehearsal, Stage};
use crate::failure::Failure;
use workbook::cell::Cell;

/// What came of the policy of a lesson.
pub struct Proof {
    /// The lesson with these rights and no other.
    pub tried: Rehearsal,
    /// What the lesson would pass without: a statement, an action or a resource.
    pub unneeded: Vec<String>,
    /// What fails without which of them, where that was tried.
    pub needed: Vec<(String, String)>,
}

/// Rehearses the lesson again on its stage, with the rights that `first` took and no other.
///
/// # Errors
/// When cells cannot run.
pub fn tried(stage: &mut Stage, cells: &[&Cell], first: &Rehearsal) -> Result<Proof, Failure> {
    let statements = rights(first);
    Ok(Proof {
        tried: alone(stage, cells, &statements)?,
        unneeded: policy::unneeded(&first.rights, &first.principal, &statements),
        needed: Vec::new(),
    })
}

/// The same, and once more without each statement, each action and each resource: `told` gets what is left out, and the cell
/// that then fails, if one does.
///
/// # Errors
/// When cells cannot run.
pub fn proved(
    stage: &mut Stage,
    cells: &[&Cell],
    first: &Rehearsal,
    told: &mut dyn FnMut(&str, Option<&str>),
) -> Result<Proof, Failure> {
    let statements = rights(first);
    let mut proof = Proof {
        tried: alone(stage, cells, &statements)?,
        unneeded: Vec::new(),
        needed: Vec::new(),
    };
    for (what, weaker) in policy::weakened(&statements) {
        stage.clear(&texts(&weaker))?;
        let failure = stage.first_failure(cells)?;
        told(&what, failure.as_deref());
        match failure {
            Some(failure) => proof.needed.push((what, failure)),
            None => proof.unneeded.push(what),
        }
    }
    Ok(proof)
}

fn alone(stage: &mut Stage, cells: &[&Cell], statements: &[Statement]) -> Result<Rehearsal, Failure> {
    stage.clear(&texts(statements))?;
    stage.rehearse(cells)
}

/// What the simulator is told, whose names are its own.
fn rights(first: &Rehearsal) -> Vec<Statement> {
    policy::least(&first.rights, &first.principal, &Scope::default())
}

fn texts(statements: &[Statement]) -> Vec<String> {
    let documents = policy::documents(statements);
    documents.iter().map(ToString::to_string).collect()
}
