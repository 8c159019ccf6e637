//! What a learner answers a cell that reads its standard input.

use crate::render::{Screen, picture};
use crate::workshop;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::{History, MemHistory};
use rustyline::validate::Validator;
use rustyline::{Config, Editor, Helper};
use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal, stdin, stdout};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use workbook::engine::{Interrupt, Reply};

/// Where answers come from.
pub trait Keyboard {
    /// Whether it draws the question itself, on a line that is empty.
    fn draws(&self) -> bool;

    /// A line, asked for by `prompt` where it draws.
    fn ask(&mut self, prompt: &str, hidden: bool) -> Reply;
}

/// Nobody answers: a cell that reads finds the end of its input.
pub struct Nobody;

impl Keyboard for Nobody {
    fn draws(&self) -> bool {
        false
    }

    fn ask(&mut self, _: &str, _: bool) -> Reply {
        Reply::End
    }
}

/// Who answers the cells of a command: the learner at a terminal, or else what is fed to the program; nobody where a
/// machine reads what it says, and in a continuous integration, where an input may stay open for ever.
pub fn of_command(json: bool) -> Box<dyn Keyboard> {
    let machine = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    if json {
        Box::new(Nobody)
    } else if stdin().is_terminal() && stdout().is_terminal() {
        Box::new(Typist { editor: None })
    } else if machine && !stdin().is_terminal() {
        Box::new(Nobody)
    } else {
        Box::new(Fed)
    }
}

/// The learner at a terminal.
struct Typist {
    editor: Option<Editor<Answer, MemHistory>>,
}

impl Keyboard for Typist {
    fn draws(&self) -> bool {
        true
    }

    fn ask(&mut self, prompt: &str, hidden: bool) -> Reply {
        if self.editor.is_none() {
            let config = Config::builder().auto_add_history(false).build();
            self.editor = Editor::with_history(config, MemHistory::new()).ok();
        }
        let Some(editor) = &mut self.editor else {
            return Reply::End;
        };
        editor.set_helper(Some(Answer { hidden }));
        reply(|| line_at(editor, prompt))
    }
}

/// The next line at a terminal. What was typed while the terminal was asked something comes first: as the line, if
/// Enter ended it, or as its beginning.
pub fn line_at<H: Helper, I: History>(editor: &mut Editor<H, I>, prompt: &str) -> rustyline::Result<String> {
    let (typed, ended) = picture::typed_ahead();
    if ended {
        Screen::new(false).say(&format!("{prompt}{typed}"));
        return Ok(typed);
    }
    editor.readline_with_initial(prompt, (&typed, ""))
}

/// What was typed; a line that is no text is asked for again.
pub fn reply(mut read: impl FnMut() -> rustyline::Result<String>) -> Reply {
    loop {
        match read() {
            Ok(line) => return Reply::Line(line),
            Err(ReadlineError::Interrupted) => return Reply::Interrupt,
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {}
            Err(_) => return Reply::End,
        }
    }
}

/// What helps typing an answer: nothing, but that a password is not seen.
pub struct Answer {
    hidden: bool,
}

/// What stands for a text that is not to be seen.
pub fn masked(text: &str) -> String {
    text.chars().map(|_| '*').collect()
}

impl Helper for Answer {}
impl Validator for Answer {}
impl Completer for Answer {
    type Candidate = String;
}
impl Hinter for Answer {
    type Hint = String;
}
impl Highlighter for Answer {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.hidden {
            Cow::Owned(masked(line))
        } else {
            Cow::Borrowed(line)
        }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.hidden
    }
}

/// What is fed to this program's own standard input, line by line.
pub struct Fed;

/// What comes from the thread that reads.
enum Heard {
    Line(Reply),
    Interrupt,
}

/// The thread that reads lines, one for each question: Ctrl-C must not wait for a line that never comes.
struct Reader {
    asked: Sender<()>,
    heard: Receiver<Heard>,
    /// Whether it reads already, for a question that was given up.
    reads: bool,
}

static READER: Mutex<Option<Reader>> = Mutex::new(None);

struct Stop(Mutex<Sender<Heard>>);

impl Interrupt for Stop {
    fn interrupt(&self) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sender.send(Heard::Interrupt);
    }
}

impl Reader {
    fn start() -> Self {
        let (asked, questions) = mpsc::channel();
        let (sender, heard) = mpsc::channel();
        workshop::stop_on_interrupt(Arc::new(Stop(Mutex::new(sender.clone()))));
        std::thread::spawn(
            move || {
                while questions.recv().is_ok() && sender.send(Heard::Line(line())).is_ok() {}
            },
        );
        Self {
            asked,
            heard,
            reads: false,
        }
    }

    fn ask(&mut self) -> Reply {
        // A Ctrl-C from before this question stopped something else.
        let early = self
            .heard
            .try_iter()
            .find(|heard| matches!(heard, Heard::Line(_)));
        if early.is_none() && !self.reads {
            let _ = self.asked.send(());
            self.reads = true;
        }
        match early.or_else(|| self.heard.recv().ok()) {
            Some(Heard::Interrupt) => Reply::Interrupt,
            Some(Heard::Line(reply)) => {
                self.reads = false;
                reply
            }
            None => Reply::End,
        }
    }
}

impl Keyboard for Fed {
    fn draws(&self) -> bool {
        false
    }

    fn ask(&mut self, _: &str, _: bool) -> Reply {
        let mut reader = READER.lock().unwrap_or_else(PoisonError::into_inner);
        reader.get_or_insert_with(Reader::start).ask()
    }
}

/// The next line; bytes that are no text are replaced.
fn line() -> Reply {
    let mut bytes = Vec::new();
    match std::io::BufRead::read_until(&mut stdin().lock(), b'\n', &mut bytes) {
        Ok(1..) => {
            let text = String::from_utf8_lossy(&bytes);
            Reply::Line(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        _ => Reply::End,
    }
}
