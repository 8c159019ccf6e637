//! What ECS remembers, account by account.

mod agenda;
mod cluster;
mod definition;
mod ledger;
mod task;
mod token;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use super::settings::Settings;
use super::web::{Listening, Web};
use crate::cloud::Cloud;

pub(super) use agenda::{Agenda, Due, Step, What};
pub(super) use cluster::{Cluster, StrategyItem};
pub(super) use definition::{DefinitionStatus, Family, TaskDefinition};
pub(super) use ledger::{Bill, Quotas, Used};
pub(super) use task::{Container, Interface, Network, Process, Size, Status, StopCode, Task, TaskKey, Times};
pub(super) use token::Token;

/// Keys and values.
pub(super) type Tags = BTreeMap<String, String>;

/// One account's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Account {
    /// Its clusters, by name.
    pub(super) clusters: BTreeMap<String, Cluster>,
    /// Its families of task definitions, by name.
    pub(super) families: BTreeMap<String, Family>,
    /// Its settings.
    pub(super) settings: Settings,
    /// How many vCPUs it may use on Fargate.
    pub(super) quotas: Quotas,
    /// How many CPU units its tasks use.
    pub(super) used: Used,
    /// What its tasks that are over were billed for.
    pub(super) ledger: Vec<Bill>,
    /// The client tokens that were used, by themselves.
    pub(super) tokens: BTreeMap<String, Token>,
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
    /// Whether what tasks serve may have changed.
    #[serde(skip)]
    pub(super) web_changed: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: BTreeMap::new(),
            agenda: Agenda::default(),
            reached: OffsetDateTime::UNIX_EPOCH,
            web_changed: true,
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
    pub(super) fn task(&mut self, key: &TaskKey) -> Option<&mut Task> {
        self.cluster(&key.account, &key.cluster)?.tasks.get_mut(&key.id)
    }
}

/// What ECS remembers.
#[derive(Debug, Default)]
pub(crate) struct Ecs {
    state: Mutex<State>,
    /// What tasks serve on this machine.
    pub(super) web: Web,
    /// Wakes who waits for what falls due next.
    pub(super) woken: Notify,
    /// How much was written into the agenda when it was last woken.
    noted: AtomicU64,
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

    /// From now on, what tasks serve is answered by this server.
    pub(crate) fn serve_with(&self, server: UnboundedSender<Listening>) {
        self.web.serve_with(server);
        self.lock().web_changed = true;
    }

    /// Lets what is outside of the state follow it: open ports, and who waits.
    pub(super) fn settle(&self, cloud: &Cloud, state: &mut State) {
        if std::mem::take(&mut state.web_changed) {
            self.web.settle(cloud, &state.accounts);
        }
        let written = state.agenda.written();
        if self.noted.swap(written, Ordering::Relaxed) != written {
            self.woken.notify_one();
        }
    }

    /// Looks again who lets whom in: security groups may have changed.
    pub(crate) fn look_at_ports(&self, cloud: &Cloud) {
        let mut state = self.lock();
        state.web_changed = true;
        self.settle(cloud, &mut state);
    }

    fn replace(&self, mut state: State) {
        state.web_changed = true;
        *self.lock() = state;
        self.woken.notify_one();
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
