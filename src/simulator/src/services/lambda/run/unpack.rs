//! Packages on disk: a function's code, and its layers merged into one folder.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Cursor, Read};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;
use zip::ZipArchive;

use super::super::archive::Archive;
use super::super::functions::{Code, Configuration};
use super::mounts::skeleton;
use super::place::Place;

/// The bits of a file's mode that say that it is a link.
const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// The longest target of a link, in bytes.
const LONGEST_TARGET: u64 = 4096;

/// Where packages are unpacked, each once; gone when this is dropped.
#[derive(Debug)]
pub(super) struct Folders {
    place: Place,
    known: Mutex<HashMap<String, PathBuf>>,
}

/// The folders of one function.
#[derive(Debug, Clone)]
pub(super) struct Unpacked {
    /// Its code: `/var/task`.
    pub(super) task: PathBuf,
    /// Its layers: `/opt`.
    pub(super) layers: PathBuf,
    /// What is laid over `/var`, so that the code has its place there.
    pub(super) skeleton: PathBuf,
}

impl Folders {
    /// An empty place.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            place: Place::new()?,
            known: Mutex::default(),
        })
    }

    /// The folders of a function, unpacked if they are not yet.
    pub(super) fn of(&self, configuration: &Configuration) -> io::Result<Unpacked> {
        let Code::Zip(code) = &configuration.code else {
            return Err(io::Error::other("une image de conteneur ne se décompresse pas"));
        };
        let layers: Vec<&Archive> = configuration
            .layers
            .iter()
            .map(|layer| &*layer.content.0)
            .collect();
        Ok(Unpacked {
            task: self.unpacked(&[&code.0])?,
            // In their order: of two files of the same name, the last one stays.
            layers: self.unpacked(&layers)?,
            skeleton: skeleton(self.place.path())?,
        })
    }

    fn unpacked(&self, packages: &[&Archive]) -> io::Result<PathBuf> {
        let hashes: Vec<&str> = packages.iter().map(|package| package.sha256()).collect();
        let key = hashes.join("+");
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(&key) {
            return Ok(folder.clone());
        }
        // Gone again, should one of the packages not be unpacked to its end.
        let folder = TempDir::with_prefix_in("paquet-", self.place.path())?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        for package in packages {
            unpack(package, folder.path())?;
        }
        let folder = folder.keep();
        known.insert(key, folder.clone());
        Ok(folder)
    }
}

/// Unpacks a package into a folder, over what is there: of a file and a folder of one name, the later one stays.
pub(crate) fn unpack(package: &Archive, folder: &Path) -> io::Result<()> {
    let mut zip = ZipArchive::new(Cursor::new(package.bytes())).map_err(io::Error::other)?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(io::Error::other)?;
        let name = file
            .enclosed_name()
            .ok_or_else(|| io::Error::other("un chemin sort du paquet"))?;
        if file.is_dir() {
            folders(folder, &name)?;
            continue;
        }
        if let Some(parent) = name.parent() {
            folders(folder, parent)?;
        }
        let path = folder.join(&name);
        remove(&path)?;
        let mode = file.unix_mode();
        if mode.is_some_and(|mode| mode & KIND == LINK) {
            let mut target = Vec::new();
            (&mut file).take(LONGEST_TARGET).read_to_end(&mut target)?;
            link(&target, &name, &path)?;
            continue;
        }
        io::copy(&mut file, &mut fs::File::create(&path)?)?;
        // What the zip says of a file holds here, too: whoever may not read it fails as on Lambda, unless they are root.
        // In a namespace, functions are, so that there a file that nobody may read is read all the same.
        let mode = mode.unwrap_or(0o644) & 0o777;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// Makes folders within a folder. Whatever else is in their way goes, links above all: they would lead out of the place in
/// which a path seems to be.
fn folders(root: &Path, path: &Path) -> io::Result<()> {
    let mut folder = root.to_owned();
    for part in path.components() {
        folder.push(part);
        match fs::symlink_metadata(&folder) {
            Ok(there) if there.is_dir() => continue,
            Ok(_) => fs::remove_file(&folder)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        fs::create_dir(&folder)?;
    }
    Ok(())
}

/// Removes what is at a path, be it a file or a folder.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes a link, if it leads to a place within the package; else its text becomes a file's.
fn link(target: &[u8], name: &Path, path: &Path) -> io::Result<()> {
    match std::str::from_utf8(target).map(Path::new) {
        Ok(target) if stays_within(target, name) => symlink(target, path),
        _ => fs::write(path, target),
    }
}

/// Whether a link of this name leads to a place within the package. It may go up before it goes down, and not again
/// afterwards: what it goes down through could be a link itself.
fn stays_within(target: &Path, name: &Path) -> bool {
    let depth = name.components().count().saturating_sub(1);
    let mut parts = target.components().peekable();
    let mut up = 0;
    while parts
        .next_if(|part| matches!(part, Component::ParentDir | Component::CurDir))
        .is_some_and(|part| {
            up += usize::from(part == Component::ParentDir);
            true
        })
    {}
    let down = parts.all(|part| matches!(part, Component::Normal(_)));
    down && up <= depth && !target.as_os_str().is_empty()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::io::Write as _;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A package of these files; a mode of a link makes one, a name that ends with `/` a folder.
    fn package(files: &[(&str, u32, &str)]) -> std::sync::Arc<Archive> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, mode, content) in files {
            let options = SimpleFileOptions::default().unix_permissions(*mode & 0o777);
            if mode & KIND == LINK {
                zip.add_symlink(*name, *content, options).unwrap();
            } else if name.ends_with('/') {
                zip.add_directory(*name, options).unwrap();
            } else {
                zip.start_file(*name, options).unwrap();
                zip.write_all(content.as_bytes()).unwrap();
            }
        }
        Archive::read(zip.finish().unwrap().into_inner().into()).unwrap()
    }

    fn unpacked(packages: &[&[(&str, u32, &str)]]) -> io::Result<TempDir> {
        let folder = TempDir::new().unwrap();
        for files in packages {
            unpack(&package(files), folder.path())?;
        }
        Ok(folder)
    }

    #[test]
    fn of_a_file_and_a_folder_of_one_name_the_later_one_stays() {
        let file: &[_] = &[("python/pkg", 0o644, "file")];
        let folder: &[_] = &[("python/pkg/__init__.py", 0o644, "V = 1")];
        let read = |first, second| {
            let there = unpacked(&[first, second]).unwrap();
            fs::read_to_string(there.path().join("python/pkg")).ok()
        };
        assert_eq!(read(folder, file), Some("file".to_owned()));
        assert_eq!(read(file, folder), None);
        let both = unpacked(&[&[
            ("a", 0o644, "x"),
            ("a/b", 0o644, "y"),
            ("c", 0o644, ""),
            ("c/", 0o755, ""),
        ]]);
        let both = both.unwrap();
        assert_eq!(fs::read_to_string(both.path().join("a/b")).unwrap(), "y");
        assert!(both.path().join("c").is_dir());
    }

    #[test]
    fn a_package_that_cannot_be_unpacked_harms_no_other_one() {
        let folders = Folders::new().unwrap();
        let long = "x".repeat(300);
        let count = || fs::read_dir(folders.place.path()).unwrap().count();
        let before = count();
        for _ in 0..2 {
            let bad = package(&[("f.py", 0o644, ""), (long.as_str(), 0o644, "x")]);
            folders.unpacked(&[&*bad]).unwrap_err();
        }
        assert_eq!(count(), before, "what is half unpacked goes away");
        let good = package(&[("f.py", 0o644, "x")]);
        let place = folders.unpacked(&[&*good]).unwrap();
        assert_eq!(fs::read_to_string(place.join("f.py")).unwrap(), "x");
        assert_eq!(folders.unpacked(&[&*good]).unwrap(), place);
    }

    #[test]
    fn a_link_is_kept_as_long_as_it_stays_within_the_package() {
        let link = LINK | 0o777;
        let there = unpacked(&[&[
            ("real.txt", 0o644, "REAL"),
            ("near", link, "real.txt"),
            ("d/up", link, "../real.txt"),
            ("out", link, "../real.txt"),
            ("absolute", link, "/etc/passwd"),
            ("here", link, "."),
            ("twice", link, "here/../../x"),
            // What is written below a link stays where it seems to be.
            ("below", link, "d"),
            ("below/file", 0o644, "mine"),
        ]])
        .unwrap();
        let is_link = |name: &str| {
            fs::symlink_metadata(there.path().join(name))
                .unwrap()
                .is_symlink()
        };
        for kept in ["near", "d/up"] {
            assert!(is_link(kept), "{kept}");
            assert_eq!(fs::read_to_string(there.path().join(kept)).unwrap(), "REAL");
        }
        for text in ["out", "absolute", "twice"] {
            assert!(!is_link(text), "{text}");
        }
        assert!(!is_link("below") && !there.path().join("d/file").exists());
    }

    #[test]
    fn a_file_has_the_mode_that_the_zip_says() {
        let there = unpacked(&[&[
            ("locked", 0o000, "x"),
            ("tool", 0o755, "x"),
            ("plain", 0o640, "x"),
        ]])
        .unwrap();
        let mode = |name: &str| {
            fs::metadata(there.path().join(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!((mode("locked"), mode("tool"), mode("plain")), (0, 0o755, 0o640));
    }
}
