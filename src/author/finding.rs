//! Something that is wrong with a lesson: where it is, which rule it breaks, and how to mend it.

use super::desk::File;
use serde::Serialize;
use workbook::parse::position;

/// One failure of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The lesson's file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// The exercise or the cell, where it is about one.
    pub id: Option<String>,
    /// The name of the rule.
    pub rule: &'static str,
    /// What is wrong, in French.
    pub message: String,
    /// How to mend it, in French.
    pub hint: Option<String>,
}

impl Finding {
    /// What is wrong at a byte of a file's text.
    pub fn new(file: &File, at: usize, rule: &'static str, message: impl Into<String>) -> Self {
        let (line, column) = position(&file.text, at);
        Self {
            column,
            ..Self::on_line(file, line, rule, message)
        }
    }

    /// What is wrong with what begins on a line.
    pub fn on_line(file: &File, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            file: file.name.clone(),
            line,
            column: 1,
            id: None,
            rule,
            message: message.into(),
            hint: None,
        }
    }

    /// The same, about an exercise or a cell.
    #[must_use]
    pub fn of(mut self, id: Option<String>) -> Self {
        self.id = id;
        self
    }

    /// The same, with how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
