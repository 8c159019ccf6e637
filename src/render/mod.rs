//! Lesson, output and verdict → terminal. The only module that writes and that knows colours.

pub mod compiler;
pub mod markdown;
pub mod output;
mod screen;
mod style;
mod table;
pub mod verdict;
mod wrap;

pub use screen::{Live, Screen};
pub use style::{Ink, Look};
