//! The kind `prevision`.
#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_sound, drawn, judge, mistakes, text};
use workbook::evidence::Evidence;

const SETTINGS: &str = r#"genre = "prevision"
titre = "Ce qui s’affiche"
reponse = "@{n} versions"
[parametres]
n = { min = 3, max = 9 }"#;

const BLOCKS: &str = r#"```rust,ignore programme="e"
println!("{} versions", @{n});
```

```toml erreurs="e"
[[erreur]]
id = "une-de-moins"
reponse = "@{n - 1} versions"
explication = "Tu oublies la dernière."
[[erreur]]
id = "aucune"
reponse = "rien"
explication = "Le programme affiche bien quelque chose."
```"#;

#[test]
fn the_last_line_passes_and_each_misconception_gets_its_own_feedback() {
    for seed in 0..20 {
        let exercise = drawn(&text(SETTINGS, "Que dit la dernière ligne ?", BLOCKS, ""), seed);
        assert_sound(&exercise, &Evidence::default());
    }
}

#[test]
fn the_program_is_shown_with_its_values() {
    let exercise = drawn(&text(SETTINGS, "Que dit la dernière ligne ?", BLOCKS, ""), 1);
    let right = exercise.exercise.right_answer(&Evidence::default());
    let count = right.text().split(' ').next().unwrap().to_owned();
    assert_eq!(
        exercise.program.unwrap().trim(),
        format!("println!(\"{{}} versions\", {count});")
    );
}

#[test]
fn what_is_no_line_is_unreadable_and_costs_no_attempt() {
    let exercise = drawn(&text(SETTINGS, "Que dit la dernière ligne ?", BLOCKS, ""), 1);
    for answer in ["", "???", "un\ndeux"] {
        let verdict = judge(&exercise, answer, &Evidence::default());
        assert_eq!(verdict.status(), "unreadable", "{answer}: {verdict:?}");
    }
    let verdict = judge(&exercise, "tout autre chose", &Evidence::default());
    assert_eq!((verdict.status(), verdict.misconception()), ("not_yet", None));
}

#[test]
fn an_exercise_that_cannot_be_told_apart_is_refused() {
    let twin = BLOCKS.replace("\"rien\"", "\"@{n} VERSIONS.\"");
    let found = mistakes(&text(SETTINGS, "Quoi ?", &twin, ""));
    assert!(
        found.contains("donne la même ligne que la bonne réponse"),
        "{found:?}"
    );
    let (_, without) = BLOCKS.split_once("```toml").unwrap();
    let found = mistakes(&text(SETTINGS, "Quoi ?", &format!("```toml{without}"), ""));
    assert!(found.contains("n’a pas de bloc « programme »"), "{found:?}");
}
