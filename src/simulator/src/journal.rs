//! The journal of calls: who asked what, and what AWS would have said.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

use crate::policy::Decision;

/// How many calls are kept; the oldest make room.
const CAPACITY: usize = 10_000;

/// How many of them keep what was found out about their authentication, and what was decided where nothing was denied:
/// that is most of their size.
const DETAILED: usize = 1_000;

/// One call, as `GET /_cahier/journal` lists it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JournalEntry {
    /// Its number, counted from 1.
    pub id: u64,
    /// The simulated time, ISO 8601.
    pub time: String,
    /// AWS's name of the service in actions: `dynamodb`.
    pub service: String,
    /// The operation, such as `PutItem`.
    pub operation: String,
    /// The caller's ARN, or `*` for an anonymous one.
    pub principal: String,
    /// The ARN of the resource, or `*`.
    pub resource: String,
    /// Whether query parameters authenticated it: a presigned URL was used.
    pub presigned: bool,
    /// HTTP status of the answer.
    pub status: u16,
    /// AWS's error code, when the call failed.
    pub error: Option<String>,
    /// Capacity units consumed, when the service meters.
    pub consumed_capacity: Option<f64>,
}

/// One call with everything known of it, as `GET /_cahier/journal/ID` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallDetails {
    /// What the list shows.
    #[serde(flatten)]
    pub entry: JournalEntry,
    /// The request id that the answer carried.
    pub request_id: String,
    /// Method and path of the request, without its query.
    pub request: String,
    /// The error's sentence, when the call failed.
    pub message: Option<String>,
    /// How the caller was authenticated: the kind, the key, the canonical request…
    pub authentication: Value,
    /// The authorisation's decisions, in order.
    pub authorisation: Value,
}

/// A call as it is kept: the words of its decisions are made when somebody asks for them.
#[derive(Debug)]
struct Kept {
    details: CallDetails,
    trail: Vec<Decision>,
}

#[derive(Debug, Default)]
struct Inner {
    written: u64,
    calls: VecDeque<Kept>,
}

/// The calls so far, the oldest forgotten beyond [`CAPACITY`].
#[derive(Debug, Default)]
pub(crate) struct Journal {
    inner: Mutex<Inner>,
}

impl Journal {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a call down with what policies said of it, and gives it its number.
    pub(crate) fn write(&self, mut details: CallDetails, trail: Vec<Decision>) -> u64 {
        let mut inner = self.lock();
        inner.written += 1;
        details.entry.id = inner.written;
        if inner.calls.len() == CAPACITY {
            inner.calls.pop_front();
        }
        inner.calls.push_back(Kept { details, trail });
        let stale = inner.calls.len().checked_sub(DETAILED + 1);
        if let Some(call) = stale.and_then(|at| inner.calls.get_mut(at)) {
            call.details.authentication = Value::Null;
            if call.trail.iter().all(|decision| decision.allowed) {
                call.trail = Vec::new();
            }
        }
        inner.written
    }

    /// Every call that is kept, oldest first.
    pub(crate) fn entries(&self) -> Vec<JournalEntry> {
        let inner = self.lock();
        inner
            .calls
            .iter()
            .map(|call| call.details.entry.clone())
            .collect()
    }

    /// The call of that number, if it is kept.
    pub(crate) fn details(&self, id: u64) -> Option<CallDetails> {
        let inner = self.lock();
        let first = inner.calls.front()?.details.entry.id;
        let at = usize::try_from(id.checked_sub(first)?).ok()?;
        let (mut details, trail) = {
            let kept = inner.calls.get(at)?;
            (kept.details.clone(), kept.trail.clone())
        };
        drop(inner);
        details.authorisation = serde_json::to_value(trail).unwrap_or_default();
        Some(details)
    }

    /// Forgets every call; numbers go on.
    pub(crate) fn clear(&self) {
        self.lock().calls.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operation: &str) -> CallDetails {
        CallDetails {
            entry: JournalEntry {
                id: 0,
                time: String::new(),
                service: "s3".into(),
                operation: operation.into(),
                principal: "*".into(),
                resource: "*".into(),
                presigned: false,
                status: 200,
                error: None,
                consumed_capacity: None,
            },
            request_id: String::new(),
            request: "GET /".into(),
            message: None,
            authentication: Value::Null,
            authorisation: Value::Null,
        }
    }

    #[test]
    fn a_call_is_found_by_its_number() {
        let journal = Journal::default();
        journal.write(call("A"), Vec::new());
        let id = journal.write(call("B"), Vec::new());
        assert_eq!(
            journal.details(id).map(|found| found.entry.operation),
            Some("B".to_owned())
        );
        assert_eq!(journal.details(id + 1), None);
        assert_eq!(journal.details(0), None);
    }

    #[test]
    fn the_oldest_calls_make_room() {
        let journal = Journal::default();
        for _ in 0..CAPACITY + 5 {
            journal.write(call("A"), Vec::new());
        }
        let entries = journal.entries();
        assert_eq!(entries.len(), CAPACITY);
        assert_eq!(entries.first().map(|entry| entry.id), Some(6));
        assert_eq!(journal.details(5), None);
        assert_eq!(journal.details(6).map(|found| found.entry.id), Some(6));
    }

    #[test]
    fn only_the_latest_calls_keep_their_authentication() {
        let journal = Journal::default();
        for _ in 0..=DETAILED {
            let mut detailed = call("A");
            detailed.authentication = "signed".into();
            journal.write(detailed, Vec::new());
        }
        let authentication = |id| journal.details(id).map(|found| found.authentication);
        assert_eq!(authentication(1), Some(Value::Null));
        assert_eq!(authentication(2), Some("signed".into()));
    }

    #[test]
    fn a_cleared_journal_counts_on() {
        let journal = Journal::default();
        journal.write(call("A"), Vec::new());
        journal.clear();
        assert!(journal.entries().is_empty());
        assert_eq!(journal.write(call("A"), Vec::new()), 2);
    }
}
