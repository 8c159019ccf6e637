//! `auteur`: writing lessons. Skeletons, a live preview, and everything that is checked of them.

use super::below::{self, Below};
use super::{Choice, Command, Context, Exit, flag, operand, option, text};
use crate::author::preview::{Server, Shelf};
use crate::author::proofs::{Bench, Place};
use crate::author::{Desk, File, Report, check, desk, lint, skeleton};
use crate::failure::Failure;
use crate::render::{self, Ink};
use crate::store::data_folder;
use crate::{backend, workshop};
use clap::{Arg, ArgMatches};
use engine::prepare;
use serde_json::json;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use workbook::french::counted;
use workbook::parse::{Passage, passages, question_passages};

/// `cahier auteur`.
pub(super) const AUTHOR: Command = Command {
    name: "auteur",
    alias: "author",
    about: "aide à écrire des leçons\u{a0}: squelettes, aperçu, vérification",
    examples: &[
        "cahier auteur nouveau lecon files-sqs --titre \"Les files d’attente\"",
        "cahier auteur nouveau exercice files-sqs sqs-delai --genre nombre",
        "cahier auteur apercu files-sqs",
        "cahier auteur verifier --sans-cellules",
        "cahier auteur verifier files-sqs --corriger",
    ],
    args: |command| below::with(command, COMMANDS),
    run,
};

/// How often the files are looked at.
const TURN: Duration = Duration::from_millis(250);

fn lesson_operand() -> Arg {
    Arg::new("LECON")
        .value_name("LECON")
        .help("l’identifiant de la leçon ou le nom de son fichier (par défaut, toutes)")
}

/// The commands below `auteur`.
const COMMANDS: &[Below] = &[
    Below {
        name: "nouveau",
        alias: "new",
        about: "écrit le squelette d’une leçon ou d’un exercice",
        args: |command| below::with(command, NEW),
        run: |context, matches| {
            below::run(NEW, context, matches).unwrap_or_else(|| {
                Err(usage(
                    "il manque ce que tu veux écrire\u{a0}: lecon ou exercice",
                    "par exemple «\u{a0}cahier auteur nouveau exercice dynamodb ddb-nouveau --genre nombre\u{a0}».",
                ))
            })
        },
    },
    Below {
        name: "apercu",
        alias: "preview",
        about: "montre la leçon ici et dans le navigateur, à jour à chaque enregistrement",
        args: |command| {
            command
                .arg(lesson_operand())
                .arg(
                    option("port", "PORT", "le port de la page (par défaut, un port libre)")
                        .value_parser(clap::value_parser!(u16)),
                )
                .arg(flag("sans-suivre", "affiche la leçon une fois, et s’arrête").alias("once"))
        },
        run: |context, matches| preview(context, matches),
    },
    Below {
        name: "verifier",
        alias: "check",
        about: "vérifie tout\u{a0}: la forme, la langue, les liens, les exercices, les cellules",
        args: |command| {
            command
                .arg(lesson_operand())
                .arg(
                    flag(
                        "sans-cellules",
                        "laisse de côté ce qui demande le compilateur Rust",
                    )
                    .alias("no-cells"),
                )
                .arg(
                    flag(
                        "corriger",
                        "corrige d’abord les espaces, les apostrophes et les points de suspension",
                    )
                    .alias("fix"),
                )
        },
        run: |context, matches| verify(context, matches),
    },
];

/// The commands below `auteur nouveau`.
const NEW: &[Below] = &[
    Below {
        name: "lecon",
        alias: "lesson",
        about: "écrit le squelette d’une leçon, sous le numéro suivant",
        args: |command| {
            command
                .arg(operand("SLUG", "son identifiant\u{a0}: a-z, 0-9 et -"))
                .arg(
                    option("titre", "TITRE", "le titre, entre guillemets")
                        .alias("title")
                        .required(true),
                )
        },
        run: |context, matches| {
            let (slug, title) = (text(matches, "SLUG"), text(matches, "titre"));
            Ok(tell_written(
                context,
                &skeleton::lesson(context.folder(), slug, title)?,
            ))
        },
    },
    Below {
        name: "exercice",
        alias: "exercise",
        about: "ajoute le squelette d’un exercice à la fin d’une leçon",
        args: |command| {
            command
                .arg(operand("LECON", "l’identifiant de la leçon"))
                .arg(operand("ID", "l’identifiant de l’exercice\u{a0}: a-z, 0-9 et -"))
                .arg(kind_option())
        },
        run: |context, matches| {
            let (lesson, id) = (text(matches, "LECON"), text(matches, "ID"));
            Ok(tell_written(
                context,
                &skeleton::exercise(context.folder(), lesson, id, text(matches, "genre"))?,
            ))
        },
    },
];

fn kind_option() -> Arg {
    let kinds: Vec<&str> = skeleton::EXERCISES.iter().map(|(kind, _)| *kind).collect();
    Arg::new("genre")
        .long("genre")
        .alias("kind")
        .value_name("G")
        .required(true)
        .help(format!("le genre\u{a0}: {}", kinds.join(", ")))
}

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if let Choice::Aws { .. } = context.choice {
        return Err(usage(
            "les leçons s’écrivent et se vérifient contre le simulateur, jamais sur un vrai compte",
            "retire --aws.",
        ));
    }
    below::run(COMMANDS, context, matches).unwrap_or_else(|| {
        Err(usage(
            "il manque ce que tu veux faire\u{a0}: nouveau, apercu ou verifier",
            "«\u{a0}cahier auteur --help\u{a0}» montre des exemples.",
        ))
    })
}

fn usage(message: &str, hint: &str) -> Failure {
    Failure::Usage {
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

/// Says where a skeleton was written.
fn tell_written(context: &Context, written: &skeleton::Written) -> Exit {
    if context.screen.is_json() {
        let document = json!({"file": written.path, "line": written.line});
        context.screen.document(&document);
    }
    context.screen.say(&format!(
        "Écrit\u{a0}: {}, ligne {}.",
        written.path.display(),
        written.line
    ));
    context
        .screen
        .say("Remplace l’exemple par le tien, puis lance «\u{a0}cahier auteur verifier\u{a0}».");
    Exit::Done
}

fn preview(context: &Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let folder = context.folder().unwrap_or(Path::new(desk::FOLDER));
    let wanted = matches.get_one::<String>("LECON");
    let opened = Desk::open(Some(folder))?;
    let only = wanted
        .map(|id| opened.find(id).map(|file| file.name.clone()))
        .transpose()?;
    let shelf = Shelf::open(folder, only, context.seed()?)?;
    if matches.get_flag("sans-suivre") {
        if context.screen.is_json() {
            let error = shelf.error.as_ref();
            let mistakes: Vec<_> = error
                .iter()
                .flat_map(|error| lint::mistakes::findings(error))
                .collect();
            context
                .screen
                .document(&json!({"files": names(&shelf), "failures": mistakes}));
        }
        show(context, &shelf);
        return Ok(if shelf.error.is_some() {
            Exit::NotYet
        } else {
            Exit::Done
        });
    }
    follow(context, shelf, matches.get_one("port").copied().unwrap_or(0))
}

fn names(shelf: &Shelf) -> Vec<&str> {
    shelf.shown().map(|file| file.name.as_str()).collect()
}

/// Serves the lessons until a signal comes; looks at their files in between.
fn follow(context: &Context, shelf: Shelf, port: u16) -> Result<Exit, Failure> {
    // Before the page answers: a signal that comes at once must find its handler.
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| Failure::Preview(error.to_string()))?;
    }
    let server = Server::start(shelf, port)?;
    show(context, &server.shelf());
    if context.screen.is_json() {
        let files = json!({"url": server.url(), "files": names(&server.shelf())});
        context.screen.document(&files);
    }
    let words = format!("Aperçu\u{a0}: {}  (Ctrl-C l’arrête)", server.url());
    context.screen.aside(&words);
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(TURN);
        if server.refresh() {
            show(context, &server.shelf());
            context.screen.aside(&words);
        }
    }
    Ok(Exit::Done)
}

/// The lessons in the terminal: whole, or with the mistakes of those that cannot be read.
fn show(context: &Context, shelf: &Shelf) {
    let screen = context.screen;
    let seed = context.seed().unwrap_or(0);
    let lessons: Vec<_> = shelf
        .shown()
        .filter_map(|file| shelf.lesson(&file.name))
        .collect();
    match lessons.as_slice() {
        [lesson] => screen.write(&render::lesson::page(lesson, seed, screen.look())),
        lessons => lessons
            .iter()
            .for_each(|lesson| screen.write(&render::lesson::summary(lesson, |_| false, screen.look()))),
    }
    if let Some(error) = &shelf.error {
        screen.say(&render::mistakes::render(error, screen.look()));
    }
}

fn verify(context: &Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let mut desk = Desk::open(context.folder())?;
    let wanted = matches.get_one::<String>("LECON");
    let only = wanted
        .map(|id| desk.find(id).map(|file| file.name.clone()))
        .transpose()?;
    if matches.get_flag("corriger") {
        correct(context, &desk, only.as_deref())?;
        desk = Desk::open(context.folder())?;
    }
    let screen = context.screen;
    let shown = Cell::new(false);
    let progress = |words: &str| {
        if shown.get() {
            screen.erase_status();
        }
        shown.set(!words.is_empty() && screen.status(words));
    };
    let open = || bench();
    let order = check::Order {
        only: only.as_deref(),
        bench: if matches.get_flag("sans-cellules") {
            None
        } else {
            Some(&open)
        },
        progress: &progress,
    };
    let report = check::verify(&desk, &order);
    progress("");
    tell(context, &report, matches.get_flag("sans-cellules"));
    Ok(if report.failures.is_empty() {
        Exit::Done
    } else {
        Exit::NotYet
    })
}

/// A bench of this program's own, prepared where that was never done.
fn bench() -> Result<Bench, Failure> {
    workshop::prepare_if_missing()?;
    let data = data_folder();
    Bench::open(&Place {
        program: backend::program(),
        prepared: prepare::folder(&data),
        data,
    })
}

fn correct(context: &Context, desk: &Desk, only: Option<&str>) -> Result<(), Failure> {
    let Some(folder) = &desk.folder else {
        return Err(usage(
            "les leçons du programme ne se corrigent pas",
            "donne un dossier\u{a0}: --lecons DOSSIER.",
        ));
    };
    let wanted = |file: &&File| only.is_none_or(|only| desk::belongs(&file.name, only));
    for file in desk.files.iter().filter(wanted) {
        correct_file(context, folder, file, &passages(&file.text))?;
    }
    for file in desk.questions().iter().filter(wanted) {
        correct_file(context, folder, file, &question_passages(&file.text))?;
    }
    Ok(())
}

fn correct_file(context: &Context, folder: &Path, file: &File, passages: &[Passage]) -> Result<(), Failure> {
    // What is no text would lose what it holds.
    if std::str::from_utf8(&file.bytes).is_err() {
        return Ok(());
    }
    let (text, count) = lint::corrected_in(&file.text, passages);
    if count > 0 {
        file.rewrite(folder, &text)?;
        let words = counted(count, "correction", "corrections");
        context.screen.say(&format!("{}\u{a0}: {words}.", file.name));
    }
    Ok(())
}

fn tell(context: &Context, report: &Report, without_cells: bool) {
    let screen = context.screen;
    if screen.is_json() {
        screen.document(&serde_json::to_value(report).unwrap_or_default());
    }
    for failure in &report.failures {
        let place = format!("{}:{}:{}", failure.file, failure.line, failure.column);
        let rule = screen.paint(Ink::Dim, &format!("[{}]", failure.rule));
        screen.say(&format!(
            "{} {} {rule}",
            screen.paint(Ink::Code, &place),
            failure.message
        ));
        if let Some(hint) = &failure.hint {
            screen.say(&format!("    {hint}"));
        }
    }
    let counts = &report.counts;
    let parts = [
        counted(counts.lessons, "leçon", "leçons"),
        counted(counts.cells, "cellule", "cellules"),
        counted(counts.plots, "tracé", "tracés"),
        format!(
            "{} (dont {} à paramètres)",
            counted(counts.exercises, "exercice", "exercices"),
            counts.seeded
        ),
        counted(counts.kinds.len(), "genre", "genres"),
        counted(counts.misconceptions, "erreur reconnue", "erreurs reconnues"),
        counted(counts.questions, "question", "questions"),
    ];
    screen.say(&format!("{}.", parts.join(", ")));
    let verdict = match report.failures.len() {
        0 => screen.paint(Ink::Good, "Tout est en ordre."),
        count => screen.paint(
            Ink::Bad,
            &format!("{} à corriger.", counted(count, "défaut", "défauts")),
        ),
    };
    screen.say(&verdict);
    if without_cells && counts.cells > 0 {
        screen.say("Les cellules, les scripts et le code n’ont pas été exécutés\u{a0}: sans --sans-cellules, ils le sont.");
    }
}
