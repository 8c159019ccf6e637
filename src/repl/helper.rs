//! What helps typing: completion of commands, ids and Rust names; a line that is not finished goes on.

use super::background::Kitchen;
use super::commands::COMMANDS;
use super::words;
use crate::keyboard::masked;
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

/// A line, a place in it, and what the engine found there.
type Found = (String, usize, Completions);

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
    lessons: Vec<String>,
    exercises: Vec<String>,
    kitchen: Arc<Kitchen>,
    found: Arc<Mutex<Option<Found>>>,
}

impl PromptHelper {
    pub(super) fn new(workbook: &Workbook, kitchen: Arc<Kitchen>) -> Self {
        let lessons = workbook.lessons().iter();
        Self {
            mode: Mode::Rust,
            lessons: lessons.clone().map(|lesson| lesson.id.clone()).collect(),
            exercises: lessons
                .flat_map(workbook::lesson::Lesson::exercises)
                .map(|exercise| exercise.id.clone())
                .collect(),
            kitchen,
            found: Arc::default(),
        }
    }

    fn command(&self, line: &str, position: usize) -> (usize, Vec<Pair>) {
        let typed = &line[..position];
        let Some(space) = typed.find(' ') else {
            let names = COMMANDS.iter().flat_map(|command| [command.name, command.alias]);
            return (0, starting_with(names.map(|name| format!(":{name}")), typed));
        };
        let ids = match COMMANDS.iter().find(|command| command.is(&typed[1..space])) {
            Some(command) if ["CODE", "EXPRESSION"].contains(&command.argument) => {
                let (start, found) = self.rust(&line[space + 1..], position - space - 1);
                return (space + 1 + start, found);
            }
            Some(command) if command.name == "lecon" => &self.lessons,
            Some(command) if command.argument == "EXERCICE" => &self.exercises,
            _ => return (position, Vec::new()),
        };
        let start = typed.rfind(' ').map_or(0, |space| space + 1);
        (start, starting_with(ids.iter().cloned(), &typed[start..]))
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

fn lock(found: &Mutex<Option<Found>>) -> MutexGuard<'_, Option<Found>> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

fn starting_with(candidates: impl Iterator<Item = String>, prefix: &str) -> Vec<Pair> {
    let mut found: Vec<String> = candidates
        .filter(|candidate| candidate.starts_with(prefix))
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(same).collect()
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
        Ok(if self.mode == Mode::Rust && unfinished(input.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Hinter for PromptHelper {
    type Hint = String;
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

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.mode == Mode::Password
    }
}

impl Helper for PromptHelper {}

/// Whether more must come: an open bracket, string or comment, in Rust or in an answer that is Rust. A
/// command on one line is always whole, for an answer may hold any character.
fn unfinished(text: &str) -> bool {
    if text.starts_with(':') && !text.contains(['{', '\n']) {
        return false;
    }
    let mut depth = 0_i32;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let skipped = match letter {
            '"' => string_end(rest, 1, '"'),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#") => raw_end(rest),
            '\'' => Some(character_end(rest)),
            '/' if rest.starts_with("//") => Some(rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
            _ => {
                depth += match letter {
                    '(' | '[' | '{' => 1,
                    ')' | ']' | '}' => -1,
                    _ => 0,
                };
                Some(letter.len_utf8())
            }
        };
        let Some(skipped) = skipped else { return true };
        rest = &rest[skipped..];
    }
    depth > 0
}

/// After the closing quote of a string that starts before `from`, if it is closed.
fn string_end(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip_while(|(place, _)| *place < from) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(place + letter.len_utf8()),
            _ => {}
        }
    }
    None
}

fn raw_end(text: &str) -> Option<usize> {
    let hashes = text[1..].chars().take_while(|letter| *letter == '#').count();
    if !text[1 + hashes..].starts_with('"') {
        return Some(1);
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[2 + hashes..]
        .find(&close)
        .map(|place| 2 + hashes + place + close.len())
}

/// After a character literal, or after the quote of a lifetime.
fn character_end(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), _) => string_end(text, 1, '\'').unwrap_or(1),
        (Some(_), Some((place, '\''))) => place + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::unfinished;

    #[test]
    fn an_open_bracket_asks_for_more() {
        assert!(unfinished("fn main() {"));
        assert!(unfinished("vec![1,\n2"));
        assert!(unfinished("let s = \"début"));
        assert!(unfinished("/* un"));
        assert!(unfinished("let s = r#\"a\" b"));
    }

    #[test]
    fn brackets_in_strings_characters_and_comments_do_not_count() {
        assert!(!unfinished("let s = \"{ é \\\" (\";"));
        assert!(!unfinished("let c = '{'; let d = '\\''; fn f<'a>(x: &'a str) {}"));
        assert!(!unfinished("1 // {"));
        assert!(!unfinished("let s = r#\"{ \" (\"#;"));
        assert!(!unfinished("let rue = 1;"));
    }

    #[test]
    fn a_command_is_whole_unless_its_answer_is_rust() {
        assert!(!unfinished(":reponse https://x/?a=(b"));
        assert!(!unfinished(":reponse l'été"));
        assert!(unfinished(":reponse let a = {"));
    }
}
