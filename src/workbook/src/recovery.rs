//! What became of the variables after a cell, once a lost process was mended.

/// What became of the variables after a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// They are all there.
    NotNeeded,
    /// They were lost, the backend was put back, and the cells that had passed were run again.
    Replayed {
        /// How many.
        cells: usize,
    },
    /// They were lost again, although no cell had run since they came back: the last cell that had passed ends its
    /// process after the fact. The others were run again, without it.
    LeftOut {
        /// How many were run again.
        cells: usize,
        /// The id of the one that was left out, or its first line when it was typed at a prompt.
        left_out: String,
    },
    /// They were lost, and running the cells again stopped at one that failed.
    Failed {
        /// How many had run again before.
        cells: usize,
        /// The id of the one that failed, or its first line when it was typed at a prompt.
        failed: String,
    },
    /// They are lost. On a real account nothing is run again unasked: see [`crate::session::Session::replay`].
    Lost {
        /// How many cells could be run again.
        cells: usize,
    },
    /// They are lost: the learner stopped the cells that were run again. They run before the next cell.
    Postponed {
        /// How many.
        cells: usize,
    },
}

impl Recovery {
    /// The first of the two that has something to tell.
    pub(crate) fn or(self, other: Self) -> Self {
        match self {
            Self::NotNeeded | Self::Replayed { .. } if other != Self::NotNeeded => other,
            told => told,
        }
    }
}
