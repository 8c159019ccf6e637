//! What was tried comes back: `cahier revision`, and `:revision` at the prompt.

use crate::right_answer;
use crate::support::{Machine, Said, fed};
use serde_json::{Value, json};

/// A machine on which the exercise was answered wrongly, with the answer's half for what it asked, days ago.
fn days_after_a_mistake() -> Machine {
    let machine = Machine::new();
    let half = right_answer(&machine).parse::<f64>().unwrap() / 4.0;
    machine.on_lessons(&["verifier", "essai-double", "--reponse", &half.to_string()]);
    machine.on_lessons(&["progres", "exporter", "journal.json"]);
    let file = machine.folder.path().join("journal.json");
    let mut journal: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for entry in journal["entries"].as_array_mut().unwrap() {
        entry["at"] = json!(entry["at"].as_i64().unwrap() - 3 * 86_400);
    }
    std::fs::write(&file, journal.to_string()).unwrap();
    std::fs::remove_dir_all(machine.data()).unwrap();
    let imported = machine.on_lessons(&["progres", "importer", "journal.json"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    machine
}

fn review(machine: &Machine, typed: &str) -> Said {
    let mut command = machine.command(&["revision", "--lecons"]);
    command.arg(machine.lessons());
    fed(command, typed)
}

#[test]
fn who_has_tried_nothing_is_told_where_to_begin() {
    let machine = Machine::new();
    let said = machine.on_lessons(&["revision", "--liste"]);
    assert!(said.out.contains("Commence une leçon"), "{said:?}");
    let document = machine.on_lessons(&["revision", "--json"]).json();
    assert_eq!((&document["due"], &document["later"]), (&json!([]), &json!([])));
}

#[test]
fn a_misconception_comes_back_before_its_exercise_and_each_once() {
    let machine = days_after_a_mistake();
    let document = machine.on_lessons(&["revision", "--json"]).json();
    let due = document["due"].as_array().unwrap();
    assert_eq!(due.len(), 1, "{document}");
    assert_eq!(
        (&due[0]["kind"], &due[0]["id"], &due[0]["exercise"]),
        (&json!("misconception"), &json!("moitie"), &json!("essai-double"))
    );
    let said = machine.on_lessons(&["revision", "--liste"]);
    assert!(
        said.out.contains("1 exercice à revoir") && said.out.contains("«\u{a0}moitie\u{a0}»"),
        "{said:?}"
    );
}

#[test]
fn what_comes_back_has_other_values_and_rests_once_it_is_known() {
    let machine = days_after_a_mistake();
    let due = machine.on_lessons(&["revision", "--json"]).json()["due"][0].clone();
    let seed = due["seed"].to_string();
    let shown = machine
        .on_lessons(&["exercice", "essai-double", "--graine", &seed, "--json"])
        .json();
    let n = shown["parameters"]["n"].as_f64().unwrap();
    let said = review(
        &machine,
        &format!(":reponse rien\n:reponse {}\n:revision\n", n * 2.0),
    );
    assert!(said.out.contains(&format!("graine {seed}")), "{said:?}");
    assert!(said.out.contains("Réussi"), "{said:?}");
    assert!(said.out.contains("Rien à revoir pour l’instant"), "{said:?}");
    let document = machine.on_lessons(&["revision", "--json"]).json();
    assert_eq!(document["due"], json!([]));
    let later = document["later"].as_array().unwrap();
    assert!(
        later
            .iter()
            .all(|card| card["reviews"] == 2 && card["seed"] != due["seed"]),
        "{document}"
    );
}

#[test]
fn the_exercise_at_hand_keeps_its_values_until_another_is_asked_for() {
    let machine = days_after_a_mistake();
    let due = machine.on_lessons(&["revision", "--json"]).json()["due"][0].clone();
    let own = machine.on_lessons(&["exercice", "essai-double", "--json"]).json();
    let said = review(&machine, ":exercice\n:exercice essai-double\n");
    let count = |seed: &Value| said.out.matches(&format!("graine {seed}")).count();
    assert_eq!((count(&due["seed"]), count(&own["seed"])), (2, 1), "{said:?}");
}
