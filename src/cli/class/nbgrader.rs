//! `classe nbgrader`: lessons as assignments of nbgrader.

use super::Below;
use crate::class::nbgrader::{Assignment, Fate, assignment, settings, write};
use crate::cli::{Context, Exit, each, flag, option, text};
use crate::failure::Failure;
use clap::{Arg, ArgMatches};
use serde_json::json;
use std::path::{Path, PathBuf};

/// `cahier classe nbgrader`.
pub(super) const NBGRADER: Below = Below {
    name: "nbgrader",
    alias: "nbgrader",
    about: "écrit un cours pour nbgrader\u{a0}: ses réglages, et un devoir par leçon",
    args: |command| {
        command
            .arg(
                Arg::new("LECON")
                    .value_name("LECON")
                    .num_args(1..)
                    .required_unless_present("toutes")
                    .conflicts_with("toutes")
                    .help("l’identifiant d’une leçon, ou de plusieurs"),
            )
            .arg(flag("toutes", "toutes les leçons"))
            .arg(
                option(
                    "dossier",
                    "DOSSIER",
                    "le dossier du cours («\u{a0}cours\u{a0}» par défaut)",
                )
                .default_value("cours"),
            )
            .arg(flag(
                "remplacer",
                "écrit aussi par-dessus les fichiers que tu as changés",
            ))
    },
    run: nbgrader,
};

fn nbgrader(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let assignments = assignments(context, matches)?;
    let course = Path::new(text(matches, "dossier"));
    let mut files = settings();
    files.extend(assignments.iter().map(Assignment::file));
    let mut fates: Vec<(PathBuf, Fate)> = Vec::new();
    for file in files {
        let fate = write(course, &file, matches.get_flag("remplacer"))?;
        fates.push((course.join(file.path), fate));
    }
    if context.screen.is_json() {
        context.screen.document(&document(course, &assignments, &fates));
    }
    tell(context, course, &assignments, &fates);
    Ok(Exit::Done)
}

fn assignments(context: &Context, matches: &ArgMatches) -> Result<Vec<Assignment>, Failure> {
    let mut lessons = Vec::new();
    if matches.get_flag("toutes") {
        lessons.extend(context.workbook()?.lessons());
    }
    for id in matches.get_many::<String>("LECON").into_iter().flatten() {
        lessons.push(context.lesson(id)?);
    }
    let made = lessons.into_iter().map(assignment);
    made.collect::<Result<_, _>>()
        .map_err(|error| Failure::Notebook(error.to_string()))
}

fn document(course: &Path, assignments: &[Assignment], fates: &[(PathBuf, Fate)]) -> serde_json::Value {
    let those = |wanted: Fate| {
        let files = fates.iter().filter(move |(_, fate)| *fate == wanted);
        each(files, |(path, _)| json!(path))
    };
    json!({
        "folder": course,
        "written": those(Fate::Written),
        "up_to_date": those(Fate::UpToDate),
        "kept": those(Fate::Kept),
        "assignments": each(assignments, |assignment| json!({
            "lesson": assignment.lesson,
            "exercises": each(&assignment.points, |(id, points)| json!({"id": id, "points": points})),
            "max_score": assignment.points.iter().map(|(_, points)| points).sum::<f64>(),
            "left_out": each(&assignment.left_out, |left| json!({"id": left.exercise, "why": left.why})),
        })),
    })
}

fn tell(context: &Context, course: &Path, assignments: &[Assignment], fates: &[(PathBuf, Fate)]) {
    for (path, fate) in fates {
        let path = path.display();
        match fate {
            Fate::Written => context.screen.say(&format!("{path}\u{a0}: écrit.")),
            Fate::UpToDate => context.screen.say(&format!("{path}\u{a0}: déjà à jour.")),
            Fate::Kept => context.screen.warn(&format!(
                "{path} n’est plus celui que Cahier écrit\u{a0}: il reste comme il est. --remplacer l’écrit à nouveau."
            )),
        }
    }
    for left in assignments.iter().flat_map(|assignment| &assignment.left_out) {
        context.screen.warn(&format!(
            "l’exercice «\u{a0}{}\u{a0}» n’est pas dans le devoir\u{a0}: {}.",
            left.exercise, left.why
        ));
    }
    if let Some(first) = assignments.first() {
        context.screen.say(&format!(
            "La suite, dans {}\u{a0}: «\u{a0}nbgrader generate_assignment {}\u{a0}».",
            course.display(),
            first.lesson
        ));
    }
}
