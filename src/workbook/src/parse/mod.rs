//! From a lesson's text to a [`Lesson`]; every mistake is reported with file, line, column and what was
//! expected.

pub(crate) mod blocks;
pub(crate) mod error;
mod exercise;
pub(crate) mod gather;
mod header;
pub(crate) mod info;
pub(crate) mod located;

pub use error::LessonError;

use crate::lesson::Lesson;
use error::Mistake;

/// The form of an id, in words.
pub(crate) const ID_FORM: &str = "attendu : 1 à 48 caractères parmi a-z, 0-9 et -";

/// Parses one lesson file.
///
/// # Errors
/// When the file has mistakes: all of them are reported.
pub fn lesson(file_name: &str, text: &str) -> Result<Lesson, LessonError> {
    let text = normalise(text);
    let mut mistakes = Vec::new();
    let lesson = read(file_name, &text, &mut mistakes);
    match lesson {
        Some(lesson) if mistakes.is_empty() => Ok(lesson),
        _ => Err(LessonError::of_file(file_name, &text, mistakes)),
    }
}

/// Without byte order mark, and with `\n` line ends: lines and columns stay what they were.
pub(crate) fn normalise(text: &str) -> String {
    text.strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n")
}

fn read(file_name: &str, text: &str, mistakes: &mut Vec<Mistake>) -> Option<Lesson> {
    let (header, body) = match header::split(text) {
        Ok((yaml, body)) => (header::read(text, &yaml, mistakes), body),
        Err(mistake) => {
            mistakes.push(mistake);
            (None, 0)
        }
    };
    let pieces = blocks::pieces(text, body, mistakes);
    let sections = gather::sections(text, pieces, mistakes);
    let header = header?;
    Some(Lesson {
        id: header.id,
        title: header.title,
        summary: header.summary,
        file: file_name.to_owned(),
        sections,
    })
}

/// Whether a text has the form of an id.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=48).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
