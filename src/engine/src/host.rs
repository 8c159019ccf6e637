//! The engine host: a process of its own around evcxr, so that the workbook survives whatever evcxr
//! does, keeps its memory small, and can end a compilation that does not end.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use evcxr::{CommandContext, Error, EvalContext};

use workbook::engine::{Completions, Variable};

use crate::cargo::MARK;
use crate::help::{Help, Samples};
use crate::protocol::{Answer, Request, Start};
use crate::{diagnostics, sys};

/// Registered under its own name, or evcxr would add its own idea of it at the first `.await`.
const DEPENDENCIES: &str = ":dep tokio = \"1\"\n";
/// Errors of a `?` are shown as rustc shows them: an SDK error's display says only "service error".
const SETTINGS: &str = ":efmt {:?}\n";
/// The cost of the first `.await` and of the first `?`, paid while the learner reads: evcxr compiles a cell
/// once more when it meets one.
const ASYNC: &str = "let _ = async { Ok::<(), String>(()) }.await?;";
/// How long nobody asks for anything before the warm-up goes on: cells that follow each other do not wait for it.
const QUIET: Duration = Duration::from_secs(2);

/// Serves requests from standard input until it closes.
pub(crate) fn run() -> ! {
    let requests = requests();
    let Ok(first) = requests.recv() else {
        sys::exit_now(0)
    };
    match serde_json::from_str::<Start>(&first) {
        Ok(start) => serve(&start, requests),
        Err(error) => answer(&Answer::Failed {
            message: error.to_string(),
        }),
    }
    sys::exit_now(0)
}

fn serve(start: &Start, requests: mpsc::Receiver<String>) {
    let mut context = match warm_up(start) {
        Ok(context) => context,
        Err(error) => {
            return answer(&Answer::Failed {
                message: error.to_string(),
            });
        }
    };
    answer(&Answer::Ready);
    let mut help = Help::default();
    let mut samples = Samples::default();
    // Whoever asks comes first, and the warm-up goes on when nobody does any more.
    let mut quiet = Duration::ZERO;
    loop {
        match requests.recv_timeout(quiet) {
            Ok(line) => {
                obey(&mut context, &mut help, &line);
                quiet = QUIET;
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                quiet = Duration::ZERO;
                if !samples.next(&mut context, &mut help) {
                    break;
                }
            }
        }
    }
    answer(&Answer::Warm);
    for line in requests {
        obey(&mut context, &mut help, &line);
    }
}

fn obey(context: &mut CommandContext, help: &mut Help, line: &str) {
    match serde_json::from_str(line) {
        Ok(request) => {
            answer(&Answer::Begun);
            answer(&handle(context, help, request));
        }
        Err(error) => answer(&Answer::Refused {
            message: error.to_string(),
        }),
    }
}

fn warm_up(start: &Start) -> Result<CommandContext, Error> {
    let mut guard = Command::new(&start.program);
    guard
        .arg(crate::hook::GUARD)
        .arg(&start.socket)
        .args(&start.libraries)
        .arg(start.memory.to_string())
        .env_clear()
        .envs(start.environment.iter().map(|(name, value)| (name, value)))
        .envs(std::env::var_os(MARK).map(|mark| (MARK, mark)))
        .current_dir(&start.directory);
    let (context, outputs) = EvalContext::with_subprocess_command(guard)?;
    // Output goes from the guard to the client; what little comes here must not pile up.
    std::thread::spawn(move || outputs.stdout.into_iter().for_each(drop));
    std::thread::spawn(move || outputs.stderr.into_iter().for_each(drop));
    let mut context = CommandContext::with_eval_context(context);
    begin(&mut context)?;
    Ok(context)
}

fn begin(context: &mut CommandContext) -> Result<(), Error> {
    context.execute(DEPENDENCIES)?;
    context.execute(SETTINGS)?;
    context.execute(ASYNC)?;
    Ok(())
}

fn handle(context: &mut CommandContext, help: &mut Help, request: Request) -> Answer {
    match request {
        Request::Eval { source } => {
            help.forget();
            let refused = diagnostics::shell_line(&source).or_else(|| diagnostics::closed_too_often(&source));
            if let Some(refused) = refused {
                return refused;
            }
            let before = names(context);
            match context.execute(&source) {
                Ok(_) => Answer::Evaluated {
                    gone: before.difference(&names(context)).cloned().collect(),
                },
                Err(Error::SubprocessTerminated(_)) => Answer::Lost,
                Err(error) => diagnostics::rejection(&source, error),
            }
        }
        Request::Complete { source, position } => {
            let Completions { range, items } = help.complete(context, &source, position);
            Answer::Completed {
                start: range.start,
                end: range.end,
                items,
            }
        }
        Request::Inspect { source, position } => Answer::Inspected {
            found: help.inspect(context, &source, position),
        },
        Request::Variables => Answer::Listed {
            variables: variables(context),
        },
        Request::Reset => {
            help.forget();
            match context.execute(":clear").and_then(|_| begin(context)) {
                Ok(()) => Answer::Cleared,
                Err(error) => Answer::Refused {
                    message: error.to_string(),
                },
            }
        }
    }
}

fn names(context: &CommandContext) -> BTreeSet<String> {
    let names = context.variables_and_types().map(|(name, _)| name.to_owned());
    names.collect()
}

fn variables(context: &CommandContext) -> Vec<Variable> {
    let variable = |(name, type_name): (&str, &str)| Variable {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
    };
    let mut variables: Vec<Variable> = context.variables_and_types().map(variable).collect();
    variables.sort_by(|one, other| one.name.cmp(&other.name));
    variables
}

fn answer(answer: &Answer) {
    if let Ok(mut line) = serde_json::to_vec(answer) {
        line.push(b'\n');
        let mut out = io::stdout().lock();
        let _ = out.write_all(&line).and_then(|()| out.flush());
    }
}

/// Requests, read beside the main thread: when the client is gone, even killed, so is the host, with
/// its temporary folder and the compiler it may have started.
fn requests() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut folder: Option<PathBuf> = None;
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            folder = folder.or_else(|| {
                serde_json::from_str::<Start>(&line)
                    .ok()
                    .map(|start| start.folder)
            });
            if sender.send(line).is_err() {
                break;
            }
        }
        if let Some(folder) = folder {
            clean_up(&folder);
        }
        sys::exit_now(0);
    });
    receiver
}

fn clean_up(folder: &Path) {
    crate::cargo::stop_build(folder);
    let _ = std::fs::remove_dir_all(folder);
}
