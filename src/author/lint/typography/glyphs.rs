//! A passage as lines of glyphs: what a reader sees as text, with code, addresses and formulas as single marks.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;
use workbook::parse::Passage;

/// Stands for code, an address, HTML: something that is not French.
pub(crate) const CODE: char = '\u{fffc}';
/// Stands for a formula `@{…}`: most often a number.
pub(crate) const HOLE: char = '\u{fffb}';

/// A letter or a mark, with its byte range in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glyph {
    pub(crate) letter: char,
    pub(crate) place: Range<usize>,
}

impl Glyph {
    /// Whether it is a space of any width.
    pub(crate) fn is_space(&self) -> bool {
        matches!(self.letter, ' ' | '\t' | '\u{a0}' | '\u{202f}')
    }

    /// Whether it is a figure.
    pub(crate) fn is_digit(&self) -> bool {
        self.letter.is_ascii_digit()
    }

    /// Whether it belongs to a word.
    pub(crate) fn is_word(&self) -> bool {
        self.letter.is_alphanumeric() || matches!(self.letter, CODE | HOLE)
    }
}

/// The lines of a passage, without those that hold no text.
pub(crate) fn lines(passage: &Passage) -> Vec<Vec<Glyph>> {
    let text = &passage.text;
    let hidden = hidden(text);
    let (mut lines, mut line) = (Vec::new(), Vec::<Glyph>::new());
    for (at, letter) in text.char_indices() {
        if letter == '\n' {
            lines.push(std::mem::take(&mut line));
            continue;
        }
        let place = passage.place(&(at..at + letter.len_utf8()));
        match (hidden[at], line.last_mut()) {
            (Some(mark), Some(last)) if last.letter == mark => last.place.end = place.end,
            (Some(mark), _) => line.push(Glyph { letter: mark, place }),
            (None, _) => line.push(Glyph { letter, place }),
        }
    }
    lines.push(line);
    lines.retain(|line| line.iter().any(|glyph| glyph.letter.is_alphanumeric()));
    lines
}

/// For each byte, the mark that stands for it, where it is not French.
fn hidden(text: &str) -> Vec<Option<char>> {
    let mut hidden = vec![None; text.len()];
    let mut in_code = false;
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    for (_, definition) in parser.reference_definitions().iter() {
        hidden[definition.span.clone()].fill(Some(CODE));
    }
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                in_code = true;
                hidden[range].fill(Some(CODE));
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { .. } | Tag::Image { .. })
            | Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_) => hidden[range].fill(Some(CODE)),
            // An entity is not what it says.
            Event::Text(said) if !in_code && text[range.clone()] != *said => hidden[range].fill(Some(CODE)),
            Event::Text(_) if !in_code => hidden[range].fill(None),
            _ => {}
        }
    }
    for range in addresses(text) {
        hidden[range].fill(Some(CODE));
    }
    for range in holes(text) {
        hidden[range].fill(Some(HOLE));
    }
    hidden
}

/// Addresses that stand in the text as they are.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let ends = |letter: char| letter.is_whitespace() || ")>»]\"|".contains(letter);
    let range = |(at, _): (usize, &str)| {
        let end = text[at..].find(ends).map_or(text.len(), |length| at + length);
        let written = text[at..end].trim_end_matches(['.', ',', ';', '*']);
        at..at + written.len()
    };
    let schemes = ["https://", "http://", "s3://", "arn:aws:"];
    let found = schemes.iter().flat_map(|scheme| text.match_indices(scheme));
    found.map(range).collect()
}

/// The formulas `@{…}`.
fn holes(text: &str) -> Vec<Range<usize>> {
    let range = |(at, _): (usize, &str)| {
        let length = text[at..].find(['}', '\n'])?;
        text[at + length..]
            .starts_with('}')
            .then_some(at..at + length + 1)
    };
    text.match_indices("@{").filter_map(range).collect()
}
