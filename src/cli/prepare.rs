//! `preparer`: builds what cells link against, with a progress bar.

use super::simulator::exports;
use super::{Command, Context, Exit, flag};
use crate::backend;
use crate::failure::Failure;
use crate::store::data_folder;
use crate::workshop::compiled_cells;
use clap::ArgMatches;
use engine::prepare::{self, Prepared, Progress, Status};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// `cahier preparer`.
pub(super) const PREPARE: Command = Command {
    name: "preparer",
    alias: "prepare",
    about: "construit, une fois, les bibliothèques dont les cellules Rust ont besoin",
    examples: &[
        "cahier preparer",
        "cahier preparer --nettoyer",
        "sudo cahier preparer --systeme",
        "eval \"$(cahier preparer --env)\" && jupyter lab",
    ],
    args: |command| {
        command
            .arg(flag(
                "env",
                "écrit les lignes «\u{a0}export\u{a0}» pour le noyau Jupyter evcxr d’origine",
            ))
            .arg(flag(
                "systeme",
                "prépare pour toute la machine, une fois pour une classe (en administrateur)",
            ))
            .arg(flag(
                "nettoyer",
                "rend l’espace des anciennes préparations et des cellules déjà compilées",
            ))
            .arg(
                flag(
                    "tout",
                    "avec --nettoyer\u{a0}: retire aussi la préparation actuelle",
                )
                .requires("nettoyer"),
            )
    },
    run,
};

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let system = matches
        .get_flag("systeme")
        .then(|| PathBuf::from(prepare::SYSTEM_FOLDER));
    if matches.get_flag("nettoyer") {
        // What serves everybody, or came in an archive, is not one learner's to remove.
        let folder = system.unwrap_or_else(|| prepare::own_folder(&data_folder()));
        return clean(context, &folder, matches.get_flag("tout"));
    }
    let folder = system.unwrap_or_else(|| prepare::folder(&data_folder()));
    let prepared = with_bar(&folder)?;
    if matches.get_flag("env") {
        return environment(context, &folder);
    }
    if context.screen.is_json() {
        context.screen.document(&json!({
            "prepared": true,
            "folder": prepared.folder,
            "rustc": prepared.rustc,
            "rust_src": prepared.rust_src,
        }));
    } else {
        context
            .screen
            .say(&format!("Tout est prêt pour {}.", prepared.rustc));
    }
    if !prepared.rust_src {
        context.screen.warn(
            "les sources de la bibliothèque standard manquent (rustup component add rust-src)\u{a0}: écris les types des variables.",
        );
    }
    Ok(Exit::Done)
}

/// Removes what is not needed, and tells how much that was.
fn clean(context: &Context, folder: &Path, all: bool) -> Result<Exit, Failure> {
    let freed = prepare::clean(folder, all).map_err(|error| Failure::Preparation(error.to_string()))?;
    let cells = engine::forget_cells(&compiled_cells(&data_folder()));
    let bytes = freed.bytes + cells;
    if context.screen.is_json() {
        context
            .screen
            .document(&json!({ "freed_bytes": bytes, "folder": folder }));
    } else {
        let words = match bytes / 1_000_000 {
            0 => "Rien à nettoyer.".to_owned(),
            megabytes => format!("{megabytes}\u{a0}Mo rendus."),
        };
        context.screen.say(&words);
    }
    Ok(Exit::Done)
}

fn environment(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let home = data_folder().join("evcxr");
    let variables = prepare::stock_environment(folder, &home, &backend::program())
        .map_err(|error| Failure::Preparation(error.to_string()))?;
    if context.screen.is_json() {
        let document: Map<String, Value> = variables
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect();
        context.screen.document(&Value::Object(document));
    } else {
        context.screen.write(&exports(&variables));
    }
    Ok(Exit::Done)
}

/// Prepares, with a bar on a terminal and a line now and then elsewhere; on standard error, always.
///
/// # Errors
/// When something is missing on this machine.
pub fn with_bar(folder: &Path) -> Result<Prepared, Failure> {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg}\n[{bar:40}] {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let terminal = std::io::stderr().is_terminal();
    let mut tenth = 0;
    let mut progress = |step: Progress| match step {
        Progress::Crates { done, total, name } if terminal => {
            bar.set_length(u64::try_from(total).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
            bar.set_message(format!(
                "Préparation (quelques minutes, une seule fois)\u{a0}: {name}"
            ));
        }
        Progress::Crates { done, total, .. } => {
            let now = (done * 10).checked_div(total).unwrap_or(0);
            if now > tenth {
                tenth = now;
                crate::render::Screen::new(true).say(&format!("Préparation\u{a0}: {done}/{total}"));
            }
        }
        other => {
            if let Some(words) = words(&other) {
                bar.println(&words);
                if !terminal {
                    crate::render::Screen::new(true).say(&words);
                }
            }
        }
    };
    if let (Status::Missing, Some(other)) = (prepare::status(folder), prepare::for_another()) {
        crate::render::Screen::new(true).warn(&other.to_string());
    }
    let prepared = prepare::prepare(folder, &backend::program(), &mut progress);
    bar.finish_and_clear();
    prepared.map_err(|error| Failure::Preparation(error.to_string()))
}

/// A step of the preparation that is no crate, in words.
pub fn words(step: &Progress) -> Option<String> {
    match step {
        Progress::Waiting => {
            Some("Une autre préparation est en cours\u{a0}: j’attends qu’elle finisse.".to_owned())
        }
        Progress::RustSource => {
            Some("Téléchargement des sources de la bibliothèque standard (rust-src)…".to_owned())
        }
        Progress::NoRustSource(reason) => Some(format!(
            "rust-src n’a pas pu être téléchargé ({reason})\u{a0}: il faudra écrire les types des variables."
        )),
        Progress::Crates { .. } => None,
    }
}
