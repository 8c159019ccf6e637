//! Mock exams for scripts: drawn and graded as JSON.

use crate::support::{Machine, Said};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn draw(machine: &Machine, certification: &str, more: &[&str]) -> Value {
    let line = [&["examen", "--certification", certification, "--json"][..], more].concat();
    let said = machine.run(&line);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    said.json()
}

fn grade(machine: &Machine, answers: &str, more: &[&str]) -> Said {
    std::fs::write(machine.folder.path().join("reponses.json"), answers).unwrap();
    let line = [
        &[
            "exam",
            "--certification",
            "saa-c03",
            "--graine",
            "7",
            "--reponses",
            "reponses.json",
        ][..],
        more,
    ];
    machine.run(&line.concat())
}

/// A certification, its covered domains with their weights, those that no lesson covers, and its minutes.
type Guide = (&'static str, &'static [(u64, u64)], &'static [u64], u64);

#[rustfmt::skip]
const EXAMS: [Guide; 3] = [
    ("dva-c02", &[(1, 32), (2, 26), (3, 24)], &[4], 130),
    ("SAA-C03", &[(1, 30), (2, 26), (3, 24), (4, 20)], &[], 130),
    ("Clf-C02", &[(2, 30), (3, 34)], &[1, 4], 90),
];

#[test]
fn a_whole_exam_is_drawn_to_the_weights_and_asks_nothing_twice() {
    let machine = Machine::new();
    for (certification, weights, uncovered, minutes) in EXAMS {
        for seed in ["0", "7", "18446744073709551615"] {
            let drawn = draw(&machine, certification, &["--graine", seed]);
            assert_eq!(drawn["certification"], certification.to_uppercase());
            assert_eq!(
                (&drawn["minutes"], drawn["seed"].to_string().as_str()),
                (&json!(minutes), seed)
            );
            let questions = drawn["questions"].as_array().unwrap();
            assert_eq!(questions.len(), 65, "{certification}");
            let ids: BTreeSet<&str> = questions.iter().map(|one| one["id"].as_str().unwrap()).collect();
            assert_eq!(ids.len(), 65);
            let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
            for question in questions {
                *counts.entry(question["domain"].as_u64().unwrap()).or_default() += 1;
            }
            let sum: u64 = weights.iter().map(|(_, weight)| weight).sum();
            assert_eq!(counts.len(), weights.len());
            for (domain, weight) in weights {
                let (exact, count) = (65 * weight, counts[domain] * sum);
                assert!(
                    count.abs_diff(exact) < sum,
                    "{certification} {domain}: {counts:?}"
                );
            }
            let left: Vec<u64> = drawn["uncovered"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["domain"].as_u64().unwrap())
                .collect();
            assert_eq!(left, uncovered);
        }
    }
}

#[test]
fn a_question_has_what_one_needs_to_answer_it_and_nothing_that_tells_the_answer() {
    let machine = Machine::new();
    let drawn = draw(&machine, "saa-c03", &["--graine", "7", "--questions", "12"]);
    assert_eq!(drawn["questions"].as_array().unwrap().len(), 12);
    assert_eq!(drawn["minutes"], 24);
    for question in drawn["questions"].as_array().unwrap() {
        let keys: Vec<&String> = question.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["choose", "domain", "id", "options", "skill", "stem"]);
        let options = question["options"].as_array().unwrap();
        for (letter, option) in ["A", "B", "C", "D", "E", "F"].iter().zip(options) {
            assert_eq!(option["id"], *letter);
            assert_eq!(option.as_object().unwrap().len(), 2);
        }
        assert!((1..=3).contains(&question["choose"].as_u64().unwrap()));
    }
    let same = draw(&machine, "SAA-C03", &["--graine", "7", "--questions", "12"]);
    assert_eq!(drawn, same);
    assert_ne!(
        drawn["questions"],
        draw(&machine, "saa-c03", &["--graine", "8", "--questions", "12"])["questions"]
    );
    assert_eq!(draw(&machine, "saa-c03", &["--minutes", "7"])["minutes"], 7);
}

#[test]
fn answers_are_graded_all_or_nothing_by_domain_and_by_skill() {
    let machine = Machine::new();
    let none = grade(&machine, "{}", &["--json"]).json();
    assert_eq!(
        (&none["correct"], &none["total"], &none["unanswered"]),
        (&json!(0), &json!(65), &json!(65))
    );
    let questions = none["questions"].as_array().unwrap();
    let mut answers: Map<String, Value> = questions
        .iter()
        .map(|question| {
            (
                question["id"].as_str().unwrap().to_owned(),
                question["right"].clone(),
            )
        })
        .collect();
    let graded = |answers: &Map<String, Value>| {
        let said = grade(&machine, &Value::Object(answers.clone()).to_string(), &["--json"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.json()
    };
    let all = graded(&answers);
    assert_eq!(
        (&all["correct"], &all["unanswered"], &all["read_again"]),
        (&json!(65), &json!(0), &json!([]))
    );
    let double = questions
        .iter()
        .find(|question| question["right"].as_array().unwrap().len() == 2)
        .unwrap();
    let (id, domain) = (double["id"].as_str().unwrap(), double["domain"].to_string());
    answers[id].as_array_mut().unwrap().pop();
    let half = graded(&answers);
    assert_eq!((&half["correct"], &half["unanswered"]), (&json!(64), &json!(1)));
    let of_domain = &half["domains"][&domain];
    assert_eq!(
        of_domain["correct"].as_u64().unwrap() + 1,
        of_domain["total"].as_u64().unwrap()
    );
    answers[id] = json!(["A", "B", "C", "D"]);
    assert_eq!(graded(&answers)["correct"], 64);
    let sum = |key: &str| -> u64 {
        let scores = half[key].as_object().unwrap().values();
        scores.map(|score| score["total"].as_u64().unwrap()).sum()
    };
    assert_eq!((sum("domains"), sum("skills")), (65, 65));
    assert!(
        half["unofficial"]
            .as_str()
            .unwrap()
            .contains("pas un score officiel")
    );
    let people = grade(&machine, "{}", &[]);
    assert!(
        people.out.contains("Questions justes\u{a0}: 0 sur 65"),
        "{people:?}"
    );
}

#[test]
fn answers_that_cannot_be_read_are_told_with_what_is_wrong() {
    let machine = Machine::new();
    let drawn = draw(&machine, "saa-c03", &["--graine", "7"]);
    let id = drawn["questions"][0]["id"].as_str().unwrap();
    for (answers, told) in [
        (String::new(), "ce n’est pas du JSON"),
        ("{".to_owned(), "ce n’est pas du JSON"),
        ("[]".to_owned(), "pas un objet JSON"),
        (format!("{{\"{id}\": \"A\"}}"), "n’est pas une liste de lettres"),
        (format!("{{\"{id}\": [\"Z\"]}}"), "contient \"Z\""),
        (format!("{{\"{id}x\": [\"A\"]}}"), "n’est pas dans cet examen"),
    ] {
        let said = grade(&machine, &answers, &["--json"]);
        assert_eq!(said.code, Some(2), "{answers}: {said:?}");
        let error = &said.json()["error"];
        assert_eq!(error["code"], "unreadable_answers", "{answers}");
        assert!(
            error["message"].as_str().unwrap().contains(told),
            "{answers}: {said:?}"
        );
    }
    for (file, code) in [("absent.json", "unreadable_file"), ("lecons", "unreadable_file")] {
        let said = machine.run(&[
            "examen",
            "--certification",
            "saa-c03",
            "--reponses",
            file,
            "--json",
        ]);
        assert_eq!(
            (said.code, &said.json()["error"]["code"]),
            (Some(2), &json!(code)),
            "{said:?}"
        );
    }
}

#[test]
fn lessons_without_questions_have_no_exam() {
    let machine = Machine::new();
    for more in [&["--json"][..], &["--simple"], &[]] {
        let line = [&["examen", "--certification", "dva-c02"][..], more].concat();
        let said = machine.on_lessons(&line);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("aucune question pour DVA-C02"), "{said:?}");
    }
}

#[test]
fn without_a_past_exam_the_history_is_empty() {
    let machine = Machine::new();
    assert_eq!(
        machine.run(&["examen", "--historique", "--json"]).json(),
        json!([])
    );
    assert!(
        machine
            .run(&["examen", "--historique"])
            .out
            .contains("Aucun examen passé")
    );
}
