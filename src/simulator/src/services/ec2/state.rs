//! What EC2 remembers, account by account: security groups, network interfaces, tags. The rest of a default VPC follows
//! from the account's number.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::attached::Interfaces;
use super::group::Group;
use super::network::Network;

/// Keys and values.
pub(super) type Tags = BTreeMap<String, String>;

/// One account's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Account {
    /// Its number.
    pub(super) id: String,
    /// Its security groups, by id.
    pub(super) groups: BTreeMap<String, Group>,
    /// Its network interfaces, by id.
    pub(super) interfaces: Interfaces,
    /// The tags of whatever has any, by the id of what bears them.
    pub(super) tags: BTreeMap<String, Tags>,
}

impl Account {
    /// An account as AWS hands it over: with its default VPC, whose default group is the only one.
    pub(super) fn new(id: &str) -> Self {
        let network = Network::of(id);
        let group = Group::default_of(id, &network);
        Self {
            id: id.to_owned(),
            groups: BTreeMap::from([(group.id.clone(), group)]),
            interfaces: Interfaces::default(),
            tags: BTreeMap::new(),
        }
    }

    /// Its default VPC.
    pub(super) fn network(&self) -> Network {
        Network::of(&self.id)
    }

    /// The tags of something.
    pub(super) fn tags_of(&self, id: &str) -> Tags {
        self.tags.get(id).cloned().unwrap_or_default()
    }
}

/// Every account's, by its number.
pub(super) type Accounts = BTreeMap<String, Account>;

/// What EC2 remembers.
#[derive(Debug, Default)]
pub(crate) struct Ec2 {
    accounts: Mutex<Accounts>,
}

/// A saved state of [`Ec2`].
pub(crate) struct Snapshot(Accounts);

/// The file in the data folder.
const FILE: &str = "ec2.json";

impl Ec2 {
    /// Every account's, to be read or changed.
    pub(super) fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with what an account has.
    pub(super) fn with<T>(&self, account: &str, act: impl FnOnce(&mut Account) -> T) -> T {
        act(opened(&mut self.lock(), account))
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Saves the state.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.lock().clone())
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, saved: &Snapshot) {
        self.lock().clone_from(&saved.0);
    }

    /// Writes the state into a folder.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        let (new, file) = (folder.join("ec2.new"), folder.join(FILE));
        std::fs::write(&new, serde_json::to_vec(&*self.lock())?)?;
        std::fs::rename(&new, &file)
    }

    /// Reads what [`Ec2::save`] wrote.
    pub(crate) fn load(&self, folder: &Path) -> io::Result<()> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => *self.lock() = serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// An account's, which it has from the first time that anyone looks.
pub(super) fn opened<'a>(accounts: &'a mut Accounts, account: &str) -> &'a mut Account {
    accounts
        .entry(account.to_owned())
        .or_insert_with(|| Account::new(account))
}
