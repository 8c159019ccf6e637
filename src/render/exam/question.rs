//! A question with its options: as it is asked, and as it is explained afterwards.

use crate::render::markdown;
use crate::render::style::{Ink, Look};
use std::collections::BTreeSet;
use std::ops::Range;
use workbook::bank::DrawnQuestion;
use workbook::exam::{Asked, Sitting};
use workbook::french::counted;

/// Lines of a page, each painted already.
#[derive(Debug, Default)]
pub struct Body {
    /// The lines.
    pub lines: Vec<String>,
    /// Those that must be seen, where not all fit.
    pub focus: Range<usize>,
}

/// Columns before an option's text: the cursor, the box, the letter.
const MARGIN: usize = 9;

/// The question at `at` as it is asked, with what is chosen; `cursor` is the option under the cursor, if there is one.
pub fn question(sitting: &Sitting, cursor: Option<usize>, look: Look) -> Body {
    let at = sitting.position();
    let Some(asked) = sitting.paper().questions.get(at) else {
        return Body::default();
    };
    let chosen = sitting.chosen(at);
    let mut body = Body::default();
    body.heading(sitting, at, look);
    body.text(&asked.question.stem, look);
    if asked.question.choose > 1 {
        let left = format!("{} choisies sur {}", chosen.len(), asked.question.choose);
        let left = if chosen.len() < 2 {
            left.replace("choisies", "choisie")
        } else {
            left
        };
        body.lines.push(look.paint(Ink::Dim, &left));
    }
    body.lines.push(String::new());
    for (rank, option) in asked.question.options.iter().enumerate() {
        let is_chosen = option
            .id
            .chars()
            .next()
            .is_some_and(|letter| chosen.contains(&letter));
        let mark = mark(&asked.question, is_chosen);
        let ink = if is_chosen { Ink::Strong } else { Ink::Plain };
        let start = body.lines.len();
        let arrow = if cursor == Some(rank) { "▸" } else { " " };
        body.option(
            arrow,
            &look.paint(ink, &format!("{mark} {}.", option.id)),
            &option.text,
            look,
        );
        if cursor == Some(rank) {
            body.focus = start..body.lines.len();
        }
    }
    body
}

/// The question at `at`, from 0, with what was right, what was chosen, and why.
pub fn corrected(sitting: &Sitting, at: usize, look: Look) -> Body {
    let Some(asked) = sitting.paper().questions.get(at) else {
        return Body::default();
    };
    let chosen = sitting.chosen(at);
    let mut body = Body::default();
    body.heading(sitting, at, look);
    body.lines.push(outcome(asked, chosen, look));
    body.lines.push(String::new());
    body.text(&asked.question.stem, look);
    for (option, explained) in asked.question.options.iter().zip(asked.question.explained()) {
        let is_chosen = chosen.contains(&explained.letter);
        let (arrow, ink) = match (explained.right, is_chosen) {
            (true, _) => ("✓", Ink::Good),
            (false, true) => ("✗", Ink::Bad),
            (false, false) => (" ", Ink::Plain),
        };
        body.lines.push(String::new());
        let label = format!("{} {}.", mark(&asked.question, is_chosen), option.id);
        body.option(
            &look.paint(ink, arrow),
            &look.paint(ink, &label),
            &option.text,
            look,
        );
        let narrow = Look {
            width: look.width.saturating_sub(MARGIN).max(20),
            ..look
        };
        let explanation = markdown::render(&explained.explanation, narrow);
        for line in explanation.lines() {
            body.lines.push(format!("{}{line}", " ".repeat(MARGIN)));
        }
    }
    body.lines.push(String::new());
    let read = format!("Leçon {}\u{a0}; source\u{a0}: {}", asked.lesson, asked.source);
    body.text(&read, look);
    body
}

/// `12 répondues sur 65 · 3 marquées`.
pub fn status(sitting: &Sitting) -> String {
    let total = sitting.paper().questions.len();
    let answered = counted(sitting.answered(), "répondue", "répondues");
    match sitting.flagged() {
        0 => format!("{answered} sur {total}"),
        flagged => format!(
            "{answered} sur {total} · {}",
            counted(flagged, "marquée", "marquées")
        ),
    }
}

fn outcome(asked: &Asked, chosen: &BTreeSet<char>, look: Look) -> String {
    let right: Vec<String> = asked.question.right().into_iter().map(String::from).collect();
    let right = right.join(", ");
    if asked.question.is_right(chosen) {
        look.paint(Ink::Good, "Juste")
    } else if chosen.is_empty() {
        format!("{} · il fallait {right}", look.paint(Ink::Warn, "Sans réponse"))
    } else {
        format!("{} · il fallait {right}", look.paint(Ink::Bad, "Faux"))
    }
}

/// One is told from several by the form of the box.
fn mark(question: &DrawnQuestion, chosen: bool) -> &'static str {
    match (question.choose, chosen) {
        (1, false) => "( )",
        (1, true) => "(•)",
        (_, false) => "[ ]",
        (_, true) => "[x]",
    }
}

impl Body {
    fn heading(&mut self, sitting: &Sitting, at: usize, look: Look) {
        let title = format!("Question {} sur {}", at + 1, sitting.paper().questions.len());
        let mut line = look.paint(Ink::Heading, &title);
        if sitting.is_flagged(at) {
            line.push_str(&look.paint(Ink::Warn, "  ⚑ marquée"));
        }
        self.lines.push(line);
        self.lines.push(String::new());
    }

    fn text(&mut self, text: &str, look: Look) {
        self.lines
            .extend(markdown::render(text, look).lines().map(str::to_owned));
    }

    /// An option; what does not fit on its line goes on under its text.
    fn option(&mut self, arrow: &str, label: &str, text: &str, look: Look) {
        let narrow = Look {
            width: look.width.saturating_sub(MARGIN).max(20),
            ..look
        };
        let text = markdown::render(text, narrow);
        let mut head = format!("{arrow} {label} ");
        for line in text.lines() {
            self.lines.push(format!("{head}{line}").trim_end().to_owned());
            head = " ".repeat(MARGIN);
        }
    }
}
