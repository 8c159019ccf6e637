//! The guard's eye on a running cell: whether it waits for input, and whether it takes too much.

use std::io::{self, Write as _};
use std::time::Duration;

use super::input::Next;
use super::{Guard, Stream};
use crate::cell::{FLUSH, INPUT};
use crate::marks;
use crate::protocol::Frame;

/// How often a running cell is looked at, to see whether it waits for input…
pub(super) const LOOK: Duration = Duration::from_millis(50);
/// …and every how many times, to count its processes and their memory.
const LOOKS_PER_COUNT: u32 = 10;
/// Processes that the cells may have at once: more is a cell that starts itself again and again.
const MOST_PROCESSES: usize = 512;

const TOO_MANY: &str =
    "[la cellule a lancé plus de 512 processus\u{a0}: ils sont tous arrêtés, et le sien avec eux]\n";

impl Guard {
    /// Hands an order of evcxr's on, with an input for the cell.
    pub(super) fn run(&mut self, order: &str) {
        let input = self.input.open().unwrap_or_else(|_| "/dev/null".into());
        // A write to a process that just died fails: its end is announced all the same.
        let _ = write!(self.cells, "{INPUT} {}\n{order}\n", input.display());
        self.ticker.go(true);
    }

    /// Looks at the running cell: whether it takes too much, and whether it waits.
    pub(super) fn look(&mut self) -> io::Result<()> {
        if self.status.is_some() {
            return Ok(());
        }
        self.cell.looks += 1;
        if self.cell.looks.is_multiple_of(LOOKS_PER_COUNT) {
            self.count()?;
        }
        match self.input.look(&self.group) {
            Next::Nothing => Ok(()),
            Next::Flush => {
                let _ = writeln!(self.cells, "{FLUSH}");
                Ok(())
            }
            Next::Ask => {
                let question = self.cell.question.take();
                self.tell(&Frame::Input { question })
            }
        }
    }

    fn count(&mut self) -> io::Result<()> {
        self.group.refresh();
        if self.group.holds_more_than(self.memory) {
            self.tell(&Frame::OutOfMemory)?;
            self.kill();
        } else if self.group.processes() > MOST_PROCESSES {
            self.kill();
            self.write(Stream::Err, TOO_MANY.to_owned())?;
        }
        Ok(())
    }

    /// The cell, or its process, is over: nothing of it is asked any more.
    pub(super) fn over(&mut self) -> io::Result<()> {
        self.ticker.go(false);
        self.input.close();
        self.not_asked()
    }

    /// What looked like a question is text that the cell printed.
    pub(super) fn not_asked(&mut self) -> io::Result<()> {
        let Some(question) = self.cell.question.take() else {
            return Ok(());
        };
        let text = self.cell.allowance.text(marks::asked(&question));
        self.write(Stream::Out, text)
    }
}
