//! The folder of one simulator's packages: locked while it lives, removed by it, or by the next one where it was killed.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// How these folders' names begin.
const PREFIX: &str = "cahier-lambda-";

/// The file in each that is locked as long as its simulator lives.
const LOCK: &str = "lock";

/// A folder in the system's place for such, which goes away with this.
#[derive(Debug)]
pub(super) struct Place {
    folder: TempDir,
    /// The lock goes with it, also when the process is killed.
    _lock: File,
}

impl Place {
    /// A new one; those that dead simulators left are removed.
    pub(super) fn new() -> io::Result<Self> {
        let system = std::env::temp_dir();
        remove_abandoned(&system);
        Self::new_in(&system)
    }

    fn new_in(system: &Path) -> io::Result<Self> {
        let folder = TempDir::with_prefix_in(PREFIX, system)?;
        // It has its name only once it is locked: nobody may find it free before.
        let new = folder.path().join("new");
        let lock = File::create(&new)?;
        lock.lock()?;
        fs::rename(new, folder.path().join(LOCK))?;
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders of simulators that are no more: nobody holds their locks. What cannot be looked at is somebody
/// else's.
fn remove_abandoned(system: &Path) {
    for entry in fs::read_dir(system).into_iter().flatten().flatten() {
        let ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX));
        let free = || Some(File::open(entry.path().join(LOCK)).ok()?.try_lock().is_ok());
        if ours && free() == Some(true) {
            // Another simulator may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_dead_simulator_left_is_removed_and_what_a_living_one_has_stays() {
        let system = TempDir::new().unwrap();
        let living = Place::new_in(system.path()).unwrap();
        let Place { folder, _lock: lock } = Place::new_in(system.path()).unwrap();
        let left = folder.keep();
        drop(lock);
        fs::create_dir(system.path().join("cahier-lambda-other")).unwrap();
        remove_abandoned(system.path());
        assert!(living.path().join(LOCK).exists());
        assert!(!left.exists());
        assert!(system.path().join("cahier-lambda-other").exists());
    }
}
