//! A lesson, a cell, an exercise → terminal text.

use super::code;
use super::markdown;
use super::style::{Ink, Look};
use super::verdict::counted;
use std::fmt::Write;
use workbook::cell::Cell;
use workbook::exercise::Drawn;
use workbook::lesson::{Block, Lesson};

/// One line for the lesson, one for each of its exercises.
pub fn summary(lesson: &Lesson, passed: impl Fn(&str) -> bool, look: Look) -> String {
    let (mut done, mut count, mut lines) = (0, 0, String::new());
    for exercise in lesson.exercises() {
        let mark = if passed(&exercise.id) {
            look.paint(Ink::Good, "✓")
        } else {
            "·".to_owned()
        };
        count += 1;
        done += usize::from(passed(&exercise.id));
        let _ = writeln!(
            lines,
            "    {mark} {}  {}",
            look.paint(Ink::Code, &exercise.id),
            exercise.title
        );
    }
    let id = look.paint(Ink::Code, &lesson.id);
    let title = look.paint(Ink::Strong, &lesson.title);
    format!("{id}  {title}  ({done}/{count})\n{lines}")
}

/// The whole lesson, its exercises drawn for `seed`.
pub fn page(lesson: &Lesson, seed: u64, look: Look) -> String {
    let mut parts = vec![title(lesson, look)];
    for section in &lesson.sections {
        if !section.title.is_empty() {
            parts.push(markdown::render(&format!("## {}", section.title), look));
        }
        parts.extend(section.blocks.iter().map(|block| self::block(block, seed, look)));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// The lesson's title, empty where what comes before its first section has one of its own.
pub fn title(lesson: &Lesson, look: Look) -> String {
    let opening = lesson.sections.first().filter(|section| section.title.is_empty());
    let titled = opening.is_some_and(|section| {
        section
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Prose(text) if markdown::has_title(text)))
    });
    if titled {
        return String::new();
    }
    markdown::render(&format!("# {}", lesson.title), look)
}

/// One block of a lesson.
pub fn block(block: &Block, seed: u64, look: Look) -> String {
    match block {
        Block::Prose(text) => markdown::render(text, look),
        Block::Cell(cell) => self::cell(cell, look),
        Block::Exercise(spec) => exercise(&(spec.draw)(seed), look),
    }
}

/// A demo cell: its id, its source, what it should print.
pub fn cell(cell: &Cell, look: Look) -> String {
    let mut text = format!(
        "{}\n",
        look.paint(Ink::Dim, &format!("── cellule {} ──", cell.id))
    );
    text.push_str(&indented(&cell.source, Ink::Code, look));
    if let Some(expected) = cell
        .expected
        .as_deref()
        .filter(|expected| !expected.trim().is_empty())
    {
        let _ = writeln!(text, "{}", look.paint(Ink::Dim, "── affiche ──"));
        text.push_str(&indented(expected, Ink::Dim, look));
    }
    text
}

/// An exercise as it is asked: never its solution.
pub fn exercise(drawn: &Drawn, look: Look) -> String {
    let title = format!("Exercice {}\u{a0}: {}", drawn.id, drawn.title);
    let facts = format!(
        "{}, {}, graine {}",
        kind(drawn.kind),
        counted(drawn.max_score),
        drawn.seed
    );
    let mut text = format!(
        "{}\n{}\n\n",
        look.paint(Ink::Heading, &title),
        look.paint(Ink::Dim, &facts)
    );
    text.push_str(&markdown::render(&drawn.statement, look));
    let options = drawn.exercise.options();
    if !options.is_empty() {
        text.push('\n');
    }
    for option in options {
        let narrow = Look {
            width: look.width.saturating_sub(6),
            ..look
        };
        let body = markdown::render(&option.text, narrow);
        let _ = writeln!(
            text,
            "  {}  {}",
            look.paint(Ink::Strong, &option.id),
            body.trim_end().replace('\n', "\n     ")
        );
    }
    if let Some(starter) = &drawn.starter {
        let _ = writeln!(text, "\n{}", look.paint(Ink::Dim, "── départ ──"));
        text.push_str(&indented(starter, Ink::Code, look));
    }
    for check in drawn.exercise.checks().iter().filter(|check| !check.hidden) {
        let _ = writeln!(text, "\n{}", look.paint(Ink::Dim, "── vérification ──"));
        text.push_str(&indented(&check.source, Ink::Code, look));
    }
    text
}

/// A kind's name for people.
fn kind(kind: &str) -> &str {
    match kind {
        "number" => "nombre",
        "choice" => "choix",
        "presigned_url" => "URL présignée",
        "rust_code" => "code Rust",
        "state" => "état du compte",
        other => other,
    }
}

fn indented(source: &str, ink: Ink, look: Look) -> String {
    const MARGIN: &str = "    ";
    let lines = code::lines(source, ink, look.width.saturating_sub(MARGIN.len()), look);
    let line = |line: &String| format!("{MARGIN}{line}").trim_end().to_owned() + "\n";
    lines.iter().map(line).collect()
}
