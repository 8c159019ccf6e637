//! Lesson, output and verdict → terminal. The only module that writes and that knows colours.

mod code;
pub mod compiler;
pub mod dashboard;
pub mod documentation;
pub mod exam;
mod explained;
pub mod harmless;
mod highlight;
pub mod html;
pub mod lesson;
pub mod markdown;
pub mod mistakes;
pub mod output;
pub mod picture;
mod screen;
mod style;
mod table;
pub mod verdict;
mod wrap;

pub use harmless::Harmless;
pub use screen::{Screen, Sheet, refused};
pub use style::{Ink, Look};
pub use wrap::{Piece, hanging, marked};
