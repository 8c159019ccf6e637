//! What helps typing: completion of commands, ids and Rust names; a line that is not finished goes on.

use crate::desk::candidates::{Candidates, Found};
use crate::desk::kitchen::Kitchen;
use crate::desk::words;
use crate::keyboard::masked;
use crate::render::{Ink, Look};
use crate::syntax::{Wholeness, wholeness};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use std::borrow::Cow;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use workbook::Workbook;
use workbook::engine::{Completion, Completions};

/// Longer than this, a keystroke would be felt. What comes later serves the next Tab at the same place.
const PATIENCE: Duration = Duration::from_millis(300);

/// What is said on the line that follows one with something open.
const TO_BE_CLOSED: &str = "(il reste à fermer\u{a0}: \" ) ] }\u{a0}; Ctrl-C abandonne)";

/// A line, a place in it, and what the engine found there.
type Known = (String, usize, Completions);

/// What is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Rust, or a command.
    Rust,
    /// An answer to a cell.
    Answer,
    /// One that must not be seen.
    Password,
}

pub(super) struct PromptHelper {
    pub(super) mode: Mode,
    candidates: Candidates,
    kitchen: Arc<Kitchen>,
    look: Look,
    found: Arc<Mutex<Option<Known>>>,
}

impl PromptHelper {
    pub(super) fn new(workbook: &Workbook, kitchen: Arc<Kitchen>, look: Look) -> Self {
        Self {
            mode: Mode::Rust,
            candidates: Candidates::of(workbook),
            kitchen,
            look,
            found: Arc::default(),
        }
    }

    fn command(&self, line: &str, position: usize) -> (usize, Vec<Pair>) {
        match self.candidates.complete(&line[..position]) {
            Found::Words { start, words } => (start, words.into_iter().map(same).collect()),
            Found::Rust(from) => {
                let (start, found) = self.rust(&line[from..], position - from);
                (from + start, found)
            }
        }
    }

    /// Asks the engine aside: what it does not answer in time is not completed. One that starts has no answer, and the
    /// words of the language do meanwhile.
    fn rust(&self, line: &str, position: usize) -> (usize, Vec<Pair>) {
        let found = self.known(line, position).or_else(|| self.ask(line, position));
        if let Some(found) = found {
            return (found.range.start, pairs(&found));
        }
        let (start, words) = words::complete(&line[..position]);
        (start, words.into_iter().map(same).collect())
    }

    /// What the engine found there before.
    fn known(&self, line: &str, position: usize) -> Option<Completions> {
        let found = lock(&self.found);
        let (of, at, found) = found.as_ref()?;
        ((of.as_str(), *at) == (line, position)).then(|| found.clone())
    }

    fn ask(&self, line: &str, position: usize) -> Option<Completions> {
        let workshop = self.kitchen.at_once()?;
        let (sender, answer) = mpsc::channel();
        let (line, kept) = (line.to_owned(), Arc::clone(&self.found));
        std::thread::spawn(move || {
            let Ok(mut workshop) = workshop.try_lock() else {
                return;
            };
            if let Ok(found) = workshop.session.complete(&line, position)
                && !found.items.is_empty()
            {
                *lock(&kept) = Some((line, position, found.clone()));
                // The prompt may have given up waiting.
                let _ = sender.send(found);
            }
        });
        answer.recv_timeout(PATIENCE).ok()
    }

    /// A line ended, and what it does may change what there is.
    pub(super) fn forget(&self) {
        *lock(&self.found) = None;
    }
}

/// A list shows what a call takes; the line gets the call alone.
fn pairs(found: &Completions) -> Vec<Pair> {
    let pair = |item: &Completion| Pair {
        display: item.label.clone(),
        replacement: item.text.clone(),
    };
    found.items.iter().map(pair).collect()
}

fn lock(found: &Mutex<Option<Known>>) -> MutexGuard<'_, Option<Known>> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is shown in a list as it goes into the line.
fn same(text: String) -> Pair {
    Pair {
        display: text.clone(),
        replacement: text,
    }
}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        Ok(if self.mode != Mode::Rust {
            (position, Vec::new())
        } else if line.starts_with(':') {
            self.command(line, position)
        } else {
            self.rust(line, position)
        })
    }
}

impl Validator for PromptHelper {
    fn validate(&self, input: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(
            if self.mode == Mode::Rust && matches!(wholeness(input.input()), Wholeness::Open(_)) {
                ValidationResult::Incomplete
            } else {
                ValidationResult::Valid(None)
            },
        )
    }
}

impl Hinter for PromptHelper {
    type Hint = String;

    /// Where a line that was not finished goes on, what is waited for.
    fn hint(&self, text: &str, position: usize, _: &Context<'_>) -> Option<String> {
        let goes_on = self.mode == Mode::Rust && position == text.len() && text.ends_with('\n');
        (goes_on && matches!(wholeness(text), Wholeness::Open(_))).then(|| TO_BE_CLOSED.to_owned())
    }
}

impl Highlighter for PromptHelper {
    /// The prompt of the moment, in place of the one that was drawn when the line began.
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, drawn: &'p str, usual: bool) -> Cow<'b, str> {
        if usual && self.mode == Mode::Rust {
            Cow::Owned(self.kitchen.prompt.again(drawn))
        } else {
            Cow::Borrowed(drawn)
        }
    }

    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.mode == Mode::Password {
            Cow::Owned(masked(line))
        } else {
            Cow::Borrowed(line)
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.look.paint(Ink::Dim, hint))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.mode == Mode::Password
    }
}

impl Helper for PromptHelper {}
