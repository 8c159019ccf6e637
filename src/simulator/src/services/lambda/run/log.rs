//! What a function writes, and the lines that Lambda writes around it.

use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::process::{ChildStderr, ChildStdout};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::ioctl_fionbio;

use super::outcome::{Ended, Report};
use super::runtime_api::Told;

/// The most of a log that a call gives back, in bytes: its last 4 KB.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
const TAIL: usize = 4096;

/// The most that is kept of what one call writes, in bytes.
const MOST: usize = 1 << 20;

/// What a process wrote since it was last asked.
#[derive(Debug, Clone)]
pub(super) struct Written {
    streams: Arc<Mutex<Streams>>,
    /// Who is told that the process closed what it writes to: it has most likely ended.
    tell: Sender<Told>,
}

#[derive(Debug, Default)]
struct Streams {
    /// Where the process writes to, until it closes it.
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    text: Vec<u8>,
}

impl Streams {
    /// Takes in all that was written up to now.
    fn drain(&mut self) {
        if self
            .stdout
            .as_mut()
            .is_some_and(|stream| read(stream, &mut self.text))
        {
            self.stdout = None;
        }
        if self
            .stderr
            .as_mut()
            .is_some_and(|stream| read(stream, &mut self.text))
        {
            self.stderr = None;
        }
        if self.text.len() > MOST {
            let spare = self.text.len() - MOST;
            self.text.drain(..spare);
        }
    }

    /// The streams that are open.
    fn open(&self) -> io::Result<Vec<std::os::fd::OwnedFd>> {
        let stdout = self
            .stdout
            .as_ref()
            .map(|stream| stream.as_fd().try_clone_to_owned());
        let stderr = self
            .stderr
            .as_ref()
            .map(|stream| stream.as_fd().try_clone_to_owned());
        stdout.into_iter().chain(stderr).collect()
    }
}

/// Reads what there is in a stream that does not block; `true` at its end.
fn read(stream: &mut impl Read, text: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 8192];
    // What one call may write at most is read at once; the rest keeps its turn.
    for _ in 0..(2 * MOST / buffer.len()) {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(count) => text.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
    false
}

impl Written {
    /// Nothing yet; `tell` hears of the end.
    pub(super) fn new(tell: Sender<Told>) -> Self {
        Self {
            streams: Arc::default(),
            tell,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows what a process writes to its end, on a thread of its own: a full pipe would hold the process up.
    pub(super) fn follow(&self, stdout: ChildStdout, stderr: ChildStderr) -> io::Result<()> {
        ioctl_fionbio(&stdout, true)?;
        ioctl_fionbio(&stderr, true)?;
        let mut streams = self.lock();
        streams.stdout = Some(stdout);
        streams.stderr = Some(stderr);
        drop(streams);
        let written = self.clone();
        let thread = std::thread::Builder::new().name("lambda-log".to_owned());
        thread.spawn(move || {
            while written.read_on() {}
            // Nobody listens where the process was ended by us.
            let _ = written.tell.send(Told::Closed);
        })?;
        Ok(())
    }

    /// Waits until there is something to read, and takes it in; `false` once there is nothing more to come.
    fn read_on(&self) -> bool {
        let Ok(open) = self.lock().open() else {
            return false;
        };
        let mut watched: Vec<PollFd<'_>> = open.iter().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        if watched.is_empty()
            || (poll(&mut watched, None).is_err_and(|error| error != rustix::io::Errno::INTR))
        {
            return false;
        }
        self.lock().drain();
        true
    }

    /// Writes something of the simulator's own.
    pub(super) fn note(&self, text: &[u8]) {
        self.lock().text.extend_from_slice(text);
    }

    /// Gives what was written up to now, and begins again.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut streams = self.lock();
        streams.drain();
        std::mem::take(&mut streams.text)
    }
}

/// The end of a call's log, as a call with `LogType=Tail` gives it back.
pub(in super::super) fn tail(
    report: &Report,
    request_id: &str,
    version: &str,
    limits: (i64, i64),
) -> Vec<u8> {
    let mut log = format!("START RequestId: {request_id} Version: {version}\n").into_bytes();
    log.extend_from_slice(&report.log);
    if !log.ends_with(b"\n") {
        log.push(b'\n');
    }
    log.extend(closing(report, request_id, limits).into_bytes());
    let from = log.len().saturating_sub(TAIL);
    log.split_off(from)
}

fn closing(report: &Report, request_id: &str, (timeout, memory): (i64, i64)) -> String {
    let billed = report.duration + report.init.unwrap_or_default();
    let init = report
        .init
        .map(|init| format!("\tInit Duration: {} ms", milliseconds(init)))
        .unwrap_or_default();
    let (before, status) = match &report.ended {
        Ended::TimedOut => (
            format!("RequestId: {request_id} Error: Task timed out after {timeout}.00 seconds\n"),
            "\tStatus: timeout",
        ),
        Ended::Exited(how) => {
            let how = how.as_ref().map_or_else(
                || "Runtime exited without providing a reason".to_owned(),
                |how| format!("Runtime exited with error: {how}"),
            );
            (
                format!("RequestId: {request_id} Error: {how}\nRuntime.ExitError\n"),
                "\tStatus: error\tError Type: Runtime.ExitError",
            )
        }
        Ended::NoEntrypoint(how) => (
            format!("RequestId: {request_id} Error: {how}\nRuntime.InvalidEntrypoint\n"),
            "\tStatus: error\tError Type: Runtime.InvalidEntrypoint",
        ),
        Ended::OutOfMemory => (
            format!(
                "RequestId: {request_id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
            ),
            "\tStatus: error\tError Type: Runtime.OutOfMemory",
        ),
        _ => (String::new(), ""),
    };
    format!(
        "{before}END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {} ms\tBilled Duration: {} ms\t\
         Memory Size: {memory} MB\tMax Memory Used: {} MB{init}{status}\t\n",
        milliseconds(report.duration),
        billed.as_micros().div_ceil(1000),
        // More than it may have it is not given.
        report.memory.min(memory.unsigned_abs()),
    )
}

/// What Lambda writes of a beginning that took too long.
pub(super) fn init_timed_out(took: Duration) -> String {
    format!(
        "INIT_REPORT Init Duration: {} ms\tPhase: init\tStatus: timeout\n",
        milliseconds(took)
    )
}

/// Milliseconds, to the hundredth.
fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn report(ended: Ended) -> Report {
        Report {
            ended,
            duration: Duration::from_micros(1230),
            init: Some(Duration::from_micros(100_500)),
            memory: 30,
            log: b"bonjour".to_vec(),
        }
    }

    #[test]
    fn a_log_ends_with_its_report() {
        let log = tail(&report(Ended::Answered("1".into())), "id", "$LATEST", (3, 128));
        assert_eq!(
            String::from_utf8(log).unwrap(),
            "START RequestId: id Version: $LATEST\nbonjour\nEND RequestId: id\nREPORT RequestId: id\tDuration: 1.23 ms\t\
             Billed Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tInit Duration: 100.50 ms\t\n"
        );
    }

    #[test]
    fn only_the_last_four_kilobytes_are_given_back() {
        let lengthy = Report {
            log: vec![b'x'; 10_000],
            ..report(Ended::TimedOut)
        };
        let log = tail(&lengthy, "id", "1", (3, 128));
        assert_eq!(log.len(), 4096);
        assert!(
            String::from_utf8(log)
                .unwrap()
                .contains("Task timed out after 3.00 seconds")
        );
    }
}
