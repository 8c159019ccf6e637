//! The scripts of a lesson, run in the world of its cells: bash with the AWS CLI, Python with boto3.

use crate::backend::{self, Backend};
use crate::failure::system;
use crate::process;
use crate::store::data_folder;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use workbook::command::Ran;
use workbook::expected::{self, Difference};
use workbook::script::{Language, Script};

/// How long a script may take.
const LIMIT: Duration = Duration::from_mins(2);

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// What it is written for is not on this machine.
    Missing(&'static str),
    /// It could not be started, for this reason.
    Impossible(String),
    /// It ran.
    Ran {
        /// How it ended.
        ran: Ran,
        /// The first difference to what the lesson promises.
        mismatch: Option<Difference>,
    },
}

impl Outcome {
    /// Whether it ran to its end and printed what the lesson promises.
    pub fn ok(&self) -> bool {
        matches!(self, Self::Ran { ran, mismatch: None } if ran.code == Some(0))
    }

    /// What is wrong, in French; nothing where it ran as promised.
    pub fn words(&self) -> String {
        match self {
            Self::Missing(tool) => format!("Ce script a besoin de {tool}, qui n’est pas sur cette machine."),
            Self::Impossible(reason) => format!("Ce script n’a pas pu être lancé\u{a0}: {reason}."),
            Self::Ran { ran, mismatch } => match (ran.code, mismatch) {
                (None, _) => format!("Ce script a dépassé {}\u{a0}s et a été arrêté.", LIMIT.as_secs()),
                (Some(0), Some(difference)) => {
                    format!("La sortie n’est pas celle de la leçon, {difference}.")
                }
                (Some(0), None) => String::new(),
                (Some(code), _) => format!("Ce script s’est arrêté avec le code {code}."),
            },
        }
    }
}

/// The folder that the scripts of one lesson share: what one writes, the next one finds.
#[derive(Default)]
pub struct Folder(OnceLock<tempfile::TempDir>);

impl Folder {
    /// Its path; it is made at the first script.
    fn path(&self) -> std::io::Result<&Path> {
        if let Some(folder) = self.0.get() {
            return Ok(folder.path());
        }
        let made = tempfile::tempdir()?;
        Ok(self.0.get_or_init(|| made).path())
    }
}

/// Runs a script in the world of `backend`.
pub fn run(script: &Script, backend: &Backend, folder: &Folder) -> Outcome {
    let mut command = match command(script.language, &script.source, backend) {
        Ok(command) => command,
        Err(missing) => return Outcome::Missing(missing),
    };
    let ran = folder.path().and_then(|folder| {
        command.current_dir(folder).env("PYTHONUTF8", "1");
        process::run(&mut command, LIMIT)
    });
    match ran {
        Ok(ran) => Outcome::Ran {
            mismatch: script
                .expected
                .as_ref()
                .and_then(|expected| expected::matches(expected, &ran.stdout).err()),
            ran,
        },
        Err(error) => Outcome::Impossible(system(&error)),
    }
}

/// The program that runs a script in the world of `backend`.
///
/// # Errors
/// With what is missing for it on this machine.
pub fn command(language: Language, source: &str, backend: &Backend) -> Result<Command, &'static str> {
    let mut command = interpreter(language, source)?;
    let environment = backend.environment(&backend::program(), &data_folder());
    environment.dress(&mut command);
    Ok(command)
}

fn interpreter(language: Language, source: &str) -> Result<Command, &'static str> {
    match language {
        Language::Bash => {
            let bash = on_path("bash").ok_or("bash")?;
            let calls_aws = source
                .lines()
                .any(|line| line.trim_start().starts_with("aws ") || line.contains("(aws "));
            if calls_aws && on_path("aws").is_none() {
                return Err("la CLI d’AWS (`aws`)");
            }
            let mut command = Command::new(bash);
            command.args(["-euo", "pipefail", "-c", source]);
            Ok(command)
        }
        Language::Python => {
            let python = on_path("python3").ok_or("Python 3")?;
            if source.contains("import boto3") && !has_boto3(&python) {
                return Err("boto3, le SDK d’AWS pour Python");
            }
            let mut command = Command::new(python);
            command.args(["-c", source]);
            Ok(command)
        }
    }
}

fn has_boto3(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args([
        "-c",
        "import importlib.util, sys; sys.exit(importlib.util.find_spec('boto3') is None)",
    ]);
    process::run(&mut command, LIMIT).is_ok_and(|ran| ran.code == Some(0))
}

/// A program on the path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
