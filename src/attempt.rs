//! One attempt at an exercise: natively in milliseconds, or through the compiler when the answer is Rust. What is known
//! of an archive is collected here, before it is judged.

use crate::aws::cells::unsuited;
use crate::aws::simulate::{self, Confrontation};
use crate::cli::{Choice, Context, propose_cleaning};
use crate::failure::Failure;
use crate::keyboard::{self, Keyboard};
use crate::live::{self, Show};
use crate::place::Place;
use crate::render::{self, Screen};
use crate::workshop::{self, Workshop};
use crate::{archive, command};
use workbook::cell::{Cell, Role};
use workbook::evidence::{Answer, Evidence};
use workbook::exercise::Drawn;
use workbook::progress::EventKind;
use workbook::session;
use workbook::verdict::Verdict;

/// Judges `answer`; starts an engine and a simulator of its own only when the answer is Rust. On a real account, that Rust is
/// rehearsed first, and what makes sense in the simulator alone is not run at all.
///
/// # Errors
/// When the answer is Rust and cells cannot run.
pub fn judge(context: &Context, drawn: &Drawn, answer: Answer) -> Result<Verdict, Failure> {
    if let Some(verdict) = blank(drawn, &answer) {
        return Ok(verdict);
    }
    if drawn.exercise.needs_engine() {
        let cells = cells(drawn, &answer);
        let real = matches!(context.choice, Choice::Aws { .. });
        // Before anybody is asked anything.
        if let Some(verdict) = real.then(|| only_simulated(&cells)).flatten() {
            return Ok(verdict);
        }
        let cells: Vec<&Cell> = cells.iter().collect();
        let mut workshop = Workshop::for_cells(context, Some((&drawn.id, &cells)))?;
        let mut keyboard = keyboard::of_command(context.screen.is_json());
        let verdict = in_session(context.screen, &mut *keyboard, &mut workshop, drawn, answer);
        // A verdict is not lost because something could not be removed.
        if let Err(failure) = propose_cleaning(context, &workshop, false) {
            context.screen.warn(&failure.to_string());
        }
        return verdict;
    }
    let place = match &context.choice {
        Choice::Simulator { .. } => Place::inherited().unwrap_or_else(Place::nowhere),
        Choice::Aws { .. } => Place::real_account(),
    };
    Ok(natively(drawn, answer, place.ground()))
}

/// On a real account, asks IAM what it says of a policy that could be read: `None` where there is nothing to ask.
///
/// # Errors
/// When the account is not confirmed, or cells cannot run.
pub fn confront(
    context: &Context,
    drawn: &Drawn,
    answer: &str,
    verdict: &Verdict,
) -> Result<Option<Confrontation>, Failure> {
    let judged = matches!(verdict, Verdict::Passed(_) | Verdict::NotYet(_));
    let question = drawn.exercise.policy_question(answer).filter(|_| judged);
    let (Some(question), Choice::Aws { .. }) = (question, &context.choice) else {
        return Ok(None);
    };
    if simulate::asked(&question).is_none() {
        context.screen.aside(simulate::NOT_OFFERED);
        return Ok(None);
    }
    let mut workshop = Workshop::open(context)?;
    simulate::confront(&mut workshop.session, &question)
}

/// Judges an answer that needs no compiler, once it is known what is in it. `ground` holds what the backend knows.
pub fn natively(drawn: &Drawn, answer: Answer, ground: Evidence) -> Verdict {
    let examined = match (&answer, drawn.exercise.archive()) {
        (Answer::Archive(bytes), Some(question)) => Some(archive::examine(question, bytes)),
        _ => None,
    };
    let tried = drawn.exercise.command().and_then(|question| {
        let arguments = workbook::command::arguments(answer.text()).ok()?;
        Some(command::run(question, &arguments))
    });
    let ground = Evidence {
        archive: examined,
        command: tried,
        ..ground
    };
    session::judge(drawn, answer, ground)
}

/// What is said of an answer in Rust without any: nothing is compiled for it.
fn blank(drawn: &Drawn, answer: &Answer) -> Option<Verdict> {
    let blank = drawn.exercise.needs_engine() && answer.text().trim().is_empty();
    blank.then(|| {
        Verdict::Unreadable("Ta réponse est vide. Pars du code de départ, et complète-le.".to_owned())
    })
}

/// What runs for an answer in Rust to be judged: itself, its checks and its probe.
fn cells(drawn: &Drawn, answer: &Answer) -> Vec<Cell> {
    let checks = drawn.exercise.checks().iter().map(|check| check.source.as_str());
    let probe = drawn.exercise.probe().map(|probe| probe.source.as_str());
    let sources = std::iter::once(answer.text()).chain(checks).chain(probe);
    let cells = sources.enumerate().map(|(rank, source)| Cell {
        id: if rank == 0 {
            drawn.id.clone()
        } else {
            format!("{}, vérification", drawn.id)
        },
        source: source.to_owned(),
        role: Role::Exercise,
        expected: None,
        line: 1,
    });
    cells.collect()
}

/// What is said where a real account cannot do what these cells, an answer and what judges it, ask for.
fn only_simulated(cells: &[Cell]) -> Option<Verdict> {
    let unsuited = unsuited(cells);
    let cell = cells.iter().find(|cell| unsuited.contains_key(&cell.id))?;
    let which = if cells.first() == Some(cell) {
        "ta cellule"
    } else {
        "la vérification de ta cellule"
    };
    Some(Verdict::Unverifiable(format!(
        "Sur un vrai compte, {which} n’a pas de sens\u{a0}: {}. Refais cet exercice dans le simulateur, sans «\u{a0}--aws\u{a0}».",
        unsuited[&cell.id]
    )))
}

/// Judges `answer` in a session that is already open.
///
/// # Errors
/// When the answer is Rust and cells cannot run.
pub fn in_session(
    screen: Screen,
    keyboard: &mut dyn Keyboard,
    workshop: &mut Workshop,
    drawn: &Drawn,
    answer: Answer,
) -> Result<Verdict, Failure> {
    if let Some(verdict) = blank(drawn, &answer) {
        return Ok(verdict);
    }
    let real = workshop.backend.simulator().is_none();
    if let Some(verdict) = real.then(|| only_simulated(&cells(drawn, &answer))).flatten() {
        return Ok(verdict);
    }
    let mut show = Show::new(screen, keyboard);
    let attempt = workshop.session.attempt(drawn, answer, &mut show);
    show.end();
    let attempt = attempt.map_err(|error| workshop::failed(&error))?;
    if let Some(words) = live::recovery(&attempt.recovery) {
        screen.say(&words);
    }
    Ok(attempt.verdict)
}

/// Runs the program of a prediction that was right, for the learner to see: it tells what they foresaw. Nothing is started
/// where cells were never prepared, which takes minutes, nor on a real account.
///
/// # Errors
/// When cells cannot run.
pub fn demonstrate(context: &Context, drawn: &Drawn, verdict: &Verdict) -> Result<(), Failure> {
    if !shows_program(drawn, verdict) || !matches!(context.choice, Choice::Simulator { .. }) {
        return Ok(());
    }
    if !workshop::is_prepared() {
        let words = "«\u{a0}cahier preparer\u{a0}», une fois pour toutes, et le programme tournera ici sous tes yeux.";
        context.screen.say(&format!("\n{words}"));
        return Ok(());
    }
    let mut keyboard = keyboard::of_command(context.screen.is_json());
    demonstrate_in_session(
        context.screen,
        &mut *keyboard,
        &mut Workshop::open(context)?,
        drawn,
    )
}

/// Whether there is a program to run now that the answer is right.
pub fn shows_program(drawn: &Drawn, verdict: &Verdict) -> bool {
    drawn.program.is_some() && matches!(verdict, Verdict::Passed(_))
}

/// Runs the program of a prediction in a session that is already open.
///
/// # Errors
/// When cells cannot run.
pub fn demonstrate_in_session(
    screen: Screen,
    keyboard: &mut dyn Keyboard,
    workshop: &mut Workshop,
    drawn: &Drawn,
) -> Result<(), Failure> {
    screen.say("\nLe programme tourne\u{a0}:");
    let mut show = Show::new(screen, keyboard);
    let ran = workshop.session.demonstrate(drawn, &mut show);
    show.end();
    let ran = ran.map_err(|error| workshop::failed(&error))?;
    if let (Some(ran), Some(program)) = (ran, &drawn.program) {
        screen.write(&render::output::ending(program, &ran, screen.look()));
    }
    Ok(())
}

/// What the journal keeps of an attempt.
pub fn event(drawn: &Drawn, verdict: &Verdict) -> EventKind {
    EventKind::Attempt {
        exercise: drawn.id.clone(),
        seed: drawn.seed,
        status: verdict.status().to_owned(),
        score: verdict.score(drawn.max_score),
        misconception: verdict.misconception().map(str::to_owned),
    }
}
