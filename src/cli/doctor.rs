//! `diagnostic`: what is installed, what is missing, how to get it.

use super::{Command, Context, Exit};
use crate::failure::Failure;
use crate::render::{Ink, marked};
use crate::store::{Store, data_folder};
use clap::ArgMatches;
use engine::prepare::{self, Status};
use serde::Serialize;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command as Program, Stdio};

/// `cahier diagnostic`.
pub(super) const DOCTOR: Command = Command {
    name: "diagnostic",
    alias: "doctor",
    about: "dit ce qui est installé, ce qui manque et comment l’obtenir",
    examples: &["cahier diagnostic", "cahier diagnostic --json"],
    args: |command| command.after_help(EXIT_CODE),
    run,
};

/// A diagnosis that finds something has done its work: it has not failed, and there is no answer that is not right
/// yet.
const EXIT_CODE: &str = "Le code de sortie est 0, même quand il manque quelque chose\u{a0}: un script lit «\u{a0}status\u{a0}» dans --json.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    Missing,
    Warning,
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    status: Health,
    hint: String,
}

impl Finding {
    fn ok(check: &'static str, hint: impl Into<String>) -> Self {
        Self {
            check,
            status: Health::Ok,
            hint: hint.into(),
        }
    }

    fn missing(check: &'static str, hint: impl Into<String>) -> Self {
        Self {
            check,
            status: Health::Missing,
            hint: hint.into(),
        }
    }

    fn warning(check: &'static str, hint: impl Into<String>) -> Self {
        Self {
            check,
            status: Health::Warning,
            hint: hint.into(),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Command")]
fn run(context: &mut Context, _: &ArgMatches) -> Result<Exit, Failure> {
    let findings = findings();
    if context.screen.is_json() {
        context
            .screen
            .document(&serde_json::to_value(&findings).unwrap_or_default());
        return Ok(Exit::Done);
    }
    for finding in &findings {
        let (mark, ink) = match finding.status {
            Health::Ok => ("✓", Ink::Good),
            Health::Missing => ("✗", Ink::Bad),
            Health::Warning => ("!", Ink::Warn),
        };
        let line = format!("{}\u{a0}: {}", label(finding.check), finding.hint);
        context
            .screen
            .say(&marked(mark, ink, &line, context.screen.look()));
    }
    Ok(Exit::Done)
}

/// What is looked at, in words; programs are called by their own names.
fn label(check: &str) -> &str {
    match check {
        "cc" => "compilateur C",
        "rust-src" => "sources de la bibliothèque standard (rust-src)",
        "prelude" => "bibliothèques des cellules Rust",
        "data_folder" => "dossier de données",
        "disk_space" => "place sur le disque",
        "port_4566" => "port 4566",
        name => name,
    }
}

fn findings() -> Vec<Finding> {
    let folder = data_folder();
    let rustup = "installe Rust par https://rustup.rs (curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh)";
    let mut findings = vec![
        program("rustc", &["rustc"], rustup),
        program("cargo", &["cargo"], rustup),
        program(
            "cc",
            &["cc", "gcc", "clang"],
            "installe un compilateur C («\u{a0}sudo apt install build-essential\u{a0}» sur Debian et Ubuntu)",
        ),
        rust_src(),
        prelude(&folder),
        data(&folder),
        space(&folder),
        port(),
    ];
    findings.extend(OPTIONAL.iter().map(|(name, hint)| optional(name, hint)));
    findings
}

/// Programs that one can do without, each with what it is good for and how to get it.
const OPTIONAL: [(&str, &str); 4] = [
    (
        "rustup",
        "il ajoute rust-src et met Rust à jour\u{a0}; https://rustup.rs l’installe",
    ),
    (
        "python3",
        "il exécute les scripts boto3, et les archives des couches\u{a0}; «\u{a0}sudo apt install python3 python3-venv\u{a0}»",
    ),
    (
        "aws",
        "il exécute les exercices en ligne de commande\u{a0}; «\u{a0}pip install awscli\u{a0}» suffit",
    ),
    (
        "jupyter",
        "il ouvre les leçons en notebooks\u{a0}; «\u{a0}pip install jupyterlab\u{a0}», puis «\u{a0}cahier jupyter installer\u{a0}»",
    ),
];

/// The first line of `NAME --version` with a number, for the first of `names` that runs.
fn version(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let output = Program::new(name)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = if output.stdout.is_empty() {
            output.stderr
        } else {
            output.stdout
        };
        let text = String::from_utf8_lossy(&text);
        // jupyter says first what it is about to list.
        let numbered = text
            .lines()
            .find(|line| line.contains(|sign: char| sign.is_ascii_digit()));
        let said = numbered.or(text.lines().next()).unwrap_or_default().to_owned();
        output.status.success().then_some(said)
    })
}

fn program(check: &'static str, names: &[&str], hint: &str) -> Finding {
    match version(names) {
        Some(version) => Finding::ok(check, version),
        None => Finding::missing(
            check,
            format!(
                "{hint}\u{a0}; sans lui, les cellules Rust ne s’exécutent pas (lire, répondre et simuler restent possibles)."
            ),
        ),
    }
}

fn optional(name: &'static str, hint: &str) -> Finding {
    match version(&[name]) {
        Some(version) => Finding::ok(name, version),
        None => Finding::warning(name, format!("absent, et facultatif\u{a0}: {hint}.")),
    }
}

fn rust_src() -> Finding {
    let sysroot = Program::new("rustc")
        .args(["--print", "sysroot"])
        .stdin(Stdio::null())
        .output()
        .ok();
    let source = sysroot.filter(|output| output.status.success()).map(|output| {
        Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("lib/rustlib/src/rust/library/std")
    });
    match source {
        Some(source) if source.is_dir() => Finding::ok("rust-src", "présentes"),
        Some(_) => Finding::missing(
            "rust-src",
            "rustup component add rust-src («\u{a0}cahier preparer\u{a0}» le fait)\u{a0}; sans lui, écris les types des variables.",
        ),
        None => Finding::missing("rust-src", "vient avec Rust\u{a0}: installe d’abord rustup."),
    }
}

fn prelude(folder: &Path) -> Finding {
    let folder = &prepare::folder(folder);
    match prepare::status(folder) {
        Status::Prepared(prepared) => Finding::ok("prelude", format!("préparées pour {}", prepared.rustc)),
        Status::Missing => {
            let other = prepare::for_another().map(|other| format!("{other} "));
            let words = "lance «\u{a0}cahier preparer\u{a0}» (quelques minutes, une seule fois).";
            Finding::missing("prelude", format!("{}{words}", other.unwrap_or_default()))
        }
        Status::Impossible(error) => Finding::missing("prelude", error.to_string()),
    }
}

fn data(folder: &Path) -> Finding {
    let place = folder.display();
    match Store::open(folder) {
        Ok(store) => match store.read_only() {
            None => Finding::ok("data_folder", format!("{place} accepte l’écriture")),
            Some(reason) => Finding::missing(
                "data_folder",
                format!(
                    "{place} n’accepte pas l’écriture ({reason})\u{a0}; choisis un autre dossier par CAHIER_DATA_DIR."
                ),
            ),
        },
        Err(error) => Finding::missing("data_folder", error.to_string()),
    }
}

/// What a preparation needs, in MiB: the libraries and what their build leaves.
const SPACE: u64 = 1_500;

fn space(folder: &Path) -> Finding {
    let existing = folder
        .ancestors()
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("."));
    let free = rustix::fs::statvfs(existing).map(|space| space.f_bavail * space.f_frsize / (1 << 20));
    match free {
        Ok(free) if free >= SPACE => Finding::ok("disk_space", format!("{free} Mio libres")),
        Ok(free) => Finding::warning(
            "disk_space",
            format!(
                "{free} Mio libres\u{a0}: la préparation en demande environ {SPACE}\u{a0}; fais de la place."
            ),
        ),
        Err(_) => Finding::warning("disk_space", "la place libre n’a pas pu être mesurée."),
    }
}

fn port() -> Finding {
    match TcpListener::bind(("127.0.0.1", 4566)) {
        Ok(_) => Finding::ok("port_4566", "libre"),
        Err(_) => Finding::warning(
            "port_4566",
            "déjà utilisé\u{a0}: prends «\u{a0}cahier simulateur --port 0\u{a0}».",
        ),
    }
}
