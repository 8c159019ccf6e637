//! What the guard hears: a thread for each place that something may come from.

use std::io::{self, BufRead as _, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::Thread;
use std::time::Duration;

use super::{Event, Stream};
use crate::marks::Splitter;

/// What is read at once.
const BUFFER: usize = 64 * 1024;

/// What the cells write.
pub(super) fn to_stream(
    mut from: impl Read + Send + 'static,
    stream: Stream,
    mut splitter: Splitter,
    to: SyncSender<Event>,
) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = from.read(&mut buffer).unwrap_or(0);
            let pieces = if read == 0 {
                splitter.finish()
            } else {
                splitter.feed(&buffer[..read])
            };
            for piece in pieces {
                let _ = to.send(Event::Piece(stream, piece));
            }
            if read == 0 {
                let _ = to.send(Event::Closed);
                return;
            }
        }
    });
}

/// evcxr's orders.
pub(super) fn to_evcxr(to: SyncSender<Event>) {
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let _ = to.send(Event::Evcxr(line));
        }
        let _ = to.send(Event::EvcxrGone);
    });
}

/// The client's orders.
pub(super) fn to_client(from: UnixStream, to: SyncSender<Event>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let Ok(order) = serde_json::from_str(&line) {
                let _ = to.send(Event::Client(order));
            }
        }
        let _ = to.send(Event::ClientGone);
    });
}

/// How the cells' process ends.
pub(super) fn to_the_end_of(mut child: Child, to: SyncSender<Event>) {
    std::thread::spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = to.send(Event::Exited(status));
        }
    });
}

/// Says when to look at the running cell, as long as one runs.
pub(super) struct Ticker {
    goes: Arc<AtomicBool>,
    thread: Thread,
}

impl Ticker {
    pub(super) fn start(every: Duration, to: SyncSender<Event>) -> Self {
        let goes = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&goes);
        let ticking = std::thread::spawn(move || {
            loop {
                while !seen.load(Ordering::SeqCst) {
                    std::thread::park();
                }
                std::thread::sleep(every);
                if to.send(Event::Look).is_err() {
                    return;
                }
            }
        });
        Self {
            goes,
            thread: ticking.thread().clone(),
        }
    }

    pub(super) fn go(&self, goes: bool) {
        self.goes.store(goes, Ordering::SeqCst);
        self.thread.unpark();
    }
}
