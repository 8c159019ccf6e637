//! A learner's command of the AWS CLI, run for real: a simulator of its own, a folder of its own, and what became of both.

use crate::backend::{self, Backend};
use crate::store::data_folder;
use simulator::Config;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use workbook::command::{CommandFacts, CommandQuestion, Ran};

/// How long one command may take.
const LIMIT: Duration = Duration::from_secs(30);
/// How often a command under way is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// The most bytes of its output that are kept.
const MOST: u64 = 1 << 20;

/// Runs what an exercise needs around a learner's command, and the command itself; `arguments` come after `aws`.
pub fn run(question: &CommandQuestion, arguments: &[String]) -> CommandFacts {
    let Some(cli) = cli() else {
        return CommandFacts::NoCli;
    };
    match Bench::open(cli, question) {
        Ok(bench) => bench.run(question, arguments),
        Err(reason) => CommandFacts::Impossible(reason),
    }
}

/// The AWS CLI on the path.
pub fn cli() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("aws"))
        .find(|program| program.is_file())
}

/// Where one command runs: nothing of it is left afterwards.
struct Bench {
    cli: PathBuf,
    backend: Backend,
    folder: tempfile::TempDir,
}

impl Bench {
    fn open(cli: PathBuf, question: &CommandQuestion) -> Result<Self, String> {
        let simulator = backend::start_simulator(Config::default()).map_err(|error| error.to_string())?;
        let folder = tempfile::tempdir().map_err(|error| crate::failure::system(&error))?;
        for (name, text) in &question.files {
            std::fs::write(folder.path().join(name), text).map_err(|error| crate::failure::system(&error))?;
        }
        Ok(Self {
            cli,
            backend: Backend::Simulator(simulator),
            folder,
        })
    }

    fn run(&self, question: &CommandQuestion, arguments: &[String]) -> CommandFacts {
        for before in &question.before {
            match self.command(before) {
                Ok(ran) if ran.code == Some(0) => {}
                Ok(ran) => {
                    let said = ran.stderr.trim().lines().last().unwrap_or_default();
                    let line = before.join(" ");
                    return CommandFacts::Impossible(format!(
                        "la préparation «\u{a0}aws {line}\u{a0}» échoue («\u{a0}{said}\u{a0}»)"
                    ));
                }
                Err(reason) => return CommandFacts::Impossible(reason),
            }
        }
        let own = match self.command(arguments) {
            Ok(own) => own,
            Err(reason) => return CommandFacts::Impossible(reason),
        };
        match self.probe(&question.probes) {
            Ok(probes) => CommandFacts::Ran { own, probes },
            Err(reason) => CommandFacts::Impossible(reason),
        }
    }

    /// The probes, side by side: each costs the start of the CLI, and they only look.
    fn probe(&self, probes: &[Vec<String>]) -> Result<Vec<Ran>, String> {
        std::thread::scope(|scope| {
            let running: Vec<_> = probes
                .iter()
                .map(|probe| scope.spawn(|| self.command(probe)))
                .collect();
            running
                .into_iter()
                .map(|one| {
                    one.join()
                        .unwrap_or_else(|_| Err("un contrôle s’est arrêté".to_owned()))
                })
                .collect()
        })
    }

    fn command(&self, arguments: &[String]) -> Result<Ran, String> {
        let mut command = Command::new(&self.cli);
        let environment = self.backend.environment(&backend::program(), &data_folder());
        environment.dress(&mut command);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("AWS_DEFAULT_OUTPUT", "json")
            .env("AWS_CLI_FILE_ENCODING", "UTF-8")
            .env("PYTHONUTF8", "1")
            .env_remove("CAHIER_CONTROL_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| crate::failure::system(&error))?;
        let out = child.stdout.take().map(listen);
        let err = child.stderr.take().map(listen);
        let code = wait(&mut child)?;
        let heard = |listener: Option<std::thread::JoinHandle<String>>| {
            listener
                .and_then(|listener| listener.join().ok())
                .unwrap_or_default()
        };
        Ok(Ran {
            code,
            stdout: heard(out),
            stderr: heard(err),
        })
    }
}

/// Reads what a program writes, from a thread, so that it never waits for a reader.
fn listen(source: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut source = source;
        let mut bytes = Vec::new();
        let _ = source.by_ref().take(MOST).read_to_end(&mut bytes);
        let _ = std::io::copy(&mut source, &mut std::io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for a program's end, and ends it where it takes too long.
fn wait(child: &mut Child) -> Result<Option<i32>, String> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code()),
            Ok(None) if begun.elapsed() < LIMIT => std::thread::sleep(LOOK),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Ok(None);
            }
            Err(error) => return Err(crate::failure::system(&error)),
        }
    }
}
