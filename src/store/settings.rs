//! What the data folder keeps besides the journal: the learner's seed, and settings by name.

use super::journal::Row;
use super::{FILE, Store, StoreError};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

impl Store {
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
        self.set_together(&[(name, value)], None)
    }

    /// Keeps settings, and adds an event to the journal where there is one: all of it or nothing. When this returns,
    /// neither SIGKILL nor a power cut loses it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn set_together(&self, settings: &[(&str, &str)], event: Option<&Value>) -> Result<(), StoreError> {
        let row = Row::new(&self.connection).map_err(|error| self.cannot_write(&error))?;
        self.write(&|connection| {
            let transaction = connection.unchecked_transaction()?;
            for (name, value) in settings {
                set(&transaction, name, value)?;
            }
            if let Some(event) = event {
                row.append(&transaction, event)?;
            }
            transaction.commit()
        })
    }
}

fn set(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
            [name, value],
        )
        .map(|_| ())
}
