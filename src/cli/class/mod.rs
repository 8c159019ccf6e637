//! `classe`: a teacher's class, one command a file.

mod assign;
mod collect;
mod create;
mod grade;
mod moodle;
mod nbgrader;
mod report;
mod seed;

use super::below::{self, Below};
use super::{Command, Exit, option, text};
use crate::class::course::Course;
use crate::failure::Failure;
use clap::{Arg, ArgMatches};
use std::path::Path;

/// `cahier classe`.
pub(super) const CLASS: Command = Command {
    name: "classe",
    alias: "class",
    about: "prépare ce qu’une classe reçoit et rend, et le note",
    examples: &[
        "cahier classe creer cours-aws --eleves liste.csv",
        "cahier classe devoir dynamodb --cours cours-aws",
        "cahier classe collecter telechargements --cours cours-aws",
        "cahier classe noter --cours cours-aws",
        "cahier classe rapport --cours cours-aws --tableur",
        "cahier classe nbgrader --toutes --dossier cours",
        "cahier classe moodle dynamodb --variantes 10 --sortie dynamodb.xml",
    ],
    args: |command| below::with(command.subcommand_required(true), COMMANDS),
    run: |context, matches| below::run(COMMANDS, context, matches).unwrap_or(Ok(Exit::Done)),
};

/// The commands below `classe`, in the order in which help shows them.
const COMMANDS: &[Below] = &[
    create::CREATE,
    seed::SEED,
    assign::ASSIGN,
    collect::COLLECT,
    grade::GRADE,
    report::REPORT,
    nbgrader::NBGRADER,
    moodle::MOODLE,
];

/// Where the course is.
fn course_option() -> Arg {
    option(
        "cours",
        "DOSSIER",
        "le dossier du cours (par défaut, celui où tu es)",
    )
    .default_value(".")
}

/// The assignment that is meant, where there are several.
fn assignment_option() -> Arg {
    option("devoir", "NOM", "un seul devoir (par défaut, tous)")
}

fn course(matches: &ArgMatches) -> Result<Course, Failure> {
    Course::open(Path::new(text(matches, "cours")))
}
