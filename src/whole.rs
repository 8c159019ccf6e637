//! Files that are written whole, or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Writes a file beside its place first: a full disk does not destroy what was there. What is no file (a pipe, a
/// device) is written to as it is; a link stays one, and who may read a file stays as it was.
///
/// # Errors
/// When it cannot be written; what was there is there still.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let Ok(there) = fs::metadata(path) else {
        return replace(path, text, None);
    };
    if !there.is_file() {
        return File::options().write(true).open(path)?.write_all(text.as_bytes());
    }
    if there.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    replace(&path.canonicalize()?, text, Some(there.permissions()))
}

fn replace(path: &Path, text: &str, permissions: Option<Permissions>) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // As a new file is made: less what the user's mask takes away.
    builder.permissions(Permissions::from_mode(0o666));
    let mut beside = builder.tempfile_in(parent.unwrap_or(Path::new(".")))?;
    beside.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        beside.as_file().set_permissions(permissions)?;
    }
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
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
    fn a_link_stays_one_and_nobody_else_may_read_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("la"), folder.path().join("ici"));
        fs::write(&path, "un").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, "deux").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "deux");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        assert!(write(&path, "trois").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "deux");
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
