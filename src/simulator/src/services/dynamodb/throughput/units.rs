//! Reading and writing, and one of something for each.

use serde::{Deserialize, Serialize};

/// Reading or writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// Read capacity units.
    Read,
    /// Write capacity units.
    Write,
}

impl Direction {
    /// Both, in the order in which AWS names them.
    pub(crate) const BOTH: [Self; 2] = [Self::Read, Self::Write];

    /// `Read` or `Write`, as it stands in the names of reasons and members.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Write => "Write",
        }
    }
}

/// One for reading, one for writing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Units<T> {
    /// What is for reading.
    pub(crate) read: T,
    /// What is for writing.
    pub(crate) write: T,
}

impl<T> Units<T> {
    /// Makes each of its direction.
    pub(crate) fn each(mut make: impl FnMut(Direction) -> T) -> Self {
        Self {
            read: make(Direction::Read),
            write: make(Direction::Write),
        }
    }

    /// The one for a direction.
    pub(crate) fn of(&self, direction: Direction) -> &T {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    /// The one for a direction, to be changed.
    pub(crate) fn of_mut(&mut self, direction: Direction) -> &mut T {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }
}
