//! The command line: one table of commands, which parsing, help, completion and tests iterate.

mod author;
mod aws;
mod below;
mod class;
mod context;
pub(crate) mod dashboard;
mod doctor;
mod exam;
mod exercises;
mod french;
mod help;
mod jupyter;
mod lessons;
mod notebooks;
pub mod overview;
mod prepare;
mod progress;
pub(crate) mod review;
mod run;
mod seed;
mod simulator;
mod watch;
mod why;

pub use aws::propose_cleaning;
pub use context::{Choice, Context, LESSONS};
pub use prepare::{with_bar as prepare_with_bar, words as prepare_words};
pub use why::NOTHING as NOTHING_REFUSED;

use crate::failure::Failure;
use crate::render::{Screen, hanging, refused};
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::Value;
use std::ffi::OsString;

/// How a command ended, when nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or passed.
    Done,
    /// Not yet, does not compile, or unverifiable.
    NotYet,
    /// The answer could not be read.
    Unreadable,
    /// The exit code of a program that was run.
    Program(u8),
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotYet => 1,
            Self::Unreadable => 2,
            Self::Program(code) => code,
        }
    }
}

/// One command of `cahier`.
pub struct Command {
    /// The French name.
    pub name: &'static str,
    /// The English name, also accepted.
    pub alias: &'static str,
    /// What it does, in one line of French.
    pub about: &'static str,
    /// Command lines to imitate.
    pub examples: &'static [&'static str],
    /// Adds its arguments.
    pub args: fn(clap::Command) -> clap::Command,
    /// Runs it.
    pub run: fn(&mut Context, &ArgMatches) -> Result<Exit, Failure>,
}

/// All commands, in the order in which help shows them.
pub const COMMANDS: &[Command] = &[
    lessons::LIST,
    lessons::READ,
    run::RUN,
    exercises::SHOW,
    exercises::CHECK,
    exercises::HINT,
    exercises::SOLUTION,
    why::WHY,
    progress::PROGRESS,
    review::REVIEW,
    watch::WATCH,
    exam::EXAM,
    simulator::SIMULATOR,
    prepare::PREPARE,
    notebooks::NOTEBOOKS,
    jupyter::JUPYTER,
    author::AUTHOR,
    class::CLASS,
    aws::AWS,
    doctor::DOCTOR,
];

/// Parses the command line, runs the command, shows what failed, and tells the exit code.
pub fn main(line: impl IntoIterator<Item = OsString>) -> u8 {
    let line: Vec<OsString> = line.into_iter().collect();
    let asks_json = line
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word == "--json");
    let code = match parser().try_get_matches_from(line) {
        Ok(matches) => obey(&matches),
        Err(error) => answer(Screen::new(asks_json), &error),
    };
    // What was not said is not done, whatever the command thinks.
    match refused() {
        None => code,
        Some(error) => show(Screen::new(false), &Failure::Output(error)),
    }
}

fn obey(matches: &ArgMatches) -> u8 {
    let screen = Screen::new(matches.get_flag("json"));
    match run(screen, matches) {
        Ok(exit) => exit.code(),
        Err(failure) => show(screen, &failure),
    }
}

fn run(screen: Screen, matches: &ArgMatches) -> Result<Exit, Failure> {
    let Some((name, arguments)) = matches.subcommand() else {
        return prompt(screen, matches);
    };
    let mut context = Context::new(screen, arguments, name == aws::AWS.name)?;
    let command = COMMANDS.iter().find(|command| command.name == name);
    command.map_or(Ok(Exit::Done), |command| (command.run)(&mut context, arguments))
}

/// Without a command, the workbook itself, which is for people only.
fn prompt(screen: Screen, matches: &ArgMatches) -> Result<Exit, Failure> {
    if screen.is_json() {
        return Err(Failure::Usage {
            message: "--json demande une commande".to_owned(),
            hint: "par exemple «\u{a0}cahier lecons --json\u{a0}»\u{a0}; «\u{a0}cahier --help\u{a0}» en donne la liste.".to_owned(),
        });
    }
    crate::repl::run(&mut Context::new(screen, matches, false)?, matches)
}

/// What a line that is no command gets: help, the version, or what is wrong with it.
fn answer(screen: Screen, error: &clap::Error) -> u8 {
    match french::explain(error) {
        french::Explained::Text(text) => {
            if screen.is_json() {
                screen.document(&help::document(&text));
            }
            screen.write(&hanging(&text, screen.look().width));
            0
        }
        french::Explained::Wrong(failure) => show(screen, &failure),
    }
}

fn show(screen: Screen, failure: &Failure) -> u8 {
    screen.failure(failure.code(), &failure.to_string(), failure.hint().as_deref());
    2
}

/// The parser, with its help in French.
pub fn parser() -> clap::Command {
    let mut parser = clap::Command::new("cahier")
        .about("Cahier\u{a0}: apprendre AWS en Rust, en français, contre un simulateur.")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .after_help(EXIT_CODES)
        .arg(version_flag())
        .arg(frozen_flag());
    for arg in global_options() {
        parser = parser.arg(arg);
    }
    for command in COMMANDS {
        let bare = below::bare(command.name, command.alias, command.about);
        parser = parser.subcommand((command.args)(bare));
    }
    help::with_french_help(parser)
}

const EXIT_CODES: &str = "Code de sortie\u{a0}: 0 fait ou réussi\u{a0}; 1 pas encore, ne compile pas ou invérifiable\u{a0}; 2 réponse illisible, \
                          ligne de commande incomprise ou erreur du programme.";

/// The options that every command accepts.
fn global_options() -> Vec<Arg> {
    vec![
        option(
            "lecons",
            "DOSSIER",
            "lit les leçons de ce dossier au lieu de celles du programme",
        ),
        option(
            "graine",
            "N",
            "la graine des paramètres tirés au sort, un nombre entier (par défaut, la tienne)",
        )
        .value_parser(clap::value_parser!(u64))
        .allow_negative_numbers(true),
        flag(
            "json",
            "écrit un document JSON sur la sortie standard, le reste sur l’erreur standard",
        ),
        flag(
            "aws",
            "utilise un vrai compte AWS au lieu du simulateur, après confirmation",
        ),
        option("profil", "P", "avec --aws\u{a0}: le profil des identifiants"),
        option("region", "R", "avec --aws\u{a0}: la région"),
        option(
            "plafond",
            "DOLLARS",
            "avec --aws\u{a0}: ce que le passage peut coûter au plus (1 par défaut)",
        ),
        flag("oui", "avec --aws\u{a0}: confirme d’avance (scripts)"),
        Arg::new("help")
            .long("help")
            .short('h')
            .action(ArgAction::Help)
            .help("affiche cette aide"),
    ]
    .into_iter()
    .map(|arg| arg.global(true))
    .collect()
}

fn version_flag() -> Arg {
    Arg::new("version")
        .long("version")
        .short('V')
        .action(ArgAction::Version)
        .help("affiche la version")
}

/// `--horloge-figee`, for the commands that start a simulator of their own.
fn frozen_flag() -> Arg {
    flag("horloge-figee", "l’horloge simulée n’avance que sur demande")
}

/// An option without a value; saying it twice says the same.
fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .overrides_with(name)
        .help(help)
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// A positional argument that must be there.
fn operand(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(name).required(true).help(help)
}

/// The value of a positional argument, empty where it is optional and was not given.
fn text<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches
        .get_one::<String>(name)
        .map(String::as_str)
        .unwrap_or_default()
}

/// A JSON array, one value for each of `items`.
fn each<T>(items: impl IntoIterator<Item = T>, value: impl FnMut(T) -> Value) -> Value {
    Value::Array(items.into_iter().map(value).collect())
}
