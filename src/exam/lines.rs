//! What is typed line by line, while time runs: reading must not wait for ever, and Ctrl-C must not end the program.

use crate::failure::Failure;
use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;
use std::io::{BufRead, stdin};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A line.
    Line(String),
    /// Ctrl-C.
    Interrupt,
    /// The end of what is typed.
    End,
    /// Nothing, in the time that was given.
    Nothing,
}

/// The lines of standard input.
pub(super) struct Lines(Receiver<Heard>);

impl Lines {
    /// Begins to read; from now on, Ctrl-C is one of the things that come.
    ///
    /// # Errors
    /// When the system refuses to tell of Ctrl-C.
    pub(super) fn start() -> Result<Self, Failure> {
        let (sender, receiver) = mpsc::channel();
        let mut signals = Signals::new([SIGINT]).map_err(Failure::Output)?;
        let interrupts = sender.clone();
        std::thread::spawn(move || {
            for _ in signals.forever() {
                if interrupts.send(Heard::Interrupt).is_err() {
                    return;
                }
            }
        });
        std::thread::spawn(move || {
            loop {
                let heard = read();
                let is_end = heard == Heard::End;
                if sender.send(heard).is_err() || is_end {
                    return;
                }
            }
        });
        Ok(Self(receiver))
    }

    /// What comes next, within `patience`.
    pub(super) fn next(&self, patience: Duration) -> Heard {
        match self.0.recv_timeout(patience) {
            Ok(heard) => heard,
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
            Err(RecvTimeoutError::Disconnected) => Heard::End,
        }
    }
}

/// The next line; bytes that are no text are replaced.
fn read() -> Heard {
    let mut bytes = Vec::new();
    match stdin().lock().read_until(b'\n', &mut bytes) {
        Ok(1..) => Heard::Line(String::from_utf8_lossy(&bytes).trim().to_owned()),
        _ => Heard::End,
    }
}
