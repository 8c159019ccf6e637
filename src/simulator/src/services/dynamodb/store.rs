//! Tables and their items: dynoxide in memory, its saved states, its copy on disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dynoxide::Database;
use rusqlite::{Connection, OpenFlags};

use super::capacity::Capacity;
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

/// Every table.
pub(crate) struct DynamoDb {
    /// dynoxide; it locks by itself.
    pub(super) database: Database,
    /// The capacity left of each table and index.
    pub(super) capacity: Capacity,
    /// The state without any table.
    pristine: Copy,
}

/// A saved state of [`DynamoDb`].
pub(crate) struct Snapshot {
    tables: Copy,
    capacity: Capacity,
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

/// The file of the tables in the data folder.
const FILE: &str = "tables.sqlite";

impl DynamoDb {
    /// No table yet; times are read from `clock`.
    pub(crate) fn new(clock: Arc<Clock>) -> Result<Self, StoreError> {
        let time = Arc::new(SimulatedTime(clock));
        let database = Database::memory_with_clock(time).map_err(StoreError::of)?;
        let pristine = Copy::of(&database)?;
        Ok(Self {
            database,
            capacity: Capacity::default(),
            pristine,
        })
    }

    /// Removes every table.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        self.pristine.restore(&self.database)?;
        self.capacity.replace(&Capacity::default());
        Ok(())
    }

    /// Saves the tables and what is left of their capacity.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot {
            tables: Copy::of(&self.database)?,
            capacity: self.capacity.clone(),
        })
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, saved: &Snapshot) -> Result<(), StoreError> {
        saved.tables.restore(&self.database)?;
        self.capacity.replace(&saved.capacity);
        Ok(())
    }

    /// Deletes the items whose time to live is over.
    pub(crate) fn expire(&self) {
        // An item that cannot be deleted now is deleted the next time.
        let _ = self.database.sweep_ttl();
    }

    /// Writes the tables into a folder: a copy beside the former one, which it then replaces in one step.
    pub(crate) fn save(&self, folder: &Path) -> std::io::Result<()> {
        let (new, file) = (folder.join("tables.new"), folder.join(FILE));
        let _ = std::fs::remove_file(&new);
        let path = new
            .to_str()
            .ok_or_else(|| std::io::Error::other("the folder's name is not UTF-8"))?;
        self.database.vacuum_into(path).map_err(std::io::Error::other)?;
        std::fs::File::open(&new)?.sync_all()?;
        std::fs::rename(&new, &file)
    }

    /// Reads what [`DynamoDb::save`] wrote; every bucket of capacity is full again.
    pub(crate) fn load(&self, folder: &Path) -> std::io::Result<()> {
        let file = folder.join(FILE);
        if !file.exists() {
            return Ok(());
        }
        let path = file
            .to_str()
            .ok_or_else(|| std::io::Error::other("the folder's name is not UTF-8"))?;
        self.database.restore_from(path).map_err(std::io::Error::other)?;
        self.capacity.replace(&Capacity::default());
        Ok(())
    }
}
