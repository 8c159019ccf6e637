//! `cahier`: the workbook at a prompt. Rust is evaluated, `:commands` do the rest, and the engine gets
//! ready in the background.

mod helper;

use crate::cli::{Context, Exit};
use crate::desk::kitchen::Kitchen;
use crate::desk::prompt::Prompt;
use crate::desk::{Desk, Front, commands};
use crate::failure::Failure;
use crate::keyboard::{self, Fed, Keyboard};
use crate::store::data_folder;
use clap::ArgMatches;
use helper::{Mode, PromptHelper};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Behavior, CompletionType, Config, Editor};
use std::cell::RefCell;
use std::io::{ErrorKind, IsTerminal};
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use workbook::engine::Reply;

type Line = Editor<PromptHelper, FileHistory>;

/// Runs the workbook until the learner quits.
///
/// # Errors
/// When lessons cannot be read, or the real account is not confirmed.
pub fn run(context: &mut Context, _: &ArgMatches) -> Result<Exit, Failure> {
    open(context, None)
}

/// The same, after a first line that is taken as if it had been typed.
///
/// # Errors
/// As for [`run`].
pub fn begin_with(context: &mut Context, first: &str) -> Result<Exit, Failure> {
    open(context, Some(first))
}

fn open(context: &mut Context, first: Option<&str>) -> Result<Exit, Failure> {
    crate::render::picture::check()?;
    crate::workshop::catch_interrupts()?;
    let mut editor = editor()?;
    let history = data_folder().join("historique");
    // A first start has no history; a broken one is not worth stopping for.
    let _ = editor.load_history(&history);
    let kitchen = Kitchen::open(context, editor.create_external_printer().ok())?;
    let look = context.screen.look();
    let helper = PromptHelper::new(context.workbook()?, Arc::clone(&kitchen), look);
    editor.set_helper(Some(helper));
    let editor = Rc::new(RefCell::new(editor));
    let mut desk = Desk::open(
        context,
        Arc::clone(&kitchen),
        Box::new(Terminal(Rc::clone(&editor))),
    )?;
    desk.greet(first)?;
    kitchen.begin();
    if let Some(failure) = first.and_then(|line| commands::obey(&mut desk, line).err()) {
        desk.show(failure);
    }
    loop {
        let typed = read(&mut editor.borrow_mut(), &kitchen.prompt)?;
        let line = match typed {
            Typed::Line(line) => line,
            Typed::NotText => {
                desk.show(not_text());
                continue;
            }
            Typed::End => break,
        };
        if !line.trim().is_empty() {
            let mut editor = editor.borrow_mut();
            let _ = editor.add_history_entry(line.as_str());
            let _ = editor.append_history(&history);
        }
        if let Err(failure) = commands::obey(&mut desk, &line) {
            desk.show(failure);
        }
        if desk.done() {
            break;
        }
    }
    let cleaned = kitchen.at_once().map_or(Ok(None), |workshop| {
        let workshop = workshop.lock().unwrap_or_else(PoisonError::into_inner);
        crate::cli::propose_cleaning(context, &workshop, false)
    });
    // The place in the lesson is kept whatever became of that.
    desk.leave();
    cleaned.map(|_| Exit::Done)
}

/// The desk at the prompt.
struct Terminal(Rc<RefCell<Line>>);

impl Front for Terminal {
    fn keyboard(&self) -> Box<dyn Keyboard> {
        if std::io::stdin().is_terminal() {
            Box::new(Prompted(Rc::clone(&self.0)))
        } else {
            Box::new(Fed)
        }
    }

    fn next(&self) -> &'static str {
        "Entrée"
    }

    fn leaving(&self) -> &'static str {
        "Entrée continue la leçon, Ctrl-C arrête la cellule\u{a0}; Ctrl-D quitte."
    }
}

fn editor() -> Result<Line, Failure> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        // rustyline asks in English before it shows more than this; a screen at a time is enough.
        .completion_prompt_limit(usize::MAX)
        .behavior(Behavior::Stdio)
        .auto_add_history(false)
        .build();
    Editor::with_config(config).map_err(|error| Failure::Engine(error.to_string()))
}

/// The learner at the prompt, who answers a cell: by what reads the lines of the prompt too, so that what was pasted
/// behind the cell is its answer.
struct Prompted(Rc<RefCell<Line>>);

impl Keyboard for Prompted {
    fn draws(&self) -> bool {
        true
    }

    fn ask(&mut self, prompt: &str, hidden: bool) -> Reply {
        let mut editor = self.0.borrow_mut();
        let mode = if hidden { Mode::Password } else { Mode::Answer };
        set_mode(&mut editor, mode);
        let reply = keyboard::reply(|| keyboard::line_at(&mut *editor, prompt));
        set_mode(&mut editor, Mode::Rust);
        reply
    }
}

fn set_mode(editor: &mut Line, mode: Mode) {
    if let Some(helper) = editor.helper_mut() {
        helper.mode = mode;
    }
}

/// What comes next at the prompt.
enum Typed {
    Line(String),
    /// A line with a byte in it that is not UTF-8. It is lost; the next one is not.
    NotText,
    /// Ctrl-D.
    End,
}

fn not_text() -> Failure {
    Failure::Usage {
        message: "cette ligne n’est pas du texte UTF-8\u{a0}: elle est oubliée".to_owned(),
        hint: "règle ton terminal ou ton fichier sur UTF-8, et recommence cette ligne.".to_owned(),
    }
}

/// The next line. Ctrl-C takes back what was typed.
fn read(editor: &mut Line, prompt: &Prompt) -> Result<Typed, Failure> {
    loop {
        prompt.typing().store(true, Ordering::SeqCst);
        let line = keyboard::line_at(editor, &prompt.fresh());
        if let Some(helper) = editor.helper() {
            helper.forget();
        }
        prompt.typing().store(false, Ordering::SeqCst);
        match line {
            Ok(line) => return Ok(Typed::Line(line)),
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(Typed::End),
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                return Ok(Typed::NotText);
            }
            Err(error) => {
                return Err(Failure::Unreadable {
                    path: "-".into(),
                    source: std::io::Error::other(error.to_string()),
                });
            }
        }
    }
}
