//! The first minute: what Cahier is, and something to do at once, whatever is still getting ready.

use super::{Desk, patient, reading};
use crate::failure::Failure;
use crate::render::{self, Ink};
use workbook::exercise::Drawn;
use workbook::lesson::Lesson;

/// What Cahier is, in three lines of at most eighty columns.
const WELCOME: [&str; 3] = [
    "Ce cahier t’apprend six sujets d’AWS, en français, avec de vrais programmes.",
    "Tu lis une leçon, tu réponds à ses exercices, tu exécutes ses cellules Rust.",
    "Tout reste sur ta machine\u{a0}: un simulateur d’AWS est dans le programme.",
];

impl Desk<'_> {
    /// Whether nobody has read or answered anything here yet.
    pub(super) fn is_new(&self) -> Result<bool, Failure> {
        let store = self.context.store()?;
        Ok(reading::last_lesson(store)?.is_none() && store.entries()?.is_empty())
    }

    /// Says what this is.
    pub(super) fn welcome(&self) {
        for line in WELCOME {
            self.screen.say(line);
        }
        self.screen.say("");
    }

    /// Puts an exercise before who has just come: one that needs no compiler, and can be answered by thinking. What is fed by
    /// a pipe knows what it came for.
    pub(super) fn first_exercise(&mut self) -> Result<(), Failure> {
        let Some(id) = self.lesson.clone().filter(|_| !patient()) else {
            return Ok(());
        };
        let seed = self.context.seed()?;
        let Some(drawn) = easiest(self.context.lesson(&id)?, seed) else {
            return Ok(());
        };
        self.screen.say("");
        let words = "Pour commencer tout de suite, avant même de lire\u{a0}:";
        self.screen.say(&self.screen.paint(Ink::Strong, words));
        self.screen.say("");
        let shown = render::lesson::exercise(&drawn, self.screen.look());
        self.screen.write(&shown);
        self.take_exercise(&drawn.id)
    }
}

/// The first exercise of a lesson that has options to choose from, else the first one whose answer is a number.
fn easiest(lesson: &Lesson, seed: u64) -> Option<Drawn> {
    let of_kind = |kind: &str| lesson.exercises().find(|spec| spec.kind == kind);
    let spec = of_kind("choice").or_else(|| of_kind("number"))?;
    Some((spec.draw)(seed))
}
