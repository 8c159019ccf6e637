//! What is to be gone over again: the cards of the journal, with the exercises by which they come back.

use std::collections::BTreeMap;

use crate::cli::Context;
use crate::failure::Failure;
use crate::place::Place;
use crate::record;
use workbook::Workbook;
use workbook::evidence::Evidence;
use workbook::lesson::Lesson;
use workbook::review::{self, Card, Traps};

/// Where the learner stands with what comes back.
pub(crate) struct Standing {
    /// To be gone over now, what comes first first.
    pub(crate) due: Vec<Card>,
    /// To be gone over later, the next first.
    pub(crate) later: Vec<Card>,
    /// What comes back by an exercise that is due for something else.
    pub(crate) hidden: Vec<Card>,
    /// When that was found out, seconds since 1970.
    pub(crate) now: i64,
}

impl Standing {
    /// Reads it from the journal. Exercises that no lesson has (any more) do not come back.
    ///
    /// # Errors
    /// When lessons or progress cannot be read.
    pub(crate) fn of(context: &Context) -> Result<Self, Failure> {
        let workbook = context.workbook()?;
        let events = record::events(context.store()?)?;
        let mut cards = review::cards(&events, &traps(workbook));
        cards.retain(|card| workbook.exercise(&card.exercise).is_some());
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let due: Vec<Card> = review::due(&cards, now).into_iter().cloned().collect();
        let (mut later, mut hidden): (Vec<Card>, Vec<Card>) =
            cards.into_iter().partition(|card| card.due_at > now);
        later.sort_by_key(|card| card.due_at);
        hidden.retain(|card| !due.contains(card));
        Ok(Self {
            due,
            later,
            hidden,
            now,
        })
    }
}

/// Which exercises know which misconceptions: those that each lists, and is judged by.
fn traps(workbook: &Workbook) -> Traps {
    let mut traps: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let ground: Evidence = Place::nowhere().ground();
    for exercise in workbook.lessons().iter().flat_map(Lesson::exercises) {
        let drawn = (exercise.draw)(0);
        for wrong in drawn.exercise.wrong_answers(&ground) {
            let known = traps.entry(wrong.misconception).or_default();
            if known.last() != Some(&exercise.id) {
                known.push(exercise.id.clone());
            }
        }
    }
    traps
}

/// How long that is from now, in words.
pub(crate) fn in_words(seconds: i64) -> String {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    match seconds {
        ..=0 => "maintenant".to_owned(),
        1..HOUR => format!("dans {}\u{a0}min", ((seconds + 59) / 60).min(59)),
        HOUR..DAY => format!("dans {}\u{a0}h", ((seconds + HOUR / 2) / HOUR).min(23)),
        _ => match (seconds + DAY / 2) / DAY {
            1 => "demain".to_owned(),
            days => format!("dans {days}\u{a0}jours"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{in_words, traps};
    use workbook::Workbook;

    #[test]
    fn a_wait_is_told_in_its_largest_unit() {
        for (seconds, words) in [
            (-5, "maintenant"),
            (30, "dans 1\u{a0}min"),
            (600, "dans 10\u{a0}min"),
            (7_300, "dans 2\u{a0}h"),
            (86_400, "demain"),
            (3 * 86_400 + 50, "dans 3\u{a0}jours"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }

    #[test]
    #[allow(clippy::unwrap_used)]
    fn a_misconception_is_known_to_every_exercise_that_lists_it() {
        let workbook = Workbook::load(crate::lessons::embedded()).unwrap();
        let traps = traps(&workbook);
        let shared = &traps["sans-arrondi-par-element"];
        assert!(shared.len() > 1, "{shared:?}");
        assert!(shared.iter().all(|id| workbook.exercise(id).is_some()));
    }
}
