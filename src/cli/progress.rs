//! `progres`: where the learner stands, moving it to another machine, starting again.

use super::{Command, Context, Exit, each, operand, overview, text};
use crate::failure::Failure;
use crate::record;
use crate::store::StoreError;
use crate::whole;
use clap::{Arg, ArgMatches};
use serde_json::{Value, json};
use std::path::PathBuf;
use workbook::french::counted;
use workbook::lesson::Lesson;
use workbook::progress::{EventKind, Progress};

/// `cahier progres`.
pub(super) const PROGRESS: Command = Command {
    name: "progres",
    alias: "progress",
    about: "montre ta progression, l’exporte, l’importe ou la réinitialise",
    examples: &[
        "cahier progres",
        "cahier progres exporter sauvegarde.json",
        "cahier progres reinitialiser ddb-lecture-forte",
    ],
    args: |command| {
        let below = |name: &'static str, alias: &'static str, about: &'static str| {
            clap::Command::new(name)
                .about(about)
                .visible_alias(alias)
                .disable_help_flag(true)
                .disable_version_flag(true)
        };
        command
            .subcommand(
                below(
                    "exporter",
                    "export",
                    "écrit toute la progression dans un fichier JSON",
                )
                .arg(operand("FICHIER", "le fichier")),
            )
            .subcommand(
                below("importer", "import", "ajoute la progression d’un fichier exporté")
                    .arg(operand("FICHIER", "le fichier")),
            )
            .subcommand(
                below(
                    "reinitialiser",
                    "reset",
                    "oublie la progression, ou celle d’un seul exercice",
                )
                .arg(
                    Arg::new("EXERCICE")
                        .value_name("EXERCICE")
                        .help("l’exercice (par défaut, tous)"),
                ),
            )
    },
    run: progress,
};

fn progress(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("exporter", below)) => export(context, text(below, "FICHIER")),
        Some(("importer", below)) => import(context, text(below, "FICHIER")),
        Some(("reinitialiser", below)) => reset(context, text(below, "EXERCICE")),
        _ => show(context),
    }
}

fn show(context: &Context) -> Result<Exit, Failure> {
    let progress = context.progress()?;
    let workbook = context.workbook()?;
    if let Some(reason) = context.store()?.read_only() {
        context
            .screen
            .warn(&format!("rien ne peut être enregistré ({reason})."));
    }
    if context.screen.is_json() {
        let lessons = each(workbook.lessons(), |lesson| summary(lesson, &progress));
        context
            .screen
            .document(&json!({"seed": context.seed()?, "lessons": lessons}));
        return Ok(Exit::Done);
    }
    overview::progress(context)?;
    Ok(Exit::Done)
}

fn summary(lesson: &Lesson, progress: &Progress) -> Value {
    let exercises = each(lesson.exercises(), |exercise| {
        let mut standing = serde_json::to_value(progress.exercise(&exercise.id)).unwrap_or_default();
        standing["id"] = Value::from(exercise.id.as_str());
        standing
    });
    json!({"id": lesson.id, "exercises": exercises, "total": progress.lesson(lesson)})
}

fn export(context: &Context, file: &str) -> Result<Exit, Failure> {
    let path = PathBuf::from(file);
    let document = context.store()?.export()?;
    let count = document["entries"].as_array().map_or(0, Vec::len);
    whole::write(&path, &format!("{document:#}\n")).map_err(|source| Failure::Unwritable {
        path: path.clone(),
        source,
    })?;
    let what = counted(count, "événement écrit", "événements écrits");
    done(
        context,
        &json!({"exported": count}),
        &format!("{what} dans {}.", path.display()),
    );
    Ok(Exit::Done)
}

fn import(context: &mut Context, file: &str) -> Result<Exit, Failure> {
    let path = PathBuf::from(file);
    let text = std::fs::read_to_string(&path).map_err(|source| Failure::Unreadable { path, source })?;
    let document = serde_json::from_str(&text).map_err(|error| StoreError::not_json(&error))?;
    let count = context.store_mut()?.import(&document)?;
    let what = counted(count, "événement nouveau importé", "événements nouveaux importés");
    done(context, &json!({"imported": count}), &format!("{what}."));
    Ok(Exit::Done)
}

fn reset(context: &Context, exercise: &str) -> Result<Exit, Failure> {
    let exercise = match exercise {
        "" => None,
        id => Some(context.exercise(id)?.1.id),
    };
    record::append(
        context.store()?,
        &EventKind::Reset {
            exercise: exercise.clone(),
        },
    )?;
    let what = exercise
        .as_deref()
        .map_or("Toute la progression est".to_owned(), |id| {
            format!("La progression de «\u{a0}{id}\u{a0}» est")
        });
    done(
        context,
        &json!({"reset": exercise}),
        &format!("{what} remise à zéro (le journal garde la trace)."),
    );
    Ok(Exit::Done)
}

fn done(context: &Context, document: &Value, words: &str) {
    if context.screen.is_json() {
        context.screen.document(document);
    } else {
        context.screen.say(words);
    }
}
