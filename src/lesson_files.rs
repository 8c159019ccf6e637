//! Which files of a folder are lessons, and which belong to them. The build embeds the same files.

use std::io;
use std::path::{Path, PathBuf};

/// The folders beside the lessons, and how the names end of the files that are taken from each.
const BESIDE: &[(&str, &str)] = &[("images", "svg"), ("questions", "toml")];

/// A file that is read: its name, from the lessons' folder on, and where it is.
pub(crate) type Found = (String, PathBuf);

/// The lessons of a folder, in the order of their names: its Markdown files, but for those that are written all in
/// capitals (`README.md`).
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn lessons(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = with_extension(folder, "md")?;
    found.retain(|(name, _)| name.trim_end_matches(".md").chars().any(char::is_lowercase));
    Ok(found)
}

/// The files that belong to the lessons of a folder, each named with the folder that it is in.
///
/// # Errors
/// When a folder that is there cannot be read; it is told which.
pub(crate) fn beside(folder: &Path) -> Result<Vec<Found>, (PathBuf, io::Error)> {
    let mut all = Vec::new();
    for (inner, extension) in BESIDE {
        let place = folder.join(inner);
        if place.is_dir() {
            let found = with_extension(&place, extension).map_err(|error| (place, error))?;
            all.extend(
                found
                    .into_iter()
                    .map(|(name, path)| (format!("{inner}/{name}"), path)),
            );
        }
    }
    Ok(all)
}

fn with_extension(folder: &Path, extension: &str) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // A pipe would be waited for.
        if path.extension().is_some_and(|one| one == extension) && path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            found.push((name.into_owned(), path));
        }
    }
    found.sort();
    Ok(found)
}
