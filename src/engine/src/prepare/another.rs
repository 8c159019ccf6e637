//! Preparations that are there and cannot be used: they are for another compiler.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::toolchain::Toolchain;
use super::{FILE, Manifest, present, shared};

/// A preparation for another toolchain than this machine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Another {
    /// Where it is.
    pub folder: PathBuf,
    /// The compiler that it is for, as `rustc --version` says it.
    pub made_for: String,
    /// This machine's.
    pub here: String,
}

/// What came with the program, or serves everybody here, and is for another compiler; `None` where something fits, or where
/// nothing came.
pub fn for_another() -> Option<Another> {
    let toolchain = Toolchain::find(Path::new("/")).ok()?;
    let folders: Vec<PathBuf> = shared().collect();
    if folders.iter().any(|folder| present(folder, &toolchain).is_some()) {
        return None;
    }
    let here = toolchain.version();
    let (folder, made_for) = folders
        .into_iter()
        .flat_map(|folder| {
            made_for(&folder)
                .into_iter()
                .map(move |made_for| (folder.clone(), made_for))
        })
        .find(|(_, made_for)| *made_for != here)?;
    Some(Another {
        folder,
        made_for,
        here,
    })
}

/// The compilers that the preparations in a folder are for.
fn made_for(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let manifests = entries.filter_map(|entry| Manifest::read(&entry.path().join(FILE)));
    manifests.map(|manifest| manifest.version).collect()
}

/// `1.95.0` of `rustc 1.95.0 (abc 2026-01-01)`.
fn number(version: &str) -> &str {
    version.split_whitespace().nth(1).unwrap_or(version)
}

impl fmt::Display for Another {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Les bibliothèques de {} sont prêtes pour {}, et cette machine a {}. «\u{a0}rustup default {}\u{a0}» prend la même \
             version\u{a0}; sinon, il faut les préparer de nouveau.",
            self.folder.display(),
            self.made_for,
            self.here,
            number(&self.made_for)
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_compilers_that_a_folder_is_for_are_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let keyed = folder.path().join("abc");
        fs::create_dir(&keyed).unwrap();
        fs::create_dir(folder.path().join("vide")).unwrap();
        let manifest = Manifest {
            version: "rustc 1.95.0 (abc 2026-04-01)".to_owned(),
            ..Manifest::default()
        };
        manifest.write_to(&keyed.join(FILE)).unwrap();
        assert_eq!(made_for(folder.path()), ["rustc 1.95.0 (abc 2026-04-01)"]);
        let another = Another {
            folder: "/la".into(),
            made_for: manifest.version,
            here: "rustc 1.96.0 (def 2026-05-01)".to_owned(),
        };
        let said = another.to_string();
        for part in [
            "/la",
            "1.95.0 (abc",
            "1.96.0 (def",
            "«\u{a0}rustup default 1.95.0\u{a0}»",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
