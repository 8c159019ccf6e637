//! A learner's command of the AWS CLI, run for real: a simulator of its own, a folder of its own, and what became of both.

use crate::backend::{self, Backend};
use crate::process;
use crate::script::on_path;
use crate::store::data_folder;
use simulator::Config;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use workbook::command::{CommandFacts, CommandQuestion, Ran};

/// How long one command may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs what an exercise needs around a learner's command, and the command itself; `arguments` come after `aws`.
pub fn run(question: &CommandQuestion, arguments: &[String]) -> CommandFacts {
    let Some(cli) = on_path("aws") else {
        return CommandFacts::NoCli;
    };
    match Bench::open(cli, question) {
        Ok(bench) => bench.run(question, arguments),
        Err(reason) => CommandFacts::Impossible(reason),
    }
}

/// What the CLI is set to: no page is fetched for a value.
const CONFIG: &str = "[default]\ncli_follow_urlparam = false\n";

/// A proxy where nobody listens: what is not meant for this machine goes nowhere, whatever its address is built from.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Where one command runs: nothing of it is left afterwards.
struct Bench {
    cli: PathBuf,
    backend: Backend,
    /// The working folder, with the exercise's files.
    folder: tempfile::TempDir,
    /// The home folder: a command cannot leave settings there for the next one.
    home: tempfile::TempDir,
}

impl Bench {
    fn open(cli: PathBuf, question: &CommandQuestion) -> Result<Self, String> {
        let simulator = backend::start_simulator(Config::default()).map_err(|error| error.to_string())?;
        let told = |error: std::io::Error| crate::failure::system(&error);
        let (folder, home) = (
            tempfile::tempdir().map_err(told)?,
            tempfile::tempdir().map_err(told)?,
        );
        for (name, text) in &question.files {
            std::fs::write(folder.path().join(name), text).map_err(told)?;
        }
        std::fs::write(home.path().join("config"), CONFIG).map_err(told)?;
        Ok(Self {
            cli,
            backend: Backend::Simulator(simulator),
            folder,
            home,
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
            .env("HOME", self.home.path())
            .env("AWS_CONFIG_FILE", self.home.path().join("config"))
            .envs(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map(|name| (name, NOWHERE)))
            .envs(["NO_PROXY", "no_proxy"].map(|name| (name, "127.0.0.1")))
            .envs(["PAGER", "MANPAGER"].map(|name| (name, "cat")))
            .env("AWS_DEFAULT_OUTPUT", "json")
            .env("AWS_CLI_FILE_ENCODING", "UTF-8")
            .env("PYTHONUTF8", "1")
            .env_remove("CAHIER_CONTROL_TOKEN");
        process::run(&mut command, LIMIT).map_err(|error| crate::failure::system(&error))
    }
}
