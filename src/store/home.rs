//! The journal's file, where somebody takes it away while it is open: it is written there again, with all that is known.

use super::{FILE, StoreError, open};
use rusqlite::Connection;
use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What tells a file from another one of its name: device and number.
type Id = (u64, u64);

/// Where the journal lies.
pub(super) struct Home {
    folder: PathBuf,
    /// The file that was opened.
    opened: Option<Id>,
    /// The one that was written in its place, which gets from then on what the opened one gets.
    again: RefCell<Option<(Id, Connection)>>,
}

impl Home {
    /// Of a journal that was just opened.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            opened: id(&folder.join(FILE)),
            again: RefCell::new(None),
        }
    }

    /// Sees to it that what `write` has written by `connection` is where the next start looks for it.
    pub(super) fn keep(
        &self,
        connection: &Connection,
        write: &dyn Fn(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let there = id(&self.folder.join(FILE));
        if there.is_some() && there == self.opened {
            return Ok(());
        }
        let failed = |error: rusqlite::Error| StoreError::not_writable(&self.folder, &error);
        let mut again = self.again.borrow_mut();
        match (&*again, there) {
            (Some((known, copy)), Some(there)) if *known == there => write(copy).map_err(failed),
            (_, Some(_)) => Err(self.refused(
                "un autre journal y a pris la place de celui-ci\u{a0}: quitte Cahier et relance-le"
                    .to_owned(),
            )),
            (_, None) => {
                *again = Some(self.restore(connection)?);
                Ok(())
            }
        }
    }

    fn restore(&self, connection: &Connection) -> Result<(Id, Connection), StoreError> {
        let file = self.folder.join(FILE);
        let new = file.with_extension("nouveau");
        let system = |error: std::io::Error| self.refused(crate::failure::system(&error));
        let sqlite = |error: rusqlite::Error| StoreError::not_writable(&self.folder, &error);
        fs::create_dir_all(&self.folder).map_err(system)?;
        // What belonged to the file that is gone would be taken for the new one's.
        for left in ["-wal", "-shm"] {
            let _ = fs::remove_file(self.folder.join(format!("{FILE}{left}")));
        }
        let _ = fs::remove_file(&new);
        connection
            .execute("VACUUM INTO ?1", [new.to_string_lossy()])
            .map_err(sqlite)?;
        fs::rename(&new, &file).map_err(system)?;
        let mut copy = Connection::open(&file).map_err(sqlite)?;
        open::make(&mut copy).map_err(sqlite)?;
        Ok((id(&file).unwrap_or_default(), copy))
    }

    fn refused(&self, reason: String) -> StoreError {
        StoreError::NotWritable {
            folder: self.folder.clone(),
            reason,
        }
    }
}

fn id(file: &Path) -> Option<Id> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.dev(), metadata.ino()))
}
