//! The guard of the cells' process: stands where evcxr expects that process, passes on evcxr's
//! orders, and tells the client all that the cells write and how their process ends.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::marks::{COMPLETE, PANIC, Piece, QUESTION_MARK, Splitter};
use crate::protocol::{Frame, Order};
use crate::sys;

/// What a cell may print; the rest is read and dropped.
const LARGEST_OUTPUT: usize = 1024 * 1024;
/// How long the pipes of a dead process may stay open in the hands of its children.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long the client may take to read that the process ended.
const LAST_ANSWER: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

enum Event {
    Evcxr(String),
    EvcxrGone,
    Client(Order),
    ClientGone,
    Piece(Stream, Piece),
    Closed,
    Exited(ExitStatus),
}

struct Guard {
    client: UnixStream,
    cells: UnixStream,
    leader: u32,
    events: Receiver<Event>,
    /// What the running cell may still print.
    left: usize,
    /// Streams in which the running cell's end mark was seen.
    ended: Vec<Stream>,
    closed: usize,
    status: Option<ExitStatus>,
}

/// Runs the guard until evcxr, the client or the cells' process is gone.
pub(crate) fn run(socket: &Path, library: &Path) -> ! {
    let guard = Guard::start(socket, library);
    if let Ok(mut guard) = guard {
        let _ = guard.serve();
        sys::kill_group(guard.leader);
    }
    sys::exit_now(0)
}

impl Guard {
    fn start(socket: &Path, library: &Path) -> io::Result<Self> {
        let client = UnixStream::connect(socket)?;
        let (mut cells, theirs) = UnixStream::pair()?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg(crate::hook::CELLS)
            .arg(library)
            .env_remove("EVCXR_IS_RUNTIME")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let mark = random_mark();
        writeln!(cells, "{mark}")?;
        let (sender, events) = mpsc::channel();
        let prefix = format!("\0{mark} ").into_bytes();
        let leader = child.id();
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            watch(out, Stream::Out, Splitter::new(&prefix), sender.clone());
            watch(err, Stream::Err, Splitter::new(&prefix), sender.clone());
        }
        listen_to_evcxr(sender.clone());
        listen_to_client(client.try_clone()?, sender.clone());
        std::thread::spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = sender.send(Event::Exited(status));
            }
        });
        let ended = Vec::new();
        Ok(Self {
            client,
            cells,
            leader,
            events,
            left: LARGEST_OUTPUT,
            ended,
            closed: 0,
            status: None,
        })
    }

    fn serve(&mut self) -> io::Result<()> {
        loop {
            // A dead process's pipes may be held open by its children.
            let event = match self.status {
                Some(_) => self.events.recv_timeout(LAST_WORDS).ok(),
                None => Some(self.events.recv().map_err(io::Error::other)?),
            };
            match event {
                Some(Event::EvcxrGone | Event::ClientGone) => return Ok(()),
                Some(event) => self.handle(event)?,
                None => self.closed = 2,
            }
            if let Some(status) = self.status
                && self.closed == 2
            {
                return self.announce_the_end(status);
            }
        }
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Evcxr(line) => {
                self.left = LARGEST_OUTPUT;
                self.tell(&Frame::Run)?;
                // A write to a process that just died fails: its end is announced all the same.
                let _ = writeln!(self.cells, "{line}");
            }
            Event::Client(Order::Kill) => sys::kill_group(self.leader),
            Event::Client(Order::Continue) => say_to_evcxr(COMPLETE)?,
            Event::Piece(stream, piece) => self.piece(stream, piece)?,
            Event::Closed => self.closed += 1,
            Event::Exited(status) => {
                self.status = Some(status);
                sys::kill_group(self.leader);
            }
            Event::EvcxrGone | Event::ClientGone => {}
        }
        Ok(())
    }

    fn piece(&mut self, stream: Stream, piece: Piece) -> io::Result<()> {
        match piece {
            Piece::Text(text) => self.text(stream, text),
            Piece::Rich { mime, data } => self.tell(&Frame::Rich { mime, data }),
            Piece::Protocol(line) => self.protocol(&line),
            Piece::Mark(words) => self.mark(stream, &words),
        }
    }

    fn text(&mut self, stream: Stream, mut text: String) -> io::Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        if text.len() > self.left {
            text.truncate(text.floor_char_boundary(self.left));
            text.push_str("\n[… sortie tronquée : plus de 1 Mio]\n");
            self.left = 0;
        } else {
            self.left -= text.len();
        }
        self.tell(&match stream {
            Stream::Out => Frame::Out { text },
            Stream::Err => Frame::Err { text },
        })
    }

    fn protocol(&mut self, line: &str) -> io::Result<()> {
        match line {
            PANIC => self.tell(&Frame::Panicked)?,
            QUESTION_MARK => self.tell(&Frame::QuestionMark)?,
            _ => {}
        }
        say_to_evcxr(line)
    }

    fn mark(&mut self, stream: Stream, words: &str) -> io::Result<()> {
        if let Some(report) = words.strip_prefix("panic ") {
            return match panic_frame(report) {
                Some(frame) => self.tell(&frame),
                None => Ok(()),
            };
        }
        self.ended.push(stream);
        if self.ended.len() == 2 {
            self.ended.clear();
            self.tell(&Frame::Done)?;
        }
        Ok(())
    }

    fn announce_the_end(&mut self, status: ExitStatus) -> io::Result<()> {
        self.tell(&Frame::Ended {
            code: status.code(),
            signal: status.signal(),
        })?;
        loop {
            match self.events.recv_timeout(LAST_ANSWER) {
                Ok(Event::Client(Order::Continue) | Event::ClientGone) | Err(_) => return Ok(()),
                Ok(_) => {}
            }
        }
    }

    fn tell(&mut self, frame: &Frame) -> io::Result<()> {
        let mut line = serde_json::to_vec(frame)?;
        line.push(b'\n');
        self.client.write_all(&line)
    }
}

fn panic_frame(report: &str) -> Option<Frame> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let word = |key: &str| report[key].as_str().unwrap_or_default().to_owned();
    Some(Frame::Panic {
        message: word("message"),
        thread: word("thread"),
        file: word("file"),
        line: usize::try_from(report["line"].as_u64()?).ok()?,
        cell: report["cell"].as_bool()?,
    })
}

fn say_to_evcxr(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn watch(mut from: impl Read + Send + 'static, stream: Stream, mut splitter: Splitter, to: Sender<Event>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; LARGEST_OUTPUT / 16];
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

fn listen_to_evcxr(to: Sender<Event>) {
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let _ = to.send(Event::Evcxr(line));
        }
        let _ = to.send(Event::EvcxrGone);
    });
}

fn listen_to_client(from: UnixStream, to: Sender<Event>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let Ok(order) = serde_json::from_str(&line) {
                let _ = to.send(Event::Client(order));
            }
        }
        let _ = to.send(Event::ClientGone);
    });
}

/// A word that no cell can guess: the standard library seeds its hash maps from the system.
fn random_mark() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let word = || RandomState::new().hash_one(std::process::id());
    format!("cahier-{:016x}{:016x}", word(), word())
}
