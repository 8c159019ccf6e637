//! The author's desk: skeletons of lessons and exercises, a live preview, and everything that is checked of a lesson.

pub mod check;
pub mod desk;
pub mod finding;
pub mod lint;
pub mod preview;
pub mod proofs;
pub mod skeleton;

pub use check::{Report, verify};
pub use desk::{Desk, File};
pub use finding::Finding;
