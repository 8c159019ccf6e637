//! `exercice`, `verifier`, `indice` and `solution`: one exercise, from its statement to its solution.

use super::{Command, Context, Exit, flag, operand, option, overview, text};
use crate::failure::Failure;
use crate::place::Place;
use crate::render::Screen;
use crate::{attempt, render};
use clap::{Arg, ArgMatches};
use serde_json::json;
use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Read};
use std::path::PathBuf;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::verdict::Verdict;

/// `cahier exercice`.
pub(super) const SHOW: Command = Command {
    name: "exercice",
    alias: "exercise",
    about: "affiche l’énoncé d’un exercice",
    examples: &[
        "cahier exercice ddb-lecture-forte",
        "cahier exercice ddb-lecture-forte --graine 7 --json",
    ],
    args: |command| command.arg(exercise()),
    run: show,
};

/// `cahier verifier`.
pub(super) const CHECK: Command = Command {
    name: "verifier",
    alias: "check",
    about: "juge ta réponse à un exercice",
    examples: &[
        "cahier verifier ddb-lecture-forte --reponse \"1 500 RCU\"",
        "cahier verifier ddb-fonction-rcu --fichier reponse.rs",
        "echo B | cahier verifier iam-lister -",
    ],
    args: |command| {
        command
            .arg(exercise())
            .arg(
                Arg::new("-")
                    .value_name("-")
                    .help("lit la réponse sur l’entrée standard")
                    .value_parser(["-"]),
            )
            .arg(
                option("reponse", "TEXTE", "la réponse elle-même")
                    .allow_hyphen_values(true)
                    .conflicts_with_all(["fichier", "-"]),
            )
            .arg(option("fichier", "FICHIER", "un fichier qui contient la réponse").conflicts_with("-"))
    },
    run: check,
};

/// `cahier indice`.
pub(super) const HINT: Command = Command {
    name: "indice",
    alias: "hint",
    about: "donne l’indice suivant d’un exercice",
    examples: &["cahier indice ddb-lecture-forte"],
    args: |command| command.arg(exercise()),
    run: hint,
};

/// `cahier solution`.
pub(super) const SOLUTION: Command = Command {
    name: "solution",
    alias: "solution",
    about: "montre la solution d’un exercice réussi, ou que tu abandonnes",
    examples: &[
        "cahier solution ddb-lecture-forte",
        "cahier solution ddb-lecture-forte --abandonner",
    ],
    args: |command| {
        command.arg(exercise()).arg(flag(
            "abandonner",
            "renonce à l’exercice\u{a0}: la solution est montrée, et c’est noté",
        ))
    },
    run: solution,
};

fn exercise() -> Arg {
    operand("EXERCICE", "l’identifiant de l’exercice")
}

fn show(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let (lesson, drawn) = context.exercise(text(matches, "EXERCICE"))?;
    if context.screen.is_json() {
        context.screen.document(&json!({
            "id": drawn.id,
            "lesson": lesson.id,
            "kind": drawn.kind,
            "title": drawn.title,
            "seed": drawn.seed,
            "statement": drawn.statement,
            "parameters": drawn.parameters,
            "options": drawn.exercise.options(),
            "starter": drawn.starter,
            "max_score": drawn.max_score,
            "hints": drawn.hints.len(),
        }));
    } else {
        context
            .screen
            .write(&render::lesson::exercise(&drawn, context.screen.look()));
        let (first, line) = how_to_answer(&drawn, matches);
        // The line to type stays whole, to be copied.
        let width = context.screen.look().width;
        let gap = if first.chars().count() + line.chars().count() < width {
            " "
        } else {
            "\n"
        };
        context.screen.say(&format!("\n{first}{gap}{line}"));
    }
    Ok(Exit::Done)
}

/// What to do, and the line to type: with the seed, when it is not the learner's own.
fn how_to_answer(drawn: &Drawn, matches: &ArgMatches) -> (&'static str, String) {
    let seed = matches
        .get_one::<u64>("graine")
        .map_or(String::new(), |seed| format!(" --graine {seed}"));
    let (first, answer) = if drawn.exercise.needs_engine() {
        (
            "Pour répondre\u{a0}: complète le départ dans un fichier, puis",
            "--fichier FICHIER",
        )
    } else if drawn.exercise.needs_simulator() && Place::inherited().is_none() {
        (
            "Pour répondre\u{a0}: lance «\u{a0}cahier simulateur -- bash\u{a0}», fais-y l’URL, puis, au même endroit,",
            "--reponse …",
        )
    } else {
        ("Pour répondre\u{a0}:", "--reponse …")
    };
    (
        first,
        format!("«\u{a0}cahier verifier {}{seed} {answer}\u{a0}»", drawn.id),
    )
}

fn check(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let (_, drawn) = context.exercise(text(matches, "EXERCICE"))?;
    let handed_in = read_answer(context.screen, matches)?;
    let answer = if drawn.exercise.needs_engine() {
        Answer::Rust(handed_in)
    } else {
        Answer::Text(handed_in)
    };
    let verdict = attempt::judge(context, &drawn, answer)?;
    // What is told is kept before.
    context.note(&attempt::event(&drawn, &verdict));
    tell(context, &drawn, &verdict);
    Ok(exit(&verdict))
}

fn tell(context: &Context, drawn: &Drawn, verdict: &Verdict) {
    if context.screen.is_json() {
        context.screen.document(&json!({
            "exercise": drawn.id,
            "status": verdict.status(),
            "score": verdict.score(drawn.max_score),
            "max_score": drawn.max_score,
            "feedback": verdict.message(),
            "misconception": verdict.misconception(),
            "seed": drawn.seed,
        }));
    }
    context.screen.write(&render::verdict::render(
        verdict,
        drawn.max_score,
        context.screen.look(),
    ));
}

/// The exit code that a verdict ends in.
fn exit(verdict: &Verdict) -> Exit {
    match verdict {
        Verdict::Passed(_) => Exit::Done,
        Verdict::Unreadable(_) => Exit::Unreadable,
        Verdict::NotYet(_) | Verdict::DoesNotCompile(_) | Verdict::Unverifiable(_) => Exit::NotYet,
    }
}

fn read_answer(screen: Screen, matches: &ArgMatches) -> Result<String, Failure> {
    if let Some(answer) = matches.get_one::<String>("reponse") {
        return Ok(answer.clone());
    }
    match matches.get_one::<String>("fichier").map(String::as_str) {
        Some("-") => read_input(screen),
        Some(file) => {
            let unreadable = |source| unreadable(file, source);
            read_text(File::open(file).map_err(unreadable)?, file)
        }
        None if matches.contains_id("-") => read_input(screen),
        None => Err(Failure::Usage {
            message: "il manque la réponse".to_owned(),
            hint: "donne-la par --reponse TEXTE, par --fichier FICHIER, ou par «\u{a0}-\u{a0}» sur l’entrée standard."
                .to_owned(),
        }),
    }
}

fn read_input(screen: Screen) -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        screen.aside("Écris ta réponse, puis Entrée et Ctrl-D.");
    }
    read_text(std::io::stdin(), "l’entrée standard")
}

/// The most of an answer that is read, in MiB. The longest is a program of some hundred lines; a file of gigabytes
/// or an endless one is a slip.
const MOST: u64 = 1;

fn read_text(source: impl Read, name: &str) -> Result<String, Failure> {
    let most = MOST << 20;
    let mut bytes = Vec::new();
    let read = source.take(most + 1).read_to_end(&mut bytes);
    if read.map_err(|source| unreadable(name, source))? as u64 > most {
        return Err(Failure::TooLong { most: MOST });
    }
    match String::from_utf8(bytes) {
        // Windows' own editor puts a mark before the text.
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(_) => Err(unreadable(name, ErrorKind::InvalidData.into())),
    }
}

fn unreadable(name: &str, source: std::io::Error) -> Failure {
    Failure::Unreadable {
        path: PathBuf::from(name),
        source,
    }
}

fn hint(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let (_, drawn) = context.exercise(text(matches, "EXERCICE"))?;
    overview::hint(context, &drawn)?;
    Ok(Exit::Done)
}

fn solution(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let (_, drawn) = context.exercise(text(matches, "EXERCICE"))?;
    overview::solution(context, &drawn, matches.get_flag("abandonner"))
}
