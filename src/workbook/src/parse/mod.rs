//! From a lesson's text to a [`Lesson`]; every mistake is reported with file, line, column and what was
//! expected.

pub(crate) mod blocks;
pub(crate) mod error;
mod exercise;
pub(crate) mod french;
pub(crate) mod gather;
mod header;
pub(crate) mod info;
pub(crate) mod located;
mod passages;
mod strings;

pub use error::{LessonError, Mistake, Placed, position};
pub use passages::{Passage, PassageKind, passages, question_passages};

use crate::images::Images;
use crate::lesson::Lesson;

/// The form of an id, in words.
pub const ID_FORM: &str = "attendu : 1 à 48 caractères parmi a-z, 0-9 et -";

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

/// The text of a lesson's file.
///
/// # Errors
/// When it is not UTF-8: the first byte that is none is its mistake.
pub(crate) fn decode(file_name: &str, bytes: Vec<u8>) -> Result<String, LessonError> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let byte = error.as_bytes()[valid];
        // Lossy reading changes nothing before the byte.
        let start = normalise(&text[..valid]).len();
        let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
        let message = format!("un octet (0x{byte:02X}) qui n’est pas du texte UTF-8");
        let expected = "attendu : un fichier enregistré en UTF-8";
        LessonError::of_file(
            file_name,
            &normalise(&text),
            vec![Mistake::new(span, message, expected)],
        )
    })
}

/// Without byte order mark, and with `\n` line ends: lines and columns stay what they were.
pub fn normalise(text: &str) -> String {
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
        images: Images::new(),
    })
}

/// Whether a text has the form of an id.
pub fn is_id(text: &str) -> bool {
    (1..=48).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether a text is an `https` URL with a host name.
pub fn is_https(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let clean = |letter: char| letter.is_ascii_graphic() && !"\"<>\\^`{|}".contains(letter);
    host.contains('.') && host.split('.').all(label) && rest.chars().all(clean)
}
