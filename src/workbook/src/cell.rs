//! A cell: a piece of Rust that a learner can run.

/// What a cell is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Shown and run by the lesson.
    Demo,
    /// The starter of an exercise, which the learner completes.
    Exercise,
}

/// A piece of Rust in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Unique over all lessons, `[a-z0-9-]{1,48}`.
    pub id: String,
    /// Rust source, as the lesson shows it.
    pub source: String,
    /// What the cell is for.
    pub role: Role,
    /// The expected standard output of a demo cell (see [`crate::lesson`] for the wildcards), or
    /// `None` when the lesson promises nothing about it.
    pub expected: Option<String>,
    /// Line of the fence in the lesson file, counted from 1.
    pub line: usize,
}
