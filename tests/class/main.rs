//! A class of two hundred, from its list to its report: what is handed out, what comes back, and what it is worth.
#![allow(clippy::unwrap_used)]

mod generator;
mod platform;
mod statements;
#[path = "../support/mod.rs"]
mod support;
mod wall;

use generator::{ASSIGNMENT, Class, Expected, Fate};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use support::Said;

const SIZE: usize = 200;

/// One class for all tests, collected and graded once; each test has it to itself.
fn class() -> MutexGuard<'static, Class> {
    static CLASS: OnceLock<Mutex<Class>> = OnceLock::new();
    let made = CLASS.get_or_init(|| {
        let class = Class::new(SIZE);
        let collected = run(&class, &["collecter", "rendus", "--json"]);
        assert_eq!(collected.code, Some(1), "{}", collected.err);
        fs::write(class.path("collected.json"), &collected.out).unwrap();
        let graded = run(&class, &["noter", "--json"]);
        assert_eq!(graded.code, Some(0), "{}", graded.err);
        fs::write(class.path("graded.json"), &graded.out).unwrap();
        Mutex::new(class)
    });
    made.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(class: &Class, arguments: &[&str]) -> Said {
    let arguments = [&["classe"], arguments, &["--cours", "cours"]].concat();
    class.machine.run(&arguments)
}

fn kept(class: &Class, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(class.path(name)).unwrap()).unwrap()
}

fn report(class: &Class, more: &[&str]) -> Value {
    let said = run(class, &[&["rapport", "--json"], more].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    said.json()
}

fn total(marks: &BTreeMap<String, Expected>) -> f64 {
    marks.values().filter_map(|one| one.points).sum()
}

fn near(told: &Value, expected: f64) -> bool {
    told.as_f64().is_some_and(|told| (told - expected).abs() < 1e-9)
}

#[test]
fn each_submission_that_is_not_what_was_handed_out_is_named_and_costs_nobody_else_theirs() {
    let class = class();
    let collected = kept(&class, "collected.json");
    let refused: BTreeMap<&str, &str> = collected["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["source"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    let zip = |rank: usize| format!("{ASSIGNMENT}-{}.zip", class.ids[rank]);
    let expected = [
        (zip(3), "forged_manifest"),
        (zip(5), "damaged_archive"),
        (zip(9), "copied_manifest"),
        (zip(15), "no_manifest"),
        (zip(17), "forged_manifest"),
        ("intrus.zip".to_owned(), "other_course"),
        ("notes.pdf".to_owned(), "no_manifest"),
    ];
    let expected: BTreeMap<&str, &str> = expected
        .iter()
        .map(|(source, code)| (source.as_str(), *code))
        .collect();
    assert_eq!(refused, expected);
    let missing: Vec<&str> = collected["missing"][ASSIGNMENT]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    let absent = (0..SIZE).filter(|rank| !Fate::of(*rank).counts());
    assert_eq!(
        missing,
        absent.map(|rank| class.ids[rank].as_str()).collect::<Vec<_>>()
    );
    // One learner's second archive is the only one above the number of learners who handed in.
    let taken = collected["taken"].as_array().unwrap();
    assert_eq!(taken.len(), SIZE - missing.len() + 1);
    assert!(taken.iter().all(|one| one["new"] == true));
    let deep = taken
        .iter()
        .find(|one| one["learner"] == class.ids[21].as_str())
        .unwrap();
    assert!(deep["remarks"].to_string().contains("dehors.txt"), "{deep}");
    assert!(
        !class
            .machine
            .folder
            .path()
            .parent()
            .unwrap()
            .join("dehors.txt")
            .exists()
    );
}

#[test]
fn of_several_submissions_the_newest_counts_and_all_are_kept() {
    let class = class();
    let collected = kept(&class, "collected.json");
    let id = &class.ids[7];
    assert_eq!(
        collected["several"],
        json!([{
            "learner": id,
            "assignment": ASSIGNMENT,
            "counts": format!("{ASSIGNMENT}-{id}.zip"),
            "others": [format!("{ASSIGNMENT}-{id} (1).zip")],
        }])
    );
    let kept = class.path(&format!("cours/remises/{ASSIGNMENT}/{id}"));
    assert_eq!(fs::read_dir(kept).unwrap().count(), 2);
}

#[test]
fn a_file_that_shows_another_learner_s_values_is_told_as_a_fact() {
    let class = class();
    let identical = kept(&class, "collected.json")["identical"].clone();
    let found = identical
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["exercise"] == class.copied.as_str());
    let found = found.unwrap_or_else(|| panic!("{identical:#}"));
    assert_eq!(found["learners"], json!([class.ids[13], class.ids[14]]));
    assert_eq!(found["other_values"], true);
}

#[test]
fn collecting_again_changes_nothing() {
    let class = class();
    let before = fs::read_to_string(class.path("collected.json")).unwrap();
    let again = run(&class, &["collecter", "rendus", "--json"]);
    assert_eq!(again.out.replace("\"new\":false", "\"new\":true"), before);
    assert!(!again.out.contains("\"new\":true"));
}

#[test]
fn every_answer_is_worth_what_it_is_to_the_point() {
    let class = class();
    let marks = kept(&class, &format!("cours/notes/{ASSIGNMENT}.json"));
    let mut compared = 0;
    for (id, expected) in &class.expected {
        for (exercise, expected) in expected {
            let told = &marks["learners"][id][exercise];
            assert_eq!(
                told["status"],
                expected.status.as_str(),
                "{id} {exercise}: {told}"
            );
            match expected.points {
                Some(points) => assert!(near(&told["score"], points), "{id} {exercise}: {told}"),
                None => assert_eq!(told["score"], Value::Null, "{id} {exercise}"),
            }
            assert_eq!(
                told["misconception"].as_str(),
                expected.misconception.as_deref(),
                "{id} {exercise}"
            );
            compared += 1;
        }
    }
    let asked = marks["exercises"].as_array().unwrap().len();
    assert_eq!(compared, SIZE * asked);
    for kind in ["passed", "not_yet", "unreadable", "blank", "absent", "pending"] {
        assert!(marks.to_string().contains(&format!("\"{kind}\"")), "{kind}");
    }
}

#[test]
fn the_report_s_sums_are_those_of_the_answers() {
    let class = class();
    let told = report(&class, &["--sortie", "r1"]);
    let sheet = &told["assignments"][0];
    assert_eq!(sheet["learners"], SIZE);
    let handed: Vec<f64> = (0..SIZE)
        .filter(|rank| Fate::of(*rank).counts())
        .map(|rank| total(&class.expected[&class.ids[rank]]))
        .collect();
    assert_eq!(sheet["handed_in"], handed.len());
    let mean = handed.iter().sum::<f64>() / f64::from(u32::try_from(handed.len()).unwrap());
    assert!(near(&sheet["mean"], mean), "{} {mean}", sheet["mean"]);
    for one in sheet["scores"].as_array().unwrap() {
        let expected = &class.expected[one["learner"].as_str().unwrap()];
        assert!(near(&one["score"], total(expected)), "{one}");
        let open = expected.values().filter(|one| one.points.is_none()).count();
        assert_eq!(one["open"], open);
    }
    for one in sheet["exercises"].as_array().unwrap() {
        let exercise = one["id"].as_str().unwrap();
        let marks = class.expected.values().map(|marks| &marks[exercise]);
        let sum: f64 = marks.clone().filter_map(|mark| mark.points).sum();
        assert!(near(&one["score"], sum), "{one} {sum}");
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for id in marks.filter_map(|mark| mark.misconception.as_deref()) {
            *counts.entry(id).or_default() += 1;
        }
        let listed = one["misconceptions"].as_array().unwrap().iter();
        let listed = listed.map(|one| (one["id"].as_str().unwrap(), one["learners"].as_u64().unwrap()));
        assert_eq!(listed.collect::<BTreeMap<_, _>>(), counts, "{exercise}");
    }
}

#[test]
fn the_gradebook_has_the_same_points_in_both_forms() {
    let class = class();
    report(&class, &["--sortie", "simple"]);
    report(&class, &["--sortie", "tableur", "--tableur"]);
    let simple = fs::read_to_string(class.path("simple/notes.csv")).unwrap();
    let french = fs::read_to_string(class.path("tableur/notes.csv")).unwrap();
    let french = french
        .strip_prefix('\u{feff}')
        .expect("a mark for the spreadsheet");
    let read = |text: &str, separator: u8| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .from_reader(text.as_bytes());
        reader.deserialize().map(Result::unwrap).collect()
    };
    let (simple, french) = (read(&simple, b','), read(french, b';'));
    assert_eq!(simple.len(), SIZE);
    for (row, french) in simple.iter().zip(&french) {
        let expected = &class.expected[&row["id"]];
        let told: f64 = row[&format!("{ASSIGNMENT}:total")].parse().unwrap();
        assert!((told - total(expected)).abs() < 1e-9, "{row:?}");
        let cells = expected.keys().map(|exercise| row[exercise].parse::<f64>().ok());
        let points: Vec<Option<f64>> = expected.values().map(|one| one.points).collect();
        assert_eq!(cells.collect::<Vec<_>>(), points, "{}", row["id"]);
        for (title, value) in row {
            let is_number = value.parse::<f64>().is_ok();
            let as_french = if is_number {
                value.replace('.', ",")
            } else {
                value.clone()
            };
            assert_eq!(french[title], as_french, "{title}");
        }
        assert_eq!(french["prenom"], "Zoé");
    }
}

#[test]
fn the_page_loads_nothing_and_shows_each_plot_as_a_table_too() {
    let class = class();
    report(&class, &["--sortie", "page"]);
    let page = fs::read_to_string(class.path("page/rapport.html")).unwrap();
    for outside in ["src=", "@import", "url(", "<script", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<svg role=\"img\"").count(), 3);
    assert_eq!(
        page.matches("<svg").count(),
        page.matches("</title></svg>").count() + 3
    );
    assert!(page.matches("<table>").count() > 3);
    assert!(page.contains("<html lang=\"fr\">"));
    assert!(page.contains("Provisoire"));
    for id in &class.ids {
        assert!(page.contains(&format!("<td>{id}</td>")), "{id}");
    }
}

#[test]
fn what_was_judged_is_not_judged_again_until_something_of_it_changes() {
    let class = class();
    let first = kept(&class, "graded.json");
    let again = run(&class, &["noter", "--json"]).json();
    assert_eq!(again[0]["judged"], 0);
    assert_eq!(again[0]["already_judged"], first[0]["judged"]);
    assert_eq!(again[0]["statuses"], first[0]["statuses"]);
    assert!(
        first[0]["pending"]
            .as_array()
            .is_some_and(|pending| !pending.is_empty())
    );
    // The marks that are kept are worth nothing without the key: a changed one is not looked for anywhere else.
    let path = class.path(&format!("cours/notes/{ASSIGNMENT}.json"));
    let text = fs::read_to_string(&path).unwrap();
    let mut marks: Value = serde_json::from_str(&text).unwrap();
    let (exercise, _) = class.expected[&class.ids[0]]
        .iter()
        .find(|(_, one)| one.status == "passed")
        .unwrap();
    marks["learners"][&class.ids[0]][exercise]["key"] = json!("autre");
    marks["learners"][&class.ids[0]][exercise]["score"] = json!(0.0);
    fs::write(&path, marks.to_string()).unwrap();
    let mended = run(&class, &["noter", "--json"]).json();
    assert_eq!(mended[0]["judged"], 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn points_that_the_teacher_gives_take_the_place_of_the_judged_ones() {
    let class = class();
    let (exercise, _) = class.expected[&class.ids[11]].iter().next().unwrap();
    let file = class.path("cours/corrections.csv");
    let titles = fs::read_to_string(&file).unwrap();
    let line = |points: &str| {
        format!(
            "{titles}{ASSIGNMENT},{},{exercise},{points},à l’oral\r\n",
            class.ids[11]
        )
    };
    fs::write(&file, line("0.5")).unwrap();
    let told = report(&class, &["--sortie", "corrige"]);
    let scores = told["assignments"][0]["scores"].as_array().unwrap().clone();
    let one = scores
        .iter()
        .find(|one| one["learner"] == class.ids[11].as_str())
        .unwrap();
    assert!(near(&one["score"], 0.5), "{one}");
    // Grading again leaves them as they are.
    run(&class, &["noter"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), line("0.5"));
    fs::write(&file, line("50")).unwrap();
    let refused = run(&class, &["rapport"]);
    assert_eq!(refused.code, Some(2));
    assert!(
        refused
            .err
            .contains("ligne 2\u{a0}: «\u{a0}50\u{a0}» n’est pas un nombre"),
        "{}",
        refused.err
    );
    fs::write(&file, &titles).unwrap();
}
