//! Processes that wait for their next call.

use std::sync::{Mutex, MutexGuard, PoisonError};

use time::{Duration, OffsetDateTime};

use super::instance::Instance;

/// The most processes that wait; the one that waited longest makes room.
const MOST: usize = 8;

/// How long a process waits for its next call before it is stopped. AWS does not say how long: some minutes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const PATIENCE: Duration = Duration::minutes(10);

/// What a process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// The function's ARN, without a qualifier.
    pub(super) function: String,
    /// The version: `$LATEST` or a number.
    pub(super) version: String,
    /// What changes with what the version runs.
    pub(super) deployment: String,
}

impl Kind {
    /// Whether a process of the other kind runs what is no more.
    fn outdates(&self, other: &Self) -> bool {
        self.function == other.function
            && self.version == other.version
            && self.deployment != other.deployment
    }
}

#[derive(Debug)]
struct Waiting {
    kind: Kind,
    since: OffsetDateTime,
    instance: Instance,
}

/// The processes that wait; the one that waited longest first.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Waiting>>);

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the process of a kind that waited least, if it can still take a call. What runs an earlier state of it, and
    /// what can take no call any more, is stopped.
    pub(super) fn take(&self, kind: &Kind, usable: impl Fn(&Instance) -> bool) -> Option<Instance> {
        self.stop(|waiting| {
            kind.outdates(&waiting.kind)
                || !waiting.instance.is_alive()
                || (waiting.kind == *kind && !usable(&waiting.instance))
        });
        let mut waiting = self.lock();
        let place = waiting.iter().rposition(|waiting| waiting.kind == *kind)?;
        Some(waiting.remove(place).instance)
    }

    /// Lets a process wait.
    pub(super) fn keep(&self, kind: Kind, instance: Instance, now: OffsetDateTime) {
        let mut waiting = self.lock();
        waiting.push(Waiting {
            kind,
            since: now,
            instance,
        });
        let oldest = (waiting.len() > MOST).then(|| waiting.remove(0));
        // Ending a process takes its time: nobody else need wait for it.
        drop(waiting);
        drop(oldest);
    }

    /// Stops what waited too long.
    pub(super) fn stop_idle(&self, now: OffsetDateTime) {
        self.stop(|waiting| waiting.since + PATIENCE <= now);
    }

    /// When the next process will have waited too long.
    pub(super) fn next_end(&self) -> Option<OffsetDateTime> {
        self.lock().iter().map(|waiting| waiting.since + PATIENCE).min()
    }

    /// Stops the processes of a function.
    pub(super) fn forget(&self, function: &str) {
        self.stop(|waiting| waiting.kind.function == function);
    }

    /// Stops every process.
    pub(super) fn clear(&self) {
        self.stop(|_| true);
    }

    /// Takes out, and so stops, the processes of which this holds.
    fn stop(&self, mut ends: impl FnMut(&mut Waiting) -> bool) -> Vec<Waiting> {
        let mut waiting = self.lock();
        waiting.extract_if(.., |waiting| ends(waiting)).collect()
    }
}
