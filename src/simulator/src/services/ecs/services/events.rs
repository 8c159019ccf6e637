//! What a service tells of itself, in AWS's words.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>

use time::{Duration, OffsetDateTime};

use super::super::names::derived_uuid;
use super::state::{EcsService, Event};

/// How many events are kept.
const MOST: usize = 100;

/// How long a complaint is not repeated while its cause lasts.
const SILENCE: Duration = Duration::hours(6);

/// How often it is said again that a steady state goes on.
const STEADY_AGAIN: Duration = Duration::hours(6);

const STEADY: &str = "has reached a steady state.";

impl EcsService {
    /// Tells something of the service: `message` is what follows its name.
    pub(super) fn tell(&mut self, now: OffsetDateTime, message: &str) {
        self.record(now, format!("(service {}) {message}", self.name));
    }

    fn record(&mut self, now: OffsetDateTime, message: String) {
        self.repeat_steady(now);
        let number = self.next();
        self.push(&format!("event {number}"), now, message);
    }

    fn push(&mut self, what: &str, at: OffsetDateTime, message: String) {
        self.events.push_front(Event {
            id: derived_uuid(&self.arn, what),
            at,
            message,
        });
        self.events.truncate(MOST);
    }

    /// The service has reached a steady state.
    pub(super) fn tell_steady(&mut self, now: OffsetDateTime) {
        if self.steady.is_none() {
            self.tell(now, STEADY);
            self.steady = Some(now);
        }
    }

    /// It has left its steady state, if it was in one.
    pub(super) fn unsettle(&mut self, now: OffsetDateTime) {
        self.repeat_steady(now);
        self.steady = None;
    }

    /// Tells what AWS's scheduler tells of a steady state that goes on. Nobody looks at a service that rests, so this is told
    /// when its events are asked for, or others follow; what it is called follows from when it is.
    pub(super) fn repeat_steady(&mut self, now: OffsetDateTime) {
        let Some(told) = self.steady else {
            return;
        };
        let again = (now - told).whole_seconds() / STEADY_AGAIN.whole_seconds();
        let after = |times: i64| told + Duration::seconds(STEADY_AGAIN.whole_seconds() * times);
        let kept = i64::try_from(MOST).unwrap_or(i64::MAX);
        for times in (again - kept).max(0)..again {
            let at = after(times + 1);
            let message = format!("(service {}) {STEADY}", self.name);
            self.push(&format!("steady since {}", at.unix_timestamp()), at, message);
        }
        self.steady = Some(after(again.max(0)));
    }

    /// Tells of something that goes on, but not again and again.
    pub(super) fn complain(&mut self, now: OffsetDateTime, message: &str) {
        let told = self.complaints.get(message);
        if told.is_none_or(|told| now - *told >= SILENCE) {
            self.complaints.insert(message.to_owned(), now);
            self.tell(now, message);
        }
    }

    /// Tasks were started; so many of them in place of unhealthy ones.
    pub(super) fn tell_started(&mut self, now: OffsetDateTime, ids: &[String], unhealthy: usize) {
        let replaced = match unhealthy {
            0 => String::new(),
            count => format!(" Amazon ECS replaced {count} tasks due to an unhealthy status."),
        };
        self.tell(
            now,
            &format!("has started {} tasks: {}.{replaced}", ids.len(), tasks(ids)),
        );
    }

    /// Tasks of a deployment were stopped.
    pub(super) fn tell_stopped(&mut self, now: OffsetDateTime, deployment: &str, ids: &[String]) {
        let groups = self.target_groups(deployment);
        for group in &groups {
            self.tell(
                now,
                &format!("deregistered {} targets in (target-group {group})", ids.len()),
            );
        }
        if !groups.is_empty() {
            let (name, count) = (&self.name, ids.len());
            let message = format!(
                "(service {name}, taskSet {deployment}) has begun draining connections on {count} tasks."
            );
            self.record(now, message);
        }
        self.tell(
            now,
            &format!("has stopped {} running tasks: {}.", ids.len(), tasks(ids)),
        );
    }
}

/// `(task a) (task b)`.
fn tasks(ids: &[String]) -> String {
    let each: Vec<String> = ids.iter().map(|id| format!("(task {id})")).collect();
    each.join(" ")
}
