//! Gives back the disk space of what is not needed.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::toolchain::Toolchain;
use super::{LOCK, PrepareError, keyed};

/// Beginning of the names of builds; a key follows.
pub(super) const BUILD: &str = "crates-";
/// Hexadecimal digits of a key.
const KEY_LENGTH: usize = 16;

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleaned {
    /// Bytes of the files that are gone.
    pub bytes: u64,
}

/// Whether this is a preparation or a build of one: a folder that is called by its key. Whatever else lies there is
/// somebody's.
pub(super) fn is_ours(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let key = name.strip_prefix(BUILD).unwrap_or(name);
    let is_key = key.len() == KEY_LENGTH && key.bytes().all(|letter| letter.is_ascii_hexdigit());
    is_key && path.is_dir() && !path.is_symlink()
}

/// Removes from `folder` what the present program and toolchain do not need: preparations of other
/// versions, builds that were interrupted. With `all`, the present preparation too. A Cahier that is open
/// and uses what is removed compiles no cell any more.
///
/// # Errors
/// While something is being prepared there, when there is no toolchain (but for `all`), or when a file
/// cannot be removed.
pub fn clean(folder: &Path, all: bool) -> Result<Cleaned, PrepareError> {
    if !folder.is_dir() {
        return Ok(Cleaned { bytes: 0 });
    }
    let failed = |error: io::Error| PrepareError::folder(folder, error);
    let lock = File::create(folder.join(LOCK)).map_err(failed)?;
    lock.try_lock().map_err(|_| PrepareError::Busy)?;
    // Without a toolchain, nobody knows which one is the present one.
    let toolchain = (!all).then(|| Toolchain::find(folder)).transpose()?;
    let present = toolchain.map(|toolchain| keyed(folder, &toolchain));
    let mut bytes = 0;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_ours(&path) && Some(&path) != present.as_ref() {
            bytes += size(&path);
            fs::remove_dir_all(&path).map_err(|error| PrepareError::folder(&path, error))?;
        }
    }
    Ok(Cleaned { bytes })
}

/// Bytes of the files below `path`; links are not followed.
fn size(path: &Path) -> u64 {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(about) if about.is_dir() => size(&entry.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{LOCK, PrepareError, clean};
    use std::fs::{self, File};

    #[test]
    fn what_no_present_preparation_needs_goes_and_its_size_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("mes notes/2026")).unwrap();
        fs::write(folder.path().join("mes notes/a.txt"), [0; 100]).unwrap();
        for old in ["0123456789abcdef", "crates-0123456789abcdef"] {
            fs::create_dir_all(folder.path().join(old).join("lib")).unwrap();
            fs::write(folder.path().join(old).join("lib/a.rlib"), [0; 100]).unwrap();
        }
        assert_eq!(clean(folder.path(), false).unwrap().bytes, 200);
        assert!(!folder.path().join("0123456789abcdef").exists());
        assert!(folder.path().join("mes notes/a.txt").exists());
        assert_eq!(clean(&folder.path().join("none"), true).unwrap().bytes, 0);
    }

    #[test]
    fn while_something_is_being_prepared_nothing_goes() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("0123456789abcdef")).unwrap();
        let lock = File::create(folder.path().join(LOCK)).unwrap();
        lock.lock().unwrap();
        assert!(matches!(clean(folder.path(), true), Err(PrepareError::Busy)));
        assert!(folder.path().join("0123456789abcdef").exists());
    }
}
