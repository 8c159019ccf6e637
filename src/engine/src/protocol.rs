//! What the processes of the engine say to each other: one JSON document per line.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use workbook::engine::{Completion, Diagnostic, Inspection, Variable};

/// The first line that the host reads: all it needs to start.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Start {
    /// This program, which the guard and the cells' process are re-executions of.
    pub(crate) program: PathBuf,
    /// What the process of the cells loads before them: the standard library and the prelude.
    pub(crate) libraries: [PathBuf; 2],
    /// Where the guard connects to.
    pub(crate) socket: PathBuf,
    /// The temporary folder of this host.
    pub(crate) folder: PathBuf,
    /// The folder that cells run in.
    pub(crate) directory: PathBuf,
    /// Bytes of memory that the cells' processes may have together.
    pub(crate) memory: u64,
    /// The whole environment of the cells' process.
    pub(crate) environment: Vec<(String, String)>,
}

/// What the client asks the host.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Run a cell.
    Eval { source: String },
    /// Complete at a byte position.
    Complete { source: String, position: usize },
    /// Say what is known of the thing at a byte position.
    Inspect { source: String, position: usize },
    /// Say which variables there are.
    Variables,
    /// Forget everything.
    Reset,
}

/// What the host answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Answer {
    /// Cells can run.
    Ready,
    /// The host could not start.
    Failed { message: String },
    /// Nothing is left to warm up.
    Warm,
    /// The request is being worked on; until then the host was still warming up.
    Begun,
    /// A cell was compiled and ran to its end, be it an error or a panic.
    Evaluated {
        /// The variables of earlier cells that there are no more.
        gone: Vec<String>,
    },
    /// A cell was compiled, and the process that should run it, or ran it, is gone.
    Lost,
    /// A cell did not compile.
    Rejected { diagnostics: Vec<Diagnostic> },
    /// The candidates at the asked place.
    Completed {
        start: usize,
        end: usize,
        items: Vec<Completion>,
    },
    /// What is at the asked place.
    Inspected { found: Option<Inspection> },
    /// The variables that there are.
    Listed { variables: Vec<Variable> },
    /// Everything is forgotten.
    Cleared,
    /// evcxr itself refused the request.
    Refused { message: String },
}

/// What the guard of the cells' process tells the client.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Frame {
    /// The first word: the cells' process, which leads a group of its own.
    Started { leader: u32 },
    /// A cell starts to run.
    Run,
    /// Standard output.
    Out { text: String },
    /// Standard error.
    Err { text: String },
    /// A value or a plot.
    Rich { mime: String, data: String },
    /// A thread panicked.
    Panic(Panic),
    /// The cell itself ended in that panic.
    Panicked,
    /// A variable is lost: its type was defined anew.
    Retyped {
        /// Its name.
        name: String,
    },
    /// A `?` outside any function met an error.
    QuestionMark {
        /// The error, where it is told.
        error: Option<String>,
    },
    /// The cell waits for a line of its standard input, and the guard for [`Order::Input`].
    Input {
        /// What it asks, where it printed that just for this.
        question: Option<Question>,
    },
    /// The cell wanted more memory than there is for it: its process ends.
    OutOfMemory,
    /// The cell ended; the guard waits for [`Order::Continue`].
    Done,
    /// The cells' process ended; the guard waits for [`Order::Continue`].
    Ended(Ended),
}

/// What a cell prints before it reads a line, as `evcxr_input` words it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    /// What is asked.
    pub(crate) prompt: String,
    /// Whether the answer is a password.
    pub(crate) hidden: bool,
}

/// A panic, as the prelude's hook reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Panic {
    /// What it says.
    pub(crate) message: String,
    /// The name of the thread.
    pub(crate) thread: String,
    /// The source file that it happened in.
    pub(crate) file: String,
    /// The line in that file, counted from 1.
    pub(crate) line: usize,
    /// Whether it is the thread that runs the cell, rather than one that the cell started.
    pub(crate) cell: bool,
}

/// How the cells' process ended: one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// Its status.
    pub(crate) code: Option<i32>,
    /// The signal that killed it.
    pub(crate) signal: Option<i32>,
}

impl Ended {
    /// What is left to say when whoever should have told was killed too.
    pub(crate) const KILLED: Self = Self {
        code: None,
        signal: Some(9),
    };
}

impl From<std::process::ExitStatus> for Ended {
    fn from(status: std::process::ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        Self {
            code: status.code(),
            signal: status.signal(),
        }
    }
}

/// What the client tells the guard.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    /// What you announced has been read.
    Continue,
    /// Kill the cells' process.
    Kill,
    /// What runs next is no repetition.
    NewCell,
    /// A line of standard input; none: there is no more.
    Input(Option<String>),
}
