//! A lesson as Markdown for a learner: its prose and cells, and the exercises of one assignment without what solves them.

use crate::render::markdown::has_title;
use std::fmt::Write as _;
use workbook::cell::Cell;
use workbook::exercise::Drawn;
use workbook::lesson::{Block, Lesson};

/// The lesson, with those of its exercises that `drawn` has, each with the file that it is answered in.
pub(super) fn markdown(lesson: &Lesson, seed: u64, drawn: &[(String, Drawn)]) -> String {
    let mut text = String::new();
    let titled = lesson.blocks().next().is_some_and(|block| match block {
        Block::Prose(prose) => has_title(prose),
        _ => false,
    });
    if !titled {
        let _ = writeln!(text, "# {}\n", lesson.title);
    }
    for section in &lesson.sections {
        if !section.title.is_empty() {
            let _ = writeln!(text, "## {}\n", section.title);
        }
        for block in &section.blocks {
            let shown = match block {
                Block::Prose(prose) => shown_only(prose.trim()),
                Block::Script(script) => shown_only(&script.markdown()),
                Block::Cell(one) => cell(one),
                Block::Exercise(spec) => {
                    let asked = drawn
                        .iter()
                        .find(|(_, one)| one.id == spec.id && one.seed == seed);
                    asked.map_or_else(String::new, |(file, one)| exercise(file, one))
                }
            };
            if !shown.is_empty() {
                let _ = writeln!(text, "{}\n", shown.trim_end());
            }
        }
    }
    text
}

/// Without jupytext's word for blocks that are only shown.
fn shown_only(markdown: &str) -> String {
    markdown.replace(" .noeval\n", "\n")
}

fn cell(cell: &Cell) -> String {
    let expected = cell.expected.as_deref().map_or_else(String::new, |expected| {
        format!("\n\n```text\n{}\n```", expected.trim_end())
    });
    format!("```rust\n{}\n```{expected}", cell.source.trim_end())
}

fn exercise(file: &str, drawn: &Drawn) -> String {
    let mut text = format!(
        "### Exercice\u{a0}: {} ({})\n\n{}\n",
        drawn.title,
        crate::render::verdict::counted(drawn.max_score),
        shown_only(drawn.statement.trim())
    );
    if let Some(program) = &drawn.program {
        let _ = write!(text, "\n```rust\n{}\n```\n", program.trim_end());
    }
    if !drawn.exercise.options().is_empty() {
        text.push('\n');
    }
    for option in drawn.exercise.options() {
        let _ = writeln!(text, "- **{}.** {}", option.id, option.text.trim());
    }
    let _ = write!(
        text,
        "\n**{}\u{a0}: `{file}`** (exercice `{}`)\n",
        how(drawn),
        drawn.id
    );
    text
}

/// What to do with the file that follows.
fn how(drawn: &Drawn) -> &'static str {
    let exercise = &drawn.exercise;
    if exercise.needs_engine() {
        "Complète le code de"
    } else if exercise.archive().is_some() {
        "Dépose ton archive dans ce dossier, sous le nom"
    } else if exercise.asks_for_a_document() {
        "Écris ton document JSON dans"
    } else if exercise.command().is_some() {
        "Écris ta commande dans"
    } else {
        "Réponds dans"
    }
}
