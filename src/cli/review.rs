//! `revision`: what was learned comes back before it is forgotten.

use super::{Command, Context, Exit, each, flag};
use crate::failure::Failure;
use crate::render::Ink;
use crate::review::{Standing, in_words};
use clap::ArgMatches;
use serde_json::{Value, json};
use workbook::french::counted;
use workbook::review::{Card, Subject};

/// `cahier revision`.
pub(super) const REVIEW: Command = Command {
    name: "revision",
    alias: "review",
    about: "fait revenir ce que tu vas oublier, avec d’autres valeurs",
    examples: &[
        "cahier revision",
        "cahier revision --liste",
        "cahier revision --json",
    ],
    args: |command| {
        command.arg(flag(
            "liste",
            "montre ce qui est à revoir, et quand le reste reviendra",
        ))
    },
    run,
};

/// Cards that come back later and are listed.
const LATER: usize = 5;

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if context.screen.is_json() {
        let standing = Standing::of(context)?;
        let document = document(context, &standing)?;
        context.screen.document(&document);
        return Ok(Exit::Done);
    }
    if matches.get_flag("liste") {
        list(context)?;
        return Ok(Exit::Done);
    }
    crate::repl::begin_with(context, ":revision")
}

fn document(context: &Context, standing: &Standing) -> Result<Value, Failure> {
    let own = context.seed()?;
    let workbook = context.workbook()?;
    let row = |card: &Card| {
        let mut row = serde_json::to_value(card).unwrap_or_default();
        let lesson = workbook.exercise(&card.exercise).map(|(lesson, _)| &lesson.id);
        row["lesson"] = json!(lesson);
        row["seed"] = json!(card.seed(own));
        row["retrievability"] = json!(card.retrievability(standing.now));
        row
    };
    Ok(json!({
        "now": standing.now,
        "due": each(&standing.due, row),
        "later": each(&standing.later, row),
    }))
}

/// Shows what is to be gone over, and what comes back later.
///
/// # Errors
/// When lessons or progress cannot be read.
fn list(context: &Context) -> Result<(), Failure> {
    let standing = Standing::of(context)?;
    let screen = context.screen;
    if standing.due.is_empty() {
        screen.say(&nothing_due(&standing));
    } else {
        let many = standing.due.len();
        let title = format!(
            "{} à revoir",
            counted(many, "exercice", "exercices").replace('\u{a0}', " ")
        );
        screen.say(&screen.paint(Ink::Heading, &title));
        for card in &standing.due {
            screen.say(&format!("  {}", line(context, card)?));
        }
    }
    if !standing.later.is_empty() {
        screen.say(&screen.paint(Ink::Heading, "Plus tard"));
    }
    for card in standing.later.iter().take(LATER) {
        let wait = in_words(card.due_at - standing.now);
        screen.say(&format!("  {}, {wait}", line(context, card)?));
    }
    if let Some(more) = standing.later.len().checked_sub(LATER).filter(|more| *more > 0) {
        screen.aside(&format!("et {}.", counted(more, "autre", "autres")));
    }
    Ok(())
}

/// What is said where nothing is to be gone over.
pub(crate) fn nothing_due(standing: &Standing) -> String {
    match standing.later.first() {
        Some(card) => format!(
            "Rien à revoir pour l’instant\u{a0}: la prochaine fois, c’est {}.",
            in_words(card.due_at - standing.now)
        ),
        None => "Rien à revoir\u{a0}: la révision part des exercices que tu as essayés. Commence une leçon."
            .to_owned(),
    }
}

/// An exercise that comes back, and why.
///
/// # Errors
/// When the exercise is not there.
pub(crate) fn line(context: &Context, card: &Card) -> Result<String, Failure> {
    let (lesson, drawn) = context.exercise(&card.exercise)?;
    let why = match &card.subject {
        Subject::Misconception(id) => format!("ton erreur «\u{a0}{id}\u{a0}»"),
        Subject::Exercise(_) => lesson.title.clone(),
    };
    Ok(format!("{} ({}), {why}", drawn.title, card.exercise))
}
