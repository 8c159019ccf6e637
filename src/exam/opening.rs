//! What is asked before an exam begins or goes on, in a line of text: its time does not run for it, or runs anyhow.

use super::Unfinished;
use super::clock::Clock;
use crate::failure::Failure;
use crate::render::{Screen, exam as render};
use std::io::{BufRead, IsTerminal, stdin};
use workbook::exam::Sitting;

/// What becomes of an exam that is under way.
pub(super) enum Choice {
    Resume,
    HandIn,
    GiveUp,
    Leave,
}

/// What becomes of the exam that is under way: as the command line says, or else the learner.
///
/// # Errors
/// When nothing can be read.
pub(super) fn what_becomes(
    screen: Screen,
    sitting: &Sitting,
    clock: &Clock,
    wanted: Unfinished,
) -> Result<Choice, Failure> {
    match wanted {
        Unfinished::Resume => return Ok(Choice::Resume),
        Unfinished::GiveUp => return Ok(Choice::GiveUp),
        Unfinished::Ask => {}
    }
    screen.write(&render::unfinished(sitting, clock.now(), screen.look()));
    loop {
        prompt(
            screen,
            "Entrée le reprend, R le rend tel quel, A l’abandonne, Q ne change rien\u{a0}:",
        );
        let Some(line) = line(screen)? else {
            return Ok(Choice::Leave);
        };
        match line.trim().to_lowercase().as_str() {
            "" | "reprendre" => return Ok(Choice::Resume),
            "r" | "rendre" => return Ok(Choice::HandIn),
            "a" | "abandonner" => return Ok(Choice::GiveUp),
            "q" | "quitter" => return Ok(Choice::Leave),
            other => screen.say(&format!("Je ne comprends pas «\u{a0}{}\u{a0}».", shown(other))),
        }
    }
}

/// Whether the learner begins.
///
/// # Errors
/// When nothing can be read.
pub(super) fn is_ready(screen: Screen) -> Result<bool, Failure> {
    loop {
        prompt(screen, "\nEntrée pour commencer, Q pour renoncer\u{a0}:");
        let Some(line) = line(screen)? else {
            return Ok(false);
        };
        match line.trim().to_lowercase().as_str() {
            "" | "oui" | "o" => return Ok(true),
            "q" | "quitter" | "non" => return Ok(false),
            other => screen.say(&format!("Je ne comprends pas «\u{a0}{}\u{a0}».", shown(other))),
        }
    }
}

/// What is asked, and the place for the answer behind it.
pub(super) fn prompt(screen: Screen, words: &str) {
    screen.write(&format!("{} ", render::sentence(words, screen.look())));
}

/// What was typed, as far as it may be shown: it could be long, and hold what commands a terminal.
pub(super) fn shown(typed: &str) -> String {
    let signs = typed.chars().take(40);
    signs
        .map(|sign| {
            if sign.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                sign
            }
        })
        .collect()
}

/// A line of standard input, or `None` at its end. The lines behind it stay there.
fn line(screen: Screen) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    let read = stdin().lock().read_until(b'\n', &mut bytes);
    if !stdin().is_terminal() {
        screen.write("\n");
    }
    match read {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(source) => Err(Failure::Unreadable {
            path: "-".into(),
            source,
        }),
    }
}
