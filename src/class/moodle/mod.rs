//! Question banks for Moodle: the bank's questions and the exercises that Moodle can ask and judge by itself.
//!
//! See <https://docs.moodle.org/en/Moodle_XML_format> and <https://docs.moodle.org/en/GIFT_format>.

mod collect;
mod gift;
mod html;
mod numbers;
mod xml;

use std::sync::Arc;
use workbook::exercise::Quiz;
use workbook::images::Images;

pub use collect::{Wish, collect};

/// A form that Moodle imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Moodle XML: everything that a question has.
    Xml,
    /// GIFT, which has no points, hints, units, images or orderings.
    Gift,
}

impl Format {
    /// Why a question of this kind cannot be written in this form.
    fn refuses(self, quiz: &Quiz) -> Option<&'static str> {
        match self {
            Self::Xml => None,
            Self::Gift => gift::refuses(quiz),
        }
    }
}

/// How Moodle judges a question of which several options are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Several {
    /// Moodle's own type: a wrong option gives nothing, and some of the right ones give a part of the points.
    Partial,
    /// The type `multichoiceset`, of a plugin: all the right ones and no other, or nothing. Moodle XML only.
    AllOrNothing,
}

/// A category of Moodle's question bank, and what is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Its names from the course's top on.
    pub path: Vec<String>,
    /// Its number for machines, the same at each export.
    pub id: String,
    /// What it is, in French Markdown.
    pub about: String,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A question as Moodle keeps it. Texts are French Markdown.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its number for machines, the same at each export.
    pub id: String,
    /// Its name in the question bank, plain text.
    pub name: String,
    /// What is asked.
    pub statement: String,
    /// What is said after any answer.
    pub comment: String,
    /// Points for a right answer.
    pub points: f64,
    /// From the concept to the calculation begun.
    pub hints: Vec<String>,
    /// Labels to search by, plain text.
    pub tags: Vec<String>,
    /// How it is answered.
    pub quiz: Quiz,
    /// The images that its texts may show.
    pub images: Arc<Images>,
}

/// What was collected, and what was not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Collection {
    /// In the order of the lessons.
    pub categories: Vec<Category>,
    /// The exercises that are not among the questions.
    pub left_out: Vec<LeftOut>,
    /// Exercises with fewer different variants than were asked for, each with how many there are.
    pub few: Vec<(String, usize)>,
}

impl Collection {
    /// All questions.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.categories.iter().flat_map(|category| &category.questions)
    }

    /// How many questions have several right options.
    pub fn several(&self) -> usize {
        self.questions()
            .filter(|question| is_several(&question.quiz))
            .count()
    }
}

/// An exercise that Moodle cannot ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id.
    pub exercise: String,
    /// Why, in French.
    pub why: &'static str,
}

/// Writes a collection as the text of a file.
///
/// # Errors
/// When the text cannot be put together.
pub fn written(collection: &Collection, format: Format, several: Several) -> std::io::Result<String> {
    match format {
        Format::Xml => xml::written(collection, several),
        Format::Gift => Ok(gift::written(collection)),
    }
}

fn is_several(quiz: &Quiz) -> bool {
    match quiz {
        Quiz::Choice { options, .. } => options.iter().filter(|option| option.right).count() > 1,
        _ => false,
    }
}
