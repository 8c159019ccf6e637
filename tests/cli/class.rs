//! `cahier classe`: what is written for a class, and what is said of it.

use crate::support::Machine;

#[test]
fn a_course_of_nbgrader_is_written_once_and_told_to_people_and_to_programs() {
    let machine = Machine::new();
    let said = machine.on_lessons(&["class", "nbgrader", "essai", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told = said.json();
    assert_eq!(
        (&told["folder"], &told["kept"]),
        (&"cours".into(), &serde_json::json!([]))
    );
    assert_eq!(
        told["written"],
        serde_json::json!([
            "cours/nbgrader_config.py",
            "cours/cahier_nbgrader.py",
            "cours/source/essai/essai.ipynb"
        ])
    );
    assert_eq!(
        told["assignments"][0]["exercises"],
        serde_json::json!([{"id": "essai-double", "points": 2.0}])
    );
    let again = machine.on_lessons(&["classe", "nbgrader", "--toutes"]);
    assert_eq!(again.out.matches("déjà à jour").count(), 3, "{again:?}");
    assert!(
        again
            .out
            .contains("«\u{a0}nbgrader generate_assignment essai\u{a0}»"),
        "{again:?}"
    );
}

#[test]
fn an_unknown_lesson_or_none_at_all_is_said_in_french() {
    let machine = Machine::new();
    let unknown = machine.on_lessons(&["classe", "nbgrader", "esai"]);
    assert!(
        unknown.err.contains("voulais-tu dire «\u{a0}essai\u{a0}»"),
        "{unknown:?}"
    );
    let none = machine.on_lessons(&["classe", "nbgrader"]);
    let both = machine.on_lessons(&["classe", "nbgrader", "essai", "--toutes"]);
    let blocked = {
        std::fs::write(machine.folder.path().join("cours"), "").unwrap();
        machine.on_lessons(&["classe", "nbgrader", "essai"])
    };
    for said in [&unknown, &none, &both, &blocked] {
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("Conseil"), "{said:?}");
    }
}
