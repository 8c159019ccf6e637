//! A lesson, a cell, an exercise → terminal text.

use super::code;
use super::highlight::Colours;
use super::markdown;
use super::picture::Plots;
use super::style::{Ink, Look};
use super::verdict::counted;
use super::wrap::{Piece, columns, wrap};
use std::fmt::Write;
use workbook::cell::Cell;
use workbook::exercise::Drawn;
use workbook::images::Images;
use workbook::lesson::{Block, Lesson};
use workbook::script::Script;

/// One line for the lesson, one for each of its exercises; on a narrow terminal, they go on under themselves.
pub fn summary(lesson: &Lesson, passed: impl Fn(&str) -> bool, look: Look) -> String {
    let (mut done, mut count, mut lines) = (0, 0, String::new());
    for exercise in lesson.exercises() {
        let right = passed(&exercise.id);
        let (mark, ink) = if right {
            ("✓", Ink::Good)
        } else {
            ("·", Ink::Plain)
        };
        count += 1;
        done += usize::from(right);
        let id = [
            Piece::new(format!("    {mark} "), ink),
            Piece::new(&exercise.id, Ink::Code),
        ];
        lines.push_str(&row(&id, &[Piece::new(&exercise.title, Ink::Plain)], look));
    }
    let title = format!("{}  ({done}/{count})", lesson.title);
    let head = row(
        &[Piece::new(&lesson.id, Ink::Code)],
        &[Piece::new(title, Ink::Strong)],
        look,
    );
    format!("{head}{lines}")
}

/// A name and what it stands for, which goes on under itself, or under the name where there is little room.
pub fn row(name: &[Piece], text: &[Piece], look: Look) -> String {
    const GAP: &str = "  ";
    let start: usize = name.iter().map(|piece| columns(&piece.text)).sum::<usize>() + GAP.len();
    let under = if start <= look.width / 2 { start } else { 8 };
    let shown: String = name
        .iter()
        .map(|piece| look.paint(piece.ink, &piece.text))
        .collect();
    let whole: usize = text.iter().map(|piece| columns(&piece.text)).sum();
    if start + whole <= look.width {
        let text = text.iter().map(|piece| look.paint(piece.ink, &piece.text));
        return format!("{shown}{GAP}{}\n", text.collect::<String>());
    }
    let gap = if start == under {
        GAP.to_owned()
    } else {
        format!("\n{}", " ".repeat(under))
    };
    let lines = wrap(text, look.width.saturating_sub(under).max(20), look);
    let lines: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    format!(
        "{shown}{gap}{}\n",
        lines.join(&format!("\n{}", " ".repeat(under)))
    )
}

/// The whole lesson, its exercises drawn for `seed`, its images in words.
pub fn page(lesson: &Lesson, seed: u64, look: Look) -> String {
    illustrated(lesson, seed, look, Plots::Words)
}

/// The same with its images, where the terminal shows pictures.
pub fn illustrated(lesson: &Lesson, seed: u64, look: Look, plots: Plots) -> String {
    let mut parts = vec![title(lesson, look)];
    for section in &lesson.sections {
        if !section.title.is_empty() {
            parts.push(markdown::render(&format!("## {}", section.title), look));
        }
        let shown = |block| illustrated_block(block, &lesson.images, seed, look, plots);
        parts.extend(section.blocks.iter().map(shown));
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

/// One block of a lesson, with its images where the terminal shows pictures: what a picture says stands below it.
pub fn illustrated_block(block: &Block, images: &Images, seed: u64, look: Look, plots: Plots) -> String {
    let Block::Prose(text) = block else {
        return self::block(block, seed, look);
    };
    if !matches!(plots, Plots::Picture(..)) {
        return markdown::render(text, look);
    }
    let (mut shown, mut before, mut code) = (Vec::new(), String::new(), false);
    for line in text.split_inclusive('\n') {
        code ^= line.starts_with("```");
        let svg = image(line).filter(|_| !code).and_then(|path| images.get(path));
        if let Some(svg) = svg {
            shown.push(markdown::render(&std::mem::take(&mut before), look));
            shown.push(plots.show(svg, look));
        }
        before.push_str(line);
    }
    shown.push(markdown::render(&before, look));
    shown.retain(|part| !part.is_empty());
    shown.join("\n")
}

/// Where the image of a line is that is nothing but one.
fn image(line: &str) -> Option<&str> {
    let (_, place) = line.trim().strip_prefix("![")?.split_once("](")?;
    place.strip_suffix(')')
}

/// One block of a lesson.
pub fn block(block: &Block, seed: u64, look: Look) -> String {
    match block {
        Block::Prose(text) => markdown::render(text, look),
        Block::Cell(cell) => self::cell(cell, look),
        Block::Script(script) => self::script(script, look),
        Block::Exercise(spec) => exercise(&(spec.draw)(seed), look),
    }
}

/// A demo cell: its id, its source, what it should print.
pub fn cell(cell: &Cell, look: Look) -> String {
    let mut text = format!(
        "{}\n",
        look.paint(Ink::Dim, &format!("── cellule {} ──", cell.id))
    );
    text.push_str(&indented(&Colours::of(&cell.source, "rust"), look));
    if let Some(expected) = cell
        .expected
        .as_deref()
        .filter(|expected| !expected.trim().is_empty())
    {
        let _ = writeln!(text, "{}", look.paint(Ink::Dim, "── affiche ──"));
        text.push_str(&indented(&Colours::plain(expected, Ink::Dim), look));
    }
    text
}

/// A script: its id, its text, what it should print.
pub fn script(script: &Script, look: Look) -> String {
    let head = format!("── script {} ({}) ──", script.id, script.language.name());
    let head = look.paint(Ink::Dim, &head);
    format!("{head}\n{}", markdown::render(&script.markdown(), look))
}

/// An exercise as it is asked: never its solution.
pub fn exercise(drawn: &Drawn, look: Look) -> String {
    let title = format!("Exercice {}\u{a0}: {}", drawn.id, drawn.title);
    let facts = format!(
        "{}, {}, graine {}",
        drawn.kind_title,
        counted(drawn.max_score),
        drawn.seed
    );
    let mut text = String::new();
    for (words, ink) in [(title, Ink::Heading), (facts, Ink::Dim)] {
        for line in wrap(&[Piece::new(words, ink)], look.width, look) {
            let _ = writeln!(text, "{}", line.text);
        }
    }
    text.push('\n');
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
    if let Some(program) = &drawn.program {
        let _ = writeln!(text, "\n{}", look.paint(Ink::Dim, "── programme ──"));
        text.push_str(&indented(&Colours::of(program, "rust"), look));
    }
    if let Some(starter) = &drawn.starter {
        let _ = writeln!(text, "\n{}", look.paint(Ink::Dim, "── départ ──"));
        text.push_str(&indented(&Colours::of(starter, "rust"), look));
    }
    for check in drawn.exercise.checks().iter().filter(|check| !check.hidden) {
        let _ = writeln!(text, "\n{}", look.paint(Ink::Dim, "── vérification ──"));
        text.push_str(&indented(&Colours::of(&check.source, "rust"), look));
    }
    text
}

fn indented(code: &Colours<'_>, look: Look) -> String {
    const MARGIN: &str = "    ";
    let lines = code::lines(code, look.width.saturating_sub(MARGIN.len()), look);
    let line = |line: &String| format!("{MARGIN}{line}").trim_end().to_owned() + "\n";
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: usize) -> String {
        let name = [
            Piece::new("    · ", Ink::Plain),
            Piece::new("ddb-cout", Ink::Code),
        ];
        row(
            &name,
            &[Piece::new("Ce que coûte la lecture", Ink::Plain)],
            Look::plain(width),
        )
    }

    #[test]
    fn what_a_name_stands_for_goes_on_under_itself_or_under_the_name() {
        assert_eq!(shown(60), "    · ddb-cout  Ce que coûte la lecture\n");
        assert_eq!(
            shown(36),
            "    · ddb-cout  Ce que coûte la\n                lecture\n"
        );
        assert_eq!(
            shown(30),
            "    · ddb-cout\n        Ce que coûte la\n        lecture\n"
        );
    }
}
