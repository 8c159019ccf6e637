//! The cells' process: loads each compiled cell and runs it, until its guard hangs up.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::mpsc;

use crate::sys::{self, Cells, Support};

/// The status of a process that could not load a cell.
const CANNOT_LOAD: i32 = 99;

/// Runs cells, as the guard's lines ask: first the mark, then one `LOAD_AND_RUN library function` per cell.
pub(crate) fn run(library: &Path) -> ! {
    sys::die_with_parent();
    let Ok(lines) = orders() else {
        sys::exit_now(CANNOT_LOAD)
    };
    let Ok(mark) = lines.recv() else { sys::exit_now(0) };
    let mark = format!("\0{mark} ").into_bytes();
    let support = Support::load(library, &mark).unwrap_or_else(|error| give_up(&error));
    let mut cells = Cells::new();
    for (number, line) in lines.into_iter().enumerate() {
        let mut words = line.split(' ').skip(1);
        let (Some(cell), Some(function)) = (words.next(), words.next()) else {
            continue;
        };
        if let Err(error) = cells.run(Path::new(cell), function) {
            give_up(&error);
        }
        support.flush();
        let _ =
            close(&mut io::stdout(), &mark, number).and_then(|()| close(&mut io::stderr(), &mark, number));
    }
    sys::exit_now(0)
}

/// Marks the end of a cell in a stream, behind all that the cell wrote there.
fn close(stream: &mut dyn io::Write, mark: &[u8], number: usize) -> io::Result<()> {
    stream.write_all(&[mark, format!("end {number}\n").as_bytes()].concat())?;
    stream.flush()
}

fn give_up(error: &dyn std::error::Error) -> ! {
    let _ = writeln!(io::stderr(), "{error}");
    sys::exit_now(CANNOT_LOAD)
}

/// The guard's lines. They come on standard input, which cells then find empty: a cell that reads it
/// would otherwise wait for ever and take the engine's own words.
fn orders() -> io::Result<mpsc::Receiver<String>> {
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    sys::empty_stdin()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(std::fs::File::from(input)).lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
        // The guard is gone, perhaps killed; a cell may be in an endless loop.
        sys::exit_now(0);
    });
    Ok(receiver)
}
