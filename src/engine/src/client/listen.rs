//! What the client hears: a thread for each place that something may come from.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Event;
use crate::protocol::Frame;
use crate::sys;

/// Takes each guard that connects: a new one comes with each new process of the cells.
pub(super) fn listen(
    listener: UnixListener,
    generation: u64,
    guard: Arc<Mutex<Option<UnixStream>>>,
    closed: Arc<AtomicBool>,
    events: Sender<Event>,
) {
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            if closed.load(Ordering::SeqCst) {
                return;
            }
            let Ok(reader) = stream.try_clone() else { return };
            *guard.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
            let events = events.clone();
            std::thread::spawn(move || hear(reader, generation, &events));
        }
    });
}

/// Takes what one guard says. One that is gone without a last word was killed: what its cells had started is
/// nobody's then.
fn hear(guard: UnixStream, generation: u64, events: &Sender<Event>) {
    let mut orphans = None;
    for line in BufReader::new(guard).lines().map_while(Result::ok) {
        let Ok(frame) = serde_json::from_str(&line) else {
            continue;
        };
        match frame {
            Frame::Started { leader } => orphans = Some(leader),
            Frame::Ended(_) => orphans = None,
            _ => {}
        }
        let _ = events.send(Event::Guard(generation, frame));
    }
    orphans.inspect(|leader| sys::kill_group(*leader));
}

/// Takes the host's answers, and its end.
pub(super) fn read_answers(out: impl io::Read + Send + 'static, generation: u64, events: Sender<Event>) {
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            // What is not an answer is a stray word of a library.
            if let Ok(answer) = serde_json::from_str(&line) {
                let _ = events.send(Event::Host(generation, answer));
            }
        }
        let _ = events.send(Event::HostGone(generation));
    });
}

/// Keeps the end of what the host says on standard error, for the message of a failed start.
pub(super) fn keep_last_words(err: impl io::Read + Send + 'static, words: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(err);
        let mut line = Vec::new();
        while reader
            .by_ref()
            .take(4096)
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
            if words.len() > 8192 {
                words.clear();
            }
            words.push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
}
