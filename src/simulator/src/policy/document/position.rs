//! Lines and columns of places in a text.

use serde::{Deserialize, Serialize};

/// A place in a document, line and column counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The character in the line.
    pub(crate) column: u32,
}

/// From a place to just before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Span {
    /// The first character.
    pub(crate) start: Position,
    /// Just after the last character.
    pub(crate) end: Position,
}

/// Finds the line and column of a byte of a text.
pub(crate) struct Places<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    /// The places of this text.
    pub(crate) fn of(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, lines }
    }

    /// The place of a byte, which may be the one after the last.
    pub(crate) fn at(&self, byte: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = self.lines[line - 1];
        let before = self.text.get(start..byte).unwrap_or_default();
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX),
        }
    }

    /// The places from a byte to just before another.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        Span {
            start: self.at(start),
            end: self.at(end),
        }
    }
}
