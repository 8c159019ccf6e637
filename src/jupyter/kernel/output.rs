//! Follows a cell of a notebook: what it writes is published as it comes, and its value kept for the end.

use super::iopub::Publisher;
use super::shown;
use super::stdin::Stdin;
use super::tail::Tail;
use serde_json::{Value, json};
use workbook::engine::{Chunk, InputRequest, Listener, Outcome, Reply, Rich, STARTING};
use workbook::explanation::Refused;

/// The value of a cell that is worth nothing.
const UNIT: &str = "()";

/// Publishes what a cell writes, and answers when it reads.
pub(super) struct Follow<'a> {
    publisher: &'a Publisher,
    stdin: &'a Stdin,
    out: Tail,
    /// What may be the value of the cell: the last text that it showed.
    value: Option<Rich>,
    /// The words of a panic, which an error will say better if that ended the cell.
    panic: Option<String>,
    /// Whether the cell shows that it waits for the engine.
    waits: bool,
}

impl<'a> Follow<'a> {
    pub(super) fn new(publisher: &'a Publisher, stdin: &'a Stdin) -> Self {
        Self {
            publisher,
            stdin,
            out: Tail::new(publisher.clone()),
            value: None,
            panic: None,
            waits: false,
        }
    }

    /// The cell is over: its value, where it has one.
    pub(super) fn end(mut self, outcome: &Outcome) -> Option<Value> {
        self.resume();
        self.out.flush();
        let told = match outcome {
            Outcome::Panicked { message, .. } => self.panic.as_deref() == Some(&panic(message)),
            _ => false,
        };
        if !told {
            self.tell_panic();
        }
        let value = self.value.take().filter(|value| value.data.trim() != UNIT)?;
        let data = shown::data(&value);
        if *outcome == Outcome::Done {
            return Some(data);
        }
        self.publisher.display(&data);
        None
    }

    /// Shows that the cell waits for the engine, until it goes on.
    fn wait(&mut self) {
        let html = format!("<em style=\"opacity: .6\">{STARTING}</em>");
        self.publisher
            .display(&json!({"text/html": html, "text/plain": STARTING}));
        self.waits = true;
    }

    fn resume(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.publisher.output("clear_output", json!({"wait": false}));
        }
    }

    fn tell_panic(&mut self) {
        if let Some(words) = self.panic.take() {
            self.publisher.stream("stderr", &words);
        }
    }
}

/// How the engine's words for a panic of the cell itself begin, on standard error.
const PANICKED: &str = "thread 'main' panicked:\n";

fn panic(message: &str) -> String {
    format!("{PANICKED}{}\n", Refused::shortened(message))
}

impl Listener for Follow<'_> {
    fn chunk(&mut self, chunk: Chunk) {
        self.resume();
        match chunk {
            Chunk::Status(words) if words == STARTING => self.wait(),
            Chunk::Status(_) => {}
            Chunk::Stdout(text) => self.out.write(&text),
            Chunk::Stderr(text) if text.starts_with(PANICKED) => {
                self.tell_panic();
                self.panic = Some(text);
            }
            Chunk::Stderr(text) => self.publisher.stream("stderr", &text),
            Chunk::Rich(rich) if rich.mime == "text/plain" => {
                if let Some(earlier) = self.value.replace(rich) {
                    self.publisher.display(&shown::data(&earlier));
                }
            }
            Chunk::Rich(rich) => {
                self.out.flush();
                shown::show(self.publisher, &rich);
            }
        }
    }

    fn input(&mut self, request: &InputRequest) -> Reply {
        self.out.asks(&request.prompt);
        self.stdin.ask(&request.prompt, request.hidden)
    }
}
