//! The cells' process: loads each compiled cell and runs it, until its guard hangs up.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{OnceLock, mpsc};

use crate::marks::{END, OUT_OF_MEMORY, REOPENED};
use crate::sys::{self, Cells, Support};

/// The name of a cell's function, in the libraries that are compiled for this process.
pub(crate) const CELL: &str = "cahier_cellule";
/// The beginning of the names that evcxr has for it.
pub(crate) const EVCXR_FUNCTION: &str = "run_user_code_";
/// The order to take another standard input; where it is follows.
pub(crate) const INPUT: &str = "INPUT";
/// The order to write out what the running cell printed without a line end.
pub(crate) const FLUSH: &str = "FLUSH";
/// What the order to write out needs, from beside the thread that runs the cell.
static SUPPORT: OnceLock<Support> = OnceLock::new();
/// The status of a process that could not load a cell.
const CANNOT_LOAD: i32 = 99;

/// The dynamic linker's words where the variables of earlier cells leave no room for another one.
const NO_MEMORY: &str = "Cannot allocate memory";

/// Runs cells, as the guard's lines ask: first the mark, then, for each cell, its `INPUT` and one `LOAD_AND_RUN library
/// function`.
pub(crate) fn run(libraries: [&Path; 2], memory: u64) -> ! {
    sys::die_with_parent();
    // What this program's own allocator has set aside is not the cells'.
    sys::limit_memory(memory.saturating_add(sys::data_size()));
    let Ok(lines) = orders() else {
        sys::exit_now(CANNOT_LOAD)
    };
    let Ok(mark) = lines.recv() else { sys::exit_now(0) };
    let mark = format!("\0{mark} ").into_bytes();
    let support = Support::load(libraries, &mark).unwrap_or_else(|error| give_up(&error, &mark));
    let support = SUPPORT.get_or_init(|| support);
    let (Ok(out), Ok(err)) = (Output::keep(io::stdout()), Output::keep(io::stderr())) else {
        sys::exit_now(CANNOT_LOAD)
    };
    let mut cells = Cells::new();
    let own = std::process::id();
    for (number, line) in lines.into_iter().enumerate() {
        if let Some(input) = line.strip_prefix(INPUT) {
            if sys::take_stdin(Path::new(input.trim())).is_err() {
                let _ = sys::empty_stdin();
            }
            continue;
        }
        let mut words = line.split(' ').skip(1);
        let (Some(cell), Some(function)) = (words.next(), words.next()) else {
            continue;
        };
        if let Err(error) = cells.run(Path::new(cell), &[CELL, function]) {
            give_up(&error, &mark);
        }
        support.flush();
        // A child that the cell forked comes back here too, with the same pipes: the orders and the marks are not its.
        if std::process::id() != own {
            sys::exit_now(0);
        }
        let _ = out.close(&mark, number).and_then(|()| err.close(&mark, number));
    }
    sys::exit_now(0)
}

/// One of the two streams, and a second hold on it: a cell may close the first.
struct Output<S> {
    stream: S,
    kept: OwnedFd,
    pipe: (u64, u64),
}

impl<S: AsFd> Output<S>
where
    for<'a> &'a S: io::Write,
{
    fn keep(stream: S) -> io::Result<Self> {
        let kept = stream.as_fd().try_clone_to_owned()?;
        let pipe = identity(kept.as_fd())?;
        Ok(Self { stream, kept, pipe })
    }

    /// Whether a descriptor is still what it was before any cell ran.
    fn is_whole(&self, descriptor: BorrowedFd<'_>) -> bool {
        identity(descriptor).is_ok_and(|found| found == self.pipe)
    }

    /// Marks the end of a cell, behind all that it wrote here.
    fn close(&self, mark: &[u8], number: usize) -> io::Result<()> {
        let mut words = Vec::new();
        if !self.is_whole(self.stream.as_fd()) && self.is_whole(self.kept.as_fd()) {
            sys::replace(self.stream.as_fd(), self.kept.as_fd())?;
            words.extend([mark, REOPENED.as_bytes(), b"\n"].concat());
        }
        words.extend([mark, format!("{END}{number}\n").as_bytes()].concat());
        let mut stream = &self.stream;
        stream.write_all(&words)?;
        stream.flush()
    }
}

/// What a descriptor stands for, if it is open.
fn identity(descriptor: BorrowedFd<'_>) -> io::Result<(u64, u64)> {
    let about = File::from(descriptor.try_clone_to_owned()?).metadata()?;
    Ok((about.dev(), about.ino()))
}

fn give_up(error: &dyn std::error::Error, mark: &[u8]) -> ! {
    let words = error.to_string();
    let mut told = format!("{words}\n").into_bytes();
    if words.contains(NO_MEMORY) {
        told.extend([mark, OUT_OF_MEMORY.as_bytes(), b"\n"].concat());
    }
    let _ = io::stderr().write_all(&told);
    sys::exit_now(CANNOT_LOAD)
}

/// Writes out what the running cell printed, unless it holds its standard output for itself.
fn flush_aside() {
    std::thread::spawn(|| SUPPORT.get().map(Support::flush));
}

/// The guard's lines. They come on standard input, which cells then find empty, until the guard
/// has one for them: a cell that reads it would otherwise take the engine's own words.
fn orders() -> io::Result<mpsc::Receiver<String>> {
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    sys::empty_stdin()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(File::from(input)).lines() {
            let Ok(line) = line else {
                // A cell has closed this too, and is the last one; to close it again would abort.
                drop(sender);
                loop {
                    std::thread::park();
                }
            };
            if line == FLUSH {
                flush_aside();
            } else if sender.send(line).is_err() {
                break;
            }
        }
        // The guard is gone, perhaps killed; a cell may be in an endless loop.
        sys::exit_now(0);
    });
    Ok(receiver)
}
