//! How well one thing is remembered, after each time that it was gone over.

use chrono::{DateTime, Utc};
use rs_fsrs::{Card, FSRS, Parameters};

pub(super) use rs_fsrs::Rating;

/// Something comes back when it is still known with this probability.
pub const RETENTION: f64 = 0.9;
/// Seconds after which what was got wrong comes back.
const AT_ONCE: i64 = 600;

/// What is remembered of one thing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Memory {
    card: Card,
    /// Whether it was not known the last time.
    pub(super) failed: bool,
    /// Whether it is to come back at once, rather than on another day.
    at_once: bool,
}

impl Memory {
    /// The memory after one more review at `at` (seconds since 1970), which is never before the last one.
    pub(super) fn after(before: Option<&Self>, at: i64, rating: Rating) -> Self {
        let last = before.map(|before| before.card.last_review);
        let now = moment(at);
        let now = last.map_or(now, |last| last.max(now));
        let card = before.map_or_else(Card::default, |before| before.card.clone());
        Self {
            card: scheduler().next(card, now, rating).card,
            failed: rating == Rating::Again,
            at_once: rating == Rating::Again,
        }
    }

    /// The same, to come back on another day: it was known in the end.
    pub(super) fn rested(mut self) -> Self {
        self.at_once = false;
        self
    }

    /// When it was last gone over, seconds since 1970.
    pub(super) fn at(&self) -> i64 {
        self.card.last_review.timestamp()
    }

    /// When it is to come back, seconds since 1970: what was not known at once, the rest on another day.
    pub(super) fn due_at(&self) -> i64 {
        if self.at_once {
            return self.at() + AT_ONCE;
        }
        self.card.due.timestamp()
    }

    /// How often it was gone over.
    pub(super) fn reviews(&self) -> usize {
        usize::try_from(self.card.reps).unwrap_or_default()
    }

    /// Days after which it is known with the probability [`RETENTION`].
    pub(super) fn stability(&self) -> f64 {
        self.card.stability
    }
}

/// In whole days, without chance: the same journal gives the same days.
fn scheduler() -> FSRS {
    FSRS::new(Parameters {
        request_retention: RETENTION,
        enable_short_term: false,
        enable_fuzz: false,
        ..Parameters::default()
    })
}

fn moment(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap_or_default()
}

/// The probability that what has this stability (days) is still known after these days.
pub(super) fn retrievability(stability: f64, days: f64) -> f64 {
    Parameters::forgetting_curve(days, stability)
}
