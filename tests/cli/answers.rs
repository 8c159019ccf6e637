//! One exercise, from its statement to its solution.

use crate::right_answer;
use crate::support::{Machine, Said, fed};
use serde_json::json;

#[test]
fn an_exercise_is_described_without_its_solution() {
    let machine = Machine::new();
    let described = machine
        .on_lessons(&["exercice", "essai-double", "--graine", "7", "--json"])
        .json();
    let n = described["parameters"]["n"].as_f64().unwrap();
    assert_eq!(described["kind"], "number");
    assert_eq!(described["seed"], 7);
    assert_eq!(
        (&described["max_score"], &described["hints"]),
        (&json!(2.0), &json!(3))
    );
    assert!(described["statement"].as_str().unwrap().contains(&format!("{n}")));
    assert!(
        !described.to_string().contains(&format!("{}", n * 2.0)),
        "{described}"
    );
}

#[test]
fn each_verdict_has_its_exit_code_and_its_document() {
    let machine = Machine::new();
    let right = right_answer(&machine);
    let verdict =
        |answer: &str| machine.on_lessons(&["verifier", "essai-double", "--reponse", answer, "--json"]);
    let passed = verdict(&format!("{right} RCU"));
    assert_eq!(passed.code, Some(0), "{passed:?}");
    assert_eq!(
        (&passed.json()["status"], &passed.json()["score"]),
        (&json!("passed"), &json!(2.0))
    );
    let half = right.parse::<f64>().unwrap() / 4.0;
    let wrong = verdict(&format!("{half}"));
    assert_eq!(wrong.code, Some(1));
    assert_eq!(wrong.json()["misconception"], "moitie");
    assert!(wrong.json()["feedback"].as_str().unwrap().contains("la moitié"));
    let unreadable = verdict("douze");
    assert_eq!(unreadable.code, Some(2));
    assert_eq!(unreadable.json()["status"], "unreadable");
    let keys = [
        "exercise",
        "status",
        "score",
        "max_score",
        "feedback",
        "misconception",
    ];
    assert!(keys.iter().all(|key| unreadable.json().get(key).is_some()));
}

#[test]
fn an_answer_comes_from_an_option_a_file_or_the_input() {
    let machine = Machine::new();
    let right = right_answer(&machine);
    let file = machine.folder.path().join("reponse.txt");
    std::fs::write(&file, &right).unwrap();
    assert_eq!(
        machine
            .on_lessons(&["verifier", "essai-double", "--fichier", file.to_str().unwrap()])
            .code,
        Some(0)
    );
    let mut piped = machine.command(&["verifier", "essai-double", "-", "--lecons"]);
    piped.arg(machine.lessons());
    assert_eq!(fed(piped, &right).code, Some(0));
    let none = machine.on_lessons(&["verifier", "essai-double"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("il manque la réponse"), "{none:?}");
    let absent = machine.on_lessons(&["verifier", "essai-double", "--fichier", "absent.rs"]);
    assert!(
        absent.code == Some(2) && absent.err.contains("introuvable"),
        "{absent:?}"
    );
}

#[test]
fn hints_follow_one_another_and_the_solution_opens_after_a_pass() {
    let machine = Machine::new();
    for number in [1, 2, 3, 3] {
        let hint = machine.on_lessons(&["indice", "essai-double", "--json"]).json();
        assert_eq!(hint["number"], number);
    }
    let locked = machine.on_lessons(&["solution", "essai-double"]);
    assert_eq!(locked.code, Some(1), "{locked:?}");
    assert!(!locked.out.contains('='));
    let right = right_answer(&machine);
    machine.on_lessons(&["verifier", "essai-double", "--reponse", &right]);
    let open = machine.on_lessons(&["solution", "essai-double"]);
    assert!(open.code == Some(0) && open.out.contains(&right), "{open:?}");
}

#[test]
fn giving_up_shows_the_solution_and_is_recorded() {
    let machine = Machine::new();
    assert_eq!(
        machine
            .on_lessons(&["solution", "essai-double", "--abandonner"])
            .code,
        Some(0)
    );
    let progress = machine.on_lessons(&["progres", "--json"]).json();
    assert_eq!(progress["lessons"][0]["exercises"][0]["abandoned"], true);
    let unwritable = machine.command(&["solution", "essai-double", "--abandonner"]);
    let refused: Said = {
        let mut command = unwritable;
        command
            .arg("--lecons")
            .arg(machine.lessons())
            .env("CAHIER_DATA_DIR", machine.lessons().join("01-essai.md/x"));
        command.output().unwrap().into()
    };
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("n’accepte pas d’écriture"), "{refused:?}");
}

#[test]
fn without_a_toolchain_a_cell_says_what_is_missing() {
    let said = Machine::new().on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(
        (said.code, &said.json()["error"]["code"]),
        (Some(2), &json!("engine"))
    );
    assert!(
        said.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("rustup"),
        "{said:?}"
    );
}

#[test]
fn a_file_that_cannot_be_an_answer_is_named() {
    let machine = Machine::new();
    let write = |name: &str, bytes: &[u8]| std::fs::write(machine.folder.path().join(name), bytes).unwrap();
    write("binaire", b"\xff\xfe\x00");
    write("gros", &vec![b'1'; (1 << 20) + 1]);
    for (file, words) in [
        ("lecons", "impossible de lire lecons (c’est un dossier)"),
        (
            "binaire",
            "impossible de lire binaire (ce n’est pas du texte UTF-8)",
        ),
        ("gros", "la réponse dépasse 1 Mio"),
        ("/dev/zero", "la réponse dépasse 1 Mio"),
        ("absent", "impossible de lire absent (introuvable)"),
    ] {
        let said = machine.on_lessons(&["verifier", "essai-double", "--fichier", file]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{file}");
        assert!(
            said.err.contains(words) && said.err.contains("Conseil"),
            "{file}: {said:?}"
        );
    }
    let progress = machine.on_lessons(&["progres", "--json"]).json();
    assert_eq!(progress["lessons"][0]["exercises"][0]["attempts"], 0);
}

#[test]
fn an_answer_in_rust_that_is_empty_is_unreadable_and_starts_no_compiler() {
    let machine = Machine::new();
    std::fs::write(machine.folder.path().join("vide.rs"), "\n  \n").unwrap();
    for line in [
        &["verifier", "ddb-creer", "--json", "--fichier", "vide.rs"][..],
        &["verifier", "ddb-creer", "--json", "-"],
    ] {
        let said = machine.run(line);
        assert_eq!(
            (said.code, &said.json()["status"]),
            (Some(2), &json!("unreadable")),
            "{said:?}"
        );
        assert!(said.err.contains("Ta réponse est vide"), "{said:?}");
    }
}

#[test]
fn an_answer_is_read_from_the_input_by_either_name_and_with_a_mark_before_it() {
    let machine = Machine::new();
    let right = right_answer(&machine);
    for source in [&["-"][..], &["--fichier", "-"]] {
        let line = [&["verifier", "essai-double"][..], source, &["--lecons"]].concat();
        let mut command = machine.command(&line);
        command.arg(machine.lessons());
        assert_eq!(
            fed(command, format!("\u{feff}{right}\r\n")).code,
            Some(0),
            "{source:?}"
        );
    }
}

#[test]
fn an_answer_given_twice_costs_nothing_and_says_how_to_write_it() {
    let machine = Machine::new();
    let said = machine.on_lessons(&["verifier", "essai-double", "--reponse", "105 105"]);
    assert_eq!(said.code, Some(2));
    assert!(said.out.contains("`105` ou `105105`"), "{said:?}");
}

#[test]
fn a_solution_shows_the_policy_that_the_author_wrote_and_the_letters_of_a_choice() {
    let machine = Machine::new();
    let policy = machine
        .run(&["solution", "iam-lire-un-prefixe", "--abandonner"])
        .out;
    assert!(
        policy.contains("\"Statement\"") && policy.contains("s3:GetObject"),
        "{policy}"
    );
    let choice = machine.run(&["solution", "iam-lister", "--abandonner"]).out;
    assert!(choice.starts_with("Réponse\u{a0}: "), "{choice}");
}
