//! The data folder: who holds it, and which generation of the saved state and its log counts.
//!
//! `CURRENT` names the generation N. `state-N` is the whole state when the generation began, `log-N` what has happened
//! since. The next generation is written beside it, and counts once `CURRENT` names it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The data folder, held by this process alone.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    generation: u64,
    /// The lock goes with it, also when the process is killed.
    _lock: File,
}

/// Why the folder cannot be held.
pub(super) enum Unavailable {
    /// Another process holds it.
    InUse,
    /// The system refuses.
    Io(io::Error),
}

impl From<io::Error> for Unavailable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

const CURRENT: &str = "CURRENT";

impl Folder {
    /// Takes the folder, which is made if it is not there.
    pub(super) fn hold(path: &Path) -> Result<Self, Unavailable> {
        fs::create_dir_all(path)?;
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Unavailable::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let generation = match fs::read_to_string(path.join(CURRENT)) {
            Ok(number) => number
                .trim()
                .parse()
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "CURRENT does not hold a number"))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error.into()),
        };
        let folder = Self {
            path: path.to_owned(),
            generation,
            _lock: lock,
        };
        folder.sweep()?;
        Ok(folder)
    }

    /// Where the state of the present generation is; generation 0 begins with nothing.
    pub(super) fn state(&self) -> PathBuf {
        self.state_of(self.generation)
    }

    /// Where the changes since then are.
    pub(super) fn log(&self) -> PathBuf {
        self.log_of(self.generation)
    }

    /// Keeps a copy of the log, which the next generation would remove.
    pub(super) fn keep_log(&self) -> io::Result<PathBuf> {
        let kept = self.log().with_extension("refused");
        fs::copy(self.log(), &kept)?;
        Ok(kept)
    }

    /// Begins the next generation with the state that `write` puts into a folder.
    ///
    /// Killed at any moment, either generation counts whole. `write` finds the bodies of the former state in place
    /// already: they never change.
    pub(super) fn renew(&mut self, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let next = self.generation + 1;
        let state = self.state_of(next);
        let _ = fs::remove_dir_all(&state);
        fs::create_dir_all(&state)?;
        link_bodies(&self.state(), &state)?;
        write(&state)?;
        File::create(self.log_of(next))?.sync_all()?;
        let partial = self.path.join("CURRENT.partial");
        fs::write(&partial, next.to_string())?;
        File::open(&partial)?.sync_all()?;
        fs::rename(&partial, self.path.join(CURRENT))?;
        File::open(&self.path)?.sync_all()?;
        self.generation = next;
        self.sweep()
    }

    /// Removes what belongs to no generation that counts.
    fn sweep(&self) -> io::Result<()> {
        let kept = [self.state(), self.log()];
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if kept.contains(&path) {
                continue;
            }
            if name.starts_with("state-") {
                fs::remove_dir_all(&path)?;
            } else if name.starts_with("log-") && path.extension().is_none() {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    fn state_of(&self, generation: u64) -> PathBuf {
        self.path.join(format!("state-{generation}"))
    }

    fn log_of(&self, generation: u64) -> PathBuf {
        self.path.join(format!("log-{generation}"))
    }
}

/// Where a saved state keeps the bodies of S3's objects, named by their hash.
const BODIES: &str = "s3/bodies";

fn link_bodies(former: &Path, state: &Path) -> io::Result<()> {
    let former = former.join(BODIES);
    if !former.is_dir() {
        return Ok(());
    }
    let bodies = state.join(BODIES);
    fs::create_dir_all(&bodies)?;
    for entry in fs::read_dir(&former)? {
        let entry = entry?;
        let target = bodies.join(entry.file_name());
        // A file system without hard links gets a copy from whoever writes the state.
        let _ = fs::hard_link(entry.path(), target);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn hold(path: &Path) -> Folder {
        Folder::hold(path).map_err(|_| "not held").unwrap()
    }

    #[test]
    fn one_process_at_a_time_holds_the_folder() {
        let temporary = tempfile::tempdir().unwrap();
        let held = hold(temporary.path());
        assert!(matches!(Folder::hold(temporary.path()), Err(Unavailable::InUse)));
        drop(held);
        hold(temporary.path());
    }

    #[test]
    fn a_generation_counts_only_once_it_is_whole() {
        let temporary = tempfile::tempdir().unwrap();
        let mut folder = hold(temporary.path());
        folder.renew(|state| fs::write(state.join("a"), "un")).unwrap();
        fs::write(folder.log(), "changes").unwrap();
        folder
            .renew(|_| Err(io::Error::other("the disk is full")))
            .unwrap_err();
        assert_eq!(fs::read_to_string(folder.log()).unwrap(), "changes");
        drop(folder);
        let mut folder = hold(temporary.path());
        assert_eq!(fs::read_to_string(folder.state().join("a")).unwrap(), "un");
        assert_eq!(fs::read_to_string(folder.log()).unwrap(), "changes");
        folder.renew(|state| fs::write(state.join("a"), "deux")).unwrap();
        assert_eq!(fs::read_to_string(folder.log()).unwrap(), "");
        assert_eq!(fs::read_to_string(folder.state().join("a")).unwrap(), "deux");
        // The lock, CURRENT, one state and one log.
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 4);
    }

    #[test]
    fn bodies_that_are_there_are_not_written_again() {
        let temporary = tempfile::tempdir().unwrap();
        let mut folder = hold(temporary.path());
        let body = |state: &Path| state.join(BODIES).join("hash");
        folder
            .renew(|state| {
                fs::create_dir_all(state.join(BODIES))?;
                fs::write(body(state), "bytes")
            })
            .unwrap();
        folder
            .renew(|state| {
                assert_eq!(fs::read_to_string(body(state)).unwrap(), "bytes");
                Ok(())
            })
            .unwrap();
        assert_eq!(fs::read_to_string(body(&folder.state())).unwrap(), "bytes");
    }
}
