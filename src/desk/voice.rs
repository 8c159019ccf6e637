//! What is said while things get ready: beside the prompt while the learner types, lines above it and the prompt drawn
//! anew; or in a notebook.
//!
//! Beside a prompt in a thread of its own, so that nobody waits for what reads lines, which may be busy.

use crate::render::Screen;
use rustyline::ExternalPrinter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

/// Printing anything makes the prompt come again below it; up and down a line, it comes in its place.
const REDRAW: &str = "\u{1b}[A\n";

pub(super) enum Word {
    Line(String),
    Redraw,
}

/// Says how things go on.
pub(super) enum Voice {
    /// Above the prompt; to a prompt that is gone, in vain.
    Prompt(Sender<Word>),
    /// In a notebook, which has heard of so many tenths.
    Sheet(Screen, AtomicUsize),
}

impl Voice {
    /// Speaks through `printer`, and redraws the prompt while the learner is `typing`. Without a
    /// printer, which only a terminal has, nothing is said.
    pub(super) fn beside_a_prompt(
        printer: Option<impl ExternalPrinter + Send + 'static>,
        typing: Arc<AtomicBool>,
    ) -> Self {
        let (words, said) = mpsc::channel();
        if let Some(printer) = printer {
            std::thread::spawn(move || speak(printer, &typing, &said));
        }
        Self::Prompt(words)
    }

    /// Speaks in the cell that waits.
    pub(super) fn on_a_sheet(screen: Screen) -> Self {
        Self::Sheet(screen, AtomicUsize::new(0))
    }

    /// Says a line.
    pub(super) fn say(&self, line: impl Into<String>) {
        match self {
            Self::Prompt(words) => drop(words.send(Word::Line(line.into()))),
            Self::Sheet(screen, _) => screen.say(&line.into()),
        }
    }

    /// So many percent are done: the prompt says so itself, drawn anew; a notebook has a line for each tenth.
    pub(super) fn progress(&self, percent: usize) {
        match self {
            Self::Prompt(words) => drop(words.send(Word::Redraw)),
            Self::Sheet(screen, heard) => {
                if heard.fetch_max(percent / 10, Ordering::SeqCst) < percent / 10 {
                    screen.say(&format!("Préparation\u{a0}: {percent}\u{a0}%"));
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Sheet;
    use std::sync::{Mutex, PoisonError};
    use workbook::engine::Rich;

    #[derive(Debug, Default)]
    struct Page(Mutex<String>);

    impl Sheet for Page {
        fn write(&self, text: &str) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) += text;
        }

        fn error(&self, _: &str) {}

        fn markdown(&self, _: &str, _: &str) {}

        fn html(&self, _: &str, _: &str) {}

        fn rich(&self, _: &Rich) {}
    }

    #[test]
    fn a_notebook_hears_of_each_tenth_once() {
        let page: &Page = Box::leak(Box::default());
        let voice = Voice::on_a_sheet(Screen::onto(page));
        voice.say("Je prépare.");
        for percent in [0, 3, 12, 15, 20, 35, 100] {
            voice.progress(percent);
        }
        let heard = page.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lines: Vec<&str> = heard.lines().collect();
        assert_eq!(
            lines,
            [
                "Je prépare.",
                "Préparation\u{a0}: 12\u{a0}%",
                "Préparation\u{a0}: 20\u{a0}%",
                "Préparation\u{a0}: 35\u{a0}%",
                "Préparation\u{a0}: 100\u{a0}%"
            ]
        );
    }
}
