//! Events that nobody waits for: when each is tried, and tried again.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration as Real;

use bytes::Bytes;
use time::{Duration, OffsetDateTime};

use super::super::functions::event_config::Patience;
use super::super::names::FunctionName;

/// How long Lambda waits before the second attempt, and before the third.
const AFTER_ERRORS: [Duration; 2] = [Duration::minutes(1), Duration::minutes(2)];

/// The longest time between two attempts of an event that is throttled.
const LONGEST_PAUSE: Duration = Duration::minutes(5);

/// The most events that run at once: this machine is one, Lambda's are many.
const MOST_AT_ONCE: usize = 8;

/// What is sent to a function.
#[derive(Debug, Clone)]
pub(in super::super) struct Sent {
    /// The function, as the call named it.
    pub(in super::super) name: FunctionName,
    /// The event; empty for none.
    pub(in super::super) event: Bytes,
    /// The call's id, which all attempts share.
    pub(in super::super) request_id: String,
    /// `X-Amz-Client-Context`, decoded.
    pub(in super::super) client_context: Option<String>,
}

/// An event that waits, or is being tried.
#[derive(Debug, Clone)]
pub(in super::super) struct Event {
    /// What it is.
    pub(in super::super) sent: Sent,
    accepted: OffsetDateTime,
    due: OffsetDateTime,
    errors: usize,
    throttles: u32,
    /// How often everything had been forgotten when it came.
    era: u64,
}

impl Event {
    /// One that is to be tried at once.
    pub(in super::super) fn new(sent: Sent, now: OffsetDateTime) -> Self {
        Self {
            sent,
            accepted: now,
            due: now,
            errors: 0,
            throttles: 0,
            era: 0,
        }
    }

    /// The same, to be tried again after an error of the function's, which ran for so long; `None` where it was tried often
    /// enough, or would be too old.
    ///
    /// It counts from when it was due, in whole seconds, so that a clock that is moved on by a minute finds it due.
    pub(in super::super) fn after_error(mut self, ran: Real, patience: Patience) -> Option<Self> {
        let pause = AFTER_ERRORS
            .get(self.errors)
            .filter(|_| self.errors < patience.retries)?;
        let ran = Duration::seconds(i64::try_from(ran.as_secs()).unwrap_or_default());
        self.errors += 1;
        self.throttles = 0;
        self.due = self.due + ran + *pause;
        self.young_enough(patience)
    }

    /// The same, to be tried again because too many calls run; `None` once it is too old.
    pub(in super::super) fn after_throttle(
        mut self,
        now: OffsetDateTime,
        patience: Patience,
    ) -> Option<Self> {
        let pause = Duration::seconds(1 << self.throttles.min(9)).min(LONGEST_PAUSE);
        self.throttles += 1;
        self.due = now + pause;
        self.young_enough(patience)
    }

    fn young_enough(self, patience: Patience) -> Option<Self> {
        (self.due < self.accepted + patience.age).then_some(self)
    }
}

#[derive(Debug, Default)]
struct Inner {
    waiting: Vec<Event>,
    running: usize,
    /// Goes up with everything that whoever waits should look at.
    changes: u64,
    /// How often everything was forgotten.
    era: u64,
    closed: bool,
}

/// The events that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    changed: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = self.lock();
        inner.changes += 1;
        let done = change(&mut inner);
        self.changed.notify_all();
        done
    }

    /// Adds an event.
    pub(super) fn add(&self, event: Event) {
        self.change(|inner| {
            let era = inner.era;
            inner.waiting.push(Event { era, ..event });
        });
    }

    /// Notes that a taken event was tried; what is to be tried again waits.
    pub(super) fn done(&self, again: Option<Event>) {
        self.change(|inner| {
            inner.running -= 1;
            let era = inner.era;
            inner.waiting.extend(again.filter(|event| event.era == era));
        });
    }

    /// Wakes whoever waits: time has passed, or a process waits that must be ended.
    pub(super) fn wake(&self) {
        self.change(|_| ());
    }

    /// Forgets every event that waits, or would again.
    pub(super) fn clear(&self) {
        self.change(|inner| {
            inner.waiting.clear();
            inner.era += 1;
        });
    }

    /// Lets whoever waits go, for good.
    pub(super) fn close(&self) {
        self.change(|inner| inner.closed = true);
    }

    /// Whether it is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Takes the events that are due, as many as may run, the earliest first; with the number of changes so far.
    pub(super) fn take_due(&self, now: OffsetDateTime) -> (Vec<Event>, u64) {
        let mut inner = self.lock();
        inner.waiting.sort_by_key(|event| event.due);
        let due = inner.waiting.partition_point(|event| event.due <= now);
        let count = due.min(MOST_AT_ONCE - inner.running.min(MOST_AT_ONCE));
        inner.running += count;
        let taken = inner.waiting.drain(..count).collect();
        (taken, inner.changes)
    }

    /// When the next event is due that may run.
    pub(super) fn next_due(&self) -> Option<OffsetDateTime> {
        let inner = self.lock();
        let next = inner.waiting.iter().map(|event| event.due).min();
        next.filter(|_| inner.running < MOST_AT_ONCE)
    }

    /// Waits for a change after the first `seen` ones, for so long at most. Returns `false` once it is closed.
    pub(super) fn wait(&self, seen: u64, longest: Option<Real>) -> bool {
        let inner = self.lock();
        let same = |inner: &mut Inner| inner.changes == seen && !inner.closed;
        let inner = if let Some(longest) = longest {
            let waited = self.changed.wait_timeout_while(inner, longest, same);
            waited.unwrap_or_else(PoisonError::into_inner).0
        } else {
            let waited = self.changed.wait_while(inner, same);
            waited.unwrap_or_else(PoisonError::into_inner)
        };
        !inner.closed
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn event() -> Event {
        let name = FunctionName {
            account: "123456789012".to_owned(),
            name: "f".to_owned(),
            qualifier: None,
        };
        let sent = Sent {
            name,
            event: Bytes::new(),
            request_id: "id".to_owned(),
            client_context: None,
        };
        Event::new(sent, NOW)
    }

    const PATIENCE: Patience = Patience {
        retries: 2,
        age: Duration::hours(6),
    };

    #[test]
    fn an_event_that_fails_is_tried_again_after_one_minute_and_after_two_more() {
        let second = event().after_error(Real::from_millis(900), PATIENCE).unwrap();
        assert_eq!(second.due, NOW + Duration::seconds(60));
        let third = second.after_error(Real::from_secs(5), PATIENCE).unwrap();
        assert_eq!(third.due, NOW + Duration::seconds(60 + 5 + 120));
        assert!(third.after_error(Real::ZERO, PATIENCE).is_none());
    }

    #[test]
    fn an_event_is_tried_again_as_often_and_as_long_as_is_set() {
        let once = Patience {
            retries: 1,
            ..PATIENCE
        };
        let second = event().after_error(Real::ZERO, once).unwrap();
        assert!(second.after_error(Real::ZERO, once).is_none());
        let brief = Patience {
            age: Duration::seconds(60),
            ..PATIENCE
        };
        assert!(event().after_error(Real::ZERO, brief).is_none());
        assert!(event().after_throttle(NOW, brief).is_some());
    }

    #[test]
    fn an_event_that_is_throttled_is_tried_less_and_less_often_for_six_hours() {
        let mut now = NOW;
        let mut pauses = Vec::new();
        let mut waiting = Some(event());
        while let Some(event) = waiting {
            waiting = event.after_throttle(now, PATIENCE);
            if let Some(next) = &waiting {
                pauses.push((next.due - now).whole_seconds());
                now = next.due;
            }
        }
        assert_eq!(pauses[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        let end = NOW + PATIENCE.age;
        assert!(now < end && now > end - LONGEST_PAUSE - Duration::seconds(1));
    }

    #[test]
    fn events_are_taken_when_they_are_due_and_only_so_many_at_once() {
        let queue = Queue::default();
        queue.add(event().after_error(Real::ZERO, PATIENCE).unwrap());
        assert!(queue.take_due(NOW).0.is_empty());
        assert_eq!(queue.next_due(), Some(NOW + Duration::minutes(1)));
        for _ in 0..MOST_AT_ONCE {
            queue.add(event());
        }
        assert_eq!(queue.take_due(NOW).0.len(), MOST_AT_ONCE);
        let later = NOW + Duration::hours(1);
        assert!(queue.take_due(later).0.is_empty());
        queue.done(None);
        assert_eq!(queue.take_due(later).0.len(), 1);
    }

    #[test]
    fn what_was_forgotten_does_not_come_back() {
        let queue = Queue::default();
        queue.add(event());
        queue.add(event());
        let tried = queue.take_due(NOW).0;
        queue.clear();
        for event in tried {
            queue.done(event.after_error(Real::ZERO, PATIENCE));
        }
        assert_eq!(queue.next_due(), None);
        queue.add(event());
        assert_eq!(queue.next_due(), Some(NOW));
    }

    #[test]
    fn whoever_waits_is_woken_by_a_change_and_let_go_by_the_end() {
        let queue = Queue::default();
        let (_, seen) = queue.take_due(NOW);
        queue.wake();
        assert!(queue.wait(seen, None));
        queue.close();
        assert!(!queue.wait(u64::MAX, None));
    }
}
