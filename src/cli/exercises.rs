//! `exercice`, `verifier`, `indice` and `solution`: one exercise, from its statement to its solution.

use super::{Command, Context, Exit, flag, operand, option, overview, text};
use crate::aws::simulate::Confrontation;
use crate::failure::Failure;
use crate::jupyter::told;
use crate::place::Place;
use crate::render::{Screen, html};
use crate::{archive, attempt, class, render, replay, typed, written};
use clap::{Arg, ArgMatches};
use serde_json::json;
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::verdict::{Feedback, Verdict};

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
        "cahier verifier couche-module --fichier couche.zip",
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
            "program": drawn.program,
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
    } else if drawn.exercise.archive().is_some() {
        (
            "Pour répondre\u{a0}: fabrique l’archive, puis",
            "--fichier couche.zip",
        )
    } else if drawn.exercise.asks_for_a_document() {
        (
            "Pour répondre\u{a0}: écris le document dans un fichier, puis",
            "--fichier FICHIER",
        )
    } else if drawn.exercise.command().is_some() {
        (
            "Pour répondre\u{a0}: écris ta commande entre apostrophes,",
            "--reponse 'aws …'",
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
    if replay::is_under_way() && drawn.exercise.needs_engine() && !class::is_grading() {
        return judged_before(context, &drawn);
    }
    let answer = read_answer(context.screen, matches, &drawn)?;
    let typed = answer.text().to_owned();
    let verdict = attempt::judge(context, &drawn, answer)?;
    // What is told is kept before.
    let unkept = context.keep(&attempt::event(&drawn, &verdict));
    if let Some(words) = &unkept {
        context.screen.warn(words);
    }
    let aws = attempt::confront(context, &drawn, &typed, &verdict)?;
    tell(context, &drawn, &verdict, aws.as_ref(), unkept.as_deref());
    if !context.screen.is_json() {
        attempt::demonstrate(context, &drawn, &verdict)?;
    }
    Ok(exit(&verdict))
}

/// What is kept of an exercise, for a cell that runs again: judging its Rust anew would start an engine for each try that
/// there ever was.
fn judged_before(context: &Context, drawn: &Drawn) -> Result<Exit, Failure> {
    let standing = context.progress()?.exercise(&drawn.id);
    let message = "Cette cellule tourne à nouveau\u{a0}: sa réponse a déjà été jugée.".to_owned();
    let verdict = if standing.passed {
        Verdict::Passed(message)
    } else {
        Verdict::NotYet(Feedback {
            message,
            misconception: None,
            score: standing.score,
        })
    };
    tell(context, drawn, &verdict, None, None);
    Ok(exit(&verdict))
}

fn tell(
    context: &Context,
    drawn: &Drawn,
    verdict: &Verdict,
    aws: Option<&Confrontation>,
    unkept: Option<&str>,
) {
    if context.screen.is_json() {
        let mut document = json!({
            "exercise": drawn.id,
            "status": verdict.status(),
            "score": verdict.score(drawn.max_score),
            "max_score": drawn.max_score,
            "feedback": feedback(verdict, unkept),
            "misconception": verdict.misconception(),
            "seed": drawn.seed,
        });
        if let Some(aws) = aws {
            document["aws"] = json!(aws);
        }
        context.screen.document(&document);
    }
    context.screen.write(&render::verdict::render(
        verdict,
        drawn.max_score,
        context.screen.look(),
    ));
    for line in aws.map(Confrontation::words).unwrap_or_default() {
        context.screen.say(&line);
    }
}

/// What a program is told of a verdict. A cell shows nothing else of it, so that it is there that progress which is not
/// kept is spoken of.
fn feedback(verdict: &Verdict, unkept: Option<&str>) -> String {
    let Some(words) = unkept else {
        return told(verdict.message(), || html::verdict(verdict));
    };
    let words = format!("Attention\u{a0}: {words}");
    let text = format!("{}\n\n{words}", verdict.message());
    told(text.trim_start(), || {
        format!("{}<p>{}</p>", html::verdict(verdict), html::escaped(&words))
    })
}

/// The exit code that a verdict ends in.
fn exit(verdict: &Verdict) -> Exit {
    match verdict {
        Verdict::Passed(_) => Exit::Done,
        Verdict::Unreadable(_) => Exit::Unreadable,
        Verdict::NotYet(_) | Verdict::DoesNotCompile(_) | Verdict::Unverifiable(_) => Exit::NotYet,
    }
}

/// The answer that was handed in, as the exercise takes it: an archive as its bytes, or its path where it was typed;
/// anything else as a text.
fn read_answer(screen: Screen, matches: &ArgMatches, drawn: &Drawn) -> Result<Answer, Failure> {
    let takes_archive = drawn.exercise.archive().is_some();
    if let Some(typed) = matches.get_one::<String>("reponse") {
        return typed::answer(drawn, typed);
    }
    let most = if takes_archive {
        archive::MOST as u64
    } else {
        written::MOST
    };
    let (bytes, name) = match matches.get_one::<String>("fichier").map(String::as_str) {
        Some(file) if file != "-" => {
            let opened = File::open(file).map_err(|source| unreadable(file, source))?;
            (read_bytes(opened, file, most)?, file)
        }
        None if !matches.contains_id("-") => return Err(no_answer()),
        _ => {
            if std::io::stdin().is_terminal() {
                screen.aside("Écris ta réponse, puis Entrée et Ctrl-D.");
            }
            (read_bytes(std::io::stdin(), INPUT, most)?, INPUT)
        }
    };
    if takes_archive {
        return Ok(Answer::Archive(bytes));
    }
    let text = written::text(&bytes, Path::new(name))?;
    Ok(in_words(drawn, text.to_owned()))
}

fn in_words(drawn: &Drawn, text: String) -> Answer {
    if drawn.exercise.needs_engine() {
        Answer::Rust(text)
    } else {
        Answer::Text(text)
    }
}

fn no_answer() -> Failure {
    Failure::Usage {
        message: "il manque la réponse".to_owned(),
        hint: "donne-la par --reponse TEXTE, par --fichier FICHIER, ou par «\u{a0}-\u{a0}» sur l’entrée standard."
            .to_owned(),
    }
}

/// How the standard input is called.
const INPUT: &str = "l’entrée standard";

fn read_bytes(source: impl Read, name: &str, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = source.take(most + 1).read_to_end(&mut bytes);
    if read.map_err(|source| unreadable(name, source))? as u64 > most {
        return Err(Failure::TooLong { most: most >> 20 });
    }
    Ok(bytes)
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
