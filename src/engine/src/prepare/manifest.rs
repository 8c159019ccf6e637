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
    /// The folder that all of this was made in, where it has been moved since: the descriptions still name it.
    #[serde(default)]
    pub(crate) made_in: Option<PathBuf>,
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

    /// As it is where it lies now, in `file`: a preparation may have been unpacked in another place than it was made in.
    pub(super) fn at(mut self, file: &Path) -> Self {
        let Ok(file) = std::path::absolute(file) else {
            return self;
        };
        let (Some(made_in), Some(here)) = (self.path.parent(), file.parent()) else {
            return self;
        };
        if made_in == here {
            return self;
        }
        let (made_in, here) = (made_in.to_owned(), here.to_owned());
        let move_over = |path: &mut PathBuf| {
            if let Ok(within) = path.strip_prefix(&made_in) {
                *path = here.join(within);
            }
        };
        let paths = [&mut self.library, &mut self.metadata].into_iter();
        let optional = [&mut self.stub, &mut self.sources, &mut self.sysroot];
        paths
            .chain(optional.into_iter().flatten())
            .chain(&mut self.folders)
            .chain(self.externs.values_mut())
            .for_each(move_over);
        self.path = file;
        self.made_in = Some(made_in);
        self
    }

    /// What a description of this preparation says, with the places where things lie now.
    pub(crate) fn description(&self, file: &Path) -> io::Result<String> {
        let text = fs::read_to_string(file)?;
        let (Some(made_in), Some(here)) = (&self.made_in, self.path.parent()) else {
            return Ok(text);
        };
        // As they stand in a JSON text, whatever is in their names.
        let quoted = |path: &Path| {
            let text = serde_json::Value::from(path.to_string_lossy()).to_string();
            text.trim_matches('"').to_owned()
        };
        Ok(text.replace(&quoted(made_in), &quoted(here)))
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Manifest;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn made() -> Manifest {
        Manifest {
            path: "/la/abc/manifest.json".into(),
            rustc: "/rust/bin/rustc".into(),
            library: "/la/abc/lib/libprelude.so".into(),
            stub: Some("/la/abc/stub/libprelude.so".into()),
            folders: vec!["/la/abc/lib/deps".into()],
            externs: [(
                "tokio".to_owned(),
                PathBuf::from("/la/abc/lib/deps/libtokio.rmeta"),
            )]
            .into(),
            metadata: "/la/abc/metadata.json".into(),
            ..Manifest::default()
        }
    }

    #[test]
    fn what_was_moved_is_found_where_it_lies_now() {
        let moved = made().at(Path::new("/ici/abc/manifest.json"));
        assert_eq!(moved.path, Path::new("/ici/abc/manifest.json"));
        assert_eq!(moved.library, Path::new("/ici/abc/lib/libprelude.so"));
        assert_eq!(
            moved.stub.as_deref(),
            Some(Path::new("/ici/abc/stub/libprelude.so"))
        );
        assert_eq!(moved.folders, [Path::new("/ici/abc/lib/deps")]);
        assert_eq!(
            moved.externs["tokio"],
            Path::new("/ici/abc/lib/deps/libtokio.rmeta")
        );
        assert_eq!(moved.rustc, Path::new("/rust/bin/rustc"));
        assert_eq!(moved.made_in.as_deref(), Some(Path::new("/la/abc")));
        let stays = made().at(Path::new("/la/abc/manifest.json"));
        assert_eq!((stays.library, stays.made_in), (made().library, None));
    }

    #[test]
    fn a_description_names_the_places_of_now() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("metadata.json");
        fs::write(&file, "{\"src_path\":\"/la/abc/outlines/a/src/lib.rs\"}").unwrap();
        let moved = made().at(&folder.path().join("manifest.json"));
        let expected = format!(
            "{{\"src_path\":\"{}/outlines/a/src/lib.rs\"}}",
            folder.path().display()
        );
        assert_eq!(moved.description(&file).unwrap(), expected);
        assert!(made().description(&file).unwrap().contains("/la/abc/"));
    }
}
