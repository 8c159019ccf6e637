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
    let suggestion = suggestion(error);
    let message = message(error);
    let hint = match suggestion {
        Some(suggestion) => format!("voulais-tu dire «\u{a0}{suggestion}\u{a0}»\u{a0}?"),
        None => hint(error),
    };
    Explained::Wrong(Failure::Usage { message, hint })
}

fn message(error: &clap::Error) -> String {
    let arg = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!(
                "la commande «\u{a0}{}\u{a0}» n’existe pas",
                text(error, ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::UnknownArgument => format!("«\u{a0}{arg}\u{a0}» n’est pas attendu ici"),
        ErrorKind::MissingRequiredArgument => format!("il manque {arg}"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} attend une valeur"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("«\u{a0}{value}\u{a0}» n’est pas une valeur de {arg}")
        }
        ErrorKind::NoEquals => format!("{arg} attend une valeur"),
        ErrorKind::TooManyValues => format!("«\u{a0}{value}\u{a0}» est de trop pour {arg}"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} n’a pas le bon nombre de valeurs")
        }
        ErrorKind::ArgumentConflict => format!(
            "{arg} ne va pas avec {}",
            match error.get(ContextKind::PriorArg) {
                Some(value) => french(value),
                None => "les autres options".to_owned(),
            }
        ),
        ErrorKind::InvalidUtf8 => "un argument n’est pas de l’UTF-8".to_owned(),
        _ => "la ligne de commande ne se comprend pas".to_owned(),
    }
}

fn hint(error: &clap::Error) -> String {
    let usage = text(error, ContextKind::Usage);
    let usage = usage.rsplit("Usage:").next().unwrap_or_default().trim();
    match (error.get(ContextKind::ValidValue), error.kind()) {
        (Some(valid), _) => format!("valeurs possibles\u{a0}: {}.", french(valid)),
        (None, ErrorKind::InvalidSubcommand) => {
            "«\u{a0}cahier --help\u{a0}» donne la liste des commandes.".to_owned()
        }
        (None, _) if usage.is_empty() => "«\u{a0}cahier --help\u{a0}» montre comment l’écrire.".to_owned(),
        (None, _) => format!("utilisation\u{a0}: {usage}"),
    }
}

fn suggestion(error: &clap::Error) -> Option<String> {
    [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(|kind| error.get(kind))
    .map(french)
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    error
        .get(kind)
        .map(french)
        .unwrap_or_default()
        .replace(['<', '>'], "")
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
