//! Opening the journal: made where it is missing, read where nothing can be written.

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// Another process holds the lock for milliseconds; a stopped laptop, for longer.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// WAL lets readers and one writer work at once; FULL makes each commit reach the disk before it is
/// acknowledged: <https://www.sqlite.org/pragma.html#pragma_synchronous>
pub(super) fn make(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
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

pub(super) fn existing(file: &Path) -> rusqlite::Result<Connection> {
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
pub(super) fn in_memory(folder: &Path) -> rusqlite::Result<Connection> {
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
