//! What one evaluation wrote, and what its process's last words mean.

use std::time::{Duration, Instant};

use workbook::engine::{Chunk, Outcome, Output, Rich};

use super::host::Host;
use crate::diagnostics::source_line;
use crate::protocol::{Ended, Frame, Panic};

/// Rust's own words for it, on standard error, before it aborts.
const OVERFLOW: &str = "has overflowed its stack";

/// The message of a panic behind the back of the hook that reports it.
const UNTOLD: &str = "(message inconnu\u{a0}: la cellule a remplacé ce qui le rapporte)";

/// How far a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is being compiled, or waits for that.
    NotRun,
    Running,
    /// It has run; evcxr may compile and run it once more.
    Ran,
}

/// The output of a cell, collected while it also goes to the learner.
pub(super) struct Collected<'a> {
    source: &'a str,
    live: &'a mut dyn FnMut(Chunk),
    output: Output,
    last_panic: Option<Panic>,
    panicked: bool,
    question_mark: bool,
    end: Option<Ended>,
    begun: Option<Instant>,
    pub(super) phase: Phase,
}

impl<'a> Collected<'a> {
    pub(super) fn new(source: &'a str, live: &'a mut dyn FnMut(Chunk)) -> Self {
        Self {
            source,
            live,
            output: Output::default(),
            last_panic: None,
            panicked: false,
            question_mark: false,
            end: None,
            begun: None,
            phase: Phase::NotRun,
        }
    }

    pub(super) fn status(&mut self, words: &str) {
        (self.live)(Chunk::Status(words.to_owned()));
    }

    /// The host takes up the request.
    pub(super) fn begin(&mut self) {
        self.begun = Some(Instant::now());
        self.status("compilation…");
    }

    /// Since then.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.map(|begun| begun.elapsed()).unwrap_or_default()
    }

    pub(super) fn frame(&mut self, frame: Frame) {
        match frame {
            Frame::Started { .. } => {}
            Frame::Run => {
                self.phase = Phase::Running;
                self.status("exécution…");
            }
            Frame::Out { text } => {
                self.output.stdout.push_str(&text);
                (self.live)(Chunk::Stdout(text));
            }
            Frame::Err { text } => self.stderr(text),
            Frame::Rich { mime, data } => self.output.rich.push(Rich { mime, data }),
            Frame::Panic(panic) => {
                self.stderr(words(&panic));
                if panic.cell {
                    self.last_panic = Some(panic);
                }
            }
            Frame::Panicked => self.panicked = true,
            Frame::QuestionMark => self.question_mark = true,
            Frame::Done => self.phase = Phase::Ran,
            Frame::Ended(end) => {
                if self.phase == Phase::Running {
                    self.phase = Phase::Ran;
                }
                self.end = Some(end);
            }
        }
    }

    /// Adds to standard error.
    pub(super) fn stderr(&mut self, text: String) {
        self.output.stderr.push_str(&text);
        (self.live)(Chunk::Stderr(text));
    }

    /// How the cells' process ended, if it did.
    pub(super) fn ended(&self) -> Option<Outcome> {
        let stack_overflow = self.output.stderr.contains(OVERFLOW);
        self.end.map(|end| outcome(end, stack_overflow))
    }

    /// The panic that ended the cell, if one did. A `?` outside any function that meets an error ends
    /// the cell in the same way: its last words are the error's.
    pub(super) fn panicked(&self, host: Option<&Host>) -> Option<Outcome> {
        if self.panicked {
            let panic = self.last_panic.as_ref();
            let generated = host.and_then(Host::generated).unwrap_or_default();
            let line = panic.and_then(line);
            return Some(Outcome::Panicked {
                message: panic.map_or(UNTOLD.to_owned(), |panic| panic.message.clone()),
                line: line.and_then(|line| source_line(&generated, line, self.source)),
            });
        }
        self.question_mark.then(|| Outcome::Panicked {
            message: self
                .output
                .stderr
                .trim_end()
                .lines()
                .next_back()
                .unwrap_or_default()
                .to_owned(),
            line: None,
        })
    }

    pub(super) fn output(self) -> Output {
        self.output
    }
}

/// How a cell ended with its process.
pub(super) fn outcome(end: Ended, stack_overflow: bool) -> Outcome {
    match end.signal {
        Some(signal) => Outcome::Crashed {
            signal,
            stack_overflow,
        },
        None => Outcome::Exited {
            status: end.code.unwrap_or_default(),
        },
    }
}

/// Where a panic is, when that is in the cell's own generated file.
fn line(panic: &Panic) -> Option<usize> {
    let own = panic.file.ends_with("lib.rs") && !panic.file.starts_with('/');
    own.then_some(panic.line)
}

/// A panic as Rust tells it, without the place, which is in a file that the learner never sees.
fn words(panic: &Panic) -> String {
    let thread = if panic.cell { "main" } else { &panic.thread };
    format!("thread '{thread}' panicked:\n{}\n", panic.message)
}
