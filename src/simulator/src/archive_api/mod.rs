//! Layers without a cloud: an archive is read as Lambda reads it, and tried out in Python as a function would use it.

mod python;

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use zip::ZipArchive;

use crate::error::AwsError;
use crate::services::lambda::Archive;

pub use python::{Failure, Run, Trial, Tried, Try};

/// The largest archive that Lambda takes in a request, in bytes: 50 MB.
pub const LARGEST: usize = crate::services::lambda::LARGEST_ZIPPED;

/// How much of a text is read, in bytes.
const LONGEST_TEXT: u64 = 64 << 10;

/// An archive that Lambda would take as the content of a layer.
#[derive(Debug, Clone)]
pub struct LayerArchive(Arc<Archive>);

/// A file or folder of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path as the archive has it, with `/` between its parts; a folder's ends with one.
    pub path: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Whether it is a file that may be executed.
    pub executable: bool,
}

/// An archive that Lambda refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// AWS's code: `InvalidParameterValueException`.
    pub code: String,
    /// AWS's sentence.
    pub message: String,
}

impl LayerArchive {
    /// Reads an archive.
    ///
    /// # Errors
    /// When Lambda would refuse it: it is no zip, it is empty, a path leads out of it, or it holds more than
    /// 262,144,000 bytes.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Refusal> {
        let read = Archive::read(bytes.into());
        read.map(Self).map_err(|error: AwsError| Refusal {
            code: error.short_code().to_owned(),
            message: error.message,
        })
    }

    /// What it holds, in the order of the archive.
    pub fn entries(&self) -> Vec<Entry> {
        self.0.entries()
    }

    /// What a file of it says, if it is there and no longer than a script is; bytes that are no text are replaced.
    pub fn text(&self, path: &str) -> Option<String> {
        let mut zip = ZipArchive::new(Cursor::new(self.0.bytes())).ok()?;
        let mut names = zip.file_names().filter_map(Result::ok);
        let name = names
            .find(|name| name.trim_start_matches("./") == path)?
            .into_owned();
        drop(names);
        let mut text = Vec::new();
        let file = zip.by_name(&name).ok()?;
        file.take(LONGEST_TEXT).read_to_end(&mut text).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// Its own size, in bytes.
    pub fn zipped(&self) -> usize {
        self.0.size()
    }

    /// The size of what it holds, in bytes.
    pub fn unzipped(&self) -> u64 {
        self.0.unzipped()
    }

    /// Imports modules of it and evaluates expressions, in a Python process of its own. `version` is that of the Runtime
    /// (`3.13`): another one that is there stands in for it.
    pub fn try_python(&self, version: &str, tries: &[Try]) -> Trial {
        python::run(&self.0, version, tries)
    }
}
