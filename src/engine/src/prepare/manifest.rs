//! What a preparation left, for those who use it. Written last: a manifest means a whole preparation.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Prepared;
use super::toolchain::Toolchain;
use crate::whole;

/// Its name in the folder of the preparation.
pub(crate) const FILE: &str = "manifest.json";

/// Where everything is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// This file.
    pub(crate) path: PathBuf,
    /// The compiler itself, not rustup's proxy, which costs 60 ms.
    pub(crate) rustc: PathBuf,
    /// The real cargo.
    pub(crate) cargo: PathBuf,
    /// What `rustc --version` says.
    pub(crate) version: String,
    /// The platform that everything is built for.
    pub(crate) host: String,
    /// The folder of the standard library as a shared library.
    pub(crate) std_folder: PathBuf,
    /// The standard library as a shared library.
    #[serde(default)]
    pub(crate) std_library: PathBuf,
    /// The prelude, as a shared library.
    pub(crate) library: PathBuf,
    /// A library of the same name with nothing in it, for the linker.
    pub(crate) stub: Option<PathBuf>,
    /// Folders in which rustc finds the crates inside the prelude.
    pub(crate) folders: Vec<PathBuf>,
    /// Crates that a cell may name, and the file that describes each to rustc.
    pub(crate) externs: BTreeMap<String, PathBuf>,
    /// What rust-analyzer is told of them.
    pub(crate) metadata: PathBuf,
    /// The outline of the standard library that it reads, when its sources are there.
    pub(crate) sources: Option<PathBuf>,
    /// What it is told of that.
    pub(crate) sysroot: Option<PathBuf>,
    /// Whether the standard library's sources are there.
    pub(crate) rust_src: bool,
}

impl Manifest {
    /// Reads one; `None` when there is none, or when another version wrote it.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Writes it in one piece: whoever reads it sees all of it or nothing.
    pub(super) fn write(&self) -> io::Result<()> {
        self.write_to(&self.path)
    }

    /// The same, elsewhere: for those who use it with a toolchain of their own.
    pub(crate) fn write_to(&self, path: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        whole::write(path, |file| file.write_all(&text))
    }

    /// For this very toolchain, which may be another copy of the one that prepared: on a shared machine
    /// nobody reads the folders of another person.
    pub(super) fn with(self, toolchain: &Toolchain) -> Self {
        Self {
            rustc: toolchain.rustc.clone(),
            cargo: toolchain.cargo.clone(),
            std_folder: toolchain.std_folder.clone(),
            std_library: toolchain.std_library.clone(),
            ..self
        }
    }

    /// Whether what it names is still there.
    pub(super) fn is_whole(&self) -> bool {
        let files = [&self.rustc, &self.cargo, &self.library, &self.metadata];
        files
            .into_iter()
            .chain(&self.folders)
            .chain(self.externs.values())
            .all(|path| path.exists())
    }

    /// Whether cells may name the package `name` without building anything.
    pub(crate) fn provides(&self, name: &str) -> bool {
        self.externs.contains_key(&name.replace('-', "_"))
    }

    /// What callers learn of it.
    pub(super) fn prepared(&self) -> Prepared {
        Prepared {
            folder: self.path.parent().unwrap_or(Path::new("")).to_owned(),
            rustc: self.version.clone(),
            rust_src: self.rust_src,
        }
    }
}
