//! Where the learner stands: by lesson, by kind of exercise, by mistake, and what is to be gone over.

use super::{Context, each, review};
use crate::failure::Failure;
use crate::record;
use crate::render::{Ink, verdict};
use crate::review::{Standing, in_words};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workbook::french::counted;
use workbook::lesson::{ExerciseSpec, Lesson};
use workbook::progress::Progress;
use workbook::review::{Subject, days_in_a_row};

const GAUGE: usize = 10;
/// Mistakes that are shown.
const MISTAKES: usize = 8;

/// All of it, for people.
///
/// # Errors
/// When lessons or progress cannot be read.
pub(crate) fn show(context: &Context) -> Result<(), Failure> {
    let progress = context.progress()?;
    let lessons = context.workbook()?.lessons();
    for lesson in lessons {
        show_lesson(context, lesson, &progress);
    }
    if progress.exercises.is_empty() {
        return Ok(());
    }
    heading(context, "Par genre d’exercice");
    for ((_, kind), (passed, count)) in by_kind(lessons, &progress) {
        context
            .screen
            .say(&format!("{} {kind}  {passed}/{count}", gauge(passed, count)));
    }
    let standing = Standing::of(context)?;
    let mistakes = mistakes(&progress, &standing);
    if !mistakes.is_empty() {
        heading(context, "Tes erreurs");
    }
    for mistake in mistakes.iter().take(MISTAKES) {
        context.screen.say(&mistake.line(standing.now));
    }
    show_review(context, &standing)
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

fn heading(context: &Context, text: &str) {
    let title = context.screen.paint(Ink::Heading, text);
    context.screen.say(&format!("\n{title}"));
}

fn show_lesson(context: &Context, lesson: &Lesson, progress: &Progress) {
    let done = progress.lesson(lesson);
    let title = context.screen.paint(Ink::Strong, &lesson.title);
    let gauge = gauge(done.passed, done.exercises);
    context
        .screen
        .say(&format!("{gauge} {title}  {}/{}", done.passed, done.exercises));
    for exercise in lesson.exercises() {
        if let Some(line) = line(progress, &exercise.id) {
            context.screen.say(&format!("    {line}"));
        }
    }
}

fn gauge(done: usize, count: usize) -> String {
    // What was begun is seen.
    let full = (done * GAUGE).checked_div(count).unwrap_or(0).max(done.min(1));
    format!("{}{}", "█".repeat(full), "░".repeat(GAUGE - full))
}

fn line(progress: &Progress, id: &str) -> Option<String> {
    let standing = progress.exercises.get(id)?;
    let mark = if standing.passed { "✓" } else { "·" };
    let plural = if standing.attempts > 1 { "s" } else { "" };
    let points = verdict::counted(standing.score);
    let seen = if standing.abandoned { ", solution vue" } else { "" };
    Some(format!(
        "{mark} {id}\u{a0}: {points}, {} essai{plural}{seen}",
        standing.attempts
    ))
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
    fn line(&self, now: i64) -> String {
        let times = counted(self.times, "fois", "fois");
        let then = match (self.avoided, self.due_at) {
            (true, Some(at)) => format!("évitée depuis, revient {}", in_words(at - now)),
            (false, Some(at)) if at > now => format!("à revoir {}", in_words(at - now)),
            _ => "à revoir".to_owned(),
        };
        let mark = if self.avoided { "✓" } else { "·" };
        format!("{mark} {}\u{a0}: {times}, {then}", self.id)
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

fn show_review(context: &Context, standing: &Standing) -> Result<(), Failure> {
    heading(context, "Révision");
    let now = match standing.due.len() {
        0 => review::nothing_due(standing),
        many => format!(
            "{} à revoir\u{a0}: `cahier revision`, ou `:revision` dans le cahier.",
            counted(many, "exercice", "exercices")
        ),
    };
    context.screen.markdown(&now);
    let days = days(context, standing.now)?;
    if days > 1 {
        context
            .screen
            .say(&format!("Tu travailles depuis {days} jours de suite."));
    }
    Ok(())
}

fn days(context: &Context, now: i64) -> Result<usize, Failure> {
    Ok(days_in_a_row(&record::events(context.store()?)?, now))
}
