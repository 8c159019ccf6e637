//! `suivre`: exercises in files of the learner's, judged at each save.

use super::{Choice, Command, Context, Exit, flag, option, text};
use crate::failure::Failure;
use crate::watch::{Wanted, follow};
use clap::{Arg, ArgMatches};
use std::path::PathBuf;
use workbook::lesson::Lesson;

/// `cahier suivre`.
pub(super) const WATCH: Command = Command {
    name: "suivre",
    alias: "watch",
    about: "écrit les exercices dans des fichiers, et juge chaque enregistrement",
    examples: &[
        "cahier suivre dynamodb",
        "cahier suivre --dossier ~/aws",
        "cahier suivre iam --exercice iam-lister",
    ],
    args: |command| {
        command
            .arg(
                Arg::new("LECON")
                    .value_name("LECON")
                    .help("la leçon (par défaut, toutes)"),
            )
            .arg(
                option(
                    "dossier",
                    "DOSSIER",
                    "où sont tes fichiers («\u{a0}exercices\u{a0}» par défaut)",
                )
                .default_value("exercices"),
            )
            .arg(option("exercice", "EXERCICE", "commence par celui-là"))
            .arg(flag(
                "relire",
                "relit les fichiers sans cesse, là où le système n’annonce pas les enregistrements",
            ))
    },
    run,
};

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if context.screen.is_json() {
        return Err(Failure::Usage {
            message: "«\u{a0}suivre\u{a0}» parle à une personne, pas en JSON".to_owned(),
            hint: "«\u{a0}cahier verifier EXERCICE --fichier F --json\u{a0}» juge un fichier.".to_owned(),
        });
    }
    if let Choice::Aws { .. } = context.choice {
        return Err(Failure::Usage {
            message: "«\u{a0}suivre\u{a0}» ne va pas avec --aws".to_owned(),
            hint:
                "«\u{a0}cahier verifier EXERCICE --fichier F --aws\u{a0}» juge un fichier sur un vrai compte."
                    .to_owned(),
        });
    }
    let wanted = match matches.get_one::<String>("LECON") {
        Some(id) => Some(context.lesson(id)?.id.as_str()),
        None => None,
    };
    let lessons = (1..).zip(context.workbook()?.lessons());
    let lessons = lessons.filter(|(_, lesson)| wanted.is_none_or(|id| id == lesson.id));
    let exercises: Vec<(String, String)> = lessons
        .flat_map(|(number, lesson)| named(number, lesson))
        .collect();
    if exercises.is_empty() {
        return Err(Failure::Usage {
            message: "cette leçon n’a pas d’exercice".to_owned(),
            hint: "«\u{a0}cahier lecons\u{a0}» montre celles qui en ont.".to_owned(),
        });
    }
    let first = matches.get_one::<String>("exercice").map(String::as_str);
    if let Some(id) = first.filter(|id| !exercises.iter().any(|(_, one)| one == id)) {
        context.exercise(id)?;
        return Err(Failure::Usage {
            message: format!("l’exercice «\u{a0}{id}\u{a0}» n’est pas de cette leçon"),
            hint: "donne le nom de sa leçon, ou aucun.".to_owned(),
        });
    }
    let folder = PathBuf::from(text(matches, "dossier"));
    follow(
        context,
        Wanted {
            exercises,
            folder,
            first,
            polling: matches.get_flag("relire"),
        },
    )
}

/// The exercises of a lesson, each with the beginning of its file's name: the same whatever is followed with it.
fn named(number: usize, lesson: &Lesson) -> Vec<(String, String)> {
    let ranked = (1..).zip(lesson.exercises());
    ranked
        .map(|(rank, exercise)| (format!("{number:02}-{rank:02}"), exercise.id.clone()))
        .collect()
}
