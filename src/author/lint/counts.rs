//! What a lesson holds, counted.

use super::super::proofs::ground;
use serde::Serialize;
use std::collections::BTreeMap;
use workbook::cell::Cell;
use workbook::lesson::Lesson;

/// What some lessons hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Lessons.
    pub lessons: usize,
    /// Demo cells.
    pub cells: usize,
    /// Plots that they draw, or seem to draw where they were not run.
    pub plots: usize,
    /// Exercises.
    pub exercises: usize,
    /// Exercises with parameters.
    pub seeded: usize,
    /// The kinds of exercises, by their names in contracts.
    pub kinds: Vec<&'static str>,
    /// How many exercises there are of each.
    pub by_kind: BTreeMap<&'static str, usize>,
    /// Wrong answers that are explained.
    pub misconceptions: usize,
    /// Questions of the bank.
    pub questions: usize,
}

impl Counts {
    /// Adds a lesson.
    pub fn add(&mut self, lesson: &Lesson) {
        self.lessons += 1;
        self.cells += lesson.cells().count();
        self.plots += lesson.cells().filter(|cell| seems_to_draw(cell)).count();
        for spec in lesson.exercises() {
            self.exercises += 1;
            self.seeded += usize::from(spec.seeded);
            *self.by_kind.entry(spec.kind).or_default() += 1;
            self.misconceptions += (spec.draw)(0).exercise.wrong_answers(&ground()).len();
        }
        self.kinds = self.by_kind.keys().copied().collect();
    }
}

/// Whether a cell's source draws, as far as that can be read.
pub fn seems_to_draw(cell: &Cell) -> bool {
    ["tracer_", "Figure", "plotters"]
        .iter()
        .any(|word| cell.source.contains(word))
}
