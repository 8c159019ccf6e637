//! Cells that were compiled before. The same text, compiled in the same way, is the same library: a cell
//! that is run again, or a lesson that is opened again, waits for no compiler.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use super::narrow::is_of_a_word;
use crate::whole;

/// The folder of the compiled cells; without it, none is kept.
pub(crate) const VARIABLE: &str = "CAHIER_COMPILED_CELLS";
/// Bytes that they may take.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Bytes of the digest that ends each file: one that a machine lost half of when it stopped is not taken for whole. The
/// dynamic linker does not look behind a library's end.
const DIGEST: usize = 32;
/// Macros through which a text depends on more than itself.
const BEYOND: [&str; 5] = ["include", "include_str", "include_bytes", "env", "option_env"];

/// Where the result of a compilation is kept: a library, or what the compiler said.
pub(super) struct Place {
    library: PathBuf,
    refusal: PathBuf,
}

/// What is known of a compilation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The library is where it should be.
    Compiled,
    /// rustc refused it, with these words.
    Refused(Vec<u8>),
    /// Nothing.
    Nothing,
}

impl Place {
    /// The place of a text that is compiled with these arguments; none for what depends on more than both.
    pub(super) fn of(folder: &Path, text: &str, arguments: &str) -> Option<Self> {
        if depends_on_more(text) {
            return None;
        }
        let digest: [u8; 32] = Sha256::new()
            .chain_update(arguments)
            .chain_update([0])
            .chain_update(text)
            .finalize()
            .into();
        let start = digest.first_chunk().copied().unwrap_or_default();
        let name = format!("{:032x}", u128::from_be_bytes(start));
        make_folder(folder).ok()?;
        Some(Self {
            library: folder.join(format!("{name}.so")),
            refusal: folder.join(format!("{name}.json")),
        })
    }

    /// Puts what is known into place: a copy, since a library that is loaded once more must be another file. What is
    /// damaged is not known.
    pub(super) fn fetch(&self, library: &Path) -> Known {
        if let Some(bytes) = whole_file(&self.library)
            && fs::write(library, bytes).is_ok()
        {
            touch(&self.library);
            Known::Compiled
        } else if let Some(words) = whole_file(&self.refusal) {
            touch(&self.refusal);
            Known::Refused(words)
        } else {
            Known::Nothing
        }
    }

    /// Keeps a library. That it cannot be kept is no failure of the cell.
    pub(super) fn keep_library(&self, library: &Path) {
        let _ = fs::read(library).and_then(|bytes| keep(&self.library, &bytes));
    }

    /// Keeps what the compiler said.
    pub(super) fn keep_refusal(&self, words: &[u8]) {
        let _ = keep(&self.refusal, words);
    }
}

fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    whole::write(path, |to| {
        to.write_all(bytes)?;
        to.write_all(&Sha256::digest(bytes))
    })
}

/// What a file holds before its digest, if that is its digest.
fn whole_file(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let end = bytes.len().checked_sub(DIGEST)?;
    let digest = bytes.split_off(end);
    (Sha256::digest(&bytes).as_slice() == digest).then_some(bytes)
}

/// Makes the folder, for its owner alone.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn touch(path: &Path) {
    let _ = File::options()
        .append(true)
        .open(path)
        .and_then(|file| file.set_modified(SystemTime::now()));
}

/// Whether a text is not all that is compiled.
pub(super) fn depends_on_more(text: &str) -> bool {
    BEYOND.iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].trim_start();
            // Under another name, a macro is not recognised where it is called; one that is handed the name may call it.
            let called = after.starts_with(['!', ',', ')', ']', '}']) || after.starts_with("as ");
            called && !before.is_some_and(is_of_a_word)
        })
    }) || text.contains("#[path")
}

/// Removes all of them; answers how many bytes that were.
pub fn forget(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let removed = entries.filter_map(|entry| {
        let bytes = entry.metadata().ok()?.len();
        fs::remove_file(entry.path()).ok().map(|()| bytes)
    });
    removed.sum()
}

/// Removes what has not been used for longest, until the rest is small enough.
pub(crate) fn clean(folder: &Path) {
    clean_to(folder, LARGEST);
}

fn clean_to(folder: &Path, largest: u64) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let about = entry
                .metadata()
                .ok()
                .filter(|_| entry.path().extension().is_some())?;
            Some((about.modified().ok()?, about.len(), entry.path()))
        })
        .collect();
    files.sort();
    let mut left: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if left <= largest {
            break;
        }
        if fs::remove_file(path).is_ok() {
            left -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Known, Place, clean_to, depends_on_more};
    use std::fs;
    use std::time::{Duration, SystemTime};

    #[test]
    fn what_was_compiled_is_found_again_by_the_same_text_and_arguments_only() {
        let folder = tempfile::tempdir().unwrap();
        let (cells, library) = (folder.path().join("cells"), folder.path().join("libctx.so"));
        let place = |text: &str, arguments: &str| Place::of(&cells, text, arguments).unwrap();
        assert_eq!(place("a", "-O0").fetch(&library), Known::Nothing);
        fs::write(&library, "machine code").unwrap();
        place("a", "-O0").keep_library(&library);
        fs::remove_file(&library).unwrap();
        assert_eq!(place("a", "-O1").fetch(&library), Known::Nothing);
        assert_eq!(place("b", "-O0").fetch(&library), Known::Nothing);
        assert_eq!(place("a", "-O0").fetch(&library), Known::Compiled);
        assert_eq!(fs::read_to_string(&library).unwrap(), "machine code");
    }

    #[test]
    fn a_refusal_is_found_again_with_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(folder.path(), "a", "").unwrap();
        place.keep_refusal(b"E0382");
        assert_eq!(
            place.fetch(&folder.path().join("x")),
            Known::Refused(b"E0382".to_vec())
        );
    }

    #[test]
    fn what_is_damaged_is_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libctx.so");
        fs::write(&library, "machine code").unwrap();
        let place = Place::of(&folder.path().join("cells"), "a", "").unwrap();
        place.keep_library(&library);
        let kept = fs::read(&place.library).unwrap();
        for damaged in [&kept[..kept.len() / 2], &[0; 100], b""] {
            fs::write(&place.library, damaged).unwrap();
            assert_eq!(place.fetch(&library), Known::Nothing, "{damaged:?}");
        }
        fs::write(&place.refusal, "junk").unwrap();
        assert_eq!(place.fetch(&library), Known::Nothing);
    }

    #[test]
    fn a_text_that_reads_files_or_the_environment_when_it_is_compiled_is_not_kept() {
        for text in [
            "env!(\"HOME\")",
            "include_str ! (\"a\")",
            "#[path = \"a.rs\"] mod a;",
            "use std::include_str as lire;",
        ] {
            assert!(depends_on_more(text), "{text}");
        }
        for text in ["std::env::var(\"HOME\")", "my_env!()", "let include = 1;"] {
            assert!(!depends_on_more(text), "{text}");
        }
    }

    #[test]
    fn what_has_not_been_used_for_longest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, age) in [("old.so", 300), ("new.so", 100), ("middle.so", 200)] {
            fs::write(path(name), [0; 10]).unwrap();
            let then = SystemTime::now() - Duration::from_secs(age);
            fs::File::options()
                .append(true)
                .open(path(name))
                .unwrap()
                .set_modified(then)
                .unwrap();
        }
        clean_to(folder.path(), 20);
        assert!(!path("old.so").exists() && path("middle.so").exists() && path("new.so").exists());
    }
}
