//! The YAML header of a lesson.

use super::error::Mistake;
use super::{ID_FORM, french, is_id};
use crate::nearest;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::ops::Range;

/// What the header says.
pub(crate) struct Header {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
}

#[derive(Deserialize)]
struct Written {
    id: Option<String>,
    titre: Option<String>,
    resume: Option<String>,
    /// For jupytext and Jupyter; Cahier does not look into it.
    #[serde(default, rename = "jupyter")]
    _jupyter: IgnoredAny,
    #[serde(flatten)]
    #[expect(
        clippy::zero_sized_map_values,
        reason = "serde gathers other keys in a map only"
    )]
    unknown: BTreeMap<String, IgnoredAny>,
}

const KEYS: [&str; 4] = ["id", "titre", "resume", "jupyter"];

const EXPECTED: &str =
    "attendu : en tête du fichier, « --- », puis id, titre, resume et jupyter, puis « --- »";

/// The byte range of the YAML text, and where the lesson's body begins.
pub(crate) fn split(text: &str) -> Result<(Range<usize>, usize), Mistake> {
    let first = text.find('\n').map_or(text.len(), |end| end + 1);
    if text[..first].trim_end() != "---" {
        let message = if text.trim().is_empty() {
            "fichier vide"
        } else {
            "en-tête YAML absent"
        };
        return Err(Mistake::new(0..first, message, EXPECTED));
    }
    let mut at = first;
    for line in text[first..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Ok((first..at, at + line.len()));
        }
        at += line.len();
    }
    Err(Mistake::new(0..first, "en-tête YAML jamais fermé", EXPECTED))
}

/// Reads the header; its mistakes are placed in the file.
pub(crate) fn read(text: &str, yaml: &Range<usize>, mistakes: &mut Vec<Mistake>) -> Option<Header> {
    // Nothing but blanks is no mapping without keys for the YAML reader.
    let source = match text[yaml.clone()].trim() {
        "" => "{}",
        _ => &text[yaml.clone()],
    };
    let written: Written = match serde_saphyr::from_str(source) {
        Ok(written) => written,
        Err(error) => {
            let span = error
                .location()
                .map_or(yaml.clone(), |at| place(text, yaml, at.line(), at.column()));
            let (message, expected) = french::yaml(error.without_snippet());
            mistakes.push(Mistake::new(span, message, expected));
            return None;
        }
    };
    for name in written.unknown.keys() {
        let message = format!("en-tête : clé inconnue « {name} »");
        let expected = nearest::expected(name, &KEYS);
        mistakes.push(Mistake::new(key_line(text, yaml, name), message, expected));
    }
    let mut given = |key: &str, value: Option<String>| {
        let message = match &value {
            None => format!("en-tête : la clé « {key} » manque"),
            Some(value) if value.trim().is_empty() => format!("« {key} » est vide"),
            Some(_) => return value,
        };
        let expected = format!("attendu : {key}: …");
        mistakes.push(Mistake::new(key_line(text, yaml, key), message, expected));
        None
    };
    let header = (
        given("id", written.id),
        given("titre", written.titre),
        given("resume", written.resume),
    );
    let (Some(id), Some(title), Some(summary)) = header else {
        return None;
    };
    if !is_id(&id) {
        let message = format!("l’identifiant « {id} » n’a pas la bonne forme");
        mistakes.push(Mistake::new(key_line(text, yaml, "id"), message, ID_FORM));
    }
    Some(Header { id, title, summary })
}

/// The place of the YAML reader's line and column, from there to the end of the line.
fn place(text: &str, yaml: &Range<usize>, line: u64, column: u64) -> Range<usize> {
    let mut at = yaml.start;
    for (number, content) in (1..).zip(text[yaml.clone()].split_inclusive('\n')) {
        if number == line {
            let column = usize::try_from(column.saturating_sub(1)).unwrap_or(0);
            let skip = content.char_indices().nth(column).map_or(0, |(offset, _)| offset);
            return at + skip..at + content.trim_end().len().max(skip);
        }
        at += content.len();
    }
    whole(text, yaml)
}

/// The line of a key; where the header has none, its first line.
fn key_line(text: &str, yaml: &Range<usize>, key: &str) -> Range<usize> {
    let mut at = yaml.start;
    for line in text[yaml.clone()].split_inclusive('\n') {
        if line.split(':').next() == Some(key) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    whole(text, yaml)
}

/// The line that opens the header: what stands for all of it.
fn whole(text: &str, yaml: &Range<usize>) -> Range<usize> {
    0..text[..yaml.start].trim_end().len()
}
