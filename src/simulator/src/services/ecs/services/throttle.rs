//! How the scheduler slows down while tasks do not start.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html>

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// The longest wait between two attempts, in seconds: AWS's 27 minutes.
const LONGEST: i64 = 27 * 60;

/// The wait after the first failure is twice this, in seconds, and doubles with each. AWS tells only that waits grow.
const UNIT: i64 = 15;

/// After so many failures in a row the service says that it cannot start tasks.
const IMPAIRED: u32 = 3;

/// So many of a deployment's tasks are replaced as soon as AWS replaces them. AWS never tires, but a clock that is moved on by
/// years would go through millions of tasks: beyond this, a task is waited for in proportion to the deployment's age.
const FRESH: i32 = 10_000;

/// The attempts of a deployment to start tasks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Throttle {
    /// The attempts so far.
    attempts: u64,
    /// How many of them failed, one after another.
    failures: u32,
    /// The last attempt that failed.
    failed: u64,
    /// Until when no attempt is made.
    until: Option<OffsetDateTime>,
    /// How many tasks failed, or ended by themselves.
    spent: i32,
    /// Until when no attempt is made because they are too many.
    rests: Option<OffsetDateTime>,
}

impl Throttle {
    /// Tasks were started together.
    pub(super) fn attempted(&mut self) {
        self.attempts += 1;
    }

    /// A task did not come to run. Those that were started together count once; says whether that is too often now.
    pub(super) fn failed(&mut self, now: OffsetDateTime) -> bool {
        if self.failed == self.attempts {
            return false;
        }
        self.failed = self.attempts;
        self.failures += 1;
        let wait = UNIT.saturating_mul(1 << self.failures.min(20)).min(LONGEST);
        self.until = Some(now + Duration::seconds(wait));
        self.failures == IMPAIRED
    }

    /// A task runs: all is well again.
    pub(super) fn succeeded(&mut self) {
        (self.failures, self.until) = (0, None);
    }

    /// A task failed or ended by itself, of a deployment that is so old.
    pub(super) fn spent(&mut self, now: OffsetDateTime, age: Duration) {
        self.spent = self.spent.saturating_add(1);
        if self.spent > FRESH {
            let from = self.rests.map_or(now, |rests| rests.max(now));
            self.rests = Some(from + age / FRESH);
        }
    }

    /// When the next attempt may be made, if that is not yet.
    pub(super) fn wait(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        self.until.max(self.rests).filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);

    #[test]
    fn waits_double_up_to_twenty_seven_minutes() {
        let mut throttle = Throttle::default();
        let mut waits = Vec::new();
        for attempt in 1..=9 {
            throttle.attempted();
            assert_eq!(throttle.failed(NOON), attempt == 3, "{attempt}");
            waits.extend(throttle.wait(NOON).map(|until| (until - NOON).whole_seconds()));
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1620, 1620, 1620]);
    }

    #[test]
    fn tasks_that_were_started_together_fail_once() {
        let mut throttle = Throttle::default();
        throttle.attempted();
        for _ in 0..10 {
            throttle.failed(NOON);
        }
        assert_eq!(throttle.wait(NOON), Some(NOON + Duration::seconds(30)));
        assert_eq!(throttle.wait(NOON + Duration::seconds(30)), None);
    }

    #[test]
    fn a_hundred_years_of_tasks_that_end_by_themselves_are_some_hundred_thousand() {
        let (mut throttle, mut now, mut tasks) = (Throttle::default(), NOON, 0);
        while now - NOON < Duration::days(36_525) {
            tasks += 1;
            throttle.succeeded();
            now += Duration::seconds(45);
            throttle.spent(now, now - NOON);
            now = throttle.wait(now).unwrap_or(now);
            assert!(tasks > 10_000 || now == NOON + Duration::seconds(45 * tasks));
        }
        assert!((50_000..200_000).contains(&tasks), "{tasks}");
    }

    #[test]
    fn a_task_that_runs_ends_the_waiting() {
        let mut throttle = Throttle::default();
        for _ in 0..3 {
            throttle.attempted();
            throttle.failed(NOON);
        }
        throttle.succeeded();
        assert_eq!(throttle.wait(NOON), None);
        throttle.attempted();
        throttle.failed(NOON);
        assert_eq!(throttle.wait(NOON), Some(NOON + Duration::seconds(30)));
    }
}
