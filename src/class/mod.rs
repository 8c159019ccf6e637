//! A teacher's class: what is handed out, and what is handed in.

pub(crate) mod alike;
pub(crate) mod assignment;
pub(crate) mod collect;
pub(crate) mod corrections;
pub(crate) mod course;
pub(crate) mod exams;
pub(crate) mod grade;
pub(crate) mod handout;
pub(crate) mod manifest;
pub mod moodle;
pub mod nbgrader;
pub(crate) mod report;
pub(crate) mod roster;
pub mod seed;
pub(crate) mod submission;
pub(crate) mod table;

use crate::failure::Failure;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;

/// Whether nbgrader runs this to grade what was handed in: it says so to the kernel, which passes it on.
pub(crate) fn is_grading() -> bool {
    std::env::var_os("NBGRADER_EXECUTION").is_some_and(|value| value == "autograde")
}

/// Two digits for each byte.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// How many digits of a digest tell one thing from another here.
const DIGITS: usize = 24;

/// What tells these parts from any others. Each part's length goes in before it.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut digits = hexadecimal(&hash.finalize());
    digits.truncate(DIGITS);
    digits
}

/// A failure of a course: its code for machines, what is wrong, and how to mend it.
pub(crate) fn refused(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::Class {
        code,
        message: message.into(),
        hint: hint.into(),
    }
}

/// What a file that cannot be read fails with.
pub(crate) fn unreadable(path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |source| Failure::Unreadable { path, source }
}

/// What a file that cannot be written fails with.
pub(crate) fn unwritable(path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.to_owned();
    move |source| Failure::Unwritable { path, source }
}
