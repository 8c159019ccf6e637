//! `nouveau`: what it writes is sound from the start, and it overwrites nothing.

use super::proved;
use super::support::{Machine, Said};
use cahier::author::{Desk, skeleton};

fn new(machine: &Machine, arguments: &[&str]) -> Said {
    machine.on_lessons(&[&["auteur", "nouveau"], arguments].concat())
}

/// A machine with one new lesson, which has an exercise of every kind.
fn filled() -> Machine {
    let machine = Machine::new();
    std::fs::remove_file(machine.lessons().join("01-essai.md")).unwrap();
    let said = new(&machine, &["lecon", "files", "--titre", "L'attente: un essai"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for (kind, _) in skeleton::EXERCISES {
        let id = format!("files-{kind}");
        let said = new(&machine, &["exercice", "files", &id, "--genre", kind]);
        assert_eq!(said.code, Some(0), "{kind}: {said:?}");
    }
    machine
}

#[test]
fn a_new_lesson_with_every_kind_of_exercise_is_sound() {
    let machine = filled();
    let said = machine.on_lessons(&["auteur", "verifier", "--sans-cellules", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = said.json();
    assert_eq!(document["exercises"], skeleton::EXERCISES.len());
    assert_eq!(
        document["kinds"].as_array().unwrap().len(),
        skeleton::EXERCISES.len()
    );
    let desk = Desk::open(Some(&machine.lessons())).unwrap();
    assert_eq!(proved(&desk).failures, []);
}

#[test]
fn nothing_is_overwritten_and_each_refusal_says_why() {
    let machine = Machine::new();
    let path = machine.lessons().join("01-essai.md");
    let before = std::fs::read(&path).unwrap();
    for (arguments, said, hint) in [
        (
            &["lecon", "essai", "--titre", "x"][..],
            "déjà pris dans 01-essai.md",
            "unique",
        ),
        (
            &["lecon", "Été", "--titre", "x"],
            "ne peut pas servir d’identifiant",
            "a-z",
        ),
        (
            &["lecon", "vide", "--titre", "  "],
            "le titre est vide",
            "--titre",
        ),
        (&["lecon", "sans-titre"], "--titre", "--titre TITRE"),
        (
            &["exercice", "essai", "essai-double", "--genre", "nombre"],
            "déjà pris",
            "unique",
        ),
        (
            &["exercice", "essai", "a b", "--genre", "nombre"],
            "ne peut pas servir",
            "a-z",
        ),
        (
            &["exercice", "esai", "x", "--genre", "nombre"],
            "n’existe pas",
            "essai",
        ),
        (
            &["exercice", "essai", "x", "--genre", "nombr"],
            "le genre",
            "nombre",
        ),
        (&["exercice", "essai", "x"], "--genre", "--genre G"),
    ] {
        let told = new(&machine, arguments);
        assert_eq!(told.code, Some(2), "{arguments:?}: {told:?}");
        let advice = told.err.split_once("Conseil\u{a0}:");
        let right = advice.is_some_and(|(error, advice)| error.contains(said) && advice.contains(hint));
        assert!(right, "{arguments:?}: {told:?}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(machine.lessons()).unwrap().count(), 1);
}

#[test]
fn english_names_do_the_same_and_json_tells_the_file() {
    let machine = Machine::new();
    let said = machine.on_lessons(&["author", "new", "lesson", "deux", "--title", "Deux", "--json"]);
    assert!(
        said.json()["file"].as_str().unwrap().ends_with("02-deux.md"),
        "{said:?}"
    );
    let said = machine.on_lessons(&[
        "author", "new", "exercise", "deux", "d-un", "--kind", "number", "--json",
    ]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.json()["line"].as_u64().unwrap() > 20, "{said:?}");
}
