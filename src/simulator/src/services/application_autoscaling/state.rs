//! What Application Auto Scaling remembers, account by account.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::schedule::Schedule;
use crate::services::dynamodb::minute;

/// What a target is: one dimension of one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key {
    /// `ServiceNamespace`.
    pub(super) namespace: String,
    /// `ResourceId`.
    pub(super) resource: String,
    /// `ScalableDimension`.
    pub(super) dimension: String,
}

/// A scalable target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Target {
    /// What it is.
    pub(super) key: Key,
    /// `MinCapacity`.
    pub(super) min: i64,
    /// `MaxCapacity`.
    pub(super) max: i64,
    /// `RoleARN`.
    pub(super) role: String,
    /// `ScalableTargetARN`.
    pub(super) arn: String,
    /// `CreationTime`.
    pub(super) created: OffsetDateTime,
    /// `SuspendedState`.
    pub(super) suspended: Suspended,
    /// Its tags.
    pub(super) tags: BTreeMap<String, String>,
    /// Its policies, by name.
    pub(super) policies: BTreeMap<String, Policy>,
    /// Its scheduled actions, by name.
    pub(super) scheduled: BTreeMap<String, Scheduled>,
    /// When it was last scaled out.
    pub(super) last_out: Option<OffsetDateTime>,
    /// When it was last scaled in.
    pub(super) last_in: Option<OffsetDateTime>,
    /// The capacity from which it was last scaled out.
    #[serde(default)]
    pub(super) before_out: i64,
    /// Whether its bounds were set, and the capacity was not held against them since.
    #[serde(default)]
    pub(super) fresh_bounds: bool,
}

/// `SuspendedState`.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Suspended {
    #[serde(rename = "DynamicScalingInSuspended")]
    pub(super) scaling_in: bool,
    #[serde(rename = "DynamicScalingOutSuspended")]
    pub(super) scaling_out: bool,
    #[serde(rename = "ScheduledScalingSuspended")]
    pub(super) scheduled: bool,
}

/// A target tracking policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Policy {
    /// `PolicyARN`.
    pub(super) arn: String,
    /// `CreationTime`.
    pub(super) created: OffsetDateTime,
    /// `TargetTrackingScalingPolicyConfiguration`, as it was given.
    pub(super) configuration: Value,
    /// Its alarms: their kinds, and their names.
    pub(super) alarms: Vec<(String, String)>,
}

impl Policy {
    /// The predefined metric that it tracks.
    pub(super) fn metric(&self) -> &str {
        self.configuration["PredefinedMetricSpecification"]["PredefinedMetricType"]
            .as_str()
            .unwrap_or_default()
    }
}

/// A scheduled action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Scheduled {
    /// `ScheduledActionARN`.
    pub(super) arn: String,
    /// `CreationTime`.
    pub(super) created: OffsetDateTime,
    /// `Schedule`, as it was given.
    pub(super) text: String,
    /// The same, read.
    pub(super) schedule: Schedule,
    /// From when it counts.
    pub(super) start: Option<OffsetDateTime>,
    /// Until when it counts.
    pub(super) end: Option<OffsetDateTime>,
    /// The new `MinCapacity`.
    pub(super) min: Option<i64>,
    /// The new `MaxCapacity`.
    pub(super) max: Option<i64>,
}

impl Scheduled {
    /// From when it counts.
    fn begins(&self) -> OffsetDateTime {
        self.start.unwrap_or(self.created)
    }

    /// Whether it is due within the minute that ends at `end`.
    pub(super) fn due(&self, end: OffsetDateTime) -> bool {
        let counts = end > self.begins() && self.end.is_none_or(|last| end <= last);
        counts && self.schedule.due(end, self.begins())
    }

    /// The minutes within a time at whose beginning it is due, the latest first.
    pub(super) fn latest(&self, within: Range<i64>) -> impl Iterator<Item = i64> {
        let start = within.start.max(minute(self.begins()));
        let end = self.end.map_or(within.end, |last| within.end.min(minute(last)));
        let any = (start < end).then(|| self.schedule.latest(start..end, self.begins()));
        any.into_iter().flatten()
    }
}

/// A scaling activity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Activity {
    /// `ActivityId`.
    pub(super) id: String,
    /// Of which target.
    pub(super) key: Key,
    /// `Description`.
    pub(super) description: String,
    /// `Cause`.
    pub(super) cause: String,
    /// `StartTime`, and `EndTime` where it is over.
    pub(super) at: OffsetDateTime,
    /// `Successful` or `Failed`.
    pub(super) status: String,
    /// `StatusMessage`.
    pub(super) message: String,
}

/// One account's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Account {
    /// The scalable targets.
    pub(super) targets: Vec<Target>,
    /// The activities, oldest first.
    pub(super) activities: Vec<Activity>,
}

impl Account {
    /// The target of that key.
    pub(super) fn target(&mut self, key: &Key) -> Option<&mut Target> {
        self.targets.iter_mut().find(|target| target.key == *key)
    }
}

/// Every account's, by its number.
type Accounts = BTreeMap<String, Account>;

/// What Application Auto Scaling remembers.
#[derive(Debug, Default)]
pub(crate) struct Autoscaling {
    accounts: Mutex<Accounts>,
    /// Held by who catches up with the clock.
    pub(super) turn: Mutex<()>,
    /// The first minute that was not looked at yet.
    pub(super) next: AtomicI64,
}

/// A saved state of [`Autoscaling`].
pub(crate) struct Snapshot(Accounts);

/// The file in the data folder.
const FILE: &str = "autoscaling.json";

/// What is in it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Saved {
    /// The minute that is next, and every account's.
    Whole { next: i64, accounts: Accounts },
    /// Every account's alone, as it was written before.
    Accounts(Accounts),
}

impl Autoscaling {
    /// Every account's, to be read or changed.
    pub(super) fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with what an account has.
    pub(super) fn with<T>(&self, account: &str, act: impl FnOnce(&mut Account) -> T) -> T {
        act(self.lock().entry(account.to_owned()).or_default())
    }

    /// Forgets a target with its policies and scheduled actions: its resource is gone.
    pub(crate) fn forget(&self, account: &str, namespace: &str, resource: &str) {
        if let Some(all) = self.lock().get_mut(account) {
            all.targets
                .retain(|target| target.key.namespace != namespace || target.key.resource != resource);
        }
    }

    fn replace(&self, accounts: Accounts, next: i64) {
        *self.lock() = accounts;
        self.next.store(next, Ordering::Relaxed);
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        // The clock may stand earlier than before.
        self.replace(Accounts::new(), 0);
    }

    /// Saves the state.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.lock().clone())
    }

    /// Puts a saved state back; the minutes since then are not gone through again.
    pub(crate) fn restore(&self, saved: &Snapshot) {
        self.replace(saved.0.clone(), 0);
    }

    /// Writes the state into a folder.
    pub(crate) fn save(&self, folder: &Path) -> std::io::Result<()> {
        let (new, file) = (folder.join("autoscaling.new"), folder.join(FILE));
        let saved = Saved::Whole {
            next: self.next.load(Ordering::Relaxed),
            accounts: self.lock().clone(),
        };
        std::fs::write(&new, serde_json::to_vec(&saved)?)?;
        std::fs::rename(&new, &file)
    }

    /// Reads what [`Autoscaling::save`] wrote.
    pub(crate) fn load(&self, folder: &Path) -> std::io::Result<()> {
        let saved = match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        match saved {
            Saved::Whole { next, accounts } => self.replace(accounts, next),
            Saved::Accounts(accounts) => self.replace(accounts, 0),
        }
        Ok(())
    }
}
