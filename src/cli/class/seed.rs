//! `classe graine`: the seed of one learner.

use super::{Below, course, course_option};
use crate::class::refused;
use crate::cli::{Context, Exit, operand, text};
use crate::failure::{Failure, nearest};
use clap::ArgMatches;
use serde_json::json;

pub(super) const SEED: Below = Below {
    name: "graine",
    alias: "seed",
    about: "donne la graine d’un élève, pour revoir ses énoncés",
    args: |command| {
        command
            .arg(operand("ELEVE", "l’identifiant de l’élève"))
            .arg(course_option())
    },
    run: seed,
};

fn seed(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let course = course(matches)?;
    let id = text(matches, "ELEVE");
    let roster = course.roster()?;
    if roster.learner(id).is_none() {
        let near = nearest(id, roster.learners().iter().map(|learner| learner.id.as_str()));
        return Err(refused(
            "unknown_learner",
            format!("aucun élève du cours n’a l’identifiant «\u{a0}{id}\u{a0}»"),
            match near {
                Some(near) => format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}?"),
                None => "«\u{a0}eleves.csv\u{a0}», dans le dossier du cours, donne la liste.".to_owned(),
            },
        ));
    }
    let seed = course.seed(id);
    if context.screen.is_json() {
        context.screen.document(&json!({"learner": id, "seed": seed}));
    } else {
        context.screen.say(&seed.to_string());
    }
    Ok(Exit::Done)
}
