//! What lies in a folder of submissions, however deep a platform has put it: learners' folders, archives, and the rest.

use crate::class::{manifest, unreadable};
use crate::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// How deep folders are looked into.
const DEPTH: usize = 8;
/// The most files and folders that are looked at.
const MOST: usize = 100_000;
/// How the names of other archives end.
const OTHERS: [&str; 7] = ["7z", "rar", "tar", "gz", "tgz", "bz2", "xz"];

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A folder with a manifest.
    Folder(PathBuf),
    /// An archive.
    Zip(PathBuf),
    /// An archive that is no ZIP.
    OtherArchive(PathBuf),
    /// Something that was handed in, and that nothing can be taken from.
    Nothing(PathBuf),
}

impl Found {
    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Zip(path) | Self::OtherArchive(path) | Self::Nothing(path) => path,
        }
    }
}

/// All that was handed in, in the order of names. Links are not followed.
///
/// # Errors
/// When the folder itself cannot be read.
pub(super) fn find(folder: &Path) -> Result<Vec<Found>, Failure> {
    if folder.join(manifest::FILE).is_file() {
        return Ok(vec![Found::Folder(folder.to_owned())]);
    }
    if is_zip(folder) && folder.is_file() {
        return Ok(vec![Found::Zip(folder.to_owned())]);
    }
    let mut search = Search::default();
    for path in entries(folder).map_err(unreadable(folder))? {
        let before = search.found.len();
        search.look(&path, DEPTH);
        // Each thing at the top is somebody's: if nothing in it can be taken, that is said.
        if search.found.len() == before && !is_hidden(&path) {
            search.found.push(Found::Nothing(path));
        }
    }
    Ok(search.found)
}

#[derive(Default)]
struct Search {
    found: Vec<Found>,
    seen: usize,
}

impl Search {
    fn look(&mut self, path: &Path, depth: usize) {
        self.seen += 1;
        let Ok(about) = fs::symlink_metadata(path) else {
            return;
        };
        if self.seen > MOST || depth == 0 || is_hidden(path) {
            return;
        }
        if about.is_file() && is_zip(path) {
            self.found.push(Found::Zip(path.to_owned()));
        } else if about.is_file() && ends_in(path, &OTHERS) {
            self.found.push(Found::OtherArchive(path.to_owned()));
        } else if about.is_dir() && path.join(manifest::FILE).is_file() {
            self.found.push(Found::Folder(path.to_owned()));
        } else if about.is_dir() {
            for below in entries(path).unwrap_or_default() {
                self.look(&below, depth - 1);
            }
        }
    }
}

fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Whether a file is called an archive that can be read.
pub(super) fn is_zip(path: &Path) -> bool {
    ends_in(path, &["zip"])
}

fn ends_in(path: &Path, ends: &[&str]) -> bool {
    path.extension()
        .is_some_and(|end| ends.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// What systems put there by themselves.
fn is_hidden(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    name.starts_with('.') || ["__MACOSX", "desktop.ini", "Thumbs.db"].contains(&&*name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn submissions_are_found_wherever_a_platform_puts_them_and_the_rest_is_named() {
        let place = tempfile::tempdir().unwrap();
        let at = |path: &str| place.path().join(path);
        for folder in ["a/iam-ada", "b/deep/er", "vide", ".git"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in [
            "a/iam-ada/cahier-devoir.json",
            "b/deep/er/rendu.ZIP",
            "b/onlinetext.html",
            "b/deep/Rendu.RAR",
            "note.pdf",
            ".DS_Store",
        ] {
            fs::write(at(file), "").unwrap();
        }
        std::os::unix::fs::symlink("/", at("lien")).unwrap();
        assert_eq!(
            find(place.path()).unwrap(),
            [
                Found::Folder(at("a/iam-ada")),
                Found::OtherArchive(at("b/deep/Rendu.RAR")),
                Found::Zip(at("b/deep/er/rendu.ZIP")),
                Found::Nothing(at("lien")),
                Found::Nothing(at("note.pdf")),
                Found::Nothing(at("vide")),
            ]
        );
        assert_eq!(find(&at("a/iam-ada")).unwrap(), [Found::Folder(at("a/iam-ada"))]);
        assert_eq!(
            find(&at("b/deep/er/rendu.ZIP")).unwrap(),
            [Found::Zip(at("b/deep/er/rendu.ZIP"))]
        );
        assert!(find(&at("absent")).is_err());
    }
}
