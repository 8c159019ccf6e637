//! Where lessons come from: the binary itself, or a folder of Markdown files.

use crate::failure::Failure;
use std::path::Path;

/// The lessons in the binary: file names and texts, in their order.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lessons.rs"));

/// The embedded lessons, as file names and texts.
pub fn embedded() -> Vec<(String, String)> {
    EMBEDDED
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

/// Whether a Markdown file is a lesson: one named in capitals, as `GUIDE-AUTEUR.md`, is about them.
fn is_lesson(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.contains(char::is_lowercase)
}

/// The Markdown files of `folder`, in the order of their names, with their bytes.
///
/// # Errors
/// When the folder or one of its lessons cannot be read.
pub fn from_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::Unreadable { path, source }
    };
    let mut lessons = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "md") && is_lesson(&path) {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            lessons.push((name, std::fs::read(&path).map_err(unreadable(&path))?));
        }
    }
    if lessons.is_empty() {
        return Err(Failure::NoLesson(folder.to_owned()));
    }
    lessons.sort();
    Ok(lessons)
}
