//! The simulated clock: real time plus the learner's advances, or stopped but for them.
//!
//! It never goes back, except when the initial state is put back: a saved one leaves it alone. It remembers its jumps, because
//! who signs a presigned URL does so with the machine's clock: the date in a URL is a *real* date, and only the
//! history tells what the simulated time was then.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

/// What the control route says of the clock.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ClockState {
    /// The simulated time, seconds since 1970.
    pub now: f64,
    /// The sum of the advances, in seconds.
    pub offset_seconds: f64,
    /// Whether only advances move it.
    pub frozen: bool,
}

/// From a real second on, how simulated time follows from real time.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Segment {
    /// First real second, since 1970, that belongs to it.
    since: i64,
    /// Simulated minus real time; for a frozen clock, the simulated time itself.
    shift: time::Duration,
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Inner {
    /// Real time when the clock was started (or reset).
    origin: OffsetDateTime,
    /// Sum of the advances.
    offset: time::Duration,
    /// The jumps, oldest first; never empty.
    history: Vec<Segment>,
    /// The time at which a logged call is being done again.
    #[serde(skip)]
    replayed: Option<OffsetDateTime>,
}

/// The clock as it is written down.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Saved {
    frozen: bool,
    now: OffsetDateTime,
    inner: Inner,
}

/// The clock, shared by everything that has a date.
#[derive(Debug)]
pub(crate) struct Clock {
    frozen: bool,
    inner: Mutex<Inner>,
}

/// The longest advance that is taken: a hundred years.
pub(crate) const LONGEST_ADVANCE: Duration = Duration::from_hours(100 * 366 * 24);

/// Where the clock stops: dates are written with four digits of the year, and some add a few years to the present.
const END_OF_TIME: OffsetDateTime = time::macros::datetime!(9000-01-01 0:00 UTC);

impl Clock {
    /// A clock that starts now; a frozen one moves by advances only.
    pub(crate) fn new(frozen: bool) -> Self {
        Self::starting_at(frozen, OffsetDateTime::now_utc())
    }

    /// A clock that starts at `real`, the machine's time or, for a frozen one, any other.
    pub(crate) fn starting_at(frozen: bool, real: OffsetDateTime) -> Self {
        Self {
            frozen,
            inner: Mutex::new(Inner::starting_at(frozen, real)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The simulated time.
    pub(crate) fn now(&self) -> OffsetDateTime {
        let inner = self.lock();
        inner
            .replayed
            .unwrap_or_else(|| inner.at(self.frozen, OffsetDateTime::now_utc()))
    }

    /// Shows the time of a logged call while it is done again; `None` lets the clock go on.
    pub(crate) fn replay(&self, time: Option<OffsetDateTime>) {
        self.lock().replayed = time;
    }

    /// Whether a logged call is being done again.
    pub(crate) fn is_replaying(&self) -> bool {
        self.lock().replayed.is_some()
    }

    /// Whether only advances move it.
    pub(crate) fn frozen(&self) -> bool {
        self.frozen
    }

    /// What the control route shows.
    pub(crate) fn state(&self) -> ClockState {
        let inner = self.lock();
        let now = inner.at(self.frozen, OffsetDateTime::now_utc());
        ClockState {
            now: seconds(now),
            offset_seconds: inner.offset.as_seconds_f64(),
            frozen: self.frozen,
        }
    }

    /// Moves the clock forward, and says what time it is then.
    ///
    /// The dates of signatures have whole seconds. What is signed in the real second of a jump counts as signed
    /// after it, unless the jump is `settled`: then its caller does not go on before the next second has begun
    /// ([`until_settled`]), and that second belongs wholly to the time before.
    ///
    /// `real` is the machine's time.
    pub(crate) fn advance(&self, real: OffsetDateTime, by: Duration, settled: bool) -> OffsetDateTime {
        let by = time::Duration::try_from(by.min(LONGEST_ADVANCE)).unwrap_or_default();
        let mut inner = self.lock();
        let present = inner.at(self.frozen, real);
        let by = by.min((END_OF_TIME - present).max(time::Duration::ZERO));
        let now = present + by;
        inner.offset += by;
        let since = real.unix_timestamp() + i64::from(settled);
        inner.jump(self.frozen, real, since, now);
        inner.replayed = inner.replayed.map(|_| now);
        now
    }

    /// The simulated time at which something was signed that carries the real date `signed`.
    pub(crate) fn simulated(&self, signed: OffsetDateTime) -> OffsetDateTime {
        let inner = self.lock();
        let second = signed.unix_timestamp();
        let segment = inner.history.iter().rev().find(|segment| segment.since <= second);
        let shift = segment
            .or(inner.history.first())
            .map_or(time::Duration::ZERO, |found| found.shift);
        if self.frozen {
            // A date ahead of the machine's clock stays as far ahead of the stopped one.
            let ahead = (signed - OffsetDateTime::now_utc()).max(time::Duration::ZERO);
            OffsetDateTime::UNIX_EPOCH + shift + ahead
        } else {
            signed + shift
        }
    }

    /// The clock to write down.
    pub(crate) fn saved(&self) -> Saved {
        let inner = self.lock().clone();
        Saved {
            frozen: self.frozen,
            now: inner.at(self.frozen, OffsetDateTime::now_utc()),
            inner,
        }
    }

    /// Goes on from a clock that was written down; time does not go back, also where the one was frozen and the
    /// other runs.
    pub(crate) fn resume(&self, saved: Saved) {
        let real = OffsetDateTime::now_utc();
        if saved.frozen == self.frozen {
            *self.lock() = saved.inner;
            return;
        }
        let mut inner = Inner::starting_at(self.frozen, real);
        let now = saved.now.max(real + saved.inner.offset);
        inner.offset = now - real;
        inner.jump(self.frozen, real, i64::MIN, now);
        *self.lock() = inner;
    }

    /// Forgets every advance.
    pub(crate) fn reset(&self) {
        *self.lock() = Inner::starting_at(self.frozen, OffsetDateTime::now_utc());
    }
}

impl Inner {
    fn starting_at(frozen: bool, real: OffsetDateTime) -> Self {
        let shift = if frozen {
            real - OffsetDateTime::UNIX_EPOCH
        } else {
            time::Duration::ZERO
        };
        let first = Segment {
            since: i64::MIN,
            shift,
        };
        Self {
            origin: real,
            offset: time::Duration::ZERO,
            history: vec![first],
            replayed: None,
        }
    }

    fn at(&self, frozen: bool, real: OffsetDateTime) -> OffsetDateTime {
        if frozen {
            self.frozen_now()
        } else {
            real + self.offset
        }
    }

    fn frozen_now(&self) -> OffsetDateTime {
        self.history
            .last()
            .map_or(self.origin, |last| OffsetDateTime::UNIX_EPOCH + last.shift)
    }

    fn jump(&mut self, frozen: bool, real: OffsetDateTime, since: i64, now: OffsetDateTime) {
        let shift = if frozen {
            now - OffsetDateTime::UNIX_EPOCH
        } else {
            now - real
        };
        self.history.push(Segment { since, shift });
    }
}

/// How long until the next real second begins, for who just made a settled jump.
pub(crate) fn until_settled() -> Duration {
    let into = OffsetDateTime::now_utc().nanosecond();
    Duration::from_nanos(u64::from(1_000_000_000 - into)) + Duration::from_millis(1)
}

fn seconds(time: OffsetDateTime) -> f64 {
    (time - OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00:00.4 UTC);

    fn at(clock: &Clock, real: OffsetDateTime) -> OffsetDateTime {
        clock.lock().at(clock.frozen, real)
    }

    #[test]
    fn an_advance_adds_to_real_time() {
        let clock = Clock::starting_at(false, NOON);
        clock.advance(NOON, Duration::from_secs(601), false);
        assert_eq!(
            at(&clock, NOON + Duration::from_secs(9)),
            NOON + Duration::from_secs(610)
        );
    }

    #[test]
    fn a_frozen_clock_moves_by_advances_only() {
        let clock = Clock::starting_at(true, NOON);
        assert_eq!(at(&clock, NOON + Duration::from_secs(9)), NOON);
        clock.advance(NOON + Duration::from_secs(9), Duration::from_secs(1), false);
        assert_eq!(
            at(&clock, NOON + Duration::from_secs(50)),
            NOON + Duration::from_secs(1)
        );
    }

    #[test]
    fn a_date_is_read_with_the_offset_of_its_own_time() {
        let clock = Clock::starting_at(false, NOON);
        let jump = NOON + Duration::from_secs(10);
        clock.advance(jump, Duration::from_hours(1), true);
        let before = datetime!(2026-11-22 12:00:05 UTC);
        let after = datetime!(2026-11-22 12:00:11 UTC);
        assert_eq!(clock.simulated(before), before);
        assert_eq!(clock.simulated(after), after + Duration::from_hours(1));
    }

    #[test]
    fn the_second_of_a_settled_jump_lies_before_it_and_of_an_unsettled_one_after_it() {
        let same_second = datetime!(2026-11-22 12:00:00 UTC);
        for (settled, shift) in [(true, 0), (false, 60)] {
            let clock = Clock::starting_at(false, NOON);
            clock.advance(NOON, Duration::from_mins(1), settled);
            assert_eq!(
                clock.simulated(same_second),
                same_second + Duration::from_secs(shift)
            );
        }
    }

    #[test]
    fn on_a_frozen_clock_a_signature_dates_from_the_time_shown_then() {
        let clock = Clock::starting_at(true, NOON);
        clock.advance(NOON + Duration::from_secs(100), Duration::from_mins(10), true);
        assert_eq!(clock.simulated(datetime!(2026-11-22 12:01:00 UTC)), NOON);
        let later = datetime!(2026-11-22 12:30:00 UTC);
        assert_eq!(clock.simulated(later), NOON + Duration::from_mins(10));
    }

    #[test]
    fn a_reset_clock_forgets_its_advances() {
        let clock = Clock::new(false);
        clock.advance(OffsetDateTime::now_utc(), Duration::from_hours(1), false);
        assert!((clock.state().offset_seconds - 3600.0).abs() < f64::EPSILON);
        assert_eq!(clock.lock().history.len(), 2);
        clock.reset();
        assert!(clock.state().offset_seconds.abs() < f64::EPSILON);
        assert_eq!(clock.lock().history.len(), 1);
    }

    #[test]
    fn an_absurd_advance_is_cut_short_and_does_not_panic() {
        let clock = Clock::new(false);
        for _ in 0..3 {
            clock.advance(OffsetDateTime::now_utc(), Duration::MAX, false);
        }
        assert!(clock.now().year() < 2400);
    }

    #[test]
    fn a_clock_stops_at_the_end_of_its_calendar() {
        let clock = Clock::new(true);
        for _ in 0..100 {
            clock.advance(OffsetDateTime::now_utc(), LONGEST_ADVANCE, false);
        }
        assert_eq!(clock.now(), END_OF_TIME);
    }

    #[test]
    fn a_clock_that_was_written_down_goes_on() {
        let clock = Clock::new(false);
        let signed = OffsetDateTime::now_utc() - time::Duration::seconds(5);
        clock.advance(OffsetDateTime::now_utc(), Duration::from_hours(48), false);
        let json = serde_json::to_string(&clock.saved()).unwrap_or_default();
        let resumed = |frozen| {
            let clock = Clock::new(frozen);
            clock.resume(serde_json::from_str(&json).expect("what was written is read"));
            clock
        };
        let again = resumed(false);
        assert_eq!(again.lock().offset, time::Duration::hours(48));
        // Who signed before the jump did so two days ago.
        assert_eq!(again.simulated(signed), clock.simulated(signed));

        let late = clock.now();
        let frozen = resumed(true);
        assert!(frozen.now() >= late);
        assert_eq!(frozen.now(), frozen.now());
    }

    #[test]
    fn a_logged_call_is_done_again_at_its_own_time() {
        let clock = Clock::new(false);
        clock.replay(Some(NOON));
        assert_eq!(clock.now(), NOON);
        clock.replay(None);
        assert!(clock.now() > NOON);
    }
}
