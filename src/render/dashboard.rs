//! Where the learner stands → terminal: by lesson, by kind of exercise, by mistake, and what is to be gone over.

use super::lesson::row;
use super::markdown;
use super::style::{Ink, Look};
use super::verdict;
use super::wrap::Piece;
use std::fmt::Write;
use workbook::french::counted;

const GAUGE: usize = 10;

/// All that is shown.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// The lessons, in their order.
    pub lessons: Vec<Lesson>,
    /// The kinds of exercises, by their French names; empty where nothing was tried yet, and then the rest is not shown.
    pub kinds: Vec<Part>,
    /// What was got wrong.
    pub mistakes: Vec<Mistake>,
    /// What is to be gone over, French Markdown.
    pub review: String,
    /// How many days in a row the learner has worked.
    pub days: usize,
}

/// How many of some exercises are passed.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Of what.
    pub title: String,
    /// Passed.
    pub passed: usize,
    /// All of them.
    pub count: usize,
}

/// A lesson, and its exercises that were tried.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// How many of its exercises are passed.
    pub part: Part,
    /// Those that were tried.
    pub tried: Vec<Tried>,
}

/// An exercise that was tried.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Its id.
    pub id: String,
    /// Whether it is passed.
    pub passed: bool,
    /// Points.
    pub score: f64,
    /// How often it was answered.
    pub attempts: usize,
    /// Whether the solution was shown before it was passed.
    pub abandoned: bool,
}

/// A misconception that was recognised.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// Its id.
    pub id: String,
    /// How often.
    pub times: usize,
    /// Whether it was avoided the last time.
    pub avoided: bool,
    /// When it comes back, in words.
    pub then: String,
}

/// All of it.
pub fn page(board: &Board, look: Look) -> String {
    let mut page = String::new();
    for lesson in &board.lessons {
        page.push_str(&gauge(&lesson.part, Ink::Strong, look));
        for tried in &lesson.tried {
            page.push_str(&exercise(tried, look));
        }
    }
    if board.kinds.is_empty() {
        return page;
    }
    heading(&mut page, "Par genre d’exercice", look);
    for kind in &board.kinds {
        page.push_str(&gauge(kind, Ink::Plain, look));
    }
    if !board.mistakes.is_empty() {
        heading(&mut page, "Tes erreurs", look);
    }
    for mistake in &board.mistakes {
        let times = counted(mistake.times, "fois", "fois");
        let words = format!("{times}, {}", mistake.then);
        page.push_str(&marked("", mistake.avoided, &mistake.id, &words, look));
    }
    heading(&mut page, "Révision", look);
    page.push_str(&markdown::render(&board.review, look));
    if board.days > 1 {
        let _ = writeln!(page, "Tu travailles depuis {}\u{a0}jours de suite.", board.days);
    }
    page
}

fn heading(page: &mut String, text: &str, look: Look) {
    let _ = writeln!(page, "\n{}", look.paint(Ink::Heading, text));
}

fn gauge(part: &Part, ink: Ink, look: Look) -> String {
    // What was begun is seen.
    let full = (part.passed * GAUGE)
        .checked_div(part.count)
        .unwrap_or(0)
        .max(part.passed.min(1));
    let gauge = [
        Piece::new("█".repeat(full), Ink::Good),
        Piece::new("░".repeat(GAUGE - full), Ink::Dim),
    ];
    let count = format!("  {}/{}", part.passed, part.count);
    row(
        &gauge,
        &[Piece::new(&part.title, ink), Piece::new(count, Ink::Plain)],
        look,
    )
}

fn exercise(tried: &Tried, look: Look) -> String {
    let points = verdict::counted(tried.score);
    let attempts = counted(tried.attempts, "essai", "essais");
    let seen = if tried.abandoned { ", solution vue" } else { "" };
    marked(
        "    ",
        tried.passed,
        &tried.id,
        &format!("{points}, {attempts}{seen}"),
        look,
    )
}

fn marked(margin: &str, good: bool, id: &str, words: &str, look: Look) -> String {
    let (mark, ink) = if good {
        ("✓", Ink::Good)
    } else {
        ("·", Ink::Plain)
    };
    row(
        &[
            Piece::new(format!("{margin}{mark} "), ink),
            Piece::new(id, Ink::Code),
        ],
        &[Piece::new(words, Ink::Plain)],
        look,
    )
}
