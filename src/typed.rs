//! Answers as people type them: a file's name where a file is meant.

use crate::archive;
use crate::failure::Failure;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use workbook::evidence::Answer;
use workbook::exercise::Drawn;

/// The longest document that is read from a file that is named, in bytes.
const LONGEST: u64 = 1 << 20;

/// The path that a text names: quotes around it are no part of it, `~/` is the home folder.
pub fn path(text: &str) -> PathBuf {
    let text = text.trim();
    let quoted = |mark| text.strip_prefix(mark)?.strip_suffix(mark);
    let text = quoted('"').or_else(|| quoted('\'')).unwrap_or(text);
    let home = || Some(dirs::home_dir()?.join(text.strip_prefix("~/")?));
    home().unwrap_or_else(|| PathBuf::from(text))
}

/// An answer that was typed, as the exercise takes it: every front end asks here.
///
/// # Errors
/// As [`document`].
pub fn answer(drawn: &Drawn, text: &str) -> Result<Answer, Failure> {
    let exercise = &drawn.exercise;
    Ok(if exercise.archive().is_some() {
        archive::named(text)
    } else if exercise.asks_for_a_document() {
        Answer::Text(document(text)?)
    } else if exercise.needs_engine() {
        Answer::Rust(text.to_owned())
    } else {
        Answer::Text(text.to_owned())
    })
}

/// A JSON document: what was typed, or what stands in the file that it names. An object begins with `{`, so no document is
/// taken for a name.
///
/// # Errors
/// When a file that is named as one of JSON cannot be read.
fn document(text: &str) -> Result<String, Failure> {
    if text.trim_start().starts_with('{') || text.trim().contains('\n') {
        return Ok(text.to_owned());
    }
    let path = path(text);
    match read(&path) {
        Ok(written) => Ok(written.trim_start_matches('\u{feff}').to_owned()),
        Err(source) if path.extension().is_some_and(|end| end == "json") => {
            Err(Failure::Unreadable { path, source })
        }
        Err(_) => Ok(text.to_owned()),
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let file = File::open(path)?;
    // What is no file (a device, a pipe) may have no end.
    if !file.metadata()?.is_file() {
        return Err(ErrorKind::NotFound.into());
    }
    let mut written = String::new();
    file.take(LONGEST).read_to_string(&mut written)?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_name_is_taken_with_or_without_quotes() {
        for text in ["mon fichier.zip", "'mon fichier.zip'", " \"mon fichier.zip\" "] {
            assert_eq!(path(text), PathBuf::from("mon fichier.zip"), "{text}");
        }
        assert_ne!(path("~/couche.zip"), PathBuf::from("~/couche.zip"));
    }

    #[test]
    fn a_document_is_what_was_typed_or_what_stands_in_the_file_that_was_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cycle.json");
        std::fs::write(&file, "\u{feff}{\"Rules\": []}").unwrap();
        assert_eq!(document(file.to_str().unwrap()).unwrap(), "{\"Rules\": []}");
        for text in ["{\"Rules\": []}", "absent", "[1]"] {
            assert_eq!(document(text).unwrap(), text);
        }
        assert!(matches!(document("absent.json"), Err(Failure::Unreadable { .. })));
    }
}
