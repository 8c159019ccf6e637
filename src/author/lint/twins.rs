//! Exercises that ask the same thing twice.

use crate::author::desk::File;
use crate::author::finding::Finding;
use std::collections::BTreeSet;
use workbook::lesson::{ExerciseSpec, Lesson};

/// From here on, two statements are the same one.
const TOO_ALIKE: f64 = 0.85;

/// An exercise, with the words of what it asks.
struct Asked<'a> {
    lesson: &'a Lesson,
    spec: &'a ExerciseSpec,
    words: BTreeSet<String>,
}

/// The exercises that repeat an earlier one, among all lessons; told for those that `wanted` names.
pub fn check(lessons: &[Lesson], files: &[File], wanted: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let asked: Vec<Asked<'_>> = lessons
        .iter()
        .flat_map(|lesson| lesson.exercises().map(move |spec| asked(lesson, spec)))
        .collect();
    let mut found = Vec::new();
    for (at, one) in asked
        .iter()
        .enumerate()
        .filter(|(_, one)| wanted(&one.lesson.file))
    {
        let twin = asked[..at].iter().find(|before| {
            before.spec.kind == one.spec.kind && alike(&before.words, &one.words) >= TOO_ALIKE
        });
        let file = files.iter().find(|file| file.name == one.lesson.file);
        if let (Some(twin), Some(file)) = (twin, file) {
            let message = format!(
                "l’exercice «\u{a0}{}\u{a0}» demande la même chose que «\u{a0}{}\u{a0}» ({})",
                one.spec.id, twin.spec.id, twin.lesson.file
            );
            found.push(
                Finding::on_line(file, one.spec.line, "twin", message)
                    .of(Some(one.spec.id.clone()))
                    .hint("change la situation ou la question, ou retire l’un des deux"),
            );
        }
    }
    found
}

fn asked<'a>(lesson: &'a Lesson, spec: &'a ExerciseSpec) -> Asked<'a> {
    let drawn = (spec.draw)(0);
    let options = drawn.exercise.options().iter().map(|option| option.text.as_str());
    let text: Vec<&str> = std::iter::once(drawn.statement.as_str()).chain(options).collect();
    Asked {
        lesson,
        spec,
        words: words(&text.join(" ")),
    }
}

/// Pairs of words that follow one another, numbers left out: parameters change, the question does not.
fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(2).map(|pair| pair.join(" ")).collect()
}

/// How much two texts have in common, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a few hundred words")]
fn alike(left: &BTreeSet<String>, right: &BTreeSet<String>) -> f64 {
    let shared = left.intersection(right).count();
    let all = left.len() + right.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}
