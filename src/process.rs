//! A program that is run to its end, within a time limit, and what it wrote.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use workbook::command::Ran;

/// How often a program under way is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// The most bytes of its output that are kept.
const MOST: u64 = 1 << 20;

/// Runs a program without input; one that takes longer than `limit` is ended, and has no exit code then.
///
/// # Errors
/// When it cannot be started.
pub fn run(command: &mut Command, limit: Duration) -> io::Result<Ran> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let out = child.stdout.take().map(listen);
    let err = child.stderr.take().map(listen);
    let code = wait(&mut child, limit)?;
    Ok(Ran {
        code,
        stdout: heard(out),
        stderr: heard(err),
    })
}

/// Reads what a program writes, from a thread, so that it never waits for a reader.
fn listen(mut source: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = source.by_ref().take(MOST).read_to_end(&mut bytes);
        let _ = io::copy(&mut source, &mut io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn heard(listener: Option<JoinHandle<String>>) -> String {
    listener
        .and_then(|listener| listener.join().ok())
        .unwrap_or_default()
}

/// Waits for a program's end, and ends it where it takes too long.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<i32>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if begun.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}
