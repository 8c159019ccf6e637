//! A course's files: what is there already and differs is the teacher's, and stays.

use super::Assignment;
use crate::failure::Failure;
use crate::jupyter::seal;
use crate::whole;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A file of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseFile {
    /// Below the course's folder.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is written.
    Written,
    /// It was there, with the same bytes.
    UpToDate,
    /// It was there with others, and was left alone.
    Kept,
}

/// The settings of every course: nbgrader's, which the teacher may change, and what they lean on.
pub fn settings() -> Vec<CourseFile> {
    [
        ("nbgrader_config.py", include_str!("course/nbgrader_config.py")),
        ("cahier_nbgrader.py", include_str!("course/cahier_nbgrader.py")),
    ]
    .map(|(name, text)| CourseFile {
        path: PathBuf::from(name),
        text: text.to_owned(),
    })
    .into()
}

impl Assignment {
    /// The notebook, where nbgrader looks for it.
    pub fn file(&self) -> CourseFile {
        let folder = Path::new("source").join(&self.lesson);
        CourseFile {
            path: folder.join(format!("{}.ipynb", self.lesson)),
            text: self.text.clone(),
        }
    }
}

/// Writes a file into the course's folder; over what differs only if `replace` says so.
///
/// # Errors
/// When it cannot be read or written.
pub fn write(course: &Path, file: &CourseFile, replace: bool) -> Result<Fate, Failure> {
    let path = course.join(&file.path);
    match std::fs::read(&path) {
        Ok(bytes) if bytes == file.text.as_bytes() => return Ok(Fate::UpToDate),
        // An older version's, which nobody touched, is no work of the teacher's.
        Ok(bytes) if !replace && !seal::is_whole(&bytes) => return Ok(Fate::Kept),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(source) => return Err(Failure::Unreadable { path, source }),
    }
    let folder = path.parent().unwrap_or(course);
    std::fs::create_dir_all(folder)
        .and_then(|()| whole::write(&path, &file.text))
        .map_err(|source| Failure::Unwritable { path, source })?;
    Ok(Fate::Written)
}
