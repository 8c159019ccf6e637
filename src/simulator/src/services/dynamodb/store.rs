//! Tables and their items, account by account: dynoxide in memory, its saved states, its copy on disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use dynoxide::Database;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::policies::{Attached, Policies};
use super::tags::Remembered;
use super::throughput::{Saved, Throughput};
use super::tokens::{Seen, Tokens};
use crate::ACCOUNT;
use crate::clock::Clock;

/// The tables' store fails: out of memory, or no room for a copy.
#[derive(Debug, thiserror::Error)]
#[error("the store of DynamoDB's tables: {0}")]
pub(crate) struct StoreError(String);

impl StoreError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Every table of every account.
pub(crate) struct DynamoDb {
    clock: Arc<Clock>,
    accounts: RwLock<BTreeMap<String, Arc<Account>>>,
}

/// The tables of one account.
pub(crate) struct Account {
    /// Its number.
    pub(super) id: String,
    /// dynoxide; it locks by itself.
    pub(super) database: Database,
    /// What each table and index may consume, and what is left of it.
    pub(super) throughput: Throughput,
    /// The policies of its tables.
    pub(super) policies: Policies,
    /// The tags of its tables, as far as they were asked for.
    pub(super) tags: Remembered,
    /// What its transactions did lately.
    pub(super) tokens: Tokens,
}

impl Account {
    /// An account whose tables are in that database.
    pub(super) fn new(id: &str, database: Database) -> Self {
        Self {
            id: id.to_owned(),
            database,
            throughput: Throughput::default(),
            policies: Policies::default(),
            tags: Remembered::default(),
            tokens: Tokens::default(),
        }
    }
}

/// A saved state of [`DynamoDb`].
pub(crate) struct Snapshot {
    accounts: BTreeMap<String, (Copy, Kept)>,
}

/// What is kept of an account beside its tables.
#[derive(Clone, Default)]
struct Kept {
    throughput: Throughput,
    policies: Policies,
    tokens: Tokens,
}

/// A copy of the tables in an in-memory SQLite database, which lives as long as a connection to it.
struct Copy {
    uri: String,
    /// SQLite's connections may be sent between threads, but not shared by them.
    _alive: std::sync::Mutex<Connection>,
}

impl Copy {
    /// Copies the tables.
    fn of(database: &Database) -> Result<Self, StoreError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // The leading slash makes all connections of this process see the same database.
        let uri = format!("file:/cahier-tables-{number}?vfs=memdb");
        let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
        let alive = Connection::open_with_flags(&uri, flags).map_err(StoreError::of)?;
        database.vacuum_into(&uri).map_err(StoreError::of)?;
        Ok(Self {
            uri,
            _alive: std::sync::Mutex::new(alive),
        })
    }

    fn restore(&self, database: &Database) -> Result<(), StoreError> {
        database.restore_from(&self.uri).map_err(StoreError::of)
    }
}

/// dynoxide's times, read from the simulated clock.
struct SimulatedTime(Arc<Clock>);

impl dynoxide::storage_backend::Clock for SimulatedTime {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now().unix_timestamp()).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        (self.0.now() - time::OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
    }
}

/// What is written down beside the tables of an account.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Notes {
    throughput: BTreeMap<String, Saved>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    policies: BTreeMap<String, Attached>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tokens: Seen,
}

/// The file of the notes in the data folder.
const NOTES: &str = "throughput.json";

/// How the files of tables are named in the data folder: the first account's has no number.
fn file_name(account: &str) -> String {
    if account == ACCOUNT {
        "tables.sqlite".to_owned()
    } else {
        format!("tables-{account}.sqlite")
    }
}

fn text(path: &Path) -> std::io::Result<&str> {
    path.to_str()
        .ok_or_else(|| std::io::Error::other("the folder's name is not UTF-8"))
}

impl DynamoDb {
    /// No table yet; times are read from `clock`.
    pub(crate) fn new(clock: Arc<Clock>) -> Result<Self, StoreError> {
        let store = Self {
            clock,
            accounts: RwLock::default(),
        };
        store.open(ACCOUNT)?;
        Ok(store)
    }

    /// The tables of an account; none yet, when it has not been used.
    pub(super) fn account(&self, id: &str) -> Result<Arc<Account>, StoreError> {
        let known = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = known.get(id) {
            return Ok(Arc::clone(account));
        }
        drop(known);
        self.open(id)
    }

    /// The tables of an account that has been used.
    pub(super) fn used(&self, id: &str) -> Option<Arc<Account>> {
        let known = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }

    fn open(&self, id: &str) -> Result<Arc<Account>, StoreError> {
        let mut accounts = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = accounts.get(id) {
            return Ok(Arc::clone(account));
        }
        let account = Arc::new(self.empty(id, Kept::default())?);
        accounts.insert(id.to_owned(), Arc::clone(&account));
        Ok(account)
    }

    fn empty(&self, id: &str, kept: Kept) -> Result<Account, StoreError> {
        let time = Arc::new(SimulatedTime(Arc::clone(&self.clock)));
        let database = Database::memory_with_clock(time).map_err(StoreError::of)?;
        Ok(Account {
            throughput: kept.throughput,
            policies: kept.policies,
            tokens: kept.tokens,
            ..Account::new(id, database)
        })
    }

    /// Every account that has been used.
    pub(super) fn all(&self) -> Vec<Arc<Account>> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.values().cloned().collect()
    }

    fn replace(&self, accounts: BTreeMap<String, Arc<Account>>) {
        *self.accounts.write().unwrap_or_else(PoisonError::into_inner) = accounts;
    }

    /// Removes every table.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        self.replace(BTreeMap::new());
        self.open(ACCOUNT).map(|_| ())
    }

    /// Saves the tables and what is left of their capacity.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let accounts = self.all().into_iter().map(|account| {
            let tables = Copy::of(&account.database)?;
            let kept = Kept {
                throughput: account.throughput.clone(),
                policies: account.policies.clone(),
                tokens: account.tokens.clone(),
            };
            Ok((account.id.clone(), (tables, kept)))
        });
        let accounts = accounts.collect::<Result<_, StoreError>>()?;
        Ok(Snapshot { accounts })
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, saved: &Snapshot) -> Result<(), StoreError> {
        let accounts = saved.accounts.iter().map(|(id, (tables, kept))| {
            let account = self.empty(id, kept.clone())?;
            tables.restore(&account.database)?;
            Ok((id.clone(), Arc::new(account)))
        });
        self.replace(accounts.collect::<Result<_, StoreError>>()?);
        Ok(())
    }

    /// Puts another principal in the place of one in every policy.
    pub(crate) fn rename_principal(&self, former: &str, new: &str) {
        for account in self.all() {
            account.policies.rename_principal(former, new);
        }
    }

    /// Deletes the items whose time to live is over.
    pub(crate) fn expire(&self) {
        for account in self.all() {
            // An item that cannot be deleted now is deleted the next time.
            let _ = account.database.sweep_ttl();
        }
    }

    /// Writes the tables into a folder: a copy beside the former one, which it then replaces in one step.
    pub(crate) fn save(&self, folder: &Path) -> std::io::Result<()> {
        let mut notes = BTreeMap::new();
        for account in self.all() {
            let (new, file) = (folder.join("tables.new"), folder.join(file_name(&account.id)));
            let _ = std::fs::remove_file(&new);
            let copied = account.database.vacuum_into(text(&new)?);
            copied.map_err(std::io::Error::other)?;
            std::fs::File::open(&new)?.sync_all()?;
            std::fs::rename(&new, &file)?;
            let written = Notes {
                throughput: account.throughput.save(),
                policies: account.policies.all(),
                tokens: account.tokens.all(),
            };
            notes.insert(account.id.clone(), written);
        }
        let (new, file) = (folder.join("throughput.new"), folder.join(NOTES));
        std::fs::write(&new, serde_json::to_vec(&notes)?)?;
        std::fs::rename(&new, &file)
    }

    /// Reads what [`DynamoDb::save`] wrote; every bucket of capacity is full again.
    pub(crate) fn load(&self, folder: &Path) -> std::io::Result<()> {
        let notes = match std::fs::read(folder.join(NOTES)) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                BTreeMap::from([(ACCOUNT.to_owned(), Notes::default())])
            }
            Err(error) => return Err(error),
        };
        let mut accounts = BTreeMap::new();
        for (id, notes) in notes {
            let kept = Kept {
                throughput: Throughput::load(notes.throughput, self.clock.now()),
                policies: Policies::of(notes.policies),
                tokens: Tokens::of(notes.tokens),
            };
            let account = self.empty(&id, kept).map_err(std::io::Error::other)?;
            let file = folder.join(file_name(&id));
            if file.exists() {
                let read = account.database.restore_from(text(&file)?);
                read.map_err(std::io::Error::other)?;
            }
            accounts.insert(id, Arc::new(account));
        }
        self.replace(accounts);
        Ok(())
    }
}
