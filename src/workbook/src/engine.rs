//! The port to where Rust code runs. `engine` implements it over evcxr; tests use a scripted one.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One rich output of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rich {
    /// A MIME type, such as `image/svg+xml`, `text/html` or `text/plain`.
    pub mime: String,
    /// The content; binary types are in base64.
    pub data: String,
}

/// What a cell printed and showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Everything written to standard output.
    pub stdout: String,
    /// Everything written to standard error.
    pub stderr: String,
    /// The last expression's value and the plots, in order.
    pub rich: Vec<Rich>,
}

/// What [`Chunk::Status`] says while a cell waits for the engine to be there, which may take seconds.
pub const STARTING: &str = "démarrage du moteur Rust…";

/// A piece of output while the cell still runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chunk {
    /// Text for standard output, with its line end where the cell wrote one.
    Stdout(String),
    /// Text for standard error.
    Stderr(String),
    /// A value or a plot, which is also kept in [`Output::rich`].
    Rich(Rich),
    /// A word on what the engine is doing (French), for a status line: "compilation…".
    Status(String),
}

/// A cell waits for a line of its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputRequest {
    /// What stands before the answer: the line that the cell left unfinished, or what it asks by `evcxr_input`.
    pub prompt: String,
    /// Whether the answer must not be seen: a password.
    pub hidden: bool,
}

/// What the front end answers an [`InputRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A line, without its end.
    Line(String),
    /// There is no more input.
    End,
    /// The learner stops the cell.
    Interrupt,
}

/// Who follows a running cell: shows what it writes, and answers when it reads its standard input.
///
/// A closure that takes chunks is one that has no input to give.
pub trait Listener {
    /// Output, as it comes.
    fn chunk(&mut self, chunk: Chunk);

    /// Answers a cell that waits for a line. The time that this takes is not the cell's.
    fn input(&mut self, request: &InputRequest) -> Reply {
        let _ = request;
        Reply::End
    }
}

impl<F: FnMut(Chunk)> Listener for F {
    fn chunk(&mut self, chunk: Chunk) {
        self(chunk);
    }
}

/// One compiler message, in the coordinates of the text given to [`Engine::eval`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// rustc's code, such as `E0382`, when it has one.
    pub code: Option<String>,
    /// rustc's message, in English.
    pub message: String,
    /// `error` or `warning`.
    pub level: String,
    /// Labelled places in the learner's text.
    pub spans: Vec<Span>,
    /// rustc's notes and helps, one per line.
    pub help: Vec<String>,
}

/// A labelled place in the learner's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Byte range in the text given to [`Engine::eval`].
    pub range: std::ops::Range<usize>,
    /// What rustc says about this place.
    pub label: String,
    /// Whether this is the place of the error itself.
    pub primary: bool,
}

/// How an evaluation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It ran to its end.
    Done,
    /// It did not compile.
    DoesNotCompile(Vec<Diagnostic>),
    /// It panicked; variables that the cell had not moved are kept.
    Panicked {
        /// The panic's message.
        message: String,
        /// Line in the cell, counted from 1, when it is known.
        line: Option<usize>,
    },
    /// The cell ended its process (`process::exit`): variables are lost.
    Exited {
        /// The exit status.
        status: i32,
    },
    /// A signal ended the process: variables are lost.
    Crashed {
        /// The signal's number.
        signal: i32,
        /// Whether it was a stack overflow.
        stack_overflow: bool,
    },
    /// It took longer than its limit (compilation and execution) and was stopped.
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// It asked for more memory than cells may have, all their processes together: variables are lost.
    OutOfMemory {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The learner stopped it.
    Interrupted,
}

impl Outcome {
    /// Whether what was run ended its own process, rather than being stopped.
    pub fn ended_its_process(&self) -> bool {
        matches!(
            self,
            Self::Exited { .. } | Self::Crashed { .. } | Self::OutOfMemory { .. }
        )
    }
}

/// An evaluation: how it ended, what it printed, how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// How it ended.
    pub outcome: Outcome,
    /// What it printed and showed.
    pub output: Output,
    /// Wall time of compilation and execution.
    pub elapsed: Duration,
    /// Whether it came to run at all: not where it did not compile, nor where its process had ended before.
    pub ran: bool,
    /// Whether the cells' process is gone, and with it every variable. A cell that is stopped while it compiles loses
    /// nothing.
    pub lost: bool,
}

/// Completions at a place of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// Byte range that a completion replaces.
    pub range: std::ops::Range<usize>,
    /// The candidates, the likeliest first.
    pub items: Vec<Completion>,
}

/// One candidate at a place of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What takes the place of the range.
    pub text: String,
    /// What a list shows: a function with its signature.
    pub label: String,
    /// What it is.
    pub kind: Kind,
}

/// What a completion stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A function, a method or a macro.
    Function,
    /// A type or a trait.
    Type,
    /// A module or a crate.
    Module,
    /// A variable, a field, a variant or a constant.
    Value,
    /// A word of the language.
    Keyword,
}

impl Kind {
    /// The word for it in Jupyter's `_jupyter_types_experimental`.
    pub fn jupyter(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Type => "class",
            Self::Module => "module",
            Self::Value => "instance",
            Self::Keyword => "keyword",
        }
    }
}

/// What is known of the thing at a place of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Byte range of its name.
    pub range: std::ops::Range<usize>,
    /// The module or the type that it is in; of a variable, its type with its module. Empty where none is known.
    pub place: String,
    /// Its declaration, types without their modules: `pub fn list_buckets(&self) -> ListBucketsFluentBuilder`.
    pub signature: String,
    /// Its documentation, in Markdown; often empty.
    pub documentation: String,
}

impl Inspection {
    /// All of it, in Markdown.
    pub fn markdown(&self) -> String {
        let place = if self.place.is_empty() {
            String::new()
        } else {
            format!("`{}`\n\n", self.place)
        };
        format!(
            "{place}```rust\n{}\n```\n\n{}",
            self.signature, self.documentation
        )
        .trim_end()
        .to_owned()
    }
}

/// A variable that cells share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type, as the compiler writes it.
    pub type_name: String,
}

/// What went wrong in the engine itself (never in the learner's code).
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no Rust toolchain, or what cells link against is not prepared.
    #[error("{0}")]
    Unavailable(String),
    /// The learner stopped waiting for an engine that still starts; it goes on starting.
    #[error("le moteur Rust démarre encore, en arrière-plan")]
    Starting,
    /// The engine failed.
    #[error("{0}")]
    Failed(String),
}

/// Stops the running evaluation from another thread (a Ctrl-C handler, a deadline).
pub trait Interrupt: Send + Sync {
    /// Stops whatever runs now; does nothing when nothing runs.
    fn interrupt(&self);
}

/// Where Rust code runs. Cells share variables, items and imports.
pub trait Engine: Send {
    /// Runs one cell. `limit` covers compilation and execution; `live` gets output as it comes, and answers
    /// when the cell reads its standard input.
    ///
    /// # Errors
    /// Only when the engine itself cannot work; a cell's failure is an [`Outcome`].
    fn eval(
        &mut self,
        source: &str,
        limit: Duration,
        live: &mut dyn Listener,
    ) -> Result<Evaluation, EngineError>;

    /// Completions at byte `position` of `source`; none while the engine starts.
    ///
    /// # Errors
    /// When the engine cannot work.
    fn complete(&mut self, source: &str, position: usize) -> Result<Completions, EngineError>;

    /// What is known of the thing at byte `position` of `source`: nothing in a string or a comment. Waits for an engine
    /// that starts.
    ///
    /// # Errors
    /// When the engine cannot work.
    fn inspect(&mut self, source: &str, position: usize) -> Result<Option<Inspection>, EngineError>;

    /// The variables that cells have left, by name. Waits for an engine that starts.
    ///
    /// # Errors
    /// When the engine cannot work.
    fn variables(&mut self) -> Result<Vec<Variable>, EngineError>;

    /// A handle that stops the running evaluation from another thread.
    fn interrupter(&self) -> std::sync::Arc<dyn Interrupt>;

    /// Forgets variables, items and imports, and starts a new process for cells.
    ///
    /// # Errors
    /// When the engine cannot work.
    fn reset(&mut self) -> Result<(), EngineError>;
}
