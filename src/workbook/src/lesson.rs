//! A lesson: one Markdown file, as sections of prose, cells and exercises in reading order.

use crate::cell::Cell;
use crate::exercise::Drawn;
use crate::images::Images;
use crate::parse::Mistake;
use crate::script::Script;
use std::ops::Range;

/// A lesson.
pub struct Lesson {
    /// `couches-lambda`, `iam`, `ecs-fargate`, `versionnement-s3`, `dynamodb` or `url-presignee`.
    pub id: String,
    /// The title, in French.
    pub title: String,
    /// One sentence on what the lesson teaches, in French.
    pub summary: String,
    /// The file's name, as it was given.
    pub file: String,
    /// The parts in reading order; a section starts at each heading of level 2.
    pub sections: Vec<Section>,
    /// The images that it shows; empty for a lesson that was read alone.
    pub images: Images,
}

/// A part of a lesson.
pub struct Section {
    /// The heading's Markdown, without its `##`; empty before the first one. It is not repeated in the
    /// section's prose.
    pub title: String,
    /// What it holds, in reading order.
    pub blocks: Vec<Block>,
}

/// One block of a section.
pub enum Block {
    /// Markdown as written (headings of other levels, paragraphs, lists, tables, `json`, `bash` and `python` fences).
    Prose(String),
    /// A demo cell.
    Cell(Cell),
    /// A script in bash or Python.
    Script(Script),
    /// An exercise.
    Exercise(ExerciseSpec),
}

/// An exercise as written in the lesson, before its parameters are drawn.
pub struct ExerciseSpec {
    /// Unique over all lessons, `[a-z0-9-]{1,48}`.
    pub id: String,
    /// The kind's contract name.
    pub kind: &'static str,
    /// The title, in French.
    pub title: String,
    /// Whether it has parameters drawn from a seed.
    pub seeded: bool,
    /// Line of its first block in the lesson file, counted from 1.
    pub line: usize,
    /// The page that its figures come from, an `https` URL.
    pub source: Option<String>,
    /// What is wrong with it for the first of these seeds that something is wrong for; the parser has tried some.
    pub lint: Box<dyn Fn(Range<u64>) -> Vec<Mistake> + Send + Sync>,
    /// Draws the exercise for a seed. Cannot fail: the parser has tried it.
    pub draw: Box<dyn Fn(u64) -> Drawn + Send + Sync>,
}

impl Lesson {
    /// All demo cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.blocks().filter_map(|block| match block {
            Block::Cell(cell) => Some(cell),
            _ => None,
        })
    }

    /// All scripts in order.
    pub fn scripts(&self) -> impl Iterator<Item = &Script> {
        self.blocks().filter_map(|block| match block {
            Block::Script(script) => Some(script),
            _ => None,
        })
    }

    /// All exercises in order.
    pub fn exercises(&self) -> impl Iterator<Item = &ExerciseSpec> {
        self.blocks().filter_map(|block| match block {
            Block::Exercise(exercise) => Some(exercise),
            _ => None,
        })
    }

    /// All blocks in reading order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }
}
