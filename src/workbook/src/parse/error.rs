//! Mistakes in a lesson file: where they are, what was expected, how to mend them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One mistake, by its byte range in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Byte range in the file.
    pub span: Range<usize>,
    /// What is wrong, in French.
    pub message: String,
    /// What was expected, in French: `attendu : …`.
    pub expected: String,
}

impl Mistake {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            expected: expected.into(),
        }
    }
}

/// Lesson files that cannot be used: every mistake found, file by file, in the order of each. There is at
/// least one.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct LessonError(Vec<Placed>);

/// A mistake with its place. It reads `file:line:column : what is wrong`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The file's name, as it was given.
    pub file: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// Its column, in characters, counted from 1.
    pub column: usize,
    /// What is wrong, in French.
    pub message: String,
    /// What was expected there, in French: `attendu : …`.
    pub expected: String,
    /// The file's text.
    pub text: Arc<str>,
    /// The byte range in it that is wrong.
    pub span: Range<usize>,
}

impl fmt::Display for Placed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line, column) = (&self.file, self.line, self.column);
        write!(formatter, "{file}:{line}:{column} : {}", self.message)
    }
}

impl LessonError {
    /// Builds the error of one file from its mistakes, in the order of the file.
    pub(crate) fn of_file(file: &str, text: &str, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.span.start);
        mistakes.dedup();
        let text: Arc<str> = text.into();
        let placed = mistakes
            .into_iter()
            .map(|mistake| Placed::new(file, &text, mistake));
        Self(placed.collect())
    }

    /// Puts the errors of several files together. `None` without errors.
    pub(crate) fn join(errors: Vec<Self>) -> Option<Self> {
        let all: Vec<Placed> = errors.into_iter().flat_map(|error| error.0).collect();
        (!all.is_empty()).then_some(Self(all))
    }

    /// Every mistake, in the order of the files.
    pub fn mistakes(&self) -> &[Placed] {
        &self.0
    }

    /// Every mistake, one per line: `file:line:column : what is wrong (what was expected)`.
    pub fn plain(&self) -> String {
        let line = |one: &Placed| format!("{one} ({})", one.expected);
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

impl Placed {
    fn new(file: &str, text: &Arc<str>, mistake: Mistake) -> Self {
        let start = text.floor_char_boundary(mistake.span.start);
        let end = text.floor_char_boundary(mistake.span.end).max(start);
        let (line, column) = position(text, start);
        Self {
            file: file.to_owned(),
            line,
            column,
            message: mistake.message,
            expected: mistake.expected,
            text: Arc::clone(text),
            span: start..end,
        }
    }
}

/// Line and column (in characters) of a byte offset, both counted from 1.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}
