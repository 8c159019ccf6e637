//! What falls due, and when: the one place from which anything happens as time passes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Something that falls due, of an account's cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Due {
    /// The account.
    pub(in super::super) account: String,
    /// The cluster's name.
    pub(in super::super) cluster: String,
    /// What happens.
    pub(in super::super) what: What,
}

/// What falls due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) enum What {
    /// A step of a task's life.
    Task {
        /// The task's id.
        id: String,
        /// The course that the step belongs to; one of a course that was left is passed over.
        course: u32,
        /// The step.
        step: Step,
    },
    /// The scheduler looks at a service.
    Service {
        /// The service's name.
        name: String,
        /// Why, in the words of the scheduler.
        step: String,
    },
}

/// A step of a task's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum Step {
    /// From one status to the next, whatever that takes.
    Next,
    /// It cannot start, for this reason.
    Fail(String),
    /// A container starts, by its index.
    Start(usize),
    /// A container's process ends by itself.
    Exit {
        /// The container's index.
        container: usize,
        /// The process's exit code.
        code: i64,
        /// `reason`, where the process was ended from outside.
        reason: Option<String>,
    },
    /// A container's process has ended after SIGTERM, by its index.
    Terminated(usize),
    /// A container has had its time to end: SIGKILL, by its index.
    Kill(usize),
    /// A container's health is known, by its index.
    Health(usize, bool),
    /// It is no longer shown.
    Forget,
}

/// Everything that falls due, in the order of its time; at the same time, in the order in which it was written down.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub(in super::super) struct Agenda {
    due: BTreeMap<(OffsetDateTime, u64), Due>,
    written: u64,
}

/// An agenda as it is written down.
#[derive(Serialize, Deserialize)]
struct Saved {
    due: Vec<(OffsetDateTime, u64, Due)>,
    written: u64,
}

impl From<Saved> for Agenda {
    fn from(saved: Saved) -> Self {
        let due = saved.due.into_iter();
        Self {
            due: due.map(|(at, order, due)| ((at, order), due)).collect(),
            written: saved.written,
        }
    }
}

impl From<Agenda> for Saved {
    fn from(agenda: Agenda) -> Self {
        let due = agenda.due.into_iter();
        Self {
            due: due.map(|((at, order), due)| (at, order, due)).collect(),
            written: agenda.written,
        }
    }
}

impl Agenda {
    /// Writes something down.
    pub(in super::super) fn write(&mut self, at: OffsetDateTime, due: Due) {
        self.written += 1;
        self.due.insert((at, self.written), due);
    }

    /// Takes the first thing that is due by `to`, and its time.
    pub(in super::super) fn take(&mut self, to: OffsetDateTime) -> Option<(OffsetDateTime, Due)> {
        let first = self.due.first_entry()?;
        if first.key().0 > to {
            return None;
        }
        let ((at, _), due) = first.remove_entry();
        Some((at, due))
    }

    /// How much was ever written down.
    pub(in super::super) fn written(&self) -> u64 {
        self.written
    }

    /// When something is due next.
    pub(in super::super) fn next(&self) -> Option<OffsetDateTime> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}
