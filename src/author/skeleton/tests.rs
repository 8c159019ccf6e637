//! A skeleton for every kind, each a sound lesson from the start.

use super::*;

/// A lesson with one exercise of a kind.
fn filled(skeleton: &str) -> String {
    format!(
        "{}\n{}",
        lesson_text("essai", "Un essai"),
        skeleton.replace("@@ID@@", "essai-un")
    )
}

#[test]
fn every_kind_has_a_skeleton_that_parses() {
    for (written, name) in workbook::exercise::kinds() {
        let skeleton = EXERCISES.iter().find(|(kind, _)| *kind == written);
        let (_, skeleton) = skeleton.unwrap_or_else(|| panic!("no skeleton for « {written} »"));
        let lesson = workbook::parse::lesson("01-essai.md", &filled(skeleton));
        let lesson = lesson.unwrap_or_else(|error| panic!("{written}: {}", error.plain()));
        assert_eq!(
            lesson.exercises().map(|spec| spec.kind).collect::<Vec<_>>(),
            [name]
        );
    }
    assert_eq!(EXERCISES.len(), workbook::exercise::kinds().count());
}

#[test]
fn a_title_is_kept_whatever_it_holds() {
    for title in [
        "Les files",
        "A: b # c",
        "L’\"été\" \\ x",
        "123",
        "- a",
        "true",
        "it’s [a]",
    ] {
        let text = lesson_text("essai", title);
        let lesson = workbook::parse::lesson("01-essai.md", &text);
        let lesson = lesson.unwrap_or_else(|error| panic!("{title}: {}", error.plain()));
        assert_eq!(lesson.title.replace('\u{a0}', " ").replace(" :", ":"), title);
    }
}

#[test]
fn a_lesson_takes_the_next_number_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = lesson(Some(folder.path()), "un", "Un").unwrap();
    assert!(first.path.ends_with("01-un.md"));
    std::fs::write(folder.path().join("07-sept.md"), lesson_text("sept", "Sept")).unwrap();
    assert!(
        lesson(Some(folder.path()), "deux", "Deux")
            .unwrap()
            .path
            .ends_with("08-deux.md")
    );
    let again = lesson(Some(folder.path()), "un", "Autre").err().unwrap();
    assert!(again.to_string().contains("déjà pris dans 01-un.md"), "{again}");
}

#[test]
fn what_cannot_be_added_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let place = Some(folder.path());
    lesson(place, "un", "Un").unwrap();
    let before = std::fs::read_to_string(folder.path().join("01-un.md")).unwrap();
    for (name, id, kind, said) in [
        ("un", "Ici", "nombre", "identifiant"),
        ("un", "un-bonjour", "nombre", "déjà pris"),
        ("un", "un", "nombre", "déjà pris"),
        ("deux", "x", "nombre", "n’existe pas"),
        ("un", "x", "nombr", "le genre"),
    ] {
        let failure = exercise(place, name, id, kind).err().unwrap();
        assert!(failure.to_string().contains(said), "{failure}");
        assert!(failure.hint().is_some());
    }
    assert_eq!(
        std::fs::read_to_string(folder.path().join("01-un.md")).unwrap(),
        before
    );
}
