//! The folder of notebooks: written from the lessons, and compared with them.

use super::{Notebook, seal};
use crate::whole;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}\u{a0}: {}", path.display(), crate::failure::system(error))]
pub struct FolderError {
    /// What was read or written.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub error: io::Error,
}

/// What writing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The notebook's file name.
    pub file: String,
    /// Whether its bytes changed.
    pub changed: bool,
    /// Whether it is not what its lesson gives, and was left alone.
    pub kept: bool,
}

/// A notebook that is not what its lesson gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The notebook's file name.
    pub file: String,
    /// What is wrong with it.
    pub why: Staleness,
}

/// What is wrong with a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staleness {
    /// There is no such file.
    Missing,
    /// Its bytes differ from what the lesson gives.
    Differs,
    /// No lesson gives it.
    Orphan,
}

impl fmt::Display for Stale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Staleness::Missing => "il manque",
            Staleness::Differs => "il ne correspond plus à sa leçon",
            Staleness::Orphan => "aucune leçon ne le produit",
        };
        write!(formatter, "{}\u{a0}: {why}", self.file)
    }
}

/// What becomes of a notebook that is there already, and is not what its lesson gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is written over.
    Replaced,
    /// It is written over where nobody changed it since Cahier wrote it.
    ReplacedWhereWhole,
    /// It stays: a learner works in it.
    Kept,
}

impl Existing {
    fn keeps(self, bytes: &[u8]) -> bool {
        match self {
            Self::Replaced => false,
            Self::ReplacedWhereWhole => !seal::is_whole(bytes),
            Self::Kept => true,
        }
    }
}

/// Writes the notebooks into `folder`, and leaves alone those that are already right.
pub fn write(folder: &Path, notebooks: &[Notebook], existing: Existing) -> Result<Vec<Written>, FolderError> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    notebooks
        .iter()
        .map(|notebook| {
            let path = folder.join(&notebook.file);
            let there = read(&path)?;
            let right = there
                .as_ref()
                .is_some_and(|bytes| bytes == notebook.text.as_bytes());
            let kept = !right && there.is_some_and(|bytes| existing.keeps(&bytes));
            let changed = !right && !kept;
            if changed {
                whole::write(&path, &notebook.text).map_err(|error| failed(&path, error))?;
            }
            let file = notebook.file.clone();
            Ok(Written { file, changed, kept })
        })
        .collect()
}

/// The notebooks of `folder` that are not what the lessons give, by file name.
pub fn stale(folder: &Path, notebooks: &[Notebook]) -> Result<Vec<Stale>, FolderError> {
    let mut found = Vec::new();
    for notebook in notebooks {
        let why = match read(&folder.join(&notebook.file))? {
            None => Staleness::Missing,
            Some(bytes) if bytes != notebook.text.as_bytes() => Staleness::Differs,
            Some(_) => continue,
        };
        let file = notebook.file.clone();
        found.push(Stale { file, why });
    }
    for file in present(folder)? {
        if notebooks.iter().all(|notebook| notebook.file != file) {
            let why = Staleness::Orphan;
            found.push(Stale { file, why });
        }
    }
    found.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(found)
}

fn present(folder: &Path) -> Result<Vec<String>, FolderError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(folder, error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| failed(folder, error))?.file_name();
        let name = name.to_string_lossy().into_owned();
        if Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "ipynb")
        {
            files.push(name);
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, FolderError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, error)),
    }
}

fn failed(path: &Path, error: io::Error) -> FolderError {
    let path = path.to_path_buf();
    FolderError { path, error }
}
