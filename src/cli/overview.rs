//! What the commands and the prompt show alike: lessons, the next hint, a solution.

use super::{Context, Exit};
use crate::failure::Failure;
use crate::jupyter::told;
use crate::record;
use crate::render::{self, Ink, html};
use crate::replay;
use serde_json::json;
use workbook::exercise::Drawn;
use workbook::progress::EventKind;

/// The lessons and what is done of them.
///
/// # Errors
/// When lessons or progress cannot be read.
pub fn lessons(context: &Context) -> Result<(), Failure> {
    let progress = context.progress()?;
    for lesson in context.workbook()?.lessons() {
        let passed = |id: &str| progress.exercise(id).passed;
        context
            .screen
            .say(&render::lesson::summary(lesson, passed, context.screen.look()));
    }
    Ok(())
}

/// Shows the next hint, and keeps that it was shown.
///
/// # Errors
/// When progress cannot be read.
pub fn hint(context: &Context, drawn: &Drawn) -> Result<(), Failure> {
    let standing = context.progress()?.exercise(&drawn.id);
    // A cell that runs again gets a hint that it has had.
    let seen = standing.hints - usize::from(replay::is_under_way() && standing.hints > 0);
    let rank = seen.min(drawn.hints.len().saturating_sub(1));
    if seen < drawn.hints.len() {
        context.note(&EventKind::Hint {
            exercise: drawn.id.clone(),
            level: rank + 1,
        });
    }
    let hint = drawn.hints.get(rank).map_or("", String::as_str);
    if context.screen.is_json() {
        let document = json!({"exercise": drawn.id, "hint": told(hint, || html::hint(hint)), "number": rank + 1, "hints": drawn.hints.len()});
        context.screen.document(&document);
    } else {
        context.screen.say(&context.screen.paint(
            Ink::Strong,
            &format!("Indice {} sur {}", rank + 1, drawn.hints.len()),
        ));
        context.screen.markdown(hint);
        if !standing.passed {
            context.screen.aside(
                "Chaque indice retire un dixième des points de l’exercice\u{a0}; la moitié reste toujours.",
            );
        }
    }
    Ok(())
}

/// Shows the solution of an exercise that was passed, or that the learner gives up.
///
/// # Errors
/// When giving up cannot be kept: it is only worth something if it is.
pub fn solution(context: &Context, drawn: &Drawn, gives_up: bool) -> Result<Exit, Failure> {
    let standing = context.progress()?.exercise(&drawn.id);
    if !standing.passed && !standing.solution_seen {
        if !gives_up {
            return Ok(locked(context, drawn));
        }
        let seen = EventKind::SolutionSeen {
            exercise: drawn.id.clone(),
            abandoned: true,
        };
        record::append(context.store()?, &seen)?;
    }
    if context.screen.is_json() {
        let document = json!({"exercise": drawn.id, "status": "shown", "solution": drawn.written_solution(), "seed": drawn.seed});
        context.screen.document(&document);
    } else {
        context.screen.markdown(&drawn.written_solution());
    }
    Ok(Exit::Done)
}

fn locked(context: &Context, drawn: &Drawn) -> Exit {
    if context.screen.is_json() {
        context
            .screen
            .document(&json!({"exercise": drawn.id, "status": "locked", "solution": null}));
    }
    context.screen.markdown(&format!(
        "La solution de `{}` s’ouvre quand l’exercice est réussi. Un indice aide d’abord. Tu peux aussi renoncer à l’exercice, ce qui est noté\u{a0}: \
         `:solution abandonner` dans le cahier, ou `cahier solution {} --abandonner`.",
        drawn.id, drawn.id
    ));
    Exit::NotYet
}
