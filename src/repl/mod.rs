//! `cahier`: the workbook at a prompt. Rust is evaluated, `:commands` do the rest, and the engine gets
//! ready in the background.

mod background;
mod commands;
mod desk;
mod duration;
mod exercises;
mod helper;
mod lessons;
mod prompt;
mod reading;
mod voice;
mod world;

use crate::cli::{Context, Exit};
use crate::failure::Failure;
use crate::store::data_folder;
use background::Kitchen;
use clap::ArgMatches;
use desk::Desk;
use helper::PromptHelper;
use prompt::Prompt;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Behavior, CompletionType, Config, Editor};
use std::sync::Arc;
use std::sync::atomic::Ordering;

type Line = Editor<PromptHelper, FileHistory>;

/// Runs the workbook until the learner quits.
///
/// # Errors
/// When lessons cannot be read, or the real account is not confirmed.
pub fn run(context: &mut Context, _: &ArgMatches) -> Result<Exit, Failure> {
    crate::workshop::catch_interrupts()?;
    let mut editor = editor()?;
    let history = data_folder().join("historique");
    // A first start has no history; a broken one is not worth stopping for.
    let _ = editor.load_history(&history);
    let kitchen = Kitchen::open(context, editor.create_external_printer().ok())?;
    editor.set_helper(Some(PromptHelper::new(context.workbook()?, Arc::clone(&kitchen))));
    let mut desk = Desk::open(context, Arc::clone(&kitchen))?;
    desk.greet()?;
    while let Some(line) = read(&mut editor, &kitchen.prompt)? {
        if !line.trim().is_empty() {
            let _ = editor.add_history_entry(line.as_str());
            let _ = editor.append_history(&history);
        }
        if let Err(failure) = commands::obey(&mut desk, &line) {
            desk.show(&failure);
        }
        if desk.done() {
            break;
        }
    }
    desk.leave();
    Ok(Exit::Done)
}

fn editor() -> Result<Line, Failure> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .behavior(Behavior::Stdio)
        .auto_add_history(false)
        .build();
    Editor::with_config(config).map_err(|error| Failure::Engine(error.to_string()))
}

/// The next line; `None` at the end (Ctrl-D). Ctrl-C takes back what was typed.
fn read(editor: &mut Line, prompt: &Prompt) -> Result<Option<String>, Failure> {
    loop {
        prompt.typing().store(true, Ordering::SeqCst);
        let line = editor.readline(&prompt.fresh());
        prompt.typing().store(false, Ordering::SeqCst);
        match line {
            Ok(line) => return Ok(Some(line)),
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(None),
            Err(error) => {
                return Err(Failure::Unreadable {
                    path: "-".into(),
                    source: std::io::Error::other(error.to_string()),
                });
            }
        }
    }
}
