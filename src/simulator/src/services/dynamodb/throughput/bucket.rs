//! A token bucket: what is left of a rate.

use time::OffsetDateTime;

/// Fills at a rate, and holds a number of seconds of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    /// Units a second.
    rate: f64,
    /// Seconds of the rate that it holds.
    depth: f64,
    level: f64,
    at: OffsetDateTime,
}

impl Bucket {
    /// A full one.
    pub(super) fn full(rate: f64, depth: f64, now: OffsetDateTime) -> Self {
        Self {
            rate,
            depth,
            level: rate * depth,
            at: now,
        }
    }

    /// Units a second.
    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    /// What it holds when it is full.
    pub(super) fn holds(&self) -> f64 {
        self.rate * self.depth
    }

    /// What it holds now; below zero after an operation that took more than was there.
    pub(super) fn level(&mut self, now: OffsetDateTime) -> f64 {
        let elapsed = (now - self.at).as_seconds_f64();
        if elapsed > 0.0 {
            self.level = (self.level + self.rate * elapsed).min(self.rate * self.depth);
            self.at = now;
        }
        self.level
    }

    /// Takes out what was consumed.
    pub(super) fn take(&mut self, units: f64, now: OffsetDateTime) {
        self.level(now);
        self.level -= units;
    }

    /// Goes on at another rate; what was kept beyond the new size is lost.
    pub(super) fn change(&mut self, rate: f64, now: OffsetDateTime) {
        self.level(now);
        self.rate = rate;
        self.level = self.level.min(rate * self.depth);
    }

    /// Goes on at another rate, and holds at once what it would by now have held more of it.
    pub(super) fn grow(&mut self, rate: f64, now: OffsetDateTime) {
        let more = (rate - self.rate).max(0.0) * self.depth;
        self.change(rate, now);
        self.level += more;
    }

    /// Whether it holds all that it can.
    pub(super) fn is_full(&mut self, now: OffsetDateTime) -> bool {
        self.level(now) >= self.holds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn after(seconds: i64) -> OffsetDateTime {
        NOON + Duration::seconds(seconds)
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-6
    }

    #[test]
    fn it_starts_full_refills_at_its_rate_and_never_holds_more_than_its_depth() {
        let mut bucket = Bucket::full(5.0, 300.0, NOON);
        assert!(close(bucket.level(NOON), 1500.0));
        bucket.take(1600.0, NOON);
        for (seconds, level) in [(0, -100.0), (10, -50.0), (21, 5.0), (100_000, 1500.0)] {
            assert!(close(bucket.level(after(seconds)), level), "after {seconds} s");
        }
        assert!(bucket.is_full(after(100_000)));
    }

    #[test]
    fn another_rate_keeps_what_was_left_and_fills_by_it() {
        let mut bucket = Bucket::full(5.0, 300.0, NOON);
        bucket.take(1500.0, NOON);
        bucket.change(50.0, NOON);
        assert!(close(bucket.level(NOON), 0.0));
        assert!(close(bucket.level(after(2)), 100.0));
        bucket.change(0.1, after(2));
        assert!(close(bucket.level(after(2)), 30.0));
    }

    #[test]
    fn one_that_grows_holds_more_at_once() {
        let mut bucket = Bucket::full(10.0, 1.0, NOON);
        bucket.take(4.0, NOON);
        bucket.grow(25.0, NOON);
        assert!(close(bucket.level(NOON), 21.0));
        bucket.grow(5.0, NOON);
        assert!(close(bucket.level(NOON), 5.0));
    }

    #[test]
    fn a_time_before_the_last_one_changes_nothing() {
        let mut bucket = Bucket::full(1.0, 10.0, NOON);
        bucket.take(10.0, NOON);
        assert!(close(bucket.level(after(-100)), 0.0));
        assert!(close(bucket.level(after(3)), 3.0));
    }
}
