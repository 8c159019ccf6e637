//! The end of a kernel from outside: its server is gone, or a signal came.

use super::control::Ending;
use crate::process;
use rustix::process::getppid;
use signal_hook::consts::{SIGHUP, SIGTERM};
use signal_hook::iterator::Signals;
use std::time::Duration;

/// Set by Jupyter for the kernels it starts itself.
const STARTED_BY: &str = "JPY_PARENT_PID";
/// How often the parent is looked at.
const TURN: Duration = Duration::from_secs(1);
/// How long what runs has to end, before the process ends with it.
const GRACE: Duration = Duration::from_secs(3);

/// From now on, the kernel ends with who started it, and at a signal; also where a cell does not let go.
pub(super) fn watch(ending: &Ending) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP])?;
    let told = ending.clone();
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            told.begin();
        }
    });
    let ending = ending.clone();
    let watches = std::env::var_os(STARTED_BY).is_some();
    let parent = getppid();
    std::thread::spawn(move || {
        while !ending.has_begun() {
            std::thread::sleep(TURN);
            if watches && getppid() != parent {
                ending.begin();
            }
        }
        std::thread::sleep(GRACE);
        process::end_marked();
        std::process::exit(0);
    });
    Ok(())
}
