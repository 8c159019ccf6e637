//! Where the learner is in a lesson, block by block, and how that is kept from one start to the next.

use crate::failure::Failure;
use crate::render::picture::Plots;
use crate::render::{self, Look, markdown};
use crate::store::Store;
use workbook::images::Images;
use workbook::lesson::{Block, Lesson};

/// A lesson cut in steps: one block each, the first of a section with its heading.
pub(super) fn steps(lesson: &Lesson) -> Vec<(Option<&str>, &Block)> {
    let mut steps = Vec::new();
    for section in &lesson.sections {
        let mut title = Some(section.title.as_str()).filter(|title| !title.is_empty());
        for block in &section.blocks {
            steps.push((title.take(), block));
        }
    }
    steps
}

/// Whether a block is nothing but headings, which leave nothing to read.
pub(super) fn is_title(block: &Block) -> bool {
    let Block::Prose(text) = block else {
        return false;
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.all(|line| line.starts_with('#'))
}

/// One step as it is shown.
pub(super) fn show(
    (title, block): (Option<&str>, &Block),
    images: &Images,
    seed: u64,
    look: Look,
    plots: Plots,
) -> String {
    let heading = title
        .map(|title| markdown::render(&format!("## {title}"), look) + "\n")
        .unwrap_or_default();
    format!(
        "{heading}{}",
        render::lesson::illustrated_block(block, images, seed, look, plots)
    )
}

/// How many steps of the lesson were shown, in earlier starts too.
pub(super) fn shown(store: &Store, lesson: &str) -> Result<usize, Failure> {
    let kept = store.setting(&format!("lu:{lesson}"))?;
    Ok(kept.and_then(|kept| kept.parse().ok()).unwrap_or(0))
}

/// Keeps the place. A folder that cannot be written was warned about at the start.
pub(super) fn keep(store: &Store, lesson: &str, shown: usize) -> Result<(), Failure> {
    if store.read_only().is_none() {
        store.set("lecon", lesson)?;
        store.set(&format!("lu:{lesson}"), &shown.to_string())?;
    }
    Ok(())
}

/// The lesson that was open last.
pub(super) fn last_lesson(store: &Store) -> Result<Option<String>, Failure> {
    Ok(store.setting("lecon")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_alone_are_a_title_and_any_text_is_not() {
        let prose = |text: &str| Block::Prose(text.to_owned());
        assert!(is_title(&prose("# Les couches\n\n")));
        assert!(!is_title(&prose("# Les couches\n\nUn mot.\n")));
    }
}
