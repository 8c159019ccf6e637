//! Answers that need no compiler: judged for several seeds, in milliseconds.

use super::{Gathering, ground, leaks};
use crate::attempt;
use crate::author::desk::File;
use crate::author::finding::Finding;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle, available_parallelism};
use workbook::evidence::Answer;
use workbook::lesson::{ExerciseSpec, Lesson};

/// Seeds that exercises are tried with. That wrong answers stay distinct is looked at for many more, without judging.
const SEEDS: u64 = 25;
/// Seeds that archives are tried with: each answer starts a Python.
const ARCHIVE_SEEDS: u64 = 3;
/// Seeds that commands are tried with: each answer starts the AWS CLI several times.
const COMMAND_SEEDS: u64 = 1;

/// What is wrong with the native exercises of a lesson, in their order. Commands and archives mostly wait for other
/// programs: as many exercises are tried at once as there are cores.
pub fn prove(file: &File, lesson: &Lesson) -> Vec<Finding> {
    let specs: Vec<&ExerciseSpec> = lesson.exercises().collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some((rank, spec)) = take(&next, &specs) {
            found.push((rank, exercise(file, spec)));
        }
        found
    };
    let workers = available_parallelism().map_or(1, NonZero::get);
    let mut found: Vec<(usize, Vec<Finding>)> = thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let ended = started.into_iter().map(ScopedJoinHandle::join);
        ended
            .flat_map(|found| found.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().flat_map(|(_, found)| found).collect()
}

fn take<'a>(next: &AtomicUsize, specs: &[&'a ExerciseSpec]) -> Option<(usize, &'a ExerciseSpec)> {
    let rank = next.fetch_add(1, Ordering::Relaxed);
    specs.get(rank).map(|spec| (rank, *spec))
}

/// What is wrong with one exercise.
fn exercise(file: &File, spec: &ExerciseSpec) -> Vec<Finding> {
    let seeds = match spec.kind {
        _ if !spec.seeded => 1,
        "layer_archive" => ARCHIVE_SEEDS,
        "command" => COMMAND_SEEDS,
        _ => SEEDS,
    };
    // A mistake that shows at one seed is not told again for the others.
    let failing = (0..seeds)
        .map(|seed| judge(file, spec, seed))
        .find(|one| !one.is_empty());
    failing.unwrap_or_default()
}

/// What is wrong with an exercise for one seed; nothing where its answers are Rust.
fn judge(file: &File, spec: &ExerciseSpec, seed: u64) -> Vec<Finding> {
    let drawn = (spec.draw)(seed);
    if drawn.exercise.needs_engine() {
        return Vec::new();
    }
    let mut gathering = Gathering::new(file);
    let judge = |answer: Answer| attempt::natively(&drawn, answer, ground());
    let right = drawn.exercise.right_answer(&ground());
    gathering.passed(spec, &drawn, &judge(right.clone()));
    for wrong in drawn.exercise.wrong_answers(&ground()) {
        let verdict = judge(wrong.answer);
        gathering.recognised(spec, &drawn, &wrong.misconception, &verdict);
        if leaks::tells(&drawn, &right, verdict.message()) {
            gathering.leak(spec, &drawn, &wrong.misconception);
        }
    }
    let nonsense = judge(Answer::Text("~~~ ???".to_owned()));
    if nonsense.status() != "unreadable" {
        let message = format!(
            "l’exercice «\u{a0}{}\u{a0}»\u{a0}: une réponse sans aucun sens est jugée au lieu d’être refusée",
            spec.id
        );
        gathering.note(
            (&spec.id, spec.line),
            "unreadable",
            message,
            "vérifie le genre de l’exercice",
        );
    }
    gathering.found
}
