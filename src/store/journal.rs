//! The journal of progress: events are added and read, never changed.

use super::{Store, StoreError};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

impl Store {
    /// Adds one event. When this returns, neither SIGKILL nor a power cut loses it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn append(&self, event: &Value) -> Result<(), StoreError> {
        let row = Row::new(&self.connection).map_err(|error| self.cannot_write(&error))?;
        self.write(&|connection| row.append(connection, event))
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
}

/// What an event is known by, wherever it is written.
pub(super) struct Row {
    id: String,
    at: i64,
}

impl Row {
    /// That of an event of now.
    pub(super) fn new(connection: &Connection) -> rusqlite::Result<Self> {
        let random = "SELECT lower(hex(randomblob(16)))";
        Ok(Self {
            id: connection.query_row(random, [], |row| row.get(0))?,
            at: time::OffsetDateTime::now_utc().unix_timestamp(),
        })
    }

    /// Adds the event, inside whatever transaction there is.
    pub(super) fn append(&self, connection: &Connection, event: &Value) -> rusqlite::Result<()> {
        connection
            .execute(
                "INSERT INTO event (id, at, body) VALUES (?1, ?2, ?3)",
                params![self.id, self.at, event.to_string()],
            )
            .map(|_| ())
    }
}
