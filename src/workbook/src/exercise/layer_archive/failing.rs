//! What does not hold of an archive, and what it is about.

use super::judge::{Check, What};
use super::search::{self, has_module, python_folders};
use crate::archive::{ArchiveFacts, ArchiveQuestion, Trial, Tried};
use crate::exercise::numbers;
use crate::glob;

/// A check that does not hold.
pub(super) struct Failing {
    /// What is wrong, in French.
    pub(super) told: String,
    pub(super) about: About,
}

/// What a failure is about.
pub(super) enum About {
    /// Something is not where it must be, or must not be where it is.
    Place,
    /// A module is found, and cannot be imported.
    Import(String),
    /// A module is imported, and does not do what is asked.
    Behaviour,
}

impl About {
    /// What to look at, where the place is right.
    pub(super) fn said(&self) -> Option<String> {
        match self {
            Self::Place => None,
            Self::Import(module) => Some(format!(
                "Python trouve `{module}`, mais ne peut pas l’importer\u{a0}: l’erreur est dans son code, ou dans ce qu’il cherche à son tour."
            )),
            Self::Behaviour => {
                Some("Le module est importé, mais il ne fait pas encore ce qui est demandé.".to_owned())
            }
        }
    }
}

fn misplaced(told: String) -> Failing {
    Failing {
        told,
        about: About::Place,
    }
}

/// What is wrong with a check; `None` where it holds.
pub(super) fn of(check: &Check, facts: &ArchiveFacts, asked: &ArchiveQuestion) -> Option<Failing> {
    let entries = &facts.entries;
    match &check.what {
        What::Import { module, expression } => import(module, expression.as_deref(), facts, asked),
        What::Command { name, text } => command(name, text.as_deref(), facts).map(misplaced),
        What::File { path, text } => {
            if search::file(entries, path).is_none() {
                return Some(misplaced(format!("`/opt/{path}` n’existe pas.")));
            }
            let found = facts.texts.get(path).map_or("", String::as_str);
            let lacks = text.as_ref().is_some_and(|text| !contains(found, text));
            lacks.then(|| {
                misplaced(format!(
                    "`/opt/{path}` est là, mais n’a pas le contenu de l’énoncé."
                ))
            })
        }
        What::Absent(pattern) => {
            let mut paths = entries.iter().map(|entry| &entry.path);
            let found = paths.find(|path| glob::matches(pattern, path))?;
            let told = format!("L’archive contient `{found}`, qui n’y a pas sa place.");
            Some(misplaced(told))
        }
        What::Size(limit) => {
            let [size, most] = [facts.unzipped, *limit].map(kibibytes);
            (facts.unzipped > *limit).then(|| {
                misplaced(format!(
                    "Décompressée, ta couche pèse {size}\u{a0}Ko. La limite est de {most}\u{a0}Ko."
                ))
            })
        }
    }
}

/// Whether a text has a part, whatever its lines end with.
fn contains(text: &str, part: &str) -> bool {
    text.replace("\r\n", "\n").contains(part.trim())
}

/// What keeps the system from running a command.
fn command(name: &str, text: Option<&str>, facts: &ArchiveFacts) -> Option<String> {
    let path = format!("bin/{name}");
    let Some(file) = search::file(&facts.entries, &path) else {
        return Some(format!("La commande `{name}` n’est pas trouvée."));
    };
    if !file.executable {
        return Some(format!(
            "La commande `{name}` est trouvée, mais elle n’est pas exécutable\u{a0}: le système répond `Permission denied`."
        ));
    }
    let found = facts.texts.get(&path).map_or("", String::as_str);
    let is_binary = found.starts_with("\u{7f}ELF");
    let first = found.lines().next().unwrap_or_default();
    if found.trim().is_empty() {
        Some(format!("La commande `{name}` est un fichier vide."))
    } else if !is_binary && !first.starts_with("#!") {
        Some(format!(
            "La commande `{name}` ne commence pas par `#!`\u{a0}: le système ne sait pas quel programme doit la lire."
        ))
    } else if !is_binary && found.starts_with("#!") && found.contains('\r') {
        Some(format!(
            "Les lignes de `{name}` finissent comme sous Windows (CRLF)\u{a0}: Linux cherche alors un programme dont le nom finit par un retour chariot."
        ))
    } else if text.is_some_and(|text| !contains(found, text)) {
        Some(format!(
            "La commande `{name}` est à sa place, mais n’a pas le contenu de l’énoncé."
        ))
    } else {
        None
    }
}

fn import(
    module: &str,
    expression: Option<&str>,
    facts: &ArchiveFacts,
    asked: &ArchiveQuestion,
) -> Option<Failing> {
    let Trial::Ran { tried, too_long, .. } = &facts.trial else {
        let folders = python_folders(&asked.python);
        let mut found = folders
            .iter()
            .map(|folder| has_module(&facts.entries, folder, module));
        return (!found.any(|found| found)).then(|| misplaced(not_found(module)));
    };
    let wanted = |one: &crate::archive::Try| one.module == module && one.expression.as_deref() == expression;
    let rank = asked.tries.iter().position(wanted)?;
    let left = expression.map_or("", |expression| {
        expression.split("==").next().unwrap_or_default().trim()
    });
    let ends = |what: &str| {
        if *too_long {
            format!("`{what}` ne finit pas\u{a0}: Python a été arrêté au bout de 10\u{a0}secondes.")
        } else {
            format!("`{what}` arrête Python.")
        }
    };
    match tried.get(rank) {
        Some(tried) if tried.error.is_none() && tried.holds.is_none() && expression.is_some() => {
            Some(behaves(ends(left)))
        }
        Some(tried) => in_python(module, expression.unwrap_or_default(), left, tried),
        None => Some(Failing {
            told: ends(&format!("import {module}")),
            about: About::Import(module.to_owned()),
        }),
    }
}

fn behaves(told: String) -> Failing {
    Failing {
        told,
        about: About::Behaviour,
    }
}

fn not_found(module: &str) -> String {
    format!("`import {module}` échoue\u{a0}: `ModuleNotFoundError: No module named '{module}'`.")
}

fn in_python(module: &str, expression: &str, left: &str, tried: &Tried) -> Option<Failing> {
    if let Some((kind, message)) = &tried.error {
        let what = format!("échoue\u{a0}: `{kind}: {message}`.");
        if tried.imported {
            return Some(behaves(format!("`{left}` {what}")));
        }
        let about = if kind == "ModuleNotFoundError" {
            About::Place
        } else {
            About::Import(module.to_owned())
        };
        let told = format!("`import {module}` {what}");
        return Some(Failing { told, about });
    }
    let told = match (tried.holds, &tried.left) {
        (Some(false), Some(value)) => {
            format!("`{left}` vaut `{value}`\u{a0}: ce n’est pas ce qui est demandé.")
        }
        (Some(false), None) => format!("`{expression}` est faux."),
        _ => return None,
    };
    Some(behaves(told))
}

/// A size in units of 1024 bytes, rounded up: what is over a limit is never shown as the limit.
#[expect(clippy::cast_precision_loss, reason = "an archive has 250 MB at most")]
fn kibibytes(bytes: u64) -> String {
    numbers::french(bytes.div_ceil(1024) as f64)
}
