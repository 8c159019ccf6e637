//! Where the learner stands: by lesson, by kind of exercise, by mistake, and what is to be gone over.

use super::{Context, each, review};
use crate::failure::Failure;
use crate::record;
use crate::render::dashboard::{self, Board, Part, Tried};
use crate::review::{Standing, in_words};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workbook::french::counted;
use workbook::lesson::{ExerciseSpec, Lesson};
use workbook::progress::Progress;
use workbook::review::{Subject, days_in_a_row};

/// Mistakes that are shown.
const MISTAKES: usize = 8;

/// All of it, for people.
///
/// # Errors
/// When lessons or progress cannot be read.
pub(crate) fn show(context: &Context) -> Result<(), Failure> {
    let progress = context.progress()?;
    let lessons = context.workbook()?.lessons();
    let mut board = Board {
        lessons: lessons
            .iter()
            .map(|lesson| standing_in(lesson, &progress))
            .collect(),
        ..Board::default()
    };
    if !progress.exercises.is_empty() {
        let standing = Standing::of(context)?;
        board.kinds = by_kind(lessons, &progress)
            .into_iter()
            .map(|((_, kind), (passed, count))| part(kind, passed, count))
            .collect();
        board.mistakes = mistakes(&progress, &standing)
            .into_iter()
            .take(MISTAKES)
            .map(|mistake| mistake.shown(standing.now))
            .collect();
        board.review = match standing.due.len() {
            0 => review::nothing_due(&standing),
            many => format!(
                "{} à revoir\u{a0}: `cahier revision`, ou `:revision` dans le cahier.",
                counted(many, "exercice", "exercices")
            ),
        };
        board.days = days(context, standing.now)?;
    }
    context
        .screen
        .write(&dashboard::page(&board, context.screen.look()));
    Ok(())
}

fn standing_in(lesson: &Lesson, progress: &Progress) -> dashboard::Lesson {
    let done = progress.lesson(lesson);
    let tried = |exercise: &ExerciseSpec| {
        let standing = progress.exercises.get(&exercise.id)?;
        Some(Tried {
            id: exercise.id.clone(),
            passed: standing.passed,
            score: standing.score,
            attempts: standing.attempts,
            abandoned: standing.abandoned,
        })
    };
    dashboard::Lesson {
        part: part(&lesson.title, done.passed, done.exercises),
        tried: lesson.exercises().filter_map(tried).collect(),
    }
}

fn part(title: &str, passed: usize, count: usize) -> Part {
    Part {
        title: title.to_owned(),
        passed,
        count,
    }
}

/// All of it, for programs.
///
/// # Errors
/// When lessons or progress cannot be read.
pub(crate) fn document(context: &Context) -> Result<Value, Failure> {
    let progress = context.progress()?;
    let lessons = context.workbook()?.lessons();
    let standing = Standing::of(context)?;
    let kinds: BTreeMap<&str, Value> = by_kind(lessons, &progress)
        .into_iter()
        .map(|((kind, _), (passed, count))| (kind, json!({"passed": passed, "exercises": count})))
        .collect();
    Ok(json!({
        "seed": context.seed()?,
        "lessons": each(lessons, |lesson| summary(lesson, &progress)),
        "kinds": kinds,
        "misconceptions": each(&mistakes(&progress, &standing), Mistake::document),
        "review": {"due": standing.due.len(), "later": standing.later.len()},
        "days_in_a_row": days(context, standing.now)?,
    }))
}

fn summary(lesson: &Lesson, progress: &Progress) -> Value {
    let exercises = each(lesson.exercises(), |exercise| {
        let mut standing = serde_json::to_value(progress.exercise(&exercise.id)).unwrap_or_default();
        standing["id"] = Value::from(exercise.id.as_str());
        standing
    });
    json!({"id": lesson.id, "exercises": exercises, "total": progress.lesson(lesson)})
}

/// For each kind of exercise, how many are passed, and how many there are.
fn by_kind(
    lessons: &[Lesson],
    progress: &Progress,
) -> BTreeMap<(&'static str, &'static str), (usize, usize)> {
    let mut kinds = BTreeMap::new();
    for exercise in lessons.iter().flat_map(Lesson::exercises) {
        let one: &mut (usize, usize) = kinds.entry(names(exercise)).or_default();
        one.0 += usize::from(progress.exercise(&exercise.id).passed);
        one.1 += 1;
    }
    kinds
}

/// Its kind's name in contracts, and for people.
fn names(exercise: &ExerciseSpec) -> (&'static str, &'static str) {
    (exercise.kind, (exercise.draw)(0).kind_title)
}

/// A misconception that was recognised.
struct Mistake {
    id: String,
    times: usize,
    /// When it comes back, seconds since 1970; none where its exercises are no longer there.
    due_at: Option<i64>,
    /// Whether it was avoided the last time.
    avoided: bool,
}

impl Mistake {
    fn shown(self, now: i64) -> dashboard::Mistake {
        let then = match (self.avoided, self.due_at) {
            (true, Some(at)) => format!("évitée depuis, revient {}", in_words(at - now)),
            (false, Some(at)) if at > now => format!("à revoir {}", in_words(at - now)),
            _ => "à revoir".to_owned(),
        };
        dashboard::Mistake {
            id: self.id,
            times: self.times,
            avoided: self.avoided,
            then,
        }
    }

    fn document(&self) -> Value {
        json!({"id": self.id, "times": self.times, "due_at": self.due_at, "avoided": self.avoided})
    }
}

/// Those that were not avoided yet first, the most frequent of them first.
fn mistakes(progress: &Progress, standing: &Standing) -> Vec<Mistake> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for exercise in progress.exercises.values() {
        for (id, count) in &exercise.misconceptions {
            *times.entry(id).or_default() += count;
        }
    }
    let card = |wanted: &str| {
        let mut cards = standing.due.iter().chain(&standing.later).chain(&standing.hidden);
        cards.find(|card| matches!(&card.subject, Subject::Misconception(id) if id == wanted))
    };
    let mut all: Vec<Mistake> = times
        .into_iter()
        .map(|(id, times)| Mistake {
            id: id.to_owned(),
            times,
            due_at: card(id).map(|card| card.due_at),
            avoided: card(id).is_some_and(|card| card.known),
        })
        .collect();
    all.sort_by_key(|mistake| (mistake.avoided, std::cmp::Reverse(mistake.times)));
    all
}

fn days(context: &Context, now: i64) -> Result<usize, Failure> {
    Ok(days_in_a_row(&record::events(context.store()?)?, now))
}
