//! `verifier --corriger`: typography put right in the file, and nothing else touched.

use super::folder;
use super::support::Machine;

/// Lessons whose only fault a program can mend.
const MENDED: [&str; 10] = [
    "apostrophe-droite",
    "espace-avant-deux-points",
    "espace-avant-interrogation",
    "espace-des-guillemets",
    "espaces-doubles",
    "milliers",
    "points-de-suspension",
    "pour-cent",
    "titre-mal-ponctue",
    "unite",
];

#[test]
fn what_a_program_can_mend_is_mended_in_the_file() {
    for name in MENDED {
        let machine = Machine::new();
        let path = machine.lessons().join("01-essai.md");
        std::fs::copy(folder().join(format!("broken/{name}.md")), &path).unwrap();
        let said = machine.on_lessons(&["auteur", "verifier", "--sans-cellules", "--corriger"]);
        assert_eq!(said.code, Some(0), "{name}: {said:?}");
        assert!(
            said.out.contains("01-essai.md\u{a0}: 1\u{a0}correction."),
            "{name}: {said:?}"
        );
    }
}

#[test]
fn a_sound_lesson_is_left_as_it_is_and_line_ends_are_kept() {
    let machine = Machine::new();
    let path = machine.lessons().join("01-essai.md");
    let sound = std::fs::read_to_string(folder().join("sound.md")).unwrap();
    std::fs::write(&path, &sound).unwrap();
    let correct = ["auteur", "verifier", "--sans-cellules", "--corriger"];
    assert_eq!(machine.on_lessons(&correct).code, Some(0));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), sound);
    let windows = sound.replace('\n', "\r\n");
    std::fs::write(&path, windows.replacen("l’affiche", "l'affiche", 1)).unwrap();
    assert_eq!(machine.on_lessons(&correct).code, Some(0));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), windows);
}

#[test]
fn code_is_never_corrected() {
    let machine = Machine::new();
    let path = machine.lessons().join("01-essai.md");
    let sound = std::fs::read_to_string(folder().join("sound.md")).unwrap();
    let text = sound.replacen(
        "println!(\"somme {}\", 1 + 2);",
        "// l'été : « a » ; 1 500 Ko...\nprintln!(\"somme {}\", 1 + 2);",
        1,
    );
    std::fs::write(&path, &text).unwrap();
    let said = machine.on_lessons(&["auteur", "verifier", "--sans-cellules", "--corriger"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}
