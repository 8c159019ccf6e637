//! Writes a file in one piece: whoever reads it sees all of it, or what was there before.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Has `write` fill a file beside `path`, which then takes its place.
pub(crate) fn write(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let written = File::create(&new).and_then(|mut file| write(&mut file));
    written.and_then(|()| fs::rename(&new, path)).inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

/// Puts a copy of `from` in the place of `to`: whoever has the old file open, as a library that is loaded, keeps it.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = File::open(from)?;
    write(to, |file| io::copy(&mut from, file).map(drop))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::copy;
    use std::fs::{self, File};
    use std::io::Read as _;

    #[test]
    fn who_uses_a_file_that_is_replaced_keeps_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (new, library) = (folder.path().join("new.so"), folder.path().join("library.so"));
        fs::write(&new, "new").unwrap();
        fs::write(&library, "old").unwrap();
        let mut used = File::open(&library).unwrap();
        copy(&new, &library).unwrap();
        let mut text = String::new();
        used.read_to_string(&mut text).unwrap();
        assert_eq!(text, "old");
        assert_eq!(fs::read_to_string(&library).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
