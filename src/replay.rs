//! Cells that run again after a lost process: what they ask of this program then, a verdict or a hint, they have asked for
//! already. It is answered, and not counted once more.
//!
//! A cell's process asks by starting this program, which finds in its environment the name of a file; the file is there as
//! long as the replay.

use crate::store::data_folder;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Names that file.
const VARIABLE: &str = "CAHIER_REJEU";

/// The file of this process.
fn file() -> PathBuf {
    data_folder().join(format!("rejeu-{}", std::process::id()))
}

/// What tells cells of this process where to look. A process of the same number that was killed in a replay may have left the
/// file: with it, nothing would be counted any more.
pub(crate) fn variable() -> (String, String) {
    tell(false);
    (VARIABLE.to_owned(), file().display().to_string())
}

/// From now on cells of this process run again, or no longer. Where that cannot be told, nothing can be counted either.
pub(crate) fn tell(again: bool) {
    if again {
        let _ = File::create(file());
    } else {
        let _ = fs::remove_file(file());
    }
}

/// Whether the cell that asks runs again.
pub(crate) fn is_under_way() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|file| Path::new(&file).is_file())
}
