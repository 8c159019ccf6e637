//! `cahier suivre`: the learner writes in an editor of their own; each save is judged, and a pass leads on to the next
//! exercise.

mod desk;
pub(crate) mod files;
mod orders;
mod saves;

use crate::cli::{Context, Exit};
use crate::failure::Failure;
use desk::Desk;
use saves::{Event, Saves};
use std::path::PathBuf;

/// What is followed, and where.
pub(crate) struct Wanted<'a> {
    /// The exercises, in order, each with the beginning of its file's name.
    pub(crate) exercises: Vec<(String, String)>,
    /// Where their files are.
    pub(crate) folder: PathBuf,
    /// The one to begin with, where it was named.
    pub(crate) first: Option<&'a str>,
    /// Whether files are looked at again and again, where the system tells nothing of them.
    pub(crate) polling: bool,
}

/// Follows the learner's files until they have done all, or leave.
///
/// # Errors
/// When files cannot be written or watched, or progress cannot be read.
pub(crate) fn follow(context: &Context, wanted: Wanted<'_>) -> Result<Exit, Failure> {
    let saves = Saves::of(&wanted.folder, wanted.polling)?;
    let mut desk = Desk::open(context, wanted)?;
    desk.greet(saves.is_polling());
    desk.show()?;
    while !desk.is_done() {
        match saves.next() {
            Event::Saved => saves.during(|| desk.look())?,
            Event::Typed(line) => orders::obey(&mut desk, &line)?,
            Event::End => break,
        }
    }
    desk.leave()
}
