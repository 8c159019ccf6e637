//! clap's refusals, in French.

use crate::failure::Failure;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What a parse that did not end in matches means.
pub(super) enum Explained {
    /// Help or the version, to be shown.
    Text(String),
    /// A mistake in the command line.
    Wrong(Failure),
}

pub(super) fn explain(error: &clap::Error) -> Explained {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Explained::Text(error.to_string());
    }
    let message = message(error);
    let hint = match suggestion(error) {
        _ if asks_for_help(error) => "«\u{a0}cahier --help\u{a0}» affiche l’aide.".to_owned(),
        Some(suggestion) => format!("voulais-tu dire «\u{a0}{suggestion}\u{a0}»\u{a0}?"),
        None => hint(error),
    };
    Explained::Wrong(Failure::Usage { message, hint })
}

fn asks_for_help(error: &clap::Error) -> bool {
    matches!(
        text(error, ContextKind::InvalidSubcommand).as_str(),
        "aide" | "help"
    )
}

fn message(error: &clap::Error) -> String {
    let arg = argument(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = text(error, ContextKind::InvalidSubcommand);
            format!("la commande «\u{a0}{name}\u{a0}» n’existe pas")
        }
        ErrorKind::UnknownArgument => format!("«\u{a0}{arg}\u{a0}» n’est pas attendu ici"),
        ErrorKind::MissingRequiredArgument => format!("il manque {arg}"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::InvalidValue if arg == "-" => format!("«\u{a0}{value}\u{a0}» n’est pas attendu ici"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} attend une valeur"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("«\u{a0}{value}\u{a0}» n’est pas une valeur de {arg}")
        }
        ErrorKind::NoEquals => format!("{arg} attend une valeur"),
        ErrorKind::TooManyValues => format!("«\u{a0}{value}\u{a0}» est de trop pour {arg}"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} n’a pas le bon nombre de valeurs")
        }
        ErrorKind::ArgumentConflict => match argument(error, ContextKind::PriorArg) {
            prior if prior == arg => format!("{arg} est donné deux fois"),
            prior if prior.is_empty() => format!("{arg} ne va pas avec les autres options"),
            prior => format!("«\u{a0}{arg}\u{a0}» ne va pas avec «\u{a0}{prior}\u{a0}»"),
        },
        ErrorKind::InvalidUtf8 => "un argument n’est pas de l’UTF-8".to_owned(),
        _ => "la ligne de commande ne se comprend pas".to_owned(),
    }
}

fn hint(error: &clap::Error) -> String {
    let arg = argument(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    let usage = text(error, ContextKind::Usage);
    let usage = usage.rsplit("Usage:").next().unwrap_or_default().trim();
    let about = about(&arg);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            "«\u{a0}cahier --help\u{a0}» donne la liste des commandes.".to_owned()
        }
        ErrorKind::InvalidValue if arg == "-" => format!("donne ta réponse par --reponse \"{value}\"."),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if about.is_some() => {
            format!("{arg}\u{a0}: {}.", about.unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => "garde l’un des deux.".to_owned(),
        _ if usage.is_empty() => "«\u{a0}cahier --help\u{a0}» montre comment l’écrire.".to_owned(),
        _ => format!("utilisation\u{a0}: {usage}"),
    }
}

/// What an option is for, by the way it is shown (`--graine N`).
fn about(shown: &str) -> Option<String> {
    let name = shown.split(' ').next()?.strip_prefix("--")?;
    let parser = super::parser();
    let commands = std::iter::once(&parser).chain(parser.get_subcommands());
    let mut options = commands.flat_map(clap::Command::get_opts);
    let found = options.find(|option| option.get_long() == Some(name))?;
    found.get_help().map(ToString::to_string)
}

fn suggestion(error: &clap::Error) -> Option<String> {
    [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(|kind| error.get(kind))
    .map(|value| match value {
        // The most similar comes last.
        ContextValue::Strings(texts) => texts.last().cloned().unwrap_or_default(),
        other => french(other),
    })
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    error
        .get(kind)
        .map(french)
        .unwrap_or_default()
        .replace(['<', '>'], "")
}

/// An argument as help shows it, without the marks of what is optional.
fn argument(error: &clap::Error, kind: ContextKind) -> String {
    text(error, kind).replace(['[', ']'], "")
}

fn french(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => texts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        ContextValue::Number(number) => number.to_string(),
        ContextValue::Bool(value) => value.to_string(),
        _ => String::new(),
    }
}
