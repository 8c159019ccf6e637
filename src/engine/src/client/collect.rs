//! What one evaluation wrote, and what its process's last words mean.

use std::time::{Duration, Instant};

use workbook::engine::{Chunk, InputRequest, Listener, Outcome, Output, Reply, Rich};
use workbook::explanation::Refused;

use super::host::Host;
use crate::diagnostics::source_line;
use crate::protocol::{Ended, Frame, Panic, Question};

/// Rust's own words for it, on standard error, before it aborts.
const OVERFLOW: &str = "has overflowed its stack";

/// Rust's own words, on standard error, before it aborts for want of memory.
const NO_MEMORY: [&str; 2] = ["memory allocation of ", " bytes failed"];
const ABORTED: i32 = 6;

/// Before what threads of earlier cells write between two cells.
const LATE: &str = "[écrit entre-temps par un fil d’une cellule précédente\u{a0}:]\n";

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
    live: &'a mut dyn Listener,
    /// Bytes that the cell may have.
    memory: u64,
    output: Output,
    last_panic: Option<Panic>,
    panicked: bool,
    question_mark: bool,
    /// What the `?` met.
    error: Option<String>,
    end: Option<Ended>,
    out_of_memory: bool,
    /// What announces what earlier cells still write, until it has.
    title: Option<&'static str>,
    begun: Option<Instant>,
    /// How long the learner took to answer.
    waited: Duration,
    pub(super) phase: Phase,
}

impl<'a> Collected<'a> {
    pub(super) fn new(source: &'a str, live: &'a mut dyn Listener, memory: u64) -> Self {
        Self {
            source,
            live,
            memory,
            output: Output::default(),
            last_panic: None,
            panicked: false,
            question_mark: false,
            error: None,
            end: None,
            out_of_memory: false,
            title: Some(LATE),
            begun: None,
            waited: Duration::ZERO,
            phase: Phase::NotRun,
        }
    }

    pub(super) fn status(&mut self, words: &str) {
        self.live.chunk(Chunk::Status(words.to_owned()));
    }

    /// The host takes up the request.
    pub(super) fn begin(&mut self) {
        self.begun = Some(Instant::now());
        self.status("compilation…");
    }

    /// Since then, without what the learner took to answer.
    pub(super) fn elapsed(&self) -> Duration {
        let passed = self.begun.map(|begun| begun.elapsed()).unwrap_or_default();
        passed.saturating_sub(self.waited)
    }

    /// Asks the learner for a line, and says how long that took.
    pub(super) fn ask(&mut self, question: Option<Question>) -> (Reply, Duration) {
        let since = Instant::now();
        let request = match question {
            Some(Question { prompt, hidden }) => InputRequest { prompt, hidden },
            None => InputRequest {
                prompt: last_line(&self.output.stdout).to_owned(),
                hidden: false,
            },
        };
        let reply = self.live.input(&request);
        let took = since.elapsed();
        self.waited += took;
        (reply, took)
    }

    pub(super) fn frame(&mut self, frame: Frame) {
        match frame {
            Frame::Started { .. } | Frame::Input { .. } => {}
            Frame::Run => {
                self.phase = Phase::Running;
                self.status("exécution…");
            }
            Frame::Out { text } | Frame::Err { text } if self.phase == Phase::NotRun => self.late(&text),
            Frame::Out { text } => {
                self.output.stdout.push_str(&text);
                self.live.chunk(Chunk::Stdout(text));
            }
            Frame::Err { text } => self.stderr(text),
            Frame::Rich { mime, data } => {
                let rich = Rich { mime, data };
                self.output.rich.push(rich.clone());
                self.live.chunk(Chunk::Rich(rich));
            }
            Frame::Panic(panic) => {
                self.stderr(words(&panic));
                if panic.cell {
                    self.last_panic = Some(panic);
                }
            }
            Frame::Panicked => self.panicked = true,
            Frame::OutOfMemory => self.out_of_memory = true,
            Frame::Retyped { name } => self.stderr(format!(
                "`{name}` n’est plus là\u{a0}: ce dont elle est faite a été redéfini. Exécute de nouveau la cellule qui lui donne sa valeur.\n"
            )),
            Frame::QuestionMark { error } => {
                self.question_mark = true;
                if let Some(error) = &error {
                    self.stderr(format!("{}\n", Refused::shortened(error)));
                }
                self.error = error;
            }
            Frame::Done => self.phase = Phase::Ran,
            Frame::Ended(end) => {
                if self.phase == Phase::Running {
                    self.phase = Phase::Ran;
                }
                self.end = Some(end);
            }
        }
    }

    /// Shows what a thread of an earlier cell writes before this one runs; it is no output of this one.
    pub(super) fn late(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let title = self.title.take().unwrap_or_default();
        self.live.chunk(Chunk::Stderr(format!("{title}{text}")));
    }

    /// Adds to standard error.
    pub(super) fn stderr(&mut self, text: String) {
        self.output.stderr.push_str(&text);
        self.live.chunk(Chunk::Stderr(text));
    }

    /// How the cells' process ended, if it did.
    pub(super) fn ended(&self) -> Option<Outcome> {
        let end = self.end?;
        let stderr = &self.output.stderr;
        let refused = end.signal == Some(ABORTED) && NO_MEMORY.iter().all(|words| stderr.contains(words));
        Some(if self.out_of_memory || refused {
            Outcome::OutOfMemory { limit: self.memory }
        } else {
            outcome(end, stderr.contains(OVERFLOW))
        })
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
        let last = || self.output.stderr.trim_end().lines().next_back();
        self.question_mark.then(|| Outcome::Panicked {
            message: self
                .error
                .clone()
                .unwrap_or_else(|| last().unwrap_or_default().to_owned()),
            line: None,
        })
    }

    pub(super) fn output(self) -> Output {
        self.output
    }
}

/// What was printed since the last line end.
fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
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
    format!(
        "thread '{thread}' panicked:\n{}\n",
        Refused::shortened(&panic.message)
    )
}
