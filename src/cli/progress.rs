//! `progres`: where the learner stands, moving it to another machine, starting again.

use super::below::{self, Below};
use super::{Command, Context, Exit, dashboard, flag, operand, text};
use crate::failure::Failure;
use crate::record;
use crate::sheet::{self, Cell, Form};
use crate::store::{Entry, StoreError};
use crate::whole;
use clap::Arg;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use workbook::french::counted;
use workbook::progress::EventKind;

/// `cahier progres`.
pub(super) const PROGRESS: Command = Command {
    name: "progres",
    alias: "progress",
    about: "montre ta progression, l’exporte, l’importe ou la réinitialise",
    examples: &[
        "cahier progres",
        "cahier progres exporter sauvegarde.json",
        "cahier progres exporter progression.csv --tableur",
        "cahier progres reinitialiser ddb-lecture-forte",
    ],
    args: |command| below::with(command, COMMANDS),
    run: |context, matches| below::run(COMMANDS, context, matches).unwrap_or_else(|| show(context)),
};

/// The commands below `progres`.
const COMMANDS: &[Below] = &[
    Below {
        name: "exporter",
        alias: "export",
        about: "écrit toute la progression dans un fichier JSON, ou CSV s’il finit par .csv",
        args: |command| {
            command.arg(operand("FICHIER", "le fichier")).arg(flag(
                "tableur",
                "un CSV pour un tableur français\u{a0}: des points-virgules, des virgules décimales",
            ))
        },
        run: |context, matches| export(context, text(matches, "FICHIER"), matches.get_flag("tableur")),
    },
    Below {
        name: "importer",
        alias: "import",
        about: "ajoute la progression d’un fichier exporté",
        args: |command| command.arg(operand("FICHIER", "le fichier")),
        run: |context, matches| import(context, text(matches, "FICHIER")),
    },
    Below {
        name: "reinitialiser",
        alias: "reset",
        about: "oublie la progression, ou celle d’un seul exercice",
        args: |command| {
            command.arg(
                Arg::new("EXERCICE")
                    .value_name("EXERCICE")
                    .help("l’exercice (par défaut, tous)"),
            )
        },
        run: |context, matches| reset(context, text(matches, "EXERCICE")),
    },
];

fn show(context: &Context) -> Result<Exit, Failure> {
    if let Some(reason) = context.store()?.read_only() {
        context
            .screen
            .warn(&format!("rien ne peut être enregistré ({reason})."));
    }
    if context.screen.is_json() {
        context.screen.document(&dashboard::document(context)?);
        return Ok(Exit::Done);
    }
    dashboard::show(context)?;
    Ok(Exit::Done)
}

fn export(context: &Context, file: &str, french: bool) -> Result<Exit, Failure> {
    let path = PathBuf::from(file);
    let is_table = is_table(&path);
    if french && !is_table {
        return Err(Failure::Usage {
            message: "--tableur demande un fichier CSV".to_owned(),
            hint: "donne-lui un nom qui finit par .csv.".to_owned(),
        });
    }
    let entries = context.store()?.entries()?;
    let text = if is_table {
        table(
            context,
            &entries,
            if french { Form::French } else { Form::Standard },
        )?
    } else {
        format!("{:#}\n", context.store()?.export(context.own_seed()?)?)
    };
    whole::write(&path, &text).map_err(|source| Failure::Unwritable {
        path: path.clone(),
        source,
    })?;
    let count = entries.len();
    let what = counted(count, "événement écrit", "événements écrits");
    done(
        context,
        &json!({"exported": count}),
        &format!("{what} dans {}.", path.display()),
    );
    Ok(Exit::Done)
}

/// The columns of an exported table: an event of the journal on each line.
const COLUMNS: [&str; 10] = [
    "id",
    "date",
    "evenement",
    "lecon",
    "exercice",
    "graine",
    "verdict",
    "points",
    "erreur",
    "indice",
];

fn table(context: &Context, entries: &[Entry], form: Form) -> Result<String, Failure> {
    let workbook = context.workbook()?;
    let row = |entry: &Entry| {
        let event = &entry.event;
        let text = |name: &str| event[name].as_str();
        let number = |name: &str| event[name].as_f64().map_or(Cell::Empty, Cell::Number);
        let place = text("exercise").or(text("cell"));
        let lesson = place.and_then(|id| {
            let of_exercise = workbook.exercise(id).map(|(lesson, _)| lesson);
            of_exercise.or_else(|| {
                let mut lessons = workbook.lessons().iter();
                lessons.find(|lesson| lesson.cells().any(|cell| cell.id == id))
            })
        });
        vec![
            entry.id.as_str().into(),
            Cell::Text(workbook::french::moment(entry.at)),
            text("kind").into(),
            lesson.map(|lesson| lesson.id.as_str()).into(),
            place.into(),
            // Every digit counts, and a spreadsheet keeps fifteen.
            Cell::from(event["seed"].as_u64().map(|seed| seed.to_string()).as_deref()),
            text("status").into(),
            number("score"),
            text("misconception").into(),
            number("level"),
        ]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    Ok(sheet::written(&COLUMNS, &rows, form))
}

fn is_table(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
}

fn import(context: &mut Context, file: &str) -> Result<Exit, Failure> {
    let path = PathBuf::from(file);
    if is_table(&path) {
        return Err(Failure::Usage {
            message: "une progression s’importe d’un fichier JSON, et non d’un CSV".to_owned(),
            hint: "sur l’autre machine, «\u{a0}cahier progres exporter sauvegarde.json\u{a0}» écrit ce qu’il faut ici.".to_owned(),
        });
    }
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
