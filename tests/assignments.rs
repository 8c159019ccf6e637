//! Every lesson is an assignment of nbgrader: each exercise in it is answered, tested, and locked where it must be.

#![allow(clippy::unwrap_used)]

use cahier::class::nbgrader::{Assignment, Fate, assignment, settings, write};
use cahier::lessons;
use serde_json::Value;
use std::collections::BTreeSet;
use workbook::Workbook;
use workbook::exercise::kinds;

fn assignments() -> Vec<Assignment> {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    workbook
        .lessons()
        .iter()
        .map(|lesson| assignment(lesson).unwrap())
        .collect()
}

fn cells(assignment: &Assignment) -> Vec<Value> {
    let document: Value = serde_json::from_str(&assignment.text).unwrap();
    document["cells"].as_array().unwrap().clone()
}

fn source(cell: &Value) -> String {
    let lines = cell["source"].as_array().unwrap().iter();
    lines.map(|line| line.as_str().unwrap()).collect()
}

fn find(cells: &[Value], id: &str) -> Value {
    cells.iter().find(|cell| cell["id"] == id).unwrap().clone()
}

#[test]
fn every_exercise_of_every_lesson_is_graded_and_every_kind_is_among_them() {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    let mut graded = BTreeSet::new();
    for (lesson, made) in workbook.lessons().iter().zip(assignments()) {
        assert_eq!(made.left_out, [], "{}", lesson.id);
        let expected: Vec<(String, f64)> = lesson
            .exercises()
            .map(|spec| (spec.id.clone(), (spec.draw)(0).max_score))
            .collect();
        assert_eq!(made.points, expected, "{}", lesson.id);
        graded.extend(lesson.exercises().map(|spec| spec.kind));
    }
    assert_eq!(graded, kinds().map(|(_, name)| name).collect());
}

#[test]
fn an_answer_is_between_marks_and_the_tests_judge_it_and_end_in_its_points() {
    for made in assignments() {
        let cells = cells(&made);
        for (id, points) in &made.points {
            let variable = format!("reponse_{}", id.replace('-', "_"));
            let answer = find(&cells, &format!("{id}-reponse"));
            let (given, solution) = {
                let text = source(&answer);
                let (given, rest) = text.split_once("// BEGIN SOLUTION\n").unwrap();
                let (solution, rest) = rest.split_once("\n// END SOLUTION").unwrap();
                assert_eq!(rest, "", "{id}");
                (given.to_owned(), solution.to_owned())
            };
            assert!(given.contains(&format!("let {variable} = ")), "{id}: {given}");
            assert!(!solution.trim().is_empty() && solution != given, "{id}");
            assert_eq!(answer["metadata"]["nbgrader"]["solution"], true, "{id}");
            let tests = find(&cells, id);
            let text = source(&tests);
            assert!(
                text.contains(&format!("\n    verifier_graine(\"{id}\", 0, &{variable});\n")),
                "{text}"
            );
            assert!(text.ends_with(&format!("\n    points(\"{id}\")\n}}")), "{text}");
            assert_eq!(tests["metadata"]["nbgrader"]["points"].as_f64(), Some(*points));
        }
    }
}

#[test]
fn hidden_checks_are_between_marks_and_nowhere_else() {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    let mut seen = 0;
    for (lesson, made) in workbook.lessons().iter().zip(assignments()) {
        for spec in lesson.exercises() {
            let hidden = (spec.draw)(0).exercise.checks().iter().any(|check| check.hidden);
            let text = source(&find(&cells(&made), &spec.id));
            let marked = text.contains("// BEGIN HIDDEN TESTS\n") && text.contains("// END HIDDEN TESTS\n");
            assert_eq!(marked, hidden, "{}", spec.id);
            seen += usize::from(hidden);
        }
    }
    assert!(seen > 0);
}

#[test]
fn everything_but_answers_is_locked_under_an_id_of_its_own() {
    for made in assignments() {
        let mut seen = BTreeSet::new();
        for cell in cells(&made) {
            let marks = &cell["metadata"]["nbgrader"];
            let id = marks["grade_id"].as_str().unwrap().to_owned();
            assert!(
                id.chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)),
                "{id}"
            );
            assert_eq!(marks["locked"], marks["solution"] != true, "{id}");
            assert!(seen.insert(id.clone()), "{id}");
        }
    }
}

#[test]
fn an_assignment_is_the_same_each_time_and_asks_for_our_kernel() {
    for (one, other) in assignments().iter().zip(assignments()) {
        assert_eq!(one.text, other.text);
        let document: Value = serde_json::from_str(&one.text).unwrap();
        assert_eq!(document["metadata"]["kernelspec"]["name"], "cahier");
        assert_eq!(document["metadata"]["kernelspec"]["language"], "rust");
    }
}

#[test]
fn a_file_of_a_course_that_differs_is_kept_unless_it_is_to_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for file in settings() {
        let path = folder.path().join(&file.path);
        assert_eq!(write(folder.path(), &file, false).unwrap(), Fate::Written);
        assert_eq!(write(folder.path(), &file, false).unwrap(), Fate::UpToDate);
        std::fs::write(&path, "# À moi.\n").unwrap();
        assert_eq!(write(folder.path(), &file, false).unwrap(), Fate::Kept);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "# À moi.\n");
        assert_eq!(write(folder.path(), &file, true).unwrap(), Fate::Written);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), file.text);
    }
}
