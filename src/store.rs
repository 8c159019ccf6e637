//! The learner's data folder: the append-only journal of progress, the learner's seed, settings.

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What went wrong with the data folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be written: read-only, full, or somebody else's.
    #[error("le dossier de données {folder} n’accepte pas d’écriture ({reason})")]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Its journal cannot be read.
    #[error("le journal de progression {file} est illisible ({reason})")]
    Unreadable {
        /// The journal's file.
        file: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// A file to import is not an export of ours.
    #[error("ce fichier n’est pas un export de progression de Cahier ({0})")]
    NotAnExport(String),
}

/// One line of the journal, as it is exported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// 128 random bits in hexadecimal: what makes importing twice harmless.
    pub id: String,
    /// Seconds since 1970.
    pub at: i64,
    /// What happened.
    pub event: Value,
}

/// An open data folder.
pub struct Store {
    folder: PathBuf,
    connection: Connection,
    read_only: Option<String>,
}

const FILE: &str = "progression.sqlite3";
/// Another process holds the lock for milliseconds; a stopped laptop, for longer.
const PATIENCE: Duration = Duration::from_secs(10);
const EXPORT_FORMAT: &str = "cahier-progression-1";

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS event (
        rank INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        body TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TRIGGER IF NOT EXISTS event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'append-only'); END;
    CREATE TRIGGER IF NOT EXISTS event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'append-only'); END;
    INSERT OR IGNORE INTO setting VALUES ('seed', 1 + abs(random() % 999999));
";

/// `CAHIER_DATA_DIR`, else the system's place for application data.
pub fn data_folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("CAHIER_DATA_DIR").filter(|folder| !folder.is_empty()) {
        return PathBuf::from(folder);
    }
    dirs::data_dir()
        .unwrap_or_else(|| PathBuf::from(".cahier-donnees"))
        .join("cahier")
}

impl Store {
    /// Opens the journal in `folder`, and makes it when it is missing. Where nothing can be written, what
    /// exists is opened for reading only, and an empty journal in memory stands for what does not.
    ///
    /// # Errors
    /// When a journal is there and cannot be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        match Self::open_writable(folder) {
            Ok(connection) => Ok(Self {
                folder: folder.to_owned(),
                connection,
                read_only: None,
            }),
            Err(reason) => Self::open_read_only(folder, reason),
        }
    }

    fn open_writable(folder: &Path) -> Result<Connection, String> {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let open = || -> rusqlite::Result<Connection> {
            let mut connection = Connection::open(folder.join(FILE))?;
            connection.busy_timeout(PATIENCE)?;
            make(&mut connection)?;
            Ok(connection)
        };
        open().map_err(|error| error.to_string())
    }

    fn open_read_only(folder: &Path, reason: String) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        let connection = if std::fs::metadata(&file).is_ok_and(|metadata| metadata.len() > 0) {
            open_existing(&file)
        } else {
            in_memory(folder)
        };
        let connection = connection.map_err(|error| StoreError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            connection,
            read_only: Some(reason),
        })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Why nothing can be written, if nothing can.
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
    }

    /// Adds one event. When this returns, neither SIGKILL nor a power cut loses it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn append(&self, event: &Value) -> Result<(), StoreError> {
        self.writable()?;
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        self.connection
            .execute(
                "INSERT INTO event (id, at, body) VALUES (lower(hex(randomblob(16))), ?1, ?2)",
                params![now, event.to_string()],
            )
            .map_err(|error| self.cannot_write(&error))?;
        Ok(())
    }

    /// The whole journal, oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let mut statement = self
                .connection
                .prepare("SELECT id, at, body FROM event ORDER BY rank")?;
            let rows = statement.query_map([], |row| {
                let body: String = row.get(2)?;
                Ok(Entry {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    event: serde_json::from_str(&body).unwrap_or(Value::Null),
                })
            })?;
            rows.collect()
        };
        read().map_err(|error| self.cannot_read(&error))
    }

    /// The seed of the learner's own: from 1 to 999999, drawn once.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn seed(&self) -> Result<u64, StoreError> {
        let text = self.setting("seed")?.unwrap_or_default();
        text.parse().map_err(|_| StoreError::Unreadable {
            file: self.folder.join(FILE),
            reason: format!("graine {text:?}"),
        })
    }

    /// A setting's value.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.connection
            .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|error| self.cannot_read(&error))
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn set(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.writable()?;
        self.connection
            .execute(
                "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                [name, value],
            )
            .map_err(|error| self.cannot_write(&error))?;
        Ok(())
    }

    /// Everything, as one JSON document.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn export(&self) -> Result<Value, StoreError> {
        Ok(serde_json::json!({"format": EXPORT_FORMAT, "seed": self.seed()?, "entries": self.entries()?}))
    }

    /// Adds the entries of an export that are not here yet, all or none, and tells how many they were. An
    /// empty journal takes the export's seed too: the learner moved to another machine.
    ///
    /// # Errors
    /// When `document` is not an export, or the folder cannot be written.
    pub fn import(&mut self, document: &Value) -> Result<usize, StoreError> {
        self.writable()?;
        let (seed, entries) = read_export(document)?;
        let folder = self.folder.clone();
        let refused = |error: &rusqlite::Error| not_writable(&folder, error);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| refused(&error))?;
        let added = insert_missing(&transaction, seed, &entries).map_err(|error| refused(&error))?;
        transaction.commit().map_err(|error| refused(&error))?;
        Ok(added)
    }

    /// # Errors
    /// When the folder cannot be written.
    pub fn writable(&self) -> Result<(), StoreError> {
        match &self.read_only {
            Some(reason) => Err(StoreError::NotWritable {
                folder: self.folder.clone(),
                reason: reason.clone(),
            }),
            None => Ok(()),
        }
    }

    fn cannot_write(&self, error: &rusqlite::Error) -> StoreError {
        not_writable(&self.folder, error)
    }

    fn cannot_read(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::Unreadable {
            file: self.folder.join(FILE),
            reason: error.to_string(),
        }
    }
}

fn not_writable(folder: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError::NotWritable {
        folder: folder.to_owned(),
        reason: error.to_string(),
    }
}

/// WAL lets readers and one writer work at once; FULL makes each commit reach the disk before it is
/// acknowledged: <https://www.sqlite.org/pragma.html#pragma_synchronous>
fn make(connection: &mut Connection) -> rusqlite::Result<()> {
    let started = std::time::Instant::now();
    // Switching to WAL does not go through the busy handler.
    while let Err(error) = connection.pragma_update(None, "journal_mode", "WAL") {
        let busy = matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
        );
        if !busy || started.elapsed() > PATIENCE {
            return Err(error);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", 1)?;
        transaction.commit()?;
    }
    // Opening says nothing about writing: a read-only folder is found out here, not at the first verdict.
    connection.execute_batch("BEGIN IMMEDIATE; COMMIT;")
}

fn open_existing(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let readable = |connection: Connection| -> rusqlite::Result<Connection> {
        connection.query_row("SELECT count(*) FROM event", [], |_| Ok(()))?;
        Ok(connection)
    };
    // A WAL database needs its -shm file, which a read-only folder may not allow: then it is read as
    // a file that nobody changes. https://www.sqlite.org/wal.html#read_only_databases
    Connection::open_with_flags(file, flags)
        .and_then(readable)
        .or_else(|_| {
            let escaped = file
                .to_string_lossy()
                .replace('%', "%25")
                .replace('?', "%3f")
                .replace('#', "%23");
            Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags).and_then(readable)
        })
}

/// A seed that is the same at each start, although it cannot be kept: drawn from the folder's name.
fn in_memory(folder: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(SCHEMA)?;
    let seed = folder
        .to_string_lossy()
        .bytes()
        .fold(7_u64, |seed, byte| (seed * 31 + u64::from(byte)) % 999_999);
    connection.execute(
        "UPDATE setting SET value = ?1 WHERE name = 'seed'",
        [(seed + 1).to_string()],
    )?;
    Ok(connection)
}

fn read_export(document: &Value) -> Result<(Option<u64>, Vec<Entry>), StoreError> {
    if document["format"] != EXPORT_FORMAT {
        return Err(StoreError::NotAnExport(format!(
            "«\u{a0}format\u{a0}» devrait valoir {EXPORT_FORMAT:?}"
        )));
    }
    let entries = serde_json::from_value(document["entries"].clone())
        .map_err(|error| StoreError::NotAnExport(error.to_string()))?;
    Ok((document["seed"].as_u64(), entries))
}

fn insert_missing(connection: &Connection, seed: Option<u64>, entries: &[Entry]) -> rusqlite::Result<usize> {
    let empty: bool =
        connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM event)", [], |row| row.get(0))?;
    if let (true, Some(seed)) = (empty, seed) {
        connection.execute(
            "UPDATE setting SET value = ?1 WHERE name = 'seed'",
            [seed.to_string()],
        )?;
    }
    let mut statement =
        connection.prepare("INSERT OR IGNORE INTO event (id, at, body) VALUES (?1, ?2, ?3)")?;
    let mut added = 0;
    for entry in entries {
        added += statement.execute(params![entry.id, entry.at, entry.event.to_string()])?;
    }
    Ok(added)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_appended_is_read_back_in_order_by_another_opening() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.append(&json!({"n": 1})).unwrap();
        store.append(&json!({"n": 2})).unwrap();
        let again = Store::open(folder.path()).unwrap();
        let events: Vec<Value> = again
            .entries()
            .unwrap()
            .into_iter()
            .map(|entry| entry.event)
            .collect();
        assert_eq!(events, [json!({"n": 1}), json!({"n": 2})]);
        assert_eq!(again.seed().unwrap(), store.seed().unwrap());
    }

    #[test]
    fn the_journal_refuses_to_be_rewritten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.append(&json!(1)).unwrap();
        assert!(store.connection.execute("DELETE FROM event", []).is_err());
        assert!(store.connection.execute("UPDATE event SET at = 0", []).is_err());
    }

    #[test]
    fn an_export_is_imported_once_however_often_it_is_given() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let source = Store::open(here.path()).unwrap();
        source.append(&json!({"n": 1})).unwrap();
        source.append(&json!({"n": 2})).unwrap();
        let document = source.export().unwrap();
        let mut target = Store::open(there.path()).unwrap();
        assert_eq!(target.import(&document).unwrap(), 2);
        assert_eq!(target.import(&document).unwrap(), 0);
        assert_eq!(target.entries().unwrap(), source.entries().unwrap());
        assert_eq!(target.seed().unwrap(), source.seed().unwrap());
    }

    #[test]
    fn a_foreign_file_is_not_imported() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let refused = store.import(&json!({"format": "autre"})).unwrap_err();
        assert!(matches!(refused, StoreError::NotAnExport(_)));
        assert_eq!(store.entries().unwrap(), []);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_read_as_empty_and_refuses_writing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let store = Store::open(&file.path().join("cahier")).unwrap();
        assert!(store.read_only().is_some());
        assert_eq!(store.entries().unwrap(), []);
        let again = Store::open(&file.path().join("cahier")).unwrap();
        assert_eq!(store.seed().unwrap(), again.seed().unwrap());
        assert!(matches!(
            store.append(&json!(1)),
            Err(StoreError::NotWritable { .. })
        ));
    }

    #[test]
    fn several_writers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                scope.spawn(move || {
                    let store = Store::open(path).unwrap();
                    for rank in 0..10 {
                        store.append(&json!({"writer": writer, "rank": rank})).unwrap();
                    }
                });
            }
        });
        assert_eq!(Store::open(path).unwrap().entries().unwrap().len(), 40);
    }
}
