//! `suivre`: exercises in files of the learner's, judged at each save.

use super::{Choice, Command, Context, Exit, flag, option, text};
use crate::class::manifest::{self, Manifest};
use crate::failure::Failure;
use crate::watch::{Wanted, files, follow};
use clap::{Arg, ArgMatches};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
                    "où sont tes fichiers\u{a0}: le devoir que tu as reçu, ou un dossier à toi («\u{a0}exercices\u{a0}» par défaut)",
                ),
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
    let folder = folder(matches);
    let exercises = match manifest::in_folder(&folder)? {
        Some(assignment) => assigned(context, &assignment, text(matches, "LECON"))?,
        None => of_lessons(context, text(matches, "LECON"))?,
    };
    let first = matches.get_one::<String>("exercice").map(String::as_str);
    if let Some(id) = first.filter(|id| !exercises.iter().any(|(_, one)| one == id)) {
        context.exercise(id)?;
        return Err(Failure::Usage {
            message: format!("l’exercice «\u{a0}{id}\u{a0}» n’est pas de cette leçon"),
            hint: "donne le nom de sa leçon, ou aucun.".to_owned(),
        });
    }
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

/// `--dossier`, else the folder of an assignment where one is in it, else that of the exercises.
fn folder(matches: &ArgMatches) -> PathBuf {
    let given = matches.get_one::<String>("dossier").map(PathBuf::from);
    let here = || Path::new(manifest::FILE).exists().then(|| PathBuf::from("."));
    given.or_else(here).unwrap_or_else(|| PathBuf::from("exercices"))
}

/// The exercises of a lesson, or of all.
fn of_lessons(context: &Context, lesson: &str) -> Result<Vec<(String, String)>, Failure> {
    let wanted = match lesson {
        "" => None,
        id => Some(context.lesson(id)?.id.as_str()),
    };
    let named = files::named(context.workbook()?);
    let wanted = named.filter(|(_, lesson, _)| wanted.is_none_or(|id| id == lesson.id));
    let exercises: Vec<_> = wanted
        .map(|(beginning, _, exercise)| (beginning, exercise.id.clone()))
        .collect();
    if exercises.is_empty() {
        return Err(Failure::Usage {
            message: "cette leçon n’a pas d’exercice".to_owned(),
            hint: "«\u{a0}cahier lecons\u{a0}» montre celles qui en ont.".to_owned(),
        });
    }
    Ok(exercises)
}

/// The exercises of an assignment, with the values that it gives its learner.
fn assigned(
    context: &mut Context,
    assignment: &Manifest,
    lesson: &str,
) -> Result<Vec<(String, String)>, Failure> {
    if !lesson.is_empty() {
        return Err(Failure::Usage {
            message: "ce dossier est celui d’un devoir\u{a0}: ses exercices sont déjà choisis".to_owned(),
            hint:
                "«\u{a0}cahier suivre\u{a0}» seul les suit tous, --exercice EXERCICE en choisit le premier."
                    .to_owned(),
        });
    }
    context.take_seed(assignment.seed);
    let known = files::named(context.workbook()?);
    let known: BTreeMap<&str, String> = known
        .map(|(beginning, _, exercise)| (exercise.id.as_str(), beginning))
        .collect();
    let mut exercises = Vec::new();
    for asked in &assignment.exercises {
        // The file's name is the one it was handed out under, whatever the lessons here are called.
        let end = format!("-{}.", asked.id);
        let beginning = asked
            .file
            .rsplit_once(&end)
            .map(|(beginning, _)| beginning.to_owned());
        match beginning.filter(|_| known.contains_key(asked.id.as_str())) {
            Some(beginning) => exercises.push((beginning, asked.id.clone())),
            None => context.screen.warn(&format!(
                "ton Cahier ne connaît pas l’exercice «\u{a0}{}\u{a0}»\u{a0}: réponds dans {}, sans verdict ici.",
                asked.id, asked.file
            )),
        }
    }
    if exercises.is_empty() {
        return Err(Failure::Usage {
            message: "ton Cahier ne connaît aucun exercice de ce devoir".to_owned(),
            hint: "ton enseignant a ses propres leçons\u{a0}: réponds dans les fichiers du dossier, ou demande-lui ses leçons (--lecons DOSSIER).".to_owned(),
        });
    }
    Ok(exercises)
}
