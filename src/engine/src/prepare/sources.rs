//! The prelude's sources, carried in the binary, and the keys that tell versions apart.

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// Path in the prelude's folder, and text.
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/prelude_sources.rs"));

/// Changes when the crates are compiled in another way.
const FORMAT: &str = "5";
/// Changes when a preparation holds something new beside the crates.
const BESIDE: &str = "7";

/// Tells apart what must be prepared anew: the toolchain or any source changed.
pub(super) fn key(toolchain: &str) -> String {
    digest(&format!("{BESIDE} {FORMAT} {toolchain}"), |_| true)
}

/// Tells apart builds of the dependencies, which do not change with the prelude's own code.
pub(super) fn crates_key(toolchain: &str) -> String {
    digest(&format!("{FORMAT} {toolchain}"), |path| {
        path.starts_with("Cargo.")
    })
}

fn digest(toolchain: &str, counts: fn(&str) -> bool) -> String {
    let mut hash = Sha256::new();
    for (path, text) in SOURCES.iter().filter(|(path, _)| counts(path)) {
        hash.update(format!("{path}\0{}\0{text}", text.len()));
    }
    hash.update(toolchain);
    let digest: [u8; 32] = hash.finalize().into();
    let start = digest.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}

/// The names that `use prelude::*` brings, and perhaps some more.
pub(crate) fn shown() -> Vec<&'static str> {
    let text = SOURCES.iter().find(|(path, _)| *path == "src/lib.rs");
    let statements = text.map_or("", |(_, text)| text).split(';');
    statements
        .filter_map(|statement| {
            let at = ["pub use ", "pub mod "]
                .iter()
                .find_map(|start| statement.find(start))?;
            Some(&statement[at + "pub use ".len()..])
        })
        .flat_map(|names| names.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .filter(|name| !name.is_empty())
        .collect()
}

/// Writes the sources into `folder`, and removes those of another version. A file that is already as
/// it should is left alone, with its date: cargo looks at it.
pub(super) fn unpack(folder: &Path) -> io::Result<()> {
    for (path, text) in SOURCES {
        let file = folder.join(path);
        if fs::read_to_string(&file).is_ok_and(|present| present == *text) {
            continue;
        }
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, text)?;
    }
    for entry in fs::read_dir(folder.join("src"))? {
        let entry = entry?;
        let path = format!("src/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_file() && !SOURCES.iter().any(|(known, _)| *known == path) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{SOURCES, crates_key, key, shown, unpack};
    use std::fs;

    #[test]
    fn what_is_explained_as_of_the_library_is_what_the_prelude_shows() {
        let text = SOURCES.iter().find(|(path, _)| *path == "src/lib.rs").unwrap().1;
        for name in workbook::explanation::LIBRARY {
            assert!(shown().contains(&name), "{name}");
        }
        let own = text
            .lines()
            .filter(|line| line.starts_with("pub use ") && line.ends_with(';'));
        let names = own.flat_map(|line| {
            line.rsplit("::")
                .next()
                .unwrap()
                .split(|letter: char| "{}, ;".contains(letter))
        });
        for name in names.filter(|name| !name.is_empty()) {
            assert!(workbook::explanation::LIBRARY.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_binary_carries_the_prelude_with_its_lock_file() {
        for wanted in ["Cargo.toml", "Cargo.lock", "src/lib.rs", "src/cellule.rs"] {
            assert!(SOURCES.iter().any(|(path, _)| *path == wanted), "{wanted}");
        }
    }

    #[test]
    fn what_the_prelude_shows_is_known() {
        let shown = shown();
        for name in ["Atelier", "commencer", "heure", "tokio", "points", "signature"] {
            assert!(shown.contains(&name), "{name} {shown:?}");
        }
        assert!(!shown.contains(&"pub"), "{shown:?}");
    }

    #[test]
    fn another_toolchain_is_another_preparation() {
        assert_ne!(key("a"), key("b"));
        assert_ne!(key("a"), crates_key("a"));
    }

    #[test]
    fn unpacking_twice_leaves_the_files_alone_and_removes_strangers() {
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path()).unwrap();
        let lib = folder.path().join("src/lib.rs");
        let date = fs::metadata(&lib).unwrap().modified().unwrap();
        fs::write(folder.path().join("src/stranger.rs"), "").unwrap();
        unpack(folder.path()).unwrap();
        assert_eq!(fs::metadata(&lib).unwrap().modified().unwrap(), date);
        assert!(!folder.path().join("src/stranger.rs").exists());
    }
}
