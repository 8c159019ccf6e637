//! nbgrader courses: the settings of a course, and lessons as assignments of it.
//!
//! See <https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html>.

mod answer;
mod assignment;
mod files;
mod metadata;

use std::fmt::Write;

pub use assignment::{Assignment, LeftOut, assignment};
pub use files::{CourseFile, Fate, settings, write};

/// Two digits for each byte.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
