//! The workbook at its prompt, fed by a pipe: the same lines as a learner types.
#![allow(clippy::unwrap_used)]

mod support;

use support::Machine;

#[test]
fn a_lesson_is_read_block_by_block_and_resumed_where_it_was_left() {
    let machine = Machine::new();
    let first = machine.type_in("\n\n");
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.out.contains("Premiers pas") && first.out.contains("somme = 1 + 2"),
        "{}",
        first.out
    );
    assert!(!first.out.contains("Le double"));
    let second = machine.type_in("\n:quitter\n");
    assert!(
        second.out.contains("Tu en étais à") && second.out.contains("Le double"),
        "{}",
        second.out
    );
    assert!(!second.out.contains("Premiers pas"));
}

#[test]
fn an_exercise_is_answered_at_the_prompt_without_any_toolchain() {
    let machine = Machine::new();
    let described = machine.on_lessons(&["exercice", "essai-double", "--json"]).json();
    let right = described["parameters"]["n"].as_f64().unwrap() * 2.0;
    let said = machine.type_in(&format!(
        ":exercise essai-double\n:indice\n:reponse 1\n:answer {right}\n:solution\n:progres\n"
    ));
    for expected in [
        "Doubler, c'est multiplier.",
        "Pas encore",
        "Réussi",
        "✓ essai-double",
    ] {
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
    }
    let progress = machine.on_lessons(&["progres", "--json"]).json();
    assert_eq!(progress["lessons"][0]["exercises"][0]["attempts"], 2);
}

#[test]
fn the_clock_moves_and_never_by_something_that_is_no_duration() {
    let said = Machine::new().type_in(":horloge\n:horloge avancer 2j\n:horloge avancer demain\n:calls\n");
    assert_eq!(said.out.matches("Heure simulée").count(), 2, "{}", said.out);
    assert!(
        said.err.contains("«\u{a0}demain\u{a0}» n’est pas une durée"),
        "{}",
        said.err
    );
    assert!(said.out.contains("Aucun appel"));
}

#[test]
fn help_and_a_typing_slip_lead_to_the_right_command() {
    let said = Machine::new().type_in(":help\n:executr\n");
    for command in [":executer", ":reponse", ":horloge", ":reinitialiser", ":quitter"] {
        assert!(said.out.contains(command), "{command}: {}", said.out);
    }
    assert!(said.err.contains("«\u{a0}:executer\u{a0}»"), "{}", said.err);
}

#[test]
fn rust_without_a_toolchain_says_what_is_missing_and_goes_on() {
    let said = Machine::new().type_in("1 + 1\n:lecons\n");
    assert!(said.err.contains("rustup"), "{}", said.err);
    assert!(said.out.contains("Une leçon d'essai"));
}

#[test]
fn cells_and_typed_rust_share_their_variables() {
    let machine = Machine::with_rust();
    let said = machine.type_in("\n\n:executer\nsomme * 10\nlet été = 1 +;\npanic!(\"aïe\")\nsomme + 1\n");
    assert!(said.out.contains("somme 3"), "{said:?}");
    assert!(
        said.out.contains("30") && said.out.contains("ne compile pas"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("a paniqué") && said.out.contains("aïe"),
        "{}",
        said.out
    );
    assert!(
        said.out.trim_end().ends_with("4\nÀ bientôt\u{a0}!"),
        "{}",
        said.out
    );
}
