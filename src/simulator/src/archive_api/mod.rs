//! Layers without a cloud: an archive is read as Lambda reads it, and tried out in Python as a function would use it.

mod python;

use std::sync::Arc;

use crate::error::AwsError;
use crate::services::lambda::Archive;

pub use python::{Failure, Run, Trial, Tried, Try};

/// The largest archive that Lambda takes in a request, in bytes: 50 MB.
pub const LARGEST: usize = crate::services::lambda::LARGEST_ZIPPED;

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
