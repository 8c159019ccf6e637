//! A learner's progress: events, and the pure fold that tells where the learner stands.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::lesson::Lesson;

/// Part of an exercise's points that each hint costs.
pub const HINT_COST: f64 = 0.1;
/// A passed exercise keeps at least this part of its points, however many hints were taken.
pub const HINT_FLOOR: f64 = 0.5;

/// Something the learner did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Seconds since 1970.
    pub at: i64,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What the learner did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// An answer was judged.
    Attempt {
        /// The exercise.
        exercise: String,
        /// The seed it was drawn from.
        seed: u64,
        /// The verdict's contract name.
        status: String,
        /// Points, before hints are paid.
        score: f64,
        /// The misconception that was recognised.
        #[serde(default)]
        misconception: Option<String>,
    },
    /// A hint was shown.
    Hint {
        /// The exercise.
        exercise: String,
        /// The hint's rank, from 1.
        level: usize,
    },
    /// The solution was shown.
    SolutionSeen {
        /// The exercise.
        exercise: String,
        /// Whether the learner had not passed yet.
        abandoned: bool,
    },
    /// A demo cell was run.
    CellRun {
        /// The cell.
        cell: String,
        /// Whether it ran to its end.
        ok: bool,
    },
    /// Progress was erased.
    Reset {
        /// The exercise, or all of it.
        #[serde(default)]
        exercise: Option<String>,
    },
}

/// Where the learner stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Progress {
    /// By exercise.
    pub exercises: BTreeMap<String, ExerciseProgress>,
    /// Demo cells that ran to their end at least once.
    pub cells: BTreeSet<String>,
    /// The exercise or cell of the last event.
    pub last: Option<String>,
    /// When the last event happened, seconds since 1970.
    pub last_at: Option<i64>,
}

/// Where the learner stands in one exercise.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ExerciseProgress {
    /// Whether it was passed.
    pub passed: bool,
    /// Attempts that cost: neither unreadable nor unverifiable.
    pub attempts: usize,
    /// The most advanced hint shown.
    pub hints: usize,
    /// Whether the solution was shown.
    pub solution_seen: bool,
    /// Whether the solution was shown before the exercise was passed.
    pub abandoned: bool,
    /// The best points, hints paid: each costs [`HINT_COST`] of the points, down to [`HINT_FLOOR`]. Nothing is
    /// earned once the solution was shown.
    pub score: f64,
    /// How often each misconception was recognised.
    pub misconceptions: BTreeMap<String, usize>,
    /// When it was passed first, seconds since 1970.
    pub passed_at: Option<i64>,
}

/// How much of a lesson is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LessonProgress {
    /// Exercises passed.
    pub passed: usize,
    /// Exercises of the lesson.
    pub exercises: usize,
    /// Demo cells run.
    pub cells_run: usize,
    /// Demo cells of the lesson.
    pub cells: usize,
    /// Points earned.
    pub score: f64,
}

impl Progress {
    /// Folds events, oldest first.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut progress = Self::default();
        for event in events {
            progress.apply(event);
        }
        progress
    }

    /// Adds one event.
    pub fn apply(&mut self, event: &Event) {
        let place = match &event.kind {
            EventKind::Attempt {
                exercise,
                status,
                score,
                misconception,
                ..
            } => {
                let one = self.exercises.entry(exercise.clone()).or_default();
                one.attempt(event.at, status, *score, misconception.as_deref());
                Some(exercise)
            }
            EventKind::Hint { exercise, level } => {
                let one = self.exercises.entry(exercise.clone()).or_default();
                one.hints = one.hints.max(*level);
                Some(exercise)
            }
            EventKind::SolutionSeen { exercise, abandoned } => {
                let one = self.exercises.entry(exercise.clone()).or_default();
                one.solution_seen = true;
                one.abandoned |= *abandoned || !one.passed;
                Some(exercise)
            }
            EventKind::CellRun { cell, ok } => {
                if *ok {
                    self.cells.insert(cell.clone());
                }
                Some(cell)
            }
            EventKind::Reset {
                exercise: Some(exercise),
            } => {
                self.exercises.remove(exercise);
                None
            }
            EventKind::Reset { exercise: None } => {
                *self = Self::default();
                None
            }
        };
        if let Some(place) = place {
            self.last = Some(place.clone());
            self.last_at = Some(event.at);
        }
    }

    /// How much of a lesson is done.
    pub fn lesson(&self, lesson: &Lesson) -> LessonProgress {
        let mut sum = LessonProgress::default();
        for exercise in lesson.exercises() {
            sum.exercises += 1;
            if let Some(one) = self.exercises.get(&exercise.id) {
                sum.passed += usize::from(one.passed);
                sum.score += one.score;
            }
        }
        for cell in lesson.cells() {
            sum.cells += 1;
            sum.cells_run += usize::from(self.cells.contains(&cell.id));
        }
        sum
    }

    /// Where the learner stands in one exercise, nowhere yet included.
    pub fn exercise(&self, id: &str) -> ExerciseProgress {
        self.exercises.get(id).cloned().unwrap_or_default()
    }
}

impl ExerciseProgress {
    /// The best verdict so far, by its contract name; `None` before an attempt that cost.
    pub fn status(&self) -> Option<&'static str> {
        match (self.passed, self.attempts) {
            (true, _) => Some("passed"),
            (false, 0) => None,
            (false, _) => Some("not_yet"),
        }
    }

    fn attempt(&mut self, at: i64, status: &str, score: f64, misconception: Option<&str>) {
        if matches!(status, "unreadable" | "unverifiable") {
            return;
        }
        self.attempts += 1;
        if let Some(misconception) = misconception {
            *self.misconceptions.entry(misconception.to_owned()).or_default() += 1;
        }
        if status == "passed" {
            self.passed = true;
            self.passed_at.get_or_insert(at);
        }
        if !self.solution_seen {
            self.score = self.score.max(score * self.hint_factor());
        }
    }

    /// What is left of the points after the hints taken.
    fn hint_factor(&self) -> f64 {
        let hints = u32::try_from(self.hints).unwrap_or(u32::MAX);
        (1.0 - HINT_COST * f64::from(hints)).max(HINT_FLOOR)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn attempt(status: &str, score: f64, misconception: Option<&str>) -> EventKind {
        EventKind::Attempt {
            exercise: "e".into(),
            seed: 1,
            status: status.into(),
            score,
            misconception: misconception.map(str::to_owned),
        }
    }

    fn fold(kinds: Vec<EventKind>) -> Progress {
        let events: Vec<Event> = (100..).zip(kinds).map(|(at, kind)| Event { at, kind }).collect();
        Progress::fold(&events)
    }

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn unreadable_and_unverifiable_answers_cost_nothing() {
        let progress = fold(vec![
            attempt("unreadable", 0.0, None),
            attempt("unverifiable", 0.0, None),
        ]);
        assert_eq!(progress.exercise("e").attempts, 0);
        assert_eq!(progress.last.as_deref(), Some("e"));
    }

    #[test]
    fn the_best_score_stays_and_hints_cost_a_little() {
        let hint = |level| EventKind::Hint {
            exercise: "e".into(),
            level,
        };
        let progress = fold(vec![
            attempt("not_yet", 0.5, Some("m")),
            hint(1),
            attempt("passed", 2.0, None),
        ]);
        let one = progress.exercise("e");
        assert!(one.passed && !one.abandoned && near(one.score, 1.8), "{one:?}");
        assert_eq!(
            (one.attempts, one.misconceptions["m"], one.passed_at),
            (2, 1, Some(102))
        );
        let later = fold(vec![
            attempt("passed", 2.0, None),
            hint(3),
            attempt("not_yet", 0.0, None),
        ]);
        assert!(near(later.exercise("e").score, 2.0));
        let many = fold((1..=9).map(hint).chain([attempt("passed", 2.0, None)]).collect());
        assert!(near(many.exercise("e").score, 1.0));
    }

    #[test]
    fn a_pass_after_the_solution_earns_nothing() {
        let seen = EventKind::SolutionSeen {
            exercise: "e".into(),
            abandoned: true,
        };
        let one = fold(vec![seen, attempt("passed", 2.0, None)]).exercise("e");
        assert!(one.passed && one.abandoned && near(one.score, 0.0));
    }

    #[test]
    fn a_reset_forgets_one_exercise_or_all() {
        let reset = |exercise: Option<&str>| EventKind::Reset {
            exercise: exercise.map(str::to_owned),
        };
        let cell = EventKind::CellRun {
            cell: "c".into(),
            ok: true,
        };
        let one = fold(vec![cell.clone(), attempt("passed", 1.0, None), reset(Some("e"))]);
        assert!(one.exercises.is_empty() && one.cells.contains("c"));
        assert_eq!(
            fold(vec![cell, attempt("passed", 1.0, None), reset(None)]),
            Progress::default()
        );
    }

    #[test]
    fn events_are_written_and_read_back() {
        for kind in [
            attempt("passed", 1.5, Some("m")),
            EventKind::Reset { exercise: None },
        ] {
            let event = Event { at: 7, kind };
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        }
    }
}
