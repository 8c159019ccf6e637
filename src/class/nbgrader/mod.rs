//! nbgrader courses: the settings of a course, and lessons as assignments of it.
//!
//! See <https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html>.

mod answer;
mod assignment;
mod files;
mod metadata;

pub use assignment::{Assignment, LeftOut, assignment};
pub use files::{CourseFile, Fate, settings, write};
