//! The YAML header of a lesson.

use super::error::Mistake;
use super::{ID_FORM, is_id};
use serde::Deserialize;
use std::ops::Range;

/// What the header says.
pub(crate) struct Header {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    titre: String,
    resume: String,
    /// For jupytext and Jupyter; Cahier does not look into it.
    #[serde(default, rename = "jupyter")]
    _jupyter: serde::de::IgnoredAny,
}

const EXPECTED: &str =
    "attendu : en tête du fichier, « --- », puis id, titre, resume et jupyter, puis « --- »";

/// The byte range of the YAML text, and where the lesson's body begins.
pub(crate) fn split(text: &str) -> Result<(Range<usize>, usize), Mistake> {
    let first = text.find('\n').map_or(text.len(), |end| end + 1);
    if text[..first].trim_end() != "---" {
        return Err(Mistake::new(0..first, "en-tête YAML absent", EXPECTED));
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
    let written: Written = match serde_saphyr::from_str(&text[yaml.clone()]) {
        Ok(written) => written,
        Err(error) => {
            let span = error
                .location()
                .map_or(yaml.clone(), |at| place(text, yaml, at.line(), at.column()));
            mistakes.push(Mistake::new(span, in_french(&error.to_string()), EXPECTED));
            return None;
        }
    };
    for (key, value) in [("titre", &written.titre), ("resume", &written.resume)] {
        if value.trim().is_empty() {
            mistakes.push(Mistake::new(
                key_line(text, yaml, key),
                format!("« {key} » est vide"),
                EXPECTED,
            ));
        }
    }
    if !is_id(&written.id) {
        let message = format!("l'identifiant « {} » n'a pas la bonne forme", written.id);
        mistakes.push(Mistake::new(key_line(text, yaml, "id"), message, ID_FORM));
    }
    Some(Header {
        id: written.id,
        title: written.titre,
        summary: written.resume,
    })
}

/// The header's mistake without the excerpt that the YAML reader adds, in French where it is common.
fn in_french(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let first = first.trim_start_matches("error: ");
    let named = |prefix: &str| {
        let (_, rest) = first.split_once(prefix)?;
        Some(rest.split(['`', '\'', '"']).nth(1).unwrap_or(rest).to_owned())
    };
    if let Some(name) = named("missing field") {
        return format!("en-tête : la clé « {name} » manque");
    }
    if let Some(name) = named("unknown field") {
        return format!("en-tête : clé inconnue « {name} »");
    }
    if let Some(name) = named("duplicate") {
        return format!("en-tête : clé en double ({name})");
    }
    format!("en-tête YAML invalide : {first}")
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
    yaml.clone()
}

fn key_line(text: &str, yaml: &Range<usize>, key: &str) -> Range<usize> {
    let mut at = yaml.start;
    for line in text[yaml.clone()].split_inclusive('\n') {
        if line.split(':').next() == Some(key) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    yaml.clone()
}
