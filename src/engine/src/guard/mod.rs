//! The guard of the cells' process: stands where evcxr expects that process, passes on evcxr's
//! orders, and tells the client all that the cells write and how their process ends.

mod allowance;
mod group;
mod input;
mod listen;
mod look;

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::cargo::MARK;
use crate::marks::{self, Piece, Splitter};
use crate::protocol::{Frame, Order, Panic, Question};
use crate::sys;
use allowance::Allowance;
use group::Group;
use input::Input;
use listen::Ticker;
use look::LOOK;

/// What evcxr reads when a cell is over.
const EVCXR_COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// What it reads when the cell panicked.
const EVCXR_PANICKED: &str = "EVCXR_PANIC_NOTIFICATION";
/// What it reads when a `?` met an error.
const EVCXR_QUESTION_MARK: &str = "EVCXR_ERROR_OCCURRED";
/// What it reads, before a name, when a variable is lost with its type; it runs the cell once more then.
const EVCXR_RETYPED: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";

/// How long the pipes of a dead process may stay open in the hands of its children, and how long a
/// process may live on without them.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long the client may take to read that the process ended.
const LAST_ANSWER: Duration = Duration::from_secs(5);
/// Pieces that may wait for their turn: a cell that prints faster than it is read has to wait.
const QUEUE: usize = 256;
/// Bytes of a panic's message that are passed on.
const LONGEST_MESSAGE: usize = 64 * 1024;
const REOPENED: &str = "[la cellule a fermé ou remplacé une de ses sorties\u{a0}: elle est rétablie]\n";
const OUT_OF_REACH: &str =
    "[la cellule a fermé ses sorties\u{a0}: rien ne dit plus où elle en est, son processus est arrêté]\n";

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
    /// It is time to look at the running cell.
    Look,
}

struct Guard {
    client: UnixStream,
    cells: UnixStream,
    leader: u32,
    group: Group,
    /// Bytes that the cells' processes may hold together.
    memory: u64,
    input: Input,
    ticker: Ticker,
    events: Receiver<Event>,
    cell: Cell,
    /// How many of the two streams are closed.
    closed: usize,
    status: Option<ExitStatus>,
    /// When a closed stream, or a dead process, has been waited for long enough.
    patience: Option<Instant>,
}

/// What is known of the running cell.
#[derive(Default)]
struct Cell {
    allowance: Allowance,
    /// Streams in which its end mark was seen.
    ended: usize,
    /// It ended in a panic.
    panicked: bool,
    /// Its last panic, where the learner was not told any more.
    untold: Option<Panic>,
    /// evcxr was told to run it once more, which it may not come to.
    again: bool,
    /// A question that it printed, until it is known whether it waits for the answer.
    question: Option<Question>,
    /// How often it was looked at.
    looks: u32,
}

/// Runs the guard until evcxr, the client or the cells' process is gone.
pub(crate) fn run(socket: &Path, libraries: [&Path; 2], memory: u64) -> ! {
    // Who ends the host's group must leave the guard the time to end its cells, and all that they started.
    sys::lead_a_group();
    let guard = Guard::start(socket, libraries, memory);
    if let Ok(mut guard) = guard {
        let _ = guard.serve();
        guard.kill();
    }
    sys::exit_now(0)
}

impl Guard {
    fn start(socket: &Path, libraries: [&Path; 2], memory: u64) -> io::Result<Self> {
        let mark = std::env::var(MARK).map_err(io::Error::other)?;
        let client = UnixStream::connect(socket)?;
        let (mut cells, theirs) = UnixStream::pair()?;
        let mut child = spawn(libraries, memory, theirs)?;
        writeln!(cells, "{mark}")?;
        let (sender, events) = mpsc::sync_channel(QUEUE);
        let prefix = format!("\0{mark} ").into_bytes();
        let leader = child.id();
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            listen::to_stream(out, Stream::Out, Splitter::of_output(&prefix), sender.clone());
            listen::to_stream(err, Stream::Err, Splitter::of_errors(&prefix), sender.clone());
        }
        listen::to_evcxr(sender.clone());
        listen::to_client(client.try_clone()?, sender.clone());
        listen::to_the_end_of(child, sender.clone());
        let mut guard = Self {
            client,
            cells,
            leader,
            group: Group::of(leader),
            memory,
            input: Input::default(),
            ticker: Ticker::start(LOOK, sender),
            events,
            cell: Cell::default(),
            closed: 0,
            status: None,
            patience: None,
        };
        guard.tell(&Frame::Started { leader })?;
        Ok(guard)
    }

    fn serve(&mut self) -> io::Result<()> {
        loop {
            match self.next()? {
                Some(Event::EvcxrGone | Event::ClientGone) => return Ok(()),
                Some(event) => self.handle(event)?,
                None => self.give_up_waiting()?,
            }
            if let Some(status) = self.status
                && self.closed == 2
            {
                return self.announce_the_end(status);
            }
        }
    }

    /// The next event; none when something has been waited for long enough.
    fn next(&self) -> io::Result<Option<Event>> {
        let Some(patience) = self.patience else {
            return self.events.recv().map(Some).map_err(io::Error::other);
        };
        let left = patience.saturating_duration_since(Instant::now());
        // What the heirs of a dead process go on writing must not put its end off.
        if left.is_zero() {
            return Ok(None);
        }
        Ok(self.events.recv_timeout(left).ok())
    }

    fn handle(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Evcxr(line) => {
                self.cell = self.cell.next();
                self.tell(&Frame::Run)?;
                self.run(&line);
            }
            Event::Look => self.look()?,
            Event::Client(Order::Input(line)) => self.input.answer(line),
            Event::Client(Order::Kill) => self.kill(),
            Event::Client(Order::Continue) => say_to_evcxr(EVCXR_COMPLETE)?,
            Event::Client(Order::NewCell) => self.cell.again = false,
            Event::Piece(stream, piece) => self.piece(stream, piece)?,
            Event::Closed => {
                self.closed += 1;
                self.patience = self.patience.or(Some(Instant::now() + LAST_WORDS));
            }
            Event::Exited(status) => {
                self.status = Some(status);
                self.over()?;
                self.kill();
                self.patience = Some(Instant::now() + LAST_WORDS);
            }
            Event::EvcxrGone | Event::ClientGone => {}
        }
        Ok(())
    }

    /// A dead process's pipes are held open by its children; or a living one has closed its own, and
    /// the end of its cell will never be seen.
    fn give_up_waiting(&mut self) -> io::Result<()> {
        self.patience = None;
        if self.status.is_some() {
            self.closed = 2;
            return Ok(());
        }
        if !sys::is_alive(self.leader) {
            self.patience = Some(Instant::now() + LAST_WORDS);
            return Ok(());
        }
        self.kill();
        self.write(Stream::Err, OUT_OF_REACH.to_owned())
    }

    /// Kills the cells' process, which may have left its group, and all that it left there.
    fn kill(&self) {
        sys::kill_group(self.leader);
        if self.status.is_none() {
            sys::kill(self.leader);
        }
    }

    fn piece(&mut self, stream: Stream, piece: Piece) -> io::Result<()> {
        if stream == Stream::Out {
            self.not_asked()?;
        }
        match piece {
            Piece::Question(question) => {
                self.cell.question = Some(question);
                Ok(())
            }
            Piece::Text(text) => {
                let text = self.cell.allowance.text(text);
                self.write(stream, text)
            }
            Piece::Rich { mime, data } if self.cell.allowance.rich(data.len()) => {
                self.tell(&Frame::Rich { mime, data })
            }
            Piece::Rich { .. } => {
                let word = self.cell.allowance.no_more_rich();
                self.write(Stream::Err, word)
            }
            Piece::Mark(words) => self.mark(&words),
        }
    }

    fn write(&mut self, stream: Stream, text: String) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.tell(&match stream {
            Stream::Out => Frame::Out { text },
            Stream::Err => Frame::Err { text },
        })
    }

    fn mark(&mut self, words: &str) -> io::Result<()> {
        if words == marks::PANICKED {
            self.cell.panicked = true;
            say_to_evcxr(EVCXR_PANICKED)
        } else if let Some(error) = words.strip_prefix(marks::QUESTION_MARK) {
            let error = serde_json::from_str(error).ok();
            self.tell(&Frame::QuestionMark { error })?;
            say_to_evcxr(EVCXR_QUESTION_MARK)
        } else if words == marks::OUT_OF_MEMORY {
            self.tell(&Frame::OutOfMemory)
        } else if words == marks::REOPENED {
            self.write(Stream::Err, REOPENED.to_owned())
        } else if let Some(name) = words.strip_prefix(marks::RETYPED) {
            self.cell.again = true;
            self.tell(&Frame::Retyped {
                name: name.to_owned(),
            })?;
            say_to_evcxr(&format!("{EVCXR_RETYPED}{name}"))
        } else if let Some(report) = words.strip_prefix(marks::PANIC) {
            serde_json::from_str(report).map_or(Ok(()), |panic| self.panic(panic))
        } else if words.starts_with(marks::END) {
            self.end()
        } else {
            Ok(())
        }
    }

    /// Passes a panic on; but a cell may catch its panics, and panic without end.
    fn panic(&mut self, mut panic: Panic) -> io::Result<()> {
        if panic.message.len() > LONGEST_MESSAGE {
            let end = panic.message.floor_char_boundary(LONGEST_MESSAGE);
            panic.message.replace_range(end.., "[…]");
        }
        if self.cell.allowance.take(panic.message.len()) {
            return self.tell(&Frame::Panic(panic));
        }
        if panic.cell {
            self.cell.untold = Some(panic);
        }
        let word = self.cell.allowance.text(String::new());
        self.write(Stream::Err, word)
    }

    /// The cell is over once both its streams say so.
    fn end(&mut self) -> io::Result<()> {
        self.cell.ended += 1;
        if self.cell.ended < 2 {
            return Ok(());
        }
        if self.cell.panicked {
            if let Some(panic) = self.cell.untold.take() {
                self.tell(&Frame::Panic(panic))?;
            }
            self.tell(&Frame::Panicked)?;
        }
        self.over()?;
        self.tell(&Frame::Done)
    }

    fn announce_the_end(&mut self, status: ExitStatus) -> io::Result<()> {
        self.tell(&Frame::Ended(status.into()))?;
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

impl Cell {
    /// The next cell; or the same once more, with what it may still print.
    fn next(&self) -> Self {
        Self {
            allowance: if self.again {
                self.allowance
            } else {
                Allowance::default()
            },
            ..Self::default()
        }
    }
}

fn spawn(libraries: [&Path; 2], memory: u64, input: UnixStream) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(crate::hook::CELLS)
        .args(libraries)
        .arg(memory.to_string())
        .env_remove(MARK)
        .env_remove("EVCXR_IS_RUNTIME")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::from(OwnedFd::from(input)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

fn say_to_evcxr(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
