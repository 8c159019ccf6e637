//! The learner's data folder: the append-only journal of progress, the learner's seed, settings.

mod open;
mod transfer;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

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
        std::fs::create_dir_all(folder).map_err(|error| crate::failure::system(&error))?;
        let open = || -> rusqlite::Result<Connection> {
            let mut connection = Connection::open(folder.join(FILE))?;
            open::make(&mut connection)?;
            Ok(connection)
        };
        open().map_err(|error| reason(&error))
    }

    fn open_read_only(folder: &Path, refused: String) -> Result<Self, StoreError> {
        let file = folder.join(FILE);
        let connection = if std::fs::metadata(&file).is_ok_and(|metadata| metadata.len() > 0) {
            open::existing(&file)
        } else {
            open::in_memory(folder)
        };
        let connection = connection.map_err(|error| StoreError::Unreadable {
            file: file.clone(),
            reason: reason(&error),
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            connection,
            read_only: Some(refused),
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
        reason: reason(error),
    }
}

/// What SQLite said, in French where it is one of the usual things.
fn reason(error: &rusqlite::Error) -> String {
    let words = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "le disque est plein",
        Some(ErrorCode::ReadOnly) => "lecture seule",
        Some(ErrorCode::CannotOpen) => "le fichier ne s’ouvre pas",
        Some(ErrorCode::PermissionDenied) => "accès refusé",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "un autre programme l’occupe",
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "ce n’est pas un journal de Cahier",
        Some(ErrorCode::SystemIoFailure) => "une lecture ou une écriture a échoué",
        _ => return error.to_string(),
    };
    words.to_owned()
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
