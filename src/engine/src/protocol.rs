//! What the processes of the engine say to each other: one JSON document per line.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use workbook::engine::Diagnostic;

/// The first line that the host reads: all it needs to start.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Start {
    /// This program, which the guard and the cells' process are re-executions of.
    pub(crate) program: PathBuf,
    /// The prepared library that cells link against.
    pub(crate) library: PathBuf,
    /// Where the guard connects to.
    pub(crate) socket: PathBuf,
    /// The temporary folder of this host.
    pub(crate) folder: PathBuf,
    /// The folder that cells run in.
    pub(crate) directory: PathBuf,
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
    /// The request is being worked on; until then the host was still warming up.
    Begun,
    /// A cell was compiled and ran to its end, or to its process's.
    Evaluated,
    /// A cell did not compile.
    Rejected { diagnostics: Vec<WireDiagnostic> },
    /// The candidates at the asked place.
    Completed {
        start: usize,
        end: usize,
        items: Vec<String>,
    },
    /// Everything is forgotten.
    Cleared,
    /// evcxr itself refused the request.
    Refused { message: String },
}

/// A [`Diagnostic`] on its way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WireDiagnostic {
    code: Option<String>,
    message: String,
    level: String,
    spans: Vec<(usize, usize, String, bool)>,
    help: Vec<String>,
}

impl From<Diagnostic> for WireDiagnostic {
    fn from(from: Diagnostic) -> Self {
        let spans = from.spans.into_iter();
        Self {
            code: from.code,
            message: from.message,
            level: from.level,
            spans: spans
                .map(|span| (span.range.start, span.range.end, span.label, span.primary))
                .collect(),
            help: from.help,
        }
    }
}

impl From<WireDiagnostic> for Diagnostic {
    fn from(from: WireDiagnostic) -> Self {
        let spans = from.spans.into_iter();
        Self {
            code: from.code,
            message: from.message,
            level: from.level,
            spans: spans
                .map(|(start, end, label, primary)| workbook::engine::Span {
                    range: start..end,
                    label,
                    primary,
                })
                .collect(),
            help: from.help,
        }
    }
}

/// What the guard of the cells' process tells the client.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Frame {
    /// A cell starts to run.
    Run,
    /// Standard output.
    Out { text: String },
    /// Standard error.
    Err { text: String },
    /// A value or a plot.
    Rich { mime: String, data: String },
    /// A thread panicked; `cell` tells the one that runs the cell from those it started.
    Panic {
        message: String,
        thread: String,
        file: String,
        line: usize,
        cell: bool,
    },
    /// The cell itself ended in that panic.
    Panicked,
    /// A `?` outside any function met an error.
    QuestionMark,
    /// The cell ended; the guard waits for [`Order::Continue`].
    Done,
    /// The cells' process ended; the guard waits for [`Order::Continue`].
    Ended { code: Option<i32>, signal: Option<i32> },
}

/// What the client tells the guard.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    /// What you announced has been read.
    Continue,
    /// Kill the cells' process.
    Kill,
}
