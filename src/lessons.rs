//! Where lessons come from: the binary itself, or a folder of Markdown files and what belongs to them.

use crate::failure::Failure;
use crate::lesson_files::{self, Found};
use std::path::Path;

/// The lessons in the binary, then what belongs to them: file names and texts.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lessons.rs"));

/// The embedded lessons in their order, then what belongs to them, as file names and texts.
pub fn embedded() -> Vec<(String, String)> {
    EMBEDDED
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

/// The lessons of `folder`, in the order of their names, then what belongs to them, with their bytes.
///
/// # Errors
/// When the folder or one of its files cannot be read.
pub fn from_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::Unreadable { path, source }
    };
    let mut found = lesson_files::lessons(folder).map_err(unreadable(folder))?;
    if found.is_empty() {
        return Err(Failure::NoLesson(folder.to_owned()));
    }
    let beside = lesson_files::beside(folder);
    found.extend(beside.map_err(|(path, source)| Failure::Unreadable { path, source })?);
    let read = |(name, path): Found| Ok((name, std::fs::read(&path).map_err(unreadable(&path))?));
    found.into_iter().map(read).collect()
}
