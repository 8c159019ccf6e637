//! `classe devoir`: an assignment, and an archive of it for each learner.

use super::{Below, course, course_option};
use crate::class::assignment::{Assignment, LeftOut, moment};
use crate::class::course::Course;
use crate::class::roster::Roster;
use crate::class::{handout, unwritable};
use crate::cli::{Context, Exit, each, option};
use crate::failure::Failure;
use clap::{Arg, ArgMatches};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use workbook::french::counted;

pub(super) const ASSIGN: Below = Below {
    name: "devoir",
    alias: "assignment",
    about: "prépare un devoir\u{a0}: une archive par élève, avec ses valeurs et sans les solutions",
    args: |command| {
        command
            .arg(
                Arg::new("LECON")
                    .value_name("LECON")
                    .num_args(1..)
                    .required(true)
                    .help("l’identifiant d’une leçon, ou de plusieurs"),
            )
            .arg(
                option(
                    "exercices",
                    "LISTE",
                    "ces exercices seulement, séparés par des virgules",
                )
                .value_delimiter(',')
                .num_args(1),
            )
            .arg(option(
                "nom",
                "NOM",
                "le nom du devoir (par défaut, celui des leçons)",
            ))
            .arg(option(
                "echeance",
                "DATE",
                "quand il est à rendre\u{a0}: 2026-12-15, ou 2026-12-15T18:00:00+01:00",
            ))
            .arg(course_option())
    },
    run: assign,
};

/// What was written.
#[derive(Default)]
struct Written {
    new: usize,
    changed: usize,
    same: usize,
}

fn assign(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let course = course(matches)?;
    let roster = course.roster()?;
    let (assignment, left_out) = chosen(context, matches)?;
    assignment.keep(&course)?;
    let folder = assignment.folder(&course).join("a-distribuer");
    let written = write(context, &course, &roster, &assignment, &folder)?;
    if context.screen.is_json() {
        context.screen.document(&json!({
            "assignment": assignment.nom,
            "folder": folder,
            "due": assignment.echeance,
            "exercises": each(&assignment.exercice, |asked| json!({"id": asked.id, "file": asked.fichier})),
            "archives": {"new": written.new, "changed": written.changed, "same": written.same},
            "left_out": each(&left_out, |left| json!(left.exercise)),
        }));
    }
    tell(context, &assignment, &left_out, &folder, &written);
    Ok(Exit::Done)
}

fn chosen(context: &Context, matches: &ArgMatches) -> Result<(Assignment, Vec<LeftOut>), Failure> {
    let listed = |name: &str| -> Vec<String> {
        let values = matches.get_many::<String>(name).into_iter().flatten();
        values
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .collect()
    };
    let lessons: Vec<String> = listed("LECON");
    for id in &lessons {
        context.lesson(id)?;
    }
    let exercises = listed("exercices");
    for id in &exercises {
        let (lesson, _) = context.exercise_of(id, Some(0))?;
        if !lessons.contains(&lesson.id) {
            return Err(Failure::Usage {
                message: format!(
                    "l’exercice «\u{a0}{id}\u{a0}» est de la leçon «\u{a0}{}\u{a0}», que le devoir n’a pas",
                    lesson.id
                ),
                hint: "nomme aussi cette leçon, ou retire l’exercice.".to_owned(),
            });
        }
    }
    let due = matches
        .get_one::<String>("echeance")
        .map(|text| moment(text))
        .transpose()?;
    let name = matches.get_one::<String>("nom").map(String::as_str);
    Assignment::of(context.workbook()?, &lessons, &exercises, name, due)
}

fn write(
    context: &Context,
    course: &Course,
    roster: &Roster,
    assignment: &Assignment,
    folder: &Path,
) -> Result<Written, Failure> {
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    let mut written = Written::default();
    for learner in roster.learners() {
        let name = handout::name(assignment, learner);
        let files = handout::files(course, context.workbook()?, assignment, learner)?;
        let bytes = handout::archive(&name, &files)?;
        let path: PathBuf = folder.join(format!("{name}.zip"));
        let before = fs::read(&path).ok();
        match &before {
            Some(before) if *before == bytes => written.same += 1,
            Some(_) => written.changed += 1,
            None => written.new += 1,
        }
        if before.as_ref() != Some(&bytes) {
            fs::write(&path, &bytes).map_err(unwritable(&path))?;
        }
    }
    Ok(written)
}

fn tell(context: &Context, assignment: &Assignment, left_out: &[LeftOut], folder: &Path, written: &Written) {
    let screen = context.screen;
    screen.say(&format!(
        "Devoir «\u{a0}{}\u{a0}»\u{a0}: {}{}.",
        assignment.nom,
        counted(assignment.exercice.len(), "exercice", "exercices"),
        assignment.due().map_or_else(String::new, |due| {
            format!(", à rendre avant le {} UTC", workbook::french::moment(due))
        })
    ));
    for left in left_out {
        screen.warn(&format!(
            "l’exercice «\u{a0}{}\u{a0}» n’est pas dans le devoir\u{a0}: sa réponse ne vaut que dans le simulateur de l’élève.",
            left.exercise
        ));
    }
    screen.say(&format!(
        "{} dans {}\u{a0}: une par élève, {} et {}.",
        counted(
            written.new + written.changed + written.same,
            "archive",
            "archives"
        ),
        folder.display(),
        counted(written.new, "nouvelle", "nouvelles"),
        counted(written.changed, "modifiée", "modifiées")
    ));
    if written.changed > 0 {
        screen.say("Redistribue celles qui ont changé\u{a0}: l’énoncé que l’élève a déjà n’est plus celui des leçons.");
    }
    screen.say("Donne à chaque élève la sienne. Ce qu’il rend se ramasse par «\u{a0}cahier classe collecter DOSSIER\u{a0}».");
}
