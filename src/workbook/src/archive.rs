//! What is known of an archive that was handed in: its files, what Lambda says of it, what Python found in it. Front ends
//! collect it before an answer is judged.

use crate::ruling::Refusal;
use std::collections::BTreeMap;

/// What an exercise needs to know of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveQuestion {
    /// The version of Python that the layer is for: `3.13`.
    pub python: String,
    /// What is tried in Python, in this order.
    pub tries: Vec<Try>,
    /// The files whose text is looked at, by their paths.
    pub texts: Vec<String>,
}

/// One attempt in Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// The module that is imported.
    pub module: String,
    /// What must hold then, as an expression of Python.
    pub expression: Option<String>,
}

/// What was found out about an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchiveFacts {
    /// Why Lambda would not take it; nothing else is known of it then.
    pub refusal: Option<Refusal>,
    /// Its files and folders.
    pub entries: Vec<Entry>,
    /// The size of what it holds, in bytes.
    pub unzipped: u64,
    /// The beginnings of those files that the question asks for, as far as they are there.
    pub texts: BTreeMap<String, String>,
    /// What Python found.
    pub trial: Trial,
}

/// A file or folder of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, parted by `/`; a folder's ends with one.
    pub path: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Whether it is a file that may be executed.
    pub executable: bool,
}

/// What Python found in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Trial {
    /// Nothing was to be tried.
    #[default]
    NotAsked,
    /// There is no Python 3 on this machine.
    NoPython,
    /// It could not be tried, for this reason.
    Impossible(String),
    /// Python ran.
    Ran {
        /// Its version, which may be another than the layer's.
        version: String,
        /// What came of each attempt, in the order of the question; fewer where Python ended on the way.
        tried: Vec<Tried>,
        /// Whether it was ended because it took too long.
        too_long: bool,
    },
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tried {
    /// Whether the module was imported.
    pub imported: bool,
    /// The exception that it ended with: its name and its words.
    pub error: Option<(String, String)>,
    /// Whether the expression holds, where there is one.
    pub holds: Option<bool>,
    /// What stands on the left of the expression's `==`, as Python shows it.
    pub left: Option<String>,
}
