//! The info string of a fence: `rust,ignore verification="id"`.

use super::error::Mistake;
use super::{ID_FORM, is_id};
use std::ops::Range;

/// What a block of Cahier is. One line per attribute: its name, the fence's language, the role.
pub(crate) const ATTRIBUTES: &[(&str, &str, Role)] = &[
    ("cellule", "rust", Role::Cell),
    ("sortie", "text", Role::Output),
    ("exercice", "toml", Role::Exercise),
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
    Output,
    Exercise,
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
    /// The attribute's name and the fence's language.
    pub(crate) fn written(self) -> (&'static str, &'static str) {
        let entry = ATTRIBUTES.iter().find(|(_, _, role)| *role == self);
        entry.map_or(("", ""), |(name, language, _)| (name, language))
    }

    /// The opening line of such a block, as an author writes it.
    pub(crate) fn opening(self, id: &str) -> String {
        let (name, language) = self.written();
        // jupytext's mark for Markdown that is only shown.
        let mark = if language == "markdown" { " .noeval" } else { "" };
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
    let attributes = attributes(info);
    let (language, _) = info.split_at(info.find(char::is_whitespace).unwrap_or(info.len()));
    let mut found = None;
    for Attribute { name, value, range } in attributes {
        let span = start + range.start..start + range.end;
        let Some((_, wanted, role)) = ATTRIBUTES.iter().find(|(known, _, _)| *known == name) else {
            mistakes.push(unknown(&name, span));
            continue;
        };
        if found.is_some() {
            mistakes.push(Mistake::new(
                span,
                "deux attributs sur un même bloc",
                "attendu : un seul attribut par bloc",
            ));
            continue;
        }
        if language != *wanted {
            let message = format!("un bloc « {name} » ne s'écrit pas en « {language} »");
            mistakes.push(Mistake::new(
                span.clone(),
                message,
                format!("attendu : {}", role.opening(&value)),
            ));
        }
        if !is_id(&value) {
            let message = format!("l'identifiant « {value} » n'a pas la bonne forme");
            mistakes.push(Mistake::new(span.clone(), message, ID_FORM));
        }
        found = Some((*role, value, span));
    }
    found
}

fn unknown(name: &str, span: Range<usize>) -> Mistake {
    let names = ATTRIBUTES.iter().map(|(known, _, _)| *known);
    let expected = match crate::nearest::nearest(name, names.clone()) {
        Some(near) => format!("as-tu voulu écrire « {near} » ?"),
        None => format!("attendu : {}", names.collect::<Vec<_>>().join(", ")),
    };
    Mistake::new(span, format!("attribut inconnu « {name} »"), expected)
}

struct Attribute {
    name: String,
    value: String,
    range: Range<usize>,
}

/// The `name="value"` pairs of an info string.
fn attributes(info: &str) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(skip) = info[at..].find("=\"") {
        let equals = at + skip;
        let name_start = info[..equals]
            .rfind(char::is_whitespace)
            .map_or(0, |space| space + 1);
        let value_start = equals + 2;
        let value_end = info[value_start..]
            .find('"')
            .map_or(info.len(), |length| value_start + length);
        found.push(Attribute {
            name: info[name_start..equals].to_owned(),
            value: info[value_start..value_end].to_owned(),
            range: name_start..(value_end + 1).min(info.len()),
        });
        at = (value_end + 1).min(info.len());
    }
    found
}
