//! What is said beside the prompt while the learner types: lines above it, and the prompt drawn anew.
//!
//! In a thread of its own, so that nobody waits for what reads lines, which may be busy.

use rustyline::ExternalPrinter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

/// Printing anything makes the prompt come again below it; up and down a line, it comes in its place.
const REDRAW: &str = "\u{1b}[A\n";

enum Word {
    Line(String),
    Redraw,
}

/// Speaks beside the prompt.
pub(super) struct Voice {
    words: Sender<Word>,
}

impl Voice {
    /// Speaks through `printer`, and redraws the prompt while the learner is `typing`. Without a
    /// printer, which only a terminal has, nothing is said.
    pub(super) fn new(
        printer: Option<impl ExternalPrinter + Send + 'static>,
        typing: Arc<AtomicBool>,
    ) -> Self {
        let (words, said) = mpsc::channel();
        if let Some(printer) = printer {
            std::thread::spawn(move || speak(printer, &typing, &said));
        }
        Self { words }
    }

    /// Says a line. A prompt that is gone has nobody to tell.
    pub(super) fn say(&self, line: impl Into<String>) {
        let _ = self.words.send(Word::Line(line.into()));
    }

    /// Draws the prompt anew, if there is one.
    pub(super) fn redraw(&self) {
        let _ = self.words.send(Word::Redraw);
    }
}

fn speak(mut printer: impl ExternalPrinter, typing: &AtomicBool, said: &Receiver<Word>) {
    while let Ok(word) = said.recv() {
        let text = match word {
            Word::Line(line) => format!("{line}\n"),
            Word::Redraw if typing.load(Ordering::SeqCst) => REDRAW.to_owned(),
            Word::Redraw => continue,
        };
        if printer.print(text).is_err() {
            return;
        }
    }
}
