//! The time of an exam: that of the machine, which in a running program never goes back.

use std::time::Instant;
use time::OffsetDateTime;

/// Seconds since 1970. Where the machine's clock is set back while the program runs, time goes on all the same; what it
/// was when the program was last there is the earliest that it can be.
pub(super) struct Clock {
    base: i64,
    started: Instant,
}

impl Clock {
    /// A clock that shows at least `earliest`, seconds since 1970.
    pub(super) fn from(earliest: i64) -> Self {
        Self {
            base: machine().max(earliest),
            started: Instant::now(),
        }
    }

    /// Now.
    pub(super) fn now(&self) -> i64 {
        let passed = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        machine().max(self.base.saturating_add(passed))
    }
}

/// What the machine's clock says.
fn machine() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

#[cfg(test)]
mod tests {
    use super::{Clock, machine};

    #[test]
    fn a_clock_that_was_set_back_goes_on_from_the_latest_moment_seen() {
        let seen = machine() + 86_400;
        let clock = Clock::from(seen);
        assert!((seen..seen + 60).contains(&clock.now()));
        assert!(Clock::from(0).now() >= machine() - 1);
    }
}
