//! Progress as one JSON document, and back.

use super::{Entry, Store, StoreError};
use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::Value;

const EXPORT_FORMAT: &str = "cahier-progression-1";

impl Store {
    /// Everything, and the seed that the learner works with, as one JSON document.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn export(&self, seed: u64) -> Result<Value, StoreError> {
        Ok(serde_json::json!({"format": EXPORT_FORMAT, "seed": seed, "entries": self.entries()?}))
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
        let refused = |error: &rusqlite::Error| StoreError::not_writable(&folder, error);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| refused(&error))?;
        let added = insert_missing(&transaction, seed, &entries).map_err(|error| refused(&error))?;
        transaction.commit().map_err(|error| refused(&error))?;
        Ok(added)
    }
}

fn read_export(document: &Value) -> Result<(Option<u64>, Vec<Entry>), StoreError> {
    if document["format"] != EXPORT_FORMAT {
        return Err(StoreError::NotAnExport(format!(
            "«\u{a0}format\u{a0}» devrait valoir {EXPORT_FORMAT:?}"
        )));
    }
    let entries =
        serde_json::from_value(document["entries"].clone()).map_err(|error| StoreError::not_json(&error))?;
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
