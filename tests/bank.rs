//! The question bank beside the lessons: no question and no exercise is another one over again.

#![allow(clippy::unwrap_used)]

use cahier::lessons;
use workbook::Workbook;
use workbook::bank::similar::{Pair, among, between};
use workbook::lesson::Lesson;

/// What is asked, by its id.
type Asked = Vec<(String, String)>;

fn workbook() -> Workbook {
    Workbook::load(lessons::embedded()).unwrap()
}

/// What each exercise asks, with its options, for one seed.
fn exercises(workbook: &Workbook) -> Asked {
    let specs = workbook.lessons().iter().flat_map(Lesson::exercises);
    let asked = |drawn: workbook::exercise::Drawn| {
        let options = drawn.exercise.options().iter().map(|option| option.text.as_str());
        let parts: Vec<&str> = std::iter::once(drawn.statement.as_str()).chain(options).collect();
        parts.join("\n")
    };
    specs
        .map(|spec| (spec.id.clone(), asked((spec.draw)(0))))
        .collect()
}

/// What each question of the bank asks, with its options.
fn questions(workbook: &Workbook) -> Asked {
    let all = workbook.bank().questions().iter();
    let asked = |question: &workbook::bank::Question| {
        let options = question.options.iter().map(|option| option.text.as_str());
        let parts: Vec<&str> = std::iter::once(question.stem.as_str()).chain(options).collect();
        parts.join("\n")
    };
    all.map(|question| (question.id.clone(), asked(question)))
        .collect()
}

fn borrowed(asked: &[(String, String)]) -> Vec<(&str, &str)> {
    asked
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect()
}

fn none(found: &[Pair]) {
    assert!(
        found.is_empty(),
        "ask something else, or leave one out: {found:#?}"
    );
}

#[test]
fn no_two_exercises_ask_the_same() {
    none(&among(&borrowed(&exercises(&workbook()))));
}

#[test]
fn no_two_questions_of_the_bank_ask_the_same() {
    none(&among(&borrowed(&questions(&workbook()))));
}

#[test]
fn no_question_of_the_bank_asks_what_an_exercise_asks() {
    let workbook = workbook();
    let (questions, exercises) = (questions(&workbook), exercises(&workbook));
    none(&between(&borrowed(&questions), &borrowed(&exercises)));
}
