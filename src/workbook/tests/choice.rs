//! Choices as learners type them.
#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_sound, drawn, judge, mistakes, text};
use std::collections::BTreeSet;
use workbook::evidence::Evidence;
use workbook::exercise::Drawn;

const SINGLE: &str = r#"genre = "choix"
titre = "Un choix"
options = [
  { texte = "un", juste = true },
  { texte = "deux", juste = false, explication = "Deux de trop." },
  { id = "trop", texte = "trois `@{n}`", explication = "Trois de trop." },
]
[parametres]
n = { min = 1, max = 9 }"#;

const SEVERAL: &str = r#"genre = "choix"
titre = "Plusieurs"
melanger = false
options = [
  { texte = "un", juste = true },
  { texte = "deux", explication = "Non pour deux." },
  { texte = "trois", juste = true },
  { texte = "quatre", explication = "Non pour quatre." },
]"#;

fn single(seed: u64) -> Drawn {
    drawn(&text(SINGLE, "Choisis.", "", ""), seed)
}

#[test]
fn every_order_is_drawn_and_every_answer_gets_its_own_feedback() {
    let mut orders = BTreeSet::new();
    for seed in 0..300 {
        let exercise = single(seed);
        assert_sound(&exercise, &Evidence::default());
        orders.insert(
            exercise
                .exercise
                .options()
                .iter()
                .map(|option| option.text[..2].to_owned())
                .collect::<String>(),
        );
    }
    assert_eq!(orders.len(), 6, "{orders:?}");
}

#[test]
fn an_order_that_is_not_shuffled_is_the_written_one() {
    let exercise = drawn(&text(SEVERAL, "Choisis.", "", ""), 5);
    let options: Vec<(&str, &str)> = exercise
        .exercise
        .options()
        .iter()
        .map(|one| (one.id.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(
        options,
        [("A", "un"), ("B", "deux"), ("C", "trois"), ("D", "quatre")]
    );
    assert_sound(&exercise, &Evidence::default());
}

#[test]
fn letters_are_read_in_any_form_and_order() {
    let exercise = drawn(&text(SEVERAL, "Choisis.", "", ""), 0);
    for answer in [
        "A,C", "a c", "C A", "ac", "A et C", "a;c", "(A) (C)", " A ,\tC ", "A C A",
    ] {
        assert_eq!(
            judge(&exercise, answer, &Evidence::default()).status(),
            "passed",
            "{answer}"
        );
    }
    for answer in ["", "E", "A,Z", "oui", "1", "é", ",", "et"] {
        assert_eq!(
            judge(&exercise, answer, &Evidence::default()).status(),
            "unreadable",
            "{answer}"
        );
    }
}

#[test]
fn what_is_missing_is_told_without_telling_which() {
    let exercise = drawn(&text(SEVERAL, "Choisis.", "", ""), 0);
    let verdict = judge(&exercise, "A", &Evidence::default());
    assert_eq!((verdict.status(), verdict.misconception()), ("not_yet", None));
    assert!(
        verdict.message().contains("il manque") && !verdict.message().contains("trois"),
        "{verdict:?}"
    );
    let both = judge(&exercise, "B D", &Evidence::default());
    assert!(both.message().contains("Non pour deux.") && both.message().contains("Non pour quatre."));
    assert_eq!(both.misconception(), Some("option-2"));
}

#[test]
fn two_letters_for_one_answer_cost_nothing() {
    assert_eq!(
        judge(&single(1), "A B", &Evidence::default()).status(),
        "unreadable"
    );
}

#[test]
fn choices_that_cannot_be_judged_are_refused() {
    let refused = |old: &str, new: &str| mistakes(&text(&SINGLE.replacen(old, new, 1), "Choisis.", "", ""));
    assert!(refused("juste = true", "juste = false").contains("aucune option juste"));
    assert!(refused(", explication = \"Deux de trop.\"", "").contains("sans explication"));
    assert!(refused("texte = \"deux\"", "texte = \"un\"").contains("deux options disent « un »"));
    assert!(refused("texte = \"deux\"", "texte = \"\"").contains("option vide"));
    assert!(refused("juste = false,", "just = false,").contains("attendu : « juste », sans doute"));
    assert!(refused("id = \"trop\"", "id = \"Trop\"").contains("a-z, 0-9"));
    let block = "```toml erreurs=\"e\"\n[[erreur]]\n```";
    assert!(mistakes(&text(SINGLE, "Choisis.", block, "")).contains("n’a pas de bloc « erreurs »"));
}
