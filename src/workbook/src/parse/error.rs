//! Mistakes in a lesson file: where they are, what was expected, how to mend them.

use miette::{Diagnostic, NamedSource, SourceSpan};
use std::ops::Range;
use std::sync::Arc;

/// One mistake, by its byte range in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Byte range in the file.
    pub(crate) span: Range<usize>,
    /// What is wrong, in French.
    pub(crate) message: String,
    /// What was expected, in French.
    pub(crate) expected: String,
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

/// A lesson file that cannot be used. Holds every mistake found; the first one is the error itself,
/// the others are its related diagnostics.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error(transparent)]
#[diagnostic(transparent)]
pub struct LessonError(Box<Details>);

#[derive(Debug, Clone, thiserror::Error, Diagnostic)]
#[error("{file}:{line}:{column} : {message}")]
#[diagnostic(code(lecon))]
struct Details {
    file: String,
    line: usize,
    column: usize,
    message: String,
    expected: String,
    #[source_code]
    source_text: NamedSource<Arc<str>>,
    #[label("{expected}")]
    span: SourceSpan,
    #[help]
    help: Option<String>,
    #[related]
    others: Vec<Details>,
}

impl LessonError {
    /// Builds the error of one file from its mistakes, in the order of the file.
    pub(crate) fn of_file(file: &str, text: &str, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.span.start);
        mistakes.dedup();
        let text: Arc<str> = text.into();
        let mut details = mistakes
            .into_iter()
            .map(|mistake| Details::new(file, &text, mistake));
        let mut first = details.next().unwrap_or_else(|| {
            Details::new(
                file,
                &text,
                Mistake::new(0..0, "leçon illisible", "attendu : un en-tête YAML"),
            )
        });
        first.others = details.collect();
        Self(Box::new(first))
    }

    /// Puts the errors of several files together. `None` without errors.
    pub(crate) fn join(errors: Vec<Self>) -> Option<Self> {
        let mut errors = errors.into_iter();
        let mut first = errors.next()?;
        for mut error in errors {
            let others = std::mem::take(&mut error.0.others);
            first.0.others.push(*error.0);
            first.0.others.extend(others);
        }
        Some(first)
    }

    /// The file's name, as it was given.
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// Line of the first mistake, counted from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// Column of the first mistake, in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// What is wrong first, in French.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What was expected there, in French.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// Every mistake, one per line: `file:line:column : what is wrong (what was expected)`.
    pub fn plain(&self) -> String {
        let all = std::iter::once(&*self.0).chain(&self.0.others);
        all.map(|one| format!("{one} ({})", one.expected))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// How many mistakes there are.
    pub fn count(&self) -> usize {
        1 + self.0.others.len()
    }
}

impl Details {
    fn new(file: &str, text: &Arc<str>, mistake: Mistake) -> Self {
        let start = floor_char(text, mistake.span.start);
        let end = floor_char(text, mistake.span.end).max(start);
        let (line, column) = position(text, start);
        Self {
            file: file.to_owned(),
            line,
            column,
            message: mistake.message,
            expected: mistake.expected,
            source_text: NamedSource::new(file, Arc::clone(text)),
            span: (start..end).into(),
            help: None,
            others: Vec::new(),
        }
    }
}

/// Line and column (in characters) of a byte offset, both counted from 1.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..floor_char(text, offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

fn floor_char(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}
