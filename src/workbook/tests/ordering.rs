//! The kind `ordre`.
#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_sound, drawn, judge, mistakes, text};
use workbook::evidence::Evidence;

const STEPS: &str = r#"genre = "ordre"
titre = "Dans l’ordre"
points = 2
[[etape]]
id = "zip"
texte = "Compresser"
[[etape]]
id = "publier"
texte = "Publier"
[[etape]]
id = "role"
texte = "Créer le rôle"
apres = []
[[etape]]
id = "attacher"
texte = "Attacher"
apres = ["publier", "role"]"#;

const MISCONCEPTIONS: &str = r#"```toml erreurs="e"
[[erreur]]
id = "attache-d-abord"
place = "attacher"
avant = "publier"
explication = "Une couche s’attache par l’ARN d’une version."
[[erreur]]
id = "publie-sans-archive"
place = "publier"
avant = "zip"
explication = "Publier envoie une archive."
```"#;

fn lesson(settings: &str, misconceptions: &str) -> String {
    text(settings, "Mets dans l’ordre.", misconceptions, "")
}

/// The letters of these steps, as they are shown.
fn letters(seed: u64, steps: &[&str]) -> String {
    let exercise = drawn(&lesson(STEPS, MISCONCEPTIONS), seed);
    let letter = |text: &&str| {
        let options = exercise.exercise.options().iter();
        options
            .clone()
            .find(|option| option.text == *text)
            .unwrap()
            .id
            .clone()
    };
    steps.iter().map(letter).collect::<Vec<_>>().join(" ")
}

fn verdict(seed: u64, steps: &[&str]) -> workbook::verdict::Verdict {
    let exercise = drawn(&lesson(STEPS, MISCONCEPTIONS), seed);
    judge(&exercise, &letters(seed, steps), &Evidence::default())
}

#[test]
fn the_right_order_passes_and_each_misconception_gets_its_own_feedback() {
    for seed in 0..20 {
        assert_sound(&drawn(&lesson(STEPS, MISCONCEPTIONS), seed), &Evidence::default());
    }
}

#[test]
fn the_order_shown_is_never_a_right_one() {
    for seed in 0..50 {
        let exercise = drawn(&lesson(STEPS, MISCONCEPTIONS), seed);
        let shown: Vec<&str> = exercise
            .exercise
            .options()
            .iter()
            .map(|step| step.id.as_str())
            .collect();
        let verdict = judge(&exercise, &shown.join(""), &Evidence::default());
        assert_eq!(verdict.status(), "not_yet", "seed {seed}");
    }
}

#[test]
fn steps_that_do_not_need_each_other_may_come_in_any_order() {
    for order in [
        ["Créer le rôle", "Compresser", "Publier", "Attacher"],
        ["Compresser", "Créer le rôle", "Publier", "Attacher"],
        ["Compresser", "Publier", "Créer le rôle", "Attacher"],
    ] {
        assert_eq!(verdict(1, &order).status(), "passed", "{order:?}");
    }
}

#[test]
fn what_no_misconception_explains_names_the_first_step_that_comes_too_early() {
    let order = ["Compresser", "Publier", "Attacher", "Créer le rôle"];
    let verdict = verdict(1, &order);
    let attach = letters(1, &["Attacher"]);
    assert!(
        verdict
            .message()
            .starts_with(&format!("L’étape {attach} vient trop tôt")),
        "{verdict:?}"
    );
    assert!((verdict.score(2.0) - 2.0 / 3.0).abs() < 1e-9, "{verdict:?}");
}

#[test]
fn an_answer_names_every_step_once_however_it_is_written() {
    let exercise = drawn(&lesson(STEPS, MISCONCEPTIONS), 1);
    let right = letters(1, &["Compresser", "Publier", "Créer le rôle", "Attacher"]);
    for written in [
        right.to_lowercase(),
        right.replace(' ', ""),
        right.replace(' ', " > "),
        right.replace(' ', ","),
    ] {
        let verdict = judge(&exercise, &written, &Evidence::default());
        assert_eq!(verdict.status(), "passed", "{written}");
    }
    for (answer, told) in [
        (
            "",
            "Réponds par toutes les lettres, dans l’ordre\u{a0}: `D C B A`, par exemple.",
        ),
        ("A B C", "Il manque l’étape D."),
        ("A", "Il manque les étapes B, C, D."),
        ("A A B C", "L’étape A est donnée deux fois."),
        ("A B C Z", "Je ne comprends pas «\u{a0}Z\u{a0}»."),
    ] {
        let verdict = judge(&exercise, answer, &Evidence::default());
        assert_eq!(verdict.status(), "unreadable", "{answer}");
        assert!(verdict.message().starts_with(told), "{answer}: {verdict:?}");
    }
}

#[test]
fn mistakes_of_a_lesson_are_told_with_their_place() {
    let cases = [
        (
            STEPS.replace("[\"publier\", \"role\"]", "[\"publie\"]"),
            MISCONCEPTIONS.to_owned(),
            "aucune étape écrite avant ne s’appelle « publie »",
        ),
        (
            STEPS.to_owned(),
            MISCONCEPTIONS.replace("avant = \"publier\"", "avant = \"absente\""),
            "aucune étape écrite avant ne s’appelle « absente »",
        ),
        (
            STEPS.to_owned(),
            MISCONCEPTIONS.replace("place = \"attacher\"", "place = \"role\""),
            "« role » peut venir avant « publier »",
        ),
        (
            STEPS[..STEPS.find("[[etape]]\nid = \"role\"").unwrap()].to_owned(),
            String::new(),
            "une mise en ordre de 2 étapes",
        ),
    ];
    for (settings, misconceptions, told) in cases {
        let misconceptions = if misconceptions.is_empty() {
            MISCONCEPTIONS[..MISCONCEPTIONS.find("[[erreur]]").unwrap()].to_owned() + "```"
        } else {
            misconceptions
        };
        let said = mistakes(&lesson(&settings, &misconceptions));
        assert!(said.contains(told), "{said}");
    }
}
