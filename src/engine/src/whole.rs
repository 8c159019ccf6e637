//! Writes a file in one piece: whoever reads it sees all of it, or what was there before.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Has `write` fill a file beside `path`, which then takes its place.
pub(crate) fn write(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let written = File::create(&new).and_then(|mut file| write(&mut file));
    written.and_then(|()| fs::rename(&new, path)).inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}
