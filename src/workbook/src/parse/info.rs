//! The info string of a fence: `rust,ignore verification="id"`.

use super::error::Mistake;
use super::{ID_FORM, is_id};
use std::ops::Range;

/// What a block of Cahier is. One line per attribute: its name, the fence's language, the role.
pub(crate) const ATTRIBUTES: &[(&str, &str, Role)] = &[
    ("cellule", "rust", Role::Cell),
    ("script", "bash|python", Role::Script),
    ("sortie", "text", Role::Output),
    ("exercice", "toml", Role::Exercise),
    ("programme", "rust,ignore", Role::Program),
    ("depart", "rust", Role::Starter),
    ("verification", "rust,ignore", Role::Check),
    ("verification-cachee", "rust,ignore", Role::HiddenCheck),
    ("sonde", "rust,ignore", Role::Probe),
    ("erreurs", "toml", Role::Misconceptions),
    ("indice", "markdown", Role::Hint),
    ("modele", "json", Role::Model),
    ("solution", "rust,ignore", Role::Solution),
    ("corrige", "markdown", Role::Correction),
];

/// What a block of Cahier is. The order of the exercise's blocks is the order in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Cell,
    Script,
    Output,
    Exercise,
    Program,
    Starter,
    Check,
    HiddenCheck,
    Probe,
    Misconceptions,
    Hint,
    Model,
    Solution,
    Correction,
}

impl Role {
    /// The attribute's name and the fence's language, or its languages with a bar between.
    pub(crate) fn written(self) -> (&'static str, &'static str) {
        let entry = ATTRIBUTES.iter().find(|(_, _, role)| *role == self);
        entry.map_or(("", ""), |(name, language, _)| (name, language))
    }

    /// The opening line of such a block, as an author writes it.
    pub(crate) fn opening(self, id: &str) -> String {
        let (name, languages) = self.written();
        let language = languages.split('|').next().unwrap_or_default();
        // jupytext's mark for Markdown that is only shown.
        let mark = if matches!(language, "markdown" | "bash") {
            " .noeval"
        } else {
            ""
        };
        format!("```{language}{mark} {name}=\"{id}\"")
    }

    /// Whether several blocks of this role may follow one another in an exercise.
    pub(crate) fn repeats(self) -> bool {
        matches!(self, Self::Check | Self::HiddenCheck | Self::Hint)
    }
}

/// The role and id that an info string gives, or `None` for a fence that is only prose.
/// `start` is the info string's place in the file.
pub(crate) fn read(
    info: &str,
    start: usize,
    mistakes: &mut Vec<Mistake>,
) -> Option<(Role, String, Range<usize>)> {
    let first = info.split_whitespace().next().unwrap_or_default();
    let language = if first.contains('=') { "" } else { first };
    let mut found = None;
    for attribute in attributes(info, language) {
        let Attribute {
            name,
            value,
            range,
            fault,
        } = attribute;
        let span = start + range.start..start + range.end;
        let Some((_, wanted, role)) = ATTRIBUTES.iter().find(|(known, _, _)| *known == name) else {
            // Without quotes it may be another program's word; with them, it looks like one of ours.
            if fault.is_none() {
                mistakes.push(unknown(&name, span));
            }
            continue;
        };
        if let Some(message) = fault {
            let id = if is_id(&value) { value.as_str() } else { "…" };
            mistakes.push(Mistake::new(
                span.clone(),
                message,
                format!("attendu : {name}=\"{id}\""),
            ));
        }
        if found.is_some() {
            mistakes.push(Mistake::new(
                span,
                "deux attributs sur un même bloc",
                "attendu : un seul attribut par bloc",
            ));
            continue;
        }
        if !wanted.split('|').any(|one| one == language) {
            let message = match language {
                "" => format!("un bloc « {name} » sans langage"),
                _ => format!("un bloc « {name} » ne s’écrit pas en « {language} »"),
            };
            mistakes.push(Mistake::new(
                span.clone(),
                message,
                format!("attendu : {}", role.opening(&value)),
            ));
        }
        if !is_id(&value) && fault.is_none() {
            let message = format!("l’identifiant « {value} » n’a pas la bonne forme");
            mistakes.push(Mistake::new(span.clone(), message, ID_FORM));
        }
        found = Some((*role, value, span));
    }
    found
}

fn unknown(name: &str, span: Range<usize>) -> Mistake {
    let names: Vec<&str> = ATTRIBUTES.iter().map(|(known, _, _)| *known).collect();
    let expected = crate::nearest::expected(name, &names);
    Mistake::new(span, format!("attribut inconnu « {name} »"), expected)
}

struct Attribute {
    name: String,
    value: String,
    range: Range<usize>,
    /// What is wrong with the way it is written.
    fault: Option<&'static str>,
}

/// The attributes of an info string, `name="value"` each, and what was meant to be one.
fn attributes(info: &str, language: &str) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut at = language.len();
    while let Some(skip) = info[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skip;
        let length = info[start..].find(|c: char| c == '=' || c.is_whitespace());
        let name_end = length.map_or(info.len(), |length| start + length);
        let name = &info[start..name_end];
        let (value, end, fault) = value(&info[name_end..]);
        at = name_end + end;
        let ours = ATTRIBUTES.iter().any(|(known, _, _)| *known == name);
        if ours || fault.is_none() {
            found.push(Attribute {
                name: name.to_owned(),
                value: value.to_owned(),
                range: start..at,
                fault,
            });
        }
    }
    found
}

/// What follows an attribute's name: its value, where it ends, and what is wrong with it.
fn value(after: &str) -> (&str, usize, Option<&'static str>) {
    const NO_VALUE: &str = "attribut sans identifiant";
    let bare = after.trim_start();
    let Some(written) = bare.strip_prefix('=') else {
        return ("", 0, Some(NO_VALUE));
    };
    let value = written.trim_start();
    let start = after.len() - value.len();
    let word = value.split(char::is_whitespace).next().unwrap_or_default();
    let Some(quoted) = value.strip_prefix('"') else {
        let fault = if word.is_empty() {
            NO_VALUE
        } else {
            "identifiant sans guillemets droits"
        };
        return (
            word.trim_matches(['\'', '’', '“', '”', '«', '»']),
            start + word.len(),
            Some(fault),
        );
    };
    match quoted.find('"') {
        None => (&word[1..], start + word.len(), Some("guillemet jamais fermé")),
        Some(length) => {
            let spaced = bare.len() < after.len() || value.len() < written.len();
            let fault = spaced.then_some("des espaces autour du signe =");
            (&quoted[..length], start + length + 2, fault)
        }
    }
}
