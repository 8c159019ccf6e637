//! What ECS remembers, account by account.

mod agenda;
mod cluster;
mod definition;
mod task;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub(super) use agenda::{Agenda, Due, Step, What};
pub(super) use cluster::{Cluster, StrategyItem};
pub(super) use definition::{DefinitionStatus, Family, TaskDefinition};
pub(super) use task::{Container, Interface, Network, Size, Status, StopCode, Task, Times};

/// Keys and values.
pub(super) type Tags = BTreeMap<String, String>;

/// One account's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Account {
    /// Its clusters, by name.
    pub(super) clusters: BTreeMap<String, Cluster>,
    /// Its families of task definitions, by name.
    pub(super) families: BTreeMap<String, Family>,
}

impl Account {
    /// The revision of that ARN, whatever its status.
    pub(super) fn definition(&self, arn: &str) -> Option<&TaskDefinition> {
        let (family, revision) = super::names::last_part(arn).rsplit_once(':')?;
        let family = self.families.get(family)?;
        family.revisions.get(&revision.parse().ok()?)
    }
}

/// Every account's, and what falls due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// The accounts, by number.
    pub(super) accounts: BTreeMap<String, Account>,
    /// What falls due.
    pub(super) agenda: Agenda,
    /// The time up to which everything that fell due was carried out.
    pub(super) reached: OffsetDateTime,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: BTreeMap::new(),
            agenda: Agenda::default(),
            reached: OffsetDateTime::UNIX_EPOCH,
        }
    }
}

impl State {
    /// What an account has.
    pub(super) fn account(&mut self, account: &str) -> &mut Account {
        if !self.accounts.contains_key(account) {
            self.accounts.insert(account.to_owned(), Account::default());
        }
        self.accounts.entry(account.to_owned()).or_default()
    }

    /// A cluster, active or not.
    pub(super) fn cluster(&mut self, account: &str, name: &str) -> Option<&mut Cluster> {
        self.accounts.get_mut(account)?.clusters.get_mut(name)
    }

    /// A task.
    pub(super) fn task(&mut self, account: &str, cluster: &str, id: &str) -> Option<&mut Task> {
        self.cluster(account, cluster)?.tasks.get_mut(id)
    }
}

/// What ECS remembers.
#[derive(Debug, Default)]
pub(crate) struct Ecs {
    state: Mutex<State>,
}

/// A saved state of [`Ecs`].
pub(crate) struct Snapshot(State);

/// The file in the data folder.
const FILE: &str = "ecs.json";

impl Ecs {
    /// The state, to be read or changed. This lock is taken before any other service's.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, state: State) {
        *self.lock() = state;
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.replace(State::default());
    }

    /// Saves the state.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.lock().clone())
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, saved: &Snapshot) {
        self.replace(saved.0.clone());
    }

    /// Writes the state into a folder.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        let (new, file) = (folder.join("ecs.new"), folder.join(FILE));
        std::fs::write(&new, serde_json::to_vec(&*self.lock())?)?;
        std::fs::rename(&new, &file)
    }

    /// Reads what [`Ecs::save`] wrote.
    pub(crate) fn load(&self, folder: &Path) -> io::Result<()> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => self.replace(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
