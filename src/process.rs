//! A program that is run to its end, within a time limit, and what it wrote.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use workbook::command::Ran;

/// How often a program under way is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// How long its output is waited for once it has ended: what it left behind may hold that open for ever.
const GRACE: Duration = Duration::from_millis(500);
/// The most bytes of its output that are kept.
const MOST: usize = 1 << 20;

/// Runs a program without input; one that takes longer than `limit` is ended with what it started, and has no exit code
/// then.
///
/// # Errors
/// When it cannot be started.
pub fn run(command: &mut Command, limit: Duration) -> io::Result<Ran> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let out = child.stdout.take().map(Listener::start);
    let err = child.stderr.take().map(Listener::start);
    let code = wait(&mut child, limit)?;
    let end = Instant::now() + GRACE;
    let heard = |listener: Option<Listener>| listener.map_or_else(String::new, |one| one.heard(end));
    Ok(Ran {
        code,
        stdout: heard(out),
        stderr: heard(err),
    })
}

/// Reads what a program writes, in a thread, so that it never waits for a reader.
struct Listener {
    heard: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl Listener {
    fn start(mut source: impl Read + Send + 'static) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        let thread = std::thread::spawn(move || {
            let mut piece = [0; 8192];
            while let Ok(length @ 1..) = source.read(&mut piece) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let room = MOST.saturating_sub(kept.len());
                kept.extend_from_slice(&piece[..length.min(room)]);
            }
        });
        Self { heard, thread }
    }

    /// What was read until `end`, or until nobody can write any more.
    fn heard(self, end: Instant) -> String {
        while !self.thread.is_finished() && Instant::now() < end {
            std::thread::sleep(LOOK);
        }
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&heard).into_owned()
    }
}

/// How a program that was followed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// It was stopped, with what it had started.
    Stopped,
    /// It took too long, and was stopped so.
    TooLong,
}

/// How many pieces of output wait at most to be handed on: a program that writes faster waits.
const WAITING: usize = 64;

/// Runs a program without input, and hands on what it writes as it comes: on standard error, or not. It is stopped once
/// `stop` says so, or after `limit`.
///
/// # Errors
/// When it cannot be started.
pub fn follow(
    command: &mut Command,
    limit: Duration,
    heard: &mut dyn FnMut(bool, String),
    stop: &AtomicBool,
) -> io::Result<Ended> {
    let begun = Instant::now();
    let over = || {
        let stopped = stop.load(Ordering::SeqCst).then_some(Ended::Stopped);
        stopped.or_else(|| (begun.elapsed() > limit).then_some(Ended::TooLong))
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let (sender, pieces) = mpsc::sync_channel(WAITING);
    if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
        hand_on(out, false, sender.clone());
        hand_on(err, true, sender);
    }
    let mut end = None;
    loop {
        match pieces.recv_timeout(LOOK) {
            Ok((error, text)) => heard(error, text),
            Err(RecvTimeoutError::Disconnected) => break,
            // What it left behind may hold its output open for ever.
            Err(RecvTimeoutError::Timeout) if end.is_some_and(|end: Instant| end.elapsed() > GRACE) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(why) = over() {
            end_all(&mut child)?;
            return Ok(why);
        }
        if end.is_none() && child.try_wait()?.is_some() {
            end = Some(Instant::now());
        }
    }
    // One that closed its output goes on without being heard.
    while child.try_wait()?.is_none() {
        if let Some(why) = over() {
            end_all(&mut child)?;
            return Ok(why);
        }
        std::thread::sleep(LOOK);
    }
    let status = child.wait()?;
    Ok(match (status.code(), status.signal()) {
        (Some(code), _) => Ended::Code(code),
        (None, signal) => Ended::Signal(signal.unwrap_or_default()),
    })
}

/// Reads a stream to its end in a thread, and hands on whole letters.
fn hand_on(mut source: impl Read + Send + 'static, error: bool, sender: SyncSender<(bool, String)>) {
    std::thread::spawn(move || {
        let mut pending = Vec::new();
        let mut piece = [0; 8192];
        while let Ok(length @ 1..) = source.read(&mut piece) {
            pending.extend_from_slice(&piece[..length]);
            let whole = match std::str::from_utf8(&pending) {
                Err(broken) if broken.error_len().is_none() => broken.valid_up_to(),
                _ => pending.len(),
            };
            let text: Vec<u8> = pending.drain(..whole).collect();
            if !text.is_empty()
                && sender
                    .send((error, String::from_utf8_lossy(&text).into_owned()))
                    .is_err()
            {
                return;
            }
        }
        if !pending.is_empty() {
            let _ = sender.send((error, String::from_utf8_lossy(&pending).into_owned()));
        }
    });
}

/// Ends a program, and what it started.
fn end_all(child: &mut Child) -> io::Result<()> {
    for process in descendants(child.id()) {
        // It may be gone already.
        let _ = kill_process(process, Signal::KILL);
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// The variable that says which process a program works for, whoever it belongs to by now.
const MARK: &str = "CAHIER_NOYAU";

/// Marks a program, and all that it starts, as this process's: [`end_marked`] finds them.
pub fn mark(command: &mut Command) {
    command.env(MARK, std::process::id().to_string());
}

/// Ends what marked programs left behind, also what they detached (`&`, `setsid`), as far as the system tells (Linux).
pub fn end_marked() {
    let mark = format!("{MARK}={}", std::process::id());
    let marked = |id: &u32| {
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|one| one == mark.as_bytes())
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    for id in ids.filter(|id| *id != std::process::id()).filter(marked) {
        if let Some(process) = id.try_into().ok().and_then(Pid::from_raw) {
            // It may be gone already.
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

/// Waits for a program's end, and ends it where it takes too long.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<i32>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if begun.elapsed() >= limit {
            end_all(child)?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}

/// What a process started, and what that started, as far as the system tells (Linux).
fn descendants(id: u32) -> Vec<Pid> {
    let mut found = Vec::new();
    let threads = std::fs::read_dir(format!("/proc/{id}/task"));
    for thread in threads.into_iter().flatten().flatten() {
        let listed = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in listed.split_whitespace().filter_map(|id| id.parse().ok()) {
            found.extend(Pid::from_raw(child));
            found.extend(child.try_into().map(descendants).unwrap_or_default());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn bash(script: &str, limit: Duration) -> Ran {
        run(Command::new("bash").args(["-c", script]), limit).unwrap()
    }

    #[test]
    fn what_a_program_writes_is_kept_with_its_exit_code() {
        let ran = bash("echo oui; echo non >&2; exit 3", Duration::from_mins(1));
        assert_eq!(ran.code, Some(3));
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("oui\n", "non\n"));
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        let begun = Instant::now();
        let ran = bash("sleep 300 & echo fini", Duration::from_mins(2));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "fini\n"));
        assert!(begun.elapsed() < Duration::from_mins(2));
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended_with_what_it_started() {
        let ran = bash("sleep 300 & echo $!; wait; echo fini", Duration::from_secs(1));
        assert_eq!(ran.code, None);
        let started = ran.stdout.trim();
        assert!(started.parse::<u32>().is_ok(), "{started}");
        // A signal takes its time on a busy machine.
        let end = Instant::now() + Duration::from_mins(1);
        while lives(started) && Instant::now() < end {
            std::thread::yield_now();
        }
        assert!(!lives(started));
    }

    #[test]
    fn what_a_followed_program_writes_comes_as_it_writes_it_and_it_can_be_stopped() {
        let stop = AtomicBool::new(false);
        let mut heard = Vec::new();
        let script = "printf 'é\\n'; echo non >&2; sleep 300";
        let ended = follow(
            Command::new("bash").args(["-c", script]),
            Duration::from_mins(2),
            &mut |error, text| {
                heard.push((error, text));
                stop.store(heard.len() == 2, Ordering::SeqCst);
            },
            &stop,
        );
        assert_eq!(ended.unwrap(), Ended::Stopped);
        heard.sort();
        assert_eq!(heard, [(false, "é\n".to_owned()), (true, "non\n".to_owned())]);
    }

    #[test]
    fn a_followed_program_that_writes_for_ever_is_ended_at_the_limit() {
        let (limit, mut bytes) = (Duration::from_millis(300), 0);
        let ended = follow(
            Command::new("yes").arg("encore"),
            limit,
            &mut |_, text| bytes += text.len(),
            &AtomicBool::new(false),
        );
        assert_eq!(ended.unwrap(), Ended::TooLong);
        assert!(bytes > 0);
    }

    #[test]
    fn how_a_followed_program_ended_is_known() {
        for (script, end) in [
            ("exit 3", Ended::Code(3)),
            ("kill -9 $$", Ended::Signal(9)),
            ("sleep 300 &", Ended::Code(0)),
        ] {
            let ended = follow(
                Command::new("bash").args(["-c", script]),
                Duration::from_mins(2),
                &mut |_, _| {},
                &AtomicBool::new(false),
            );
            assert_eq!(ended.unwrap(), end, "{script}");
        }
    }

    #[test]
    fn what_a_marked_program_detached_is_ended_and_nothing_else() {
        let mut stays = Command::new("sleep").arg("300").spawn().unwrap();
        let mut command = Command::new("bash");
        command.args(["-c", "setsid sleep 300 > /dev/null 2>&1 & echo $!"]);
        mark(&mut command);
        let ran = run(&mut command, Duration::from_mins(1)).unwrap();
        let detached = ran.stdout.trim();
        assert!(lives(detached), "{ran:?}");
        let end = Instant::now() + Duration::from_mins(1);
        // While a process becomes another program, the system tells no environment of it.
        let of = |file: &str| std::fs::read_to_string(format!("/proc/{detached}/{file}")).unwrap_or_default();
        while (of("comm").trim() != "sleep" || of("environ").is_empty()) && Instant::now() < end {
            std::thread::yield_now();
        }
        end_marked();
        while lives(detached) && Instant::now() < end {
            std::thread::yield_now();
        }
        assert!(!lives(detached) && lives(&stays.id().to_string()));
        stays.kill().unwrap();
        stays.wait().unwrap();
    }

    /// Whether a process is there, and more than a name that its parent has not asked for.
    fn lives(id: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z ")
    }
}
