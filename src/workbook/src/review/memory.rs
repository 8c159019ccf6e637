//! How well one thing is remembered, after each time that it was gone over.

use std::sync::LazyLock;

use fsrs::{FSRS, MemoryState};

use super::{DAY, days};

/// Something comes back when it is still known with this probability.
pub const RETENTION: f32 = 0.9;
/// Seconds after which what was got wrong comes back.
const AT_ONCE: i64 = 600;

static SCHEDULER: LazyLock<FSRS> = LazyLock::new(FSRS::default);

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rating {
    /// It was not known.
    Again,
    /// It was known with some help, or at the second try.
    Hard,
    /// It was known.
    Good,
}

/// What is remembered of one thing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Memory {
    state: MemoryState,
    /// Days until it is to come back.
    interval: f32,
    pub(super) reviews: usize,
    /// When it was last gone over, seconds since 1970.
    pub(super) at: i64,
    /// Whether it was not known then.
    pub(super) failed: bool,
}

impl Memory {
    /// The memory after one more review at `at`.
    pub(super) fn after(before: Option<Self>, at: i64, rating: Rating) -> Self {
        let passed = before.map_or(0.0, |before| days(before.at, at));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole days, not negative"
        )]
        let passed = passed.round().min(36_500.0) as u32;
        let state = before.map(|before| before.state);
        let next = SCHEDULER.next_states(state, RETENTION, passed);
        let chosen = next.map(|next| match rating {
            Rating::Again => next.again,
            Rating::Hard => next.hard,
            Rating::Good => next.good,
        });
        // FSRS refuses a memory that is no number only; none is made here.
        let (state, interval) = chosen.map_or_else(
            |_| {
                let start = MemoryState {
                    stability: 1.0,
                    difficulty: 5.0,
                };
                (state.unwrap_or(start), 1.0)
            },
            |chosen| (chosen.memory, chosen.interval),
        );
        Self {
            state,
            interval,
            reviews: before.map_or(0, |before| before.reviews) + 1,
            at,
            failed: rating == Rating::Again,
        }
    }

    /// When it is to come back, seconds since 1970: what was not known at once, the rest on another day.
    pub(super) fn due_at(&self) -> i64 {
        if self.failed {
            return self.at + AT_ONCE;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
        let interval = self.interval.round().clamp(1.0, 36_500.0) as i64;
        self.at + interval * DAY
    }

    /// In days.
    pub(super) fn stability(&self) -> f64 {
        f64::from(self.state.stability)
    }
}

/// The probability that what has this stability (days) is still known after these days.
pub(super) fn retrievability(stability: f64, days: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "FSRS counts in f32")]
    let state = MemoryState {
        stability: stability as f32,
        difficulty: 5.0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "FSRS counts in f32")]
    let days = days as f32;
    f64::from(fsrs::current_retrievability(
        state,
        days,
        fsrs::FSRS6_DEFAULT_DECAY,
    ))
}
