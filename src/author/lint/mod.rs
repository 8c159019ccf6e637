//! What can be said of a lesson without answering its exercises. To add a check: a file here, and its line below.

pub mod counts;
mod figures;
mod html;
mod links;
pub mod mistakes;
mod settings;
mod twins;
pub(crate) mod typography;

pub(crate) use links::anchor;
pub use twins::check as twins;
pub use typography::{corrected, corrected_in};

use super::desk::File;
use super::finding::Finding;
use std::path::Path;
use workbook::lesson::Lesson;
use workbook::parse::{Passage, passages, question_passages};

/// A lesson under check.
pub struct Subject<'a> {
    /// Its file.
    pub file: &'a File,
    /// Its French texts.
    pub passages: Vec<Passage>,
    /// What was read of it, where it has no mistake.
    pub lesson: Option<&'a Lesson>,
    /// The folder that its links start from.
    pub folder: Option<&'a Path>,
}

impl<'a> Subject<'a> {
    /// A file to check.
    pub fn new(file: &'a File, lesson: Option<&'a Lesson>, folder: Option<&'a Path>) -> Self {
        Self {
            passages: passages(&file.text),
            file,
            lesson,
            folder,
        }
    }
}

/// The checks, in the order in which they are made.
const LINTS: &[fn(&Subject<'_>) -> Vec<Finding>] = &[
    typography::check,
    links::check,
    html::check,
    figures::check,
    settings::sources,
    settings::misconceptions,
    settings::seeds,
];

/// What is wrong with the texts of a file of questions; its form is the parser's.
pub fn check_questions(file: &File) -> Vec<Finding> {
    typography::found(file, &question_passages(&file.text))
}

/// What is wrong with a lesson's texts and settings.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    LINTS.iter().flat_map(|lint| lint(subject)).collect()
}
