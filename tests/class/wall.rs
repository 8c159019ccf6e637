//! What no learner's archive may hold: what solves an exercise, what checks it unseen, and what is another learner's.

use super::class;
use super::generator::{ASSIGNMENT, LESSONS, unpacked};
use std::collections::BTreeSet;
use std::fs;
use workbook::evidence::Answer;
use workbook::lesson::Block;

/// A line shorter than this, in characters, stands in many texts.
const SHORT: usize = 24;

/// The lines of a text that are long enough to be told from any other.
fn telling(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.chars().count() >= SHORT)
}

#[test]
fn no_archive_holds_what_solves_an_exercise_or_checks_it_unseen() {
    let class = class();
    let mut prose = String::new();
    for lesson in LESSONS.map(|id| class.workbook.lesson(id).unwrap()) {
        for block in lesson.blocks() {
            match block {
                Block::Prose(text) => prose.push_str(text),
                Block::Cell(cell) => {
                    prose.push_str(&cell.source);
                    prose.push_str(cell.expected.as_deref().unwrap_or_default());
                }
                Block::Script(script) => {
                    prose.push_str(&script.source);
                    prose.push_str(script.expected.as_deref().unwrap_or_default());
                }
                // Its statement is added below, with the learner's values.
                Block::Exercise(_) => {}
            }
        }
    }
    let ground = cahier::place::Place::nowhere().ground();
    let mut looked_for = 0;
    for id in &class.ids {
        let files = unpacked(&class.archive(id));
        let all: String = files
            .values()
            .map(|bytes| String::from_utf8_lossy(bytes))
            .collect();
        let exercises = class.drawn(id);
        // What one exercise asks may say what solves another: the learner is given both.
        let statements: String = exercises.iter().map(|drawn| drawn.statement.as_str()).collect();
        for drawn in &exercises {
            let mut secrets: Vec<String> = vec![drawn.solution.clone()];
            secrets.extend(drawn.hints.iter().cloned());
            let checks = drawn.exercise.checks().iter().filter(|check| check.hidden);
            secrets.extend(checks.map(|check| check.source.clone()));
            match drawn.exercise.right_answer(&ground) {
                Answer::Text(text) | Answer::Rust(text) => secrets.push(text),
                Answer::Archive(_) => {}
            }
            for wrong in drawn.exercise.wrong_answers(&ground) {
                if !drawn.exercise.needs_engine() && drawn.exercise.archive().is_none() {
                    let verdict = workbook::session::judge(drawn, wrong.answer, ground.clone());
                    secrets.push(verdict.message().to_owned());
                }
            }
            // What the learner is shown anyway: the question, its program, its options, where to begin, the lesson.
            let mut shown = format!("{statements}{}{prose}", drawn.starter.clone().unwrap_or_default());
            shown.push_str(drawn.program.as_deref().unwrap_or_default());
            for option in drawn.exercise.options() {
                shown.push_str(&option.text);
            }
            for check in drawn.exercise.checks().iter().filter(|check| !check.hidden) {
                shown.push_str(&check.source);
            }
            for line in secrets.iter().flat_map(|secret| telling(secret)) {
                if !shown.contains(line) {
                    looked_for += 1;
                    assert!(!all.contains(line), "{id}, {}: {line}", drawn.id);
                }
            }
        }
    }
    assert!(looked_for > 10_000, "{looked_for}");
}

#[test]
fn no_archive_holds_a_word_by_which_lessons_mark_what_is_right() {
    let class = class();
    for (name, bytes) in unpacked(&class.archive(&class.ids[0])) {
        let text = String::from_utf8_lossy(&bytes);
        for word in [
            "juste = true",
            "[[erreur]]",
            "verification-cachee",
            "corrige=\"",
            "modele=\"",
            "indice=\"",
            "solution=\"",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn no_archive_holds_the_key_or_anything_of_another_learner() {
    let class = class();
    let key = fs::read_to_string(class.path("cours/cle")).unwrap();
    let seeds: Vec<String> = class.ids.iter().map(|id| class.seed(id).to_string()).collect();
    assert_eq!(seeds.iter().collect::<BTreeSet<_>>().len(), seeds.len());
    for (rank, id) in class.ids.iter().enumerate() {
        let files = unpacked(&class.archive(id));
        let all: String = files
            .values()
            .map(|bytes| String::from_utf8_lossy(bytes))
            .collect();
        assert!(!all.contains(key.trim()));
        assert!(all.contains(&seeds[rank]));
        for (other, seed) in seeds.iter().enumerate().filter(|(other, _)| *other != rank) {
            assert!(!all.contains(&class.ids[other]), "{id} {other}");
            // A seed is told whole: short ones could stand anywhere.
            assert!(seed.len() < 10 || !all.contains(seed.as_str()), "{id} {seed}");
        }
    }
}

#[test]
fn the_same_assignment_has_the_same_bytes_and_each_learner_has_other_values() {
    let class = class();
    let read = || -> Vec<Vec<u8>> {
        class
            .ids
            .iter()
            .map(|id| fs::read(class.archive(id)).unwrap())
            .collect()
    };
    let before = read();
    let said = super::run(&class, &["devoir", LESSONS[0], LESSONS[1], "--json"]);
    assert_eq!(said.json()["archives"]["same"], class.ids.len(), "{said:?}");
    assert_eq!(said.json()["assignment"], ASSIGNMENT);
    assert_eq!(read(), before);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len());
}
