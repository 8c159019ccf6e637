//! A mock exam as text, line by line or on the whole screen: what both show is made here once.

mod duration;
mod opening;
mod question;
mod report;
mod screen;
mod styled;

pub use duration::{clock, spoken};
pub use opening::{opening, sentence, unfinished};
pub use question::{Body, corrected, question, status};
pub use report::{history, report};
pub use screen::{SMALLEST, draw};
