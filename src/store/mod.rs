//! The learner's data folder: the append-only journal of progress, the learner's seed, settings.

mod error;
mod home;
mod journal;
mod open;
mod settings;
#[cfg(test)]
mod tests;
mod transfer;

pub use error::StoreError;
pub use journal::Entry;

use error::reason;
use home::Home;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// An open data folder.
pub struct Store {
    folder: PathBuf,
    connection: Connection,
    home: Home,
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
        let file = folder.join(FILE);
        if file.is_dir() {
            let reason = "c’est un dossier".to_owned();
            return Err(StoreError::Unreadable { file, reason });
        }
        match Self::open_writable(folder) {
            Ok(connection) => Ok(Self {
                folder: folder.to_owned(),
                connection,
                home: Home::new(folder),
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
            home: Home::new(folder),
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

    /// Whether something can be kept.
    ///
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

    /// Writes, where the next start finds it.
    fn write(&self, write: &dyn Fn(&Connection) -> rusqlite::Result<()>) -> Result<(), StoreError> {
        self.writable()?;
        write(&self.connection).map_err(|error| self.cannot_write(&error))?;
        self.home.keep(&self.connection, write)
    }

    fn cannot_write(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::not_writable(&self.folder, error)
    }

    fn cannot_read(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::Unreadable {
            file: self.folder.join(FILE),
            reason: reason(error),
        }
    }
}
