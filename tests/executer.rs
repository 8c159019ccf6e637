//! `executer`, end to end: the demo cells of a lesson, what they print, how they fail.
#![allow(clippy::unwrap_used)]

mod support;

use support::{LESSON, Machine};

#[test]
fn a_lesson_whose_cells_keep_their_promise_ends_in_zero() {
    let machine = Machine::with_rust();
    let said = machine.on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = said.json();
    assert_eq!(document["lesson"], "essai");
    let cell = &document["cells"][0];
    assert_eq!(
        (&cell["id"], &cell["status"], &cell["error"]),
        (&"essai-addition".into(), &"ok".into(), &serde_json::Value::Null)
    );
    assert_eq!(cell["stdout"], "somme 3\n");
    assert!(cell["ms"].as_u64().unwrap() > 0);
}

#[test]
fn cells_run_for_a_program_started_from_a_menu_and_what_is_missing_is_no_fault_of_theirs() {
    let said = Machine::without_rust_on_path("/usr/bin:/bin").on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = Machine::without_rust_on_path("/nulle-part").on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let error = &said.json()["error"];
    assert_eq!(error["code"], "engine");
    assert!(
        error["message"].as_str().unwrap().contains("«\u{a0}cc\u{a0}»") || said.out.contains("« cc »"),
        "{said:?}"
    );
}

#[test]
fn another_output_than_promised_is_a_failure_that_names_the_line() {
    let machine = Machine::with_rust();
    std::fs::write(
        machine.lessons().join("01-essai.md"),
        LESSON.replace("\nsomme 3\n", "\nsomme 4\n"),
    )
    .unwrap();
    let said = machine.on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let cell = said.json()["cells"][0].clone();
    assert_eq!(cell["status"], "failed");
    let error = cell["error"].as_str().unwrap();
    assert!(error.contains("somme 4") && error.contains("somme 3"), "{error}");
}

#[test]
fn a_cell_that_does_not_compile_shows_its_place_under_its_accents() {
    let machine = Machine::with_rust();
    let broken = LESSON.replace("let somme = 1 + 2;", "let été = 1; let somme = été + prévu;");
    std::fs::write(machine.lessons().join("01-essai.md"), broken).unwrap();
    let said = machine.on_lessons(&["executer", "essai"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains("E0425") && said.out.contains("été + prévu"),
        "{}",
        said.out
    );
    assert!(said.out.contains("cellule:1:32"), "{}", said.out);
}
