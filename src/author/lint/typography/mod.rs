//! French typography outside code: what is wrong, where, and how it is written.

mod glyphs;
mod marks;
mod numbers;
mod spaces;

pub(crate) use glyphs::{Glyph, lines};

use super::Subject;
use crate::author::desk::File;
use crate::author::finding::Finding;
use std::ops::Range;
use workbook::parse::{Passage, passages};

/// Something that is not written as French is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) rule: &'static str,
    /// The byte range in the file that is wrong.
    pub(crate) place: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: &'static str,
    /// What stands there once it is corrected, where a program can tell.
    pub(crate) right: Option<String>,
}

/// What is wrong in a line.
type Rule = fn(&[Glyph]) -> Vec<Slip>;

/// The rules, each for a line. To add one: a function, and its place here.
const RULES: &[Rule] = &[
    spaces::before_marks,
    spaces::after_opening_quote,
    spaces::doubled,
    marks::apostrophes,
    marks::ellipses,
    marks::straight_quotes,
    numbers::decimal_points,
    numbers::thousands,
    numbers::long_numbers,
    numbers::units,
    numbers::percents,
];

/// What is wrong in a lesson's texts.
pub(crate) fn check(subject: &Subject<'_>) -> Vec<Finding> {
    found(subject.file, &subject.passages)
}

/// What is wrong in the passages of a file.
pub(crate) fn found(file: &File, passages: &[Passage]) -> Vec<Finding> {
    let slips = passages.iter().flat_map(|passage| {
        slips(passage)
            .into_iter()
            .map(move |slip| (passage.id.clone(), slip))
    });
    let finding = |(id, slip): (Option<String>, Slip)| {
        let message = if slip.right.is_some() {
            format!(
                "{} («\u{a0}cahier auteur verifier --corriger\u{a0}» le fait)",
                slip.hint
            )
        } else {
            slip.hint.to_owned()
        };
        Finding::new(file, slip.place.start, slip.rule, slip.message)
            .of(id)
            .hint(message)
    };
    slips.map(finding).collect()
}

fn slips(passage: &Passage) -> Vec<Slip> {
    let lines = lines(passage);
    let mut found: Vec<Slip> = lines
        .iter()
        .flat_map(|line| RULES.iter().flat_map(|rule| rule(line)))
        .collect();
    found.sort_by_key(|slip| (slip.place.start, slip.place.end));
    found
}

/// A lesson's text with its spaces, apostrophes and ellipses put right, and how many were.
pub fn corrected(text: &str) -> (String, usize) {
    corrected_in(text, &passages(text))
}

/// The same of any file with passages.
pub fn corrected_in(text: &str, passages: &[Passage]) -> (String, usize) {
    let mut slips: Vec<Slip> = passages.iter().flat_map(slips).collect();
    slips.sort_by_key(|slip| (slip.place.start, slip.place.end));
    let (mut right, mut at, mut count) = (String::new(), 0, 0);
    for slip in &slips {
        let Some(replacement) = &slip.right else { continue };
        if slip.place.start < at {
            continue;
        }
        right.push_str(&text[at..slip.place.start]);
        right.push_str(replacement);
        at = slip.place.end;
        count += 1;
    }
    right.push_str(&text[at..]);
    (right, count)
}

#[cfg(test)]
mod tests;
