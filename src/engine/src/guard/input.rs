//! The standard input of cells: each has a pipe of its own, into which the guard writes what the learner answers once
//! something waits there.

use std::fs;
use std::io::{self, PipeReader, PipeWriter, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;

use rustix::io::{ioctl_fionbio, ioctl_fionread};

use super::group::{Group, Waits};

/// The input of the running cell, if one runs.
#[derive(Default)]
pub(super) struct Input {
    pipe: Option<Pipe>,
    waiting: Waiting,
}

struct Pipe {
    /// Never read here: it is what the cells' process opens, and what tells that all was read.
    reader: PipeReader,
    writer: PipeWriter,
    /// As `/proc` names it.
    name: PathBuf,
    /// What did not fit yet.
    unwritten: Vec<u8>,
}

/// How far a cell that waits has got.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    #[default]
    No,
    /// What it printed without a line end is on its way: it may be the question.
    Flushed,
    /// The learner is asked.
    Asked,
}

/// What is to be done for a cell that waits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    /// Ask for what it printed without a line end.
    Flush,
    /// Ask the learner.
    Ask,
}

impl Input {
    /// Makes the input of a new cell; where its process finds it.
    pub(super) fn open(&mut self) -> io::Result<PathBuf> {
        self.close();
        let (reader, writer) = io::pipe()?;
        // A long line that nobody reads must not stop the guard.
        ioctl_fionbio(&writer, true)?;
        let path = PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), reader.as_raw_fd()));
        self.pipe = Some(Pipe {
            name: fs::read_link(&path)?,
            reader,
            writer,
            unwritten: Vec::new(),
        });
        Ok(path)
    }

    /// There is no more input: who waits for some, or will, finds its end.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }

    /// Looks whether something of the cells' waits for a line.
    pub(super) fn look(&mut self, group: &Group) -> Next {
        let Some(pipe) = &mut self.pipe else {
            return Next::Nothing;
        };
        // In this order: what is empty now stays so, as nobody else writes there.
        if self.waiting == Waiting::Asked || !pipe.is_read() {
            return Next::Nothing;
        }
        let (waiting, next) = match (group.waits_for(&pipe.name), self.waiting) {
            (Waits::Unknown, _) => {
                self.close();
                return Next::Nothing;
            }
            (Waits::No, _) => (Waiting::No, Next::Nothing),
            (Waits::Yes, Waiting::No) => (Waiting::Flushed, Next::Flush),
            (Waits::Yes, _) => (Waiting::Asked, Next::Ask),
        };
        self.waiting = waiting;
        next
    }

    /// What the learner answered: a line, or that there is no more. An answer to a cell that is over is for nobody.
    pub(super) fn answer(&mut self, line: Option<String>) {
        if self.waiting != Waiting::Asked {
            return;
        }
        self.waiting = Waiting::No;
        match (&mut self.pipe, line) {
            (Some(pipe), Some(line)) => {
                pipe.unwritten = (line + "\n").into_bytes();
                pipe.write();
            }
            _ => self.close(),
        }
    }
}

impl Pipe {
    /// Whether all that was answered has been read.
    fn is_read(&mut self) -> bool {
        self.write();
        self.unwritten.is_empty() && ioctl_fionread(&self.reader).is_ok_and(|bytes| bytes == 0)
    }

    /// Writes as much as fits.
    fn write(&mut self) {
        while !self.unwritten.is_empty() {
            match self.writer.write(&self.unwritten) {
                Ok(written) => drop(self.unwritten.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Group, Input, Next};
    use std::fs::File;
    use std::io::{BufRead as _, BufReader, Read as _};

    fn next(input: &mut Input, group: &Group) -> Next {
        loop {
            match input.look(group) {
                Next::Nothing => std::thread::yield_now(),
                next => return next,
            }
        }
    }

    #[test]
    fn who_waits_is_asked_once_and_reads_the_answer_whole_however_long_it_is() {
        let mut input = Input::default();
        let group = Group::of(std::process::id());
        let path = input.open().unwrap();
        assert_eq!(input.look(&group), Next::Nothing);
        let reading = std::thread::spawn(move || {
            let mut lines = BufReader::new(File::open(path).unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            (first, lines.next().is_none())
        });
        assert_eq!(next(&mut input, &group), Next::Flush);
        assert_eq!(next(&mut input, &group), Next::Ask);
        assert_eq!(input.look(&group), Next::Nothing, "it was asked already");
        let long = "é".repeat(100_000);
        input.answer(Some(long.clone()));
        assert_eq!(next(&mut input, &group), Next::Flush);
        assert_eq!(next(&mut input, &group), Next::Ask);
        input.answer(None);
        assert_eq!(reading.join().unwrap(), (long, true));
    }

    #[test]
    fn an_answer_that_nobody_asked_for_is_dropped_and_each_cell_begins_with_an_empty_input() {
        let mut input = Input::default();
        input.answer(Some("tard".to_owned()));
        let first = File::open(input.open().unwrap()).unwrap();
        input.answer(Some("tard".to_owned()));
        let mut second = File::open(input.open().unwrap()).unwrap();
        input.close();
        let mut read = String::new();
        for mut file in [first, second.try_clone().unwrap()] {
            file.read_to_string(&mut read).unwrap();
        }
        second.read_to_string(&mut read).unwrap();
        assert_eq!(read, "");
    }
}
