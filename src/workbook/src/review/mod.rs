//! Spaced repetition: what was learned comes back before it is forgotten, and what was got wrong comes back soon.
//!
//! Everything follows from the journal of progress: nothing else is kept, so that merged journals need no care. How fast
//! something is forgotten is FSRS's to say, with the parameters of people in general
//! (<https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm>).

mod memory;
mod series;

use std::collections::{BTreeMap, BTreeSet};

use crate::progress::{Event, EventKind};
use memory::Memory;
use series::Series;

pub use memory::RETENTION;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A misconception that was recognised, by its id.
    Misconception(String),
    /// An exercise that was tried, by its id.
    Exercise(String),
}

/// What is known of how well something is remembered.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Card {
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// The exercise by which it comes back.
    pub exercise: String,
    /// How often it was gone over.
    pub reviews: usize,
    /// When that was last, seconds since 1970.
    pub reviewed_at: i64,
    /// When it is to come back, seconds since 1970.
    pub due_at: i64,
    /// Whether it was known then.
    pub known: bool,
    /// Days after which it is remembered with the probability [`RETENTION`].
    pub stability: f64,
}

/// Which exercises know each misconception, in the order of the lessons.
pub type Traps = BTreeMap<String, Vec<String>>;

/// All that was tried, as the journal tells it, oldest event first.
pub fn cards<'a>(events: impl IntoIterator<Item = &'a Event>, traps: &Traps) -> Vec<Card> {
    let mut desk = Desk {
        traps,
        memories: BTreeMap::new(),
        series: BTreeMap::new(),
    };
    for event in events {
        desk.take(event);
    }
    desk.cards()
}

/// Those that are to come back by `now` (seconds since 1970), misconceptions first, then what is nearest to being forgotten.
/// No exercise comes twice.
pub fn due(cards: &[Card], now: i64) -> Vec<&Card> {
    let mut due: Vec<&Card> = cards.iter().filter(|card| card.due_at <= now).collect();
    due.sort_by(|left, right| {
        let rank = |card: &Card| matches!(card.subject, Subject::Exercise(_));
        let forgotten = |card: &Card| card.retrievability(now);
        rank(left)
            .cmp(&rank(right))
            .then(forgotten(left).total_cmp(&forgotten(right)))
            .then(left.subject.cmp(&right.subject))
    });
    let mut seen = BTreeSet::new();
    due.retain(|card| seen.insert(&card.exercise));
    due
}

/// How many days in a row something was tried, up to today or yesterday. A day begins at midnight UTC.
pub fn days_in_a_row<'a>(events: impl IntoIterator<Item = &'a Event>, now: i64) -> usize {
    let tried = |event: &Event| matches!(event.kind, EventKind::Attempt { .. } | EventKind::CellRun { .. });
    let days: BTreeSet<i64> = events
        .into_iter()
        .filter(|event| tried(event))
        .map(|event| event.at.div_euclid(DAY))
        .collect();
    let today = now.div_euclid(DAY);
    let last = if days.contains(&today) { today } else { today - 1 };
    (0..=last)
        .take_while(|back| days.contains(&(last - back)))
        .count()
}

impl Card {
    /// The probability that it is still known at `now` (seconds since 1970).
    pub fn retrievability(&self, now: i64) -> f64 {
        memory::retrievability(self.stability, days(self.reviewed_at, now))
    }

    /// The seed by which its exercise comes back: other values each time, the same until it was gone over again.
    pub fn seed(&self, own: u64) -> u64 {
        use sha2::{Digest as _, Sha256};
        let text = format!("{own}\0{:?}\0{}\0{}", self.subject, self.exercise, self.reviews);
        crate::seed::of_digest(&Sha256::digest(text.as_bytes()))
    }
}

/// Days from one moment to a later one.
fn days(from: i64, to: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a few centuries are exact")]
    let seconds = (to - from).max(0) as f64;
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    let day = DAY as f64;
    seconds / day
}

/// The journal, as it is read.
struct Desk<'a> {
    traps: &'a Traps,
    memories: BTreeMap<Subject, (Memory, String)>,
    /// The tries at each exercise that belong together.
    series: BTreeMap<String, Series>,
}

impl Desk<'_> {
    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Attempt {
                exercise,
                status,
                misconception,
                ..
            } => self.attempt(event.at, exercise, status, misconception.as_deref()),
            EventKind::Hint { exercise, .. } => self.series(exercise, event.at).helped(event.at),
            EventKind::SolutionSeen {
                exercise,
                abandoned: true,
            } => {
                self.series(exercise, event.at).given_up(event.at);
                self.reviewed(exercise);
            }
            EventKind::Reset {
                exercise: Some(exercise),
            } => {
                self.series.remove(exercise);
                self.memories.retain(|_, (_, by)| by != exercise);
            }
            EventKind::Reset { exercise: None } => {
                self.series.clear();
                self.memories.clear();
            }
            EventKind::SolutionSeen { .. } | EventKind::CellRun { .. } => {}
        }
    }

    fn attempt(&mut self, at: i64, exercise: &str, status: &str, misconception: Option<&str>) {
        let series = self.series(exercise, at);
        match status {
            "passed" => series.passed(at),
            "not_yet" => series.failed(at),
            // What could not be read, compiled or checked tells nothing of what is known.
            _ => return,
        }
        self.reviewed(exercise);
        if let Some(misconception) = misconception {
            let subject = Subject::Misconception(misconception.to_owned());
            self.fallen_for(at, subject, exercise);
        } else if status == "passed" {
            self.avoided(at, exercise);
        }
    }

    /// The tries that one at `at` belongs to: new ones where the last are over.
    fn series(&mut self, exercise: &str, at: i64) -> &mut Series {
        let subject = Subject::Exercise(exercise.to_owned());
        let memory = self.memories.get(&subject).map(|(memory, _)| memory.clone());
        let series = self
            .series
            .entry(exercise.to_owned())
            .or_insert_with(|| Series::new(at, memory.clone()));
        if series.is_over(at) {
            *series = Series::new(at, memory);
        }
        series
    }

    /// The exercise's memory, from what its tries tell by now.
    fn reviewed(&mut self, exercise: &str) {
        if let Some(memory) = self.series.get(exercise).and_then(Series::memory) {
            let subject = Subject::Exercise(exercise.to_owned());
            self.memories.insert(subject, (memory, exercise.to_owned()));
        }
    }

    /// A misconception was recognised: it comes back at once, by another exercise that knows it where there is one.
    fn fallen_for(&mut self, at: i64, subject: Subject, exercise: &str) {
        let before = self.memories.get(&subject).map(|(memory, _)| memory);
        let same_day = |memory: &Memory| memory.failed && at - memory.at() < series::TOGETHER;
        let memory = match before {
            Some(memory) if same_day(memory) => memory.clone(),
            _ => Memory::after(before, at, memory::Rating::Again),
        };
        let Subject::Misconception(id) = &subject else {
            return;
        };
        let known = self.traps.get(id).map_or(&[][..], Vec::as_slice);
        let place = known.iter().position(|one| one == exercise);
        let next = place.and_then(|place| known.get((place + 1) % known.len()));
        let next = next.map_or(exercise, String::as_str).to_owned();
        self.memories.insert(subject, (memory, next));
    }

    /// An exercise was passed: who fell for its traps before did not now. On the same day, or after a failure, that
    /// only puts them off to another day.
    fn avoided(&mut self, at: i64, exercise: &str) {
        let clean = self.series.get(exercise).is_none_or(Series::is_clean);
        for (id, exercises) in self.traps {
            let subject = Subject::Misconception(id.clone());
            if let Some((memory, by)) = self.memories.get_mut(&subject)
                && exercises.iter().any(|one| one == exercise)
            {
                *memory = if clean && at - memory.at() >= series::TOGETHER {
                    Memory::after(Some(memory), at, memory::Rating::Good)
                } else {
                    memory.clone().rested()
                };
                exercise.clone_into(by);
            }
        }
    }

    fn cards(self) -> Vec<Card> {
        let card = |(subject, (memory, exercise)): (Subject, (Memory, String))| Card {
            subject,
            exercise,
            reviews: memory.reviews(),
            reviewed_at: memory.at(),
            due_at: memory.due_at(),
            known: !memory.failed,
            stability: memory.stability(),
        };
        self.memories.into_iter().map(card).collect()
    }
}

#[cfg(test)]
mod tests;
