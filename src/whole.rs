//! Files that are written whole, or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Writes a file beside its place first: a full disk does not destroy what was there. What is no file (a pipe, a
/// device) is written to as it is.
///
/// # Errors
/// When it cannot be written; what was there is there still.
pub fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return File::options().write(true).open(path)?.write_all(text.as_bytes());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".en-cours");
    let beside = path.with_file_name(name);
    let write = || {
        let mut output = File::create(&beside)?;
        output.write_all(text.as_bytes())?;
        output.sync_all()?;
        fs::rename(&beside, path)
    };
    write().inspect_err(|_| {
        // What cannot be taken away is not worth a second error.
        let _ = fs::remove_file(&beside);
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.json");
        write(&path, "un").unwrap();
        write(&path, "deux").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "deux");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("dossier");
        fs::create_dir(&inner).unwrap();
        assert!(write(&inner, "un").is_err());
        assert!(write(&folder.path().join("absent").join("f"), "un").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
