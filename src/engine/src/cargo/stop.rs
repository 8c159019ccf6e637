//! Stops the compilation of a cell from the outside: a file forbids new ones, another names the
//! process of the present one.

use std::fs;
use std::path::Path;

use crate::sys;

const FORBIDDEN: &str = "no-build";
const PROCESS: &str = "build-process";

/// Kills the running compilation, if any, and lets no other start.
pub(crate) fn stop_build(folder: &Path) {
    let _ = fs::write(folder.join(FORBIDDEN), "");
    if let Some(process) = fs::read_to_string(folder.join(PROCESS))
        .ok()
        .and_then(|text| text.parse().ok())
    {
        sys::kill_group(process);
        let _ = fs::remove_file(folder.join(PROCESS));
    }
}

/// Lets compilations start again.
pub(crate) fn allow_builds(folder: &Path) {
    let _ = fs::remove_file(folder.join(PROCESS));
    let _ = fs::remove_file(folder.join(FORBIDDEN));
}

/// In the compiling process: makes itself known before it becomes rustc. `false`: it must not.
pub(super) fn begin(folder: &Path) -> bool {
    sys::lead_a_group();
    sys::die_with_parent();
    let _ = fs::write(folder.join(PROCESS), std::process::id().to_string());
    // In this order, a stop between the two lines is seen by one side or the other.
    !folder.join(FORBIDDEN).exists()
}
