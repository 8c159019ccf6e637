//! The tries at one exercise that belong together: what they tell is one review.

use super::memory::{Memory, Rating};

/// Seconds between two tries from which on they are two reviews.
pub(super) const TOGETHER: i64 = 12 * 3600;

/// Tries at one exercise, from the first until it is passed or left.
#[derive(Debug)]
pub(super) struct Series {
    before: Option<Memory>,
    last: i64,
    failures: usize,
    hints: usize,
    passed: bool,
    given_up: bool,
}

impl Series {
    /// None yet.
    pub(super) fn new(at: i64, before: Option<Memory>) -> Self {
        Self {
            before,
            last: at,
            failures: 0,
            hints: 0,
            passed: false,
            given_up: false,
        }
    }

    /// Whether a try at `at` is no longer one of them.
    pub(super) fn is_over(&self, at: i64) -> bool {
        at - self.last >= TOGETHER
    }

    /// Whether it was passed at the first try, without help.
    pub(super) fn is_clean(&self) -> bool {
        self.failures == 0 && self.hints == 0 && !self.given_up
    }

    pub(super) fn helped(&mut self, at: i64) {
        self.last = at;
        // Once it is passed, a hint is read out of curiosity.
        self.hints += usize::from(!self.passed);
    }

    pub(super) fn failed(&mut self, at: i64) {
        self.last = at;
        self.failures += usize::from(!self.passed);
    }

    pub(super) fn passed(&mut self, at: i64) {
        self.last = at;
        self.passed = true;
    }

    pub(super) fn given_up(&mut self, at: i64) {
        self.last = at;
        self.given_up |= !self.passed;
    }

    /// The memory after them; none while only a hint was looked at.
    pub(super) fn memory(&self) -> Option<Memory> {
        let rating = match (self.passed, self.given_up, self.failures + self.hints) {
            (true, false, 0) => Rating::Good,
            (true, false, 1) => Rating::Hard,
            (false, false, _) if self.failures == 0 => return None,
            _ => Rating::Again,
        };
        let memory = Memory::after(self.before.as_ref(), self.last, rating);
        Some(if self.passed { memory.rested() } else { memory })
    }
}
