//! `simulateur`: the simulated account alone, or around one program.

use super::{Choice, Command, Context, Exit, flag, frozen_flag, option};
use crate::backend::{self, Backend, simulator_variables};
use crate::failure::Failure;
use crate::refusal;
use crate::store::data_folder;
use clap::{Arg, ArgMatches};
use serde_json::json;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use simulator::{Config, Simulator};
use std::fmt::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;

/// `cahier simulateur`.
pub(super) const SIMULATOR: Command = Command {
    name: "simulateur",
    alias: "simulator",
    about: "sert un compte AWS simulé, seul ou autour d’une commande",
    examples: &[
        "cahier simulateur",
        "cahier simulateur --port 0 --json",
        "cahier simulateur -- aws s3 ls",
        "cahier simulateur --donnees mon-compte -- python3 script.py",
    ],
    args: |command| {
        command
            .arg(
                option("port", "PORT", "le port (4566 par défaut, 0 pour un port libre)")
                    .value_parser(clap::value_parser!(u16)),
            )
            .arg(option(
                "donnees",
                "DOSSIER",
                "garde le compte simulé dans ce dossier",
            ))
            .arg(flag(
                RUN_FUNCTIONS,
                "exécute vraiment les fonctions Lambda\u{a0}: le code déposé tourne sur cette machine, avec tes droits",
            ))
            .arg(frozen_flag())
            .arg(flag(WITH_INPUT, "s’arrête quand son entrée standard se ferme").conflicts_with("COMMANDE"))
            .arg(
                Arg::new("COMMANDE")
                    .value_name("COMMANDE")
                    .num_args(1..)
                    .last(true)
                    .help("le programme à lancer dans l’environnement du simulateur"),
            )
    },
    run,
};

const PORT: u16 = 4566;

/// Uploaded code runs only for who asks for it.
const RUN_FUNCTIONS: &str = "executer-lambda";

/// A simulator that a notebook's kernel has started must not outlive it, however the kernel ends.
const WITH_INPUT: &str = "avec-l-entree";

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let command: Vec<&String> = matches
        .get_many("COMMANDE")
        .map(Iterator::collect)
        .unwrap_or_default();
    check(context, &command)?;
    // Around a program, nobody needs to know the port.
    let default = if command.is_empty() { PORT } else { 0 };
    let config = Config {
        port: matches.get_one("port").copied().unwrap_or(default),
        frozen: matches!(context.choice, Choice::Simulator { frozen: true }),
        data_dir: matches.get_one::<String>("donnees").map(PathBuf::from),
        functions: matches
            .get_flag(RUN_FUNCTIONS)
            .then(|| data_folder().join("lambda")),
    };
    // Before the simulator answers: a signal that comes at once must find its handler.
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(|error| Failure::Simulator(error.to_string()))?;
    let simulator = backend::start_simulator(config)?;
    for warning in simulator.warnings() {
        context.screen.warn(&warning.to_string());
    }
    let exit = if let Some((program, arguments)) = command.split_first() {
        around(&simulator, program, arguments)?
    } else {
        if matches.get_flag(WITH_INPUT) {
            std::thread::spawn(stop_with_input);
        }
        announce(context, &simulator);
        signals.forever().next();
        Exit::Done
    };
    refusal::keep(&simulator);
    simulator.save().map_err(|source| Failure::Unwritable {
        path: matches
            .get_one::<String>("donnees")
            .map(PathBuf::from)
            .unwrap_or_default(),
        source,
    })?;
    Ok(exit)
}

/// Refuses what has no meaning here.
fn check(context: &Context, command: &[&String]) -> Result<(), Failure> {
    let (message, hint) = if let Choice::Aws { .. } = context.choice {
        (
            "le simulateur est justement là pour se passer d’un vrai compte",
            "retire --aws\u{a0}; «\u{a0}cahier executer LECON --aws\u{a0}» parle à un vrai compte.",
        )
    } else if context.screen.is_json() && !command.is_empty() {
        (
            "--json ne va pas avec un programme, dont la sortie standard est la seule",
            "retire --json\u{a0}: le programme trouve tout dans ses variables AWS_….",
        )
    } else {
        return Ok(());
    };
    Err(Failure::Usage {
        message: message.to_owned(),
        hint: hint.to_owned(),
    })
}

/// Ends this process as SIGTERM would, once nobody holds the other end of standard input.
fn stop_with_input() {
    let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
    let _ = signal_hook::low_level::raise(SIGTERM);
}

fn announce(context: &Context, simulator: &Simulator) {
    if context.screen.is_json() {
        context.screen.document(&json!({
            "endpoint": simulator.endpoint(),
            "region": simulator.region(),
            "account": simulator.account(),
            "access_key_id": simulator.access_key_id(),
            "secret_access_key": simulator.secret_access_key(),
            "control_token": simulator.control_token(),
        }));
    } else {
        context.screen.write(&exports(&simulator_variables(simulator)));
        context
            .screen
            .aside("Copie ces lignes dans un autre terminal. Ctrl-C arrête le simulateur.");
    }
}

/// Variables as lines that a shell reads.
pub(super) fn exports(variables: &[(String, String)]) -> String {
    let mut lines = String::new();
    for (name, value) in variables {
        let _ = writeln!(lines, "export {name}={}", quoted(value));
    }
    lines
}

fn quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:,=+@".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\\''"))
}

/// Runs a program in the simulator's environment; its signals are its own, and so is its exit code.
fn around(simulator: &Arc<Simulator>, program: &str, arguments: &[&String]) -> Result<Exit, Failure> {
    let mut command = std::process::Command::new(program);
    command.args(arguments);
    Backend::Simulator(Arc::clone(simulator))
        .environment(&backend::program(), &data_folder())
        .dress(&mut command);
    let unknown = |source| Failure::Program {
        program: program.to_owned(),
        source,
    };
    let status = command.status().map_err(unknown)?;
    Ok(Exit::Program(exit_code(status)))
}

/// As shells tell it: 128 + the signal's number for a program that a signal ended.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_is_exported() {
        let variables = [
            ("A".to_owned(), "x/y:1".to_owned()),
            ("B".to_owned(), String::new()),
            ("C".to_owned(), "l’été $HOME".to_owned()),
        ];
        let script = format!("{}printf '%s|%s|%s' \"$A\" \"$B\" \"$C\"", exports(&variables));
        let output = std::process::Command::new("sh").args(["-c", &script]).output();
        assert_eq!(
            output.ok().map(|output| output.stdout),
            Some("x/y:1||l’été $HOME".as_bytes().to_vec())
        );
    }
}
