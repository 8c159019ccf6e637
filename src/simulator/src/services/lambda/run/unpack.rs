//! Packages on disk: a function's code, and its layers merged into one folder.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Cursor};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;
use zip::ZipArchive;

use super::super::archive::Archive;
use super::super::functions::{Code, Configuration};
use super::mounts::skeleton;

/// Where packages are unpacked, each once; gone when this is dropped.
#[derive(Debug)]
pub(super) struct Folders {
    root: TempDir,
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
            root: TempDir::with_prefix("cahier-lambda-")?,
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
            skeleton: skeleton(self.root.path())?,
        })
    }

    fn unpacked(&self, packages: &[&Archive]) -> io::Result<PathBuf> {
        let hashes: Vec<&str> = packages.iter().map(|package| package.sha256()).collect();
        let key = hashes.join("+");
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = known.get(&key) {
            return Ok(folder.clone());
        }
        let folder = self.root.path().join(known.len().to_string());
        fs::create_dir(&folder)?;
        for package in packages {
            unpack(package, &folder)?;
        }
        known.insert(key, folder.clone());
        Ok(folder)
    }
}

/// Unpacks a package into a folder, over what is there. Files are readable whatever the zip says, as on Lambda nothing
/// would run otherwise; what was executable stays so.
pub(crate) fn unpack(package: &Archive, folder: &Path) -> io::Result<()> {
    let mut zip = ZipArchive::new(Cursor::new(package.bytes())).map_err(io::Error::other)?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(io::Error::other)?;
        let name = file
            .enclosed_name()
            .ok_or_else(|| io::Error::other("un chemin sort du paquet"))?;
        let path = folder.join(name);
        if file.is_dir() {
            fs::create_dir_all(&path)?;
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let executable = file.unix_mode().unwrap_or(0) & 0o111;
        // A link could lead out of the folder: its text becomes a file's.
        let _ = fs::remove_file(&path);
        io::copy(&mut file, &mut fs::File::create(&path)?)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644 | executable))?;
    }
    Ok(())
}
