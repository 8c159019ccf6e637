//! Lessons: listed, read, broken.

use crate::support::{LESSON, Machine};
use serde_json::json;

#[test]
fn lessons_are_listed_for_people_and_for_machines() {
    let machine = Machine::new();
    let shown = machine.on_lessons(&["lecons"]);
    assert!(shown.out.contains("essai  Une leçon d'essai  (0/1)"), "{shown:?}");
    let listed = machine.on_lessons(&["lessons", "--json"]).json();
    let exercise =
        json!({"id": "essai-double", "kind": "number", "seeded": true, "title": "Le double", "done": false});
    assert_eq!(listed[0]["exercises"], json!([exercise]));
    assert_eq!(
        (&listed[0]["id"], &listed[0]["cells"], &listed[0]["done"]),
        (&json!("essai"), &json!(1), &json!(0))
    );
}

#[test]
fn the_six_lessons_are_in_the_binary() {
    let listed = Machine::new().run(&["lecons", "--json"]).json();
    let mut ids: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|lesson| lesson["id"].as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "couches-lambda",
            "dynamodb",
            "ecs-fargate",
            "iam",
            "url-presignee",
            "versionnement-s3"
        ]
    );
}

#[test]
fn a_lesson_is_read_without_any_escape_code() {
    let read = Machine::new().on_lessons(&["lire", "essai"]);
    assert_eq!(read.code, Some(0));
    assert!(read.out.starts_with("Une leçon d'essai\n══"), "{}", read.out);
    for expected in [
        "Premiers pas\n────────────",
        "• un",
        "let somme = 1 + 2;",
        "Le double",
    ] {
        assert!(read.out.contains(expected), "{expected}: {}", read.out);
    }
    assert!(!read.out.contains('\u{1b}'));
}

#[test]
fn a_broken_lesson_is_reported_with_its_place() {
    let machine = Machine::new();
    let broken = LESSON.replace("genre = \"nombre\"", "genre = \"nombr\"");
    std::fs::write(machine.lessons().join("01-essai.md"), broken).unwrap();
    let said = machine.on_lessons(&["lecons"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("01-essai.md:26:9") && said.err.contains("nombre"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("Error"), "{}", said.err);
    assert_eq!(machine.run(&["lecons", "--lecons", "nulle-part"]).code, Some(2));
}

#[test]
fn a_lesson_shows_its_title_once_however_it_is_written() {
    let machine = Machine::new();
    let titles = [
        "",
        "# Une leçon d'essai\n",
        "Une leçon d'essai\n=====\n",
        "Un mot.\n\n# Une leçon d'essai\n",
    ];
    for title in titles {
        let lesson = LESSON.replace("## Premiers pas", &format!("{title}\n## Premiers pas"));
        std::fs::write(machine.lessons().join("01-essai.md"), lesson).unwrap();
        let read = machine.on_lessons(&["lire", "essai"]).out;
        assert_eq!(read.matches("Une leçon d'essai").count(), 1, "{title}: {read}");
        assert!(!read.starts_with('\n'), "{title}");
    }
}

#[test]
fn a_lesson_that_is_not_utf_8_or_empty_is_reported_with_its_place() {
    let machine = Machine::new();
    std::fs::write(
        machine.lessons().join("02-latin.md"),
        b"---\nid: x\ntitre: d\xe9bit\n---\n",
    )
    .unwrap();
    std::fs::write(machine.lessons().join("03-vide.md"), "").unwrap();
    for json in [&[][..], &["--json"]] {
        let said = machine.on_lessons(&[&["lecons"][..], json].concat());
        assert_eq!(said.code, Some(2));
        for words in [
            "02-latin.md:3:9",
            "attendu : un fichier enregistré en UTF-8",
            "03-vide.md:1:1",
            "attendu : en tête du fichier",
        ] {
            assert!(said.err.contains(words), "{words}: {said:?}");
        }
    }
}

#[test]
fn an_exercise_names_its_kind_in_french_and_says_where_it_can_be_answered() {
    let machine = Machine::new();
    let policy = machine.run(&["exercice", "iam-lire-un-prefixe"]).out;
    assert!(policy.contains("politique IAM, "), "{policy}");
    let url = machine.run(&["exercice", "url-get"]).out;
    assert!(
        url.contains("«\u{a0}cahier simulateur -- bash\u{a0}»") && url.contains("fais-y l’URL"),
        "{url}"
    );
    let mut beside = machine.command(&[
        "simulateur",
        "--",
        env!("CARGO_BIN_EXE_cahier"),
        "exercice",
        "url-get",
    ]);
    let said = String::from_utf8(beside.output().unwrap().stdout).unwrap();
    assert!(
        said.contains("Pour répondre") && !said.contains("fais-y l’URL"),
        "{said}"
    );
}

/// A file of the question bank with one question, which has a mistake.
const QUESTION: &str = "lecon = \"versionnement-s3\"\n\n[[question]]\nid = \"q-un\"\n";

#[test]
fn the_questions_beside_the_lessons_are_read_with_them() {
    let machine = Machine::new();
    let folder = machine.lessons().join("questions");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("notes.txt"), "Rien.").unwrap();
    assert_eq!(machine.on_lessons(&["lecons"]).code, Some(0));
    std::fs::write(folder.join("04-versionnement-s3.toml"), QUESTION).unwrap();
    let said = machine.on_lessons(&["lecons"]);
    assert_eq!(said.code, Some(2));
    for words in [
        "questions/04-versionnement-s3.toml:1:9 : leçon inconnue",
        "questions/04-versionnement-s3.toml:3:1 : la clé «\u{a0}niveau\u{a0}» manque",
    ] {
        assert!(
            said.err.replace("\n  │ ", " ").contains(words),
            "{words}: {}",
            said.err
        );
    }
}

#[test]
fn what_is_named_in_capitals_is_no_lesson() {
    let machine = Machine::new();
    for name in ["README.md", "GUIDE-AUTEUR.md", "2026.md"] {
        std::fs::write(machine.lessons().join(name), "Ceci n’est pas une leçon.\n").unwrap();
    }
    let listed = machine.on_lessons(&["lecons", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    let other = machine.folder.path().join("vide");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("README.md"), "Rien.").unwrap();
    let said = machine.run(&["lecons", "--lecons", other.to_str().unwrap()]);
    assert!(
        said.code == Some(2) && said.err.contains("aucune leçon"),
        "{said:?}"
    );
}

#[test]
fn an_image_beside_the_lessons_is_named_with_what_it_says() {
    let machine = Machine::new();
    let image = "![Un rond rouge.](images/01-rond.svg)";
    let lesson = LESSON.replace("## Premiers pas", &format!("{image}\n\n## Premiers pas"));
    std::fs::write(machine.lessons().join("01-essai.md"), lesson).unwrap();
    let said = machine.on_lessons(&["lecons"]);
    assert!(
        said.code == Some(2) && said.err.contains("01-essai.md:9:1"),
        "{said:?}"
    );
    let folder = machine.lessons().join("images");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("01-rond.svg"), "<svg/>").unwrap();
    let read = machine.on_lessons(&["lire", "essai"]).out;
    assert!(
        read.contains("[Figure\u{a0}: Un rond rouge.] (images/01-rond.svg)"),
        "{read}"
    );
}
