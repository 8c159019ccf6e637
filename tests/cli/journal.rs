//! Progress: kept, moved, started again.

use crate::right_answer;
use crate::support::{Machine, Said};
use serde_json::json;
use std::process::Command;

#[test]
fn progress_moves_to_another_machine_and_starts_again() {
    let (here, there) = (Machine::new(), Machine::new());
    let right = right_answer(&here);
    here.on_lessons(&["verifier", "essai-double", "--reponse", &right]);
    let file = here.folder.path().join("export.json");
    let file = file.to_str().unwrap();
    assert_eq!(here.on_lessons(&["progres", "exporter", file]).code, Some(0));
    assert_eq!(
        there.on_lessons(&["progres", "importer", file, "--json"]).json(),
        json!({"imported": 1})
    );
    assert_eq!(
        there.on_lessons(&["progres", "importer", file, "--json"]).json(),
        json!({"imported": 0})
    );
    let passed = |machine: &Machine| {
        machine.on_lessons(&["progres", "--json"]).json()["lessons"][0]["exercises"][0]["passed"].clone()
    };
    assert_eq!(passed(&there), true);
    assert_eq!(
        there
            .on_lessons(&["progres", "reinitialiser", "essai-double"])
            .code,
        Some(0)
    );
    assert_eq!(passed(&there), false);
    assert_eq!(passed(&here), true);
    let foreign = there.on_lessons(&["progres", "importer", "lecons/01-essai.md", "--json"]);
    assert_eq!(
        (foreign.code, &foreign.json()["error"]["code"]),
        (Some(2), &json!("not_an_export"))
    );
    // A table is for a spreadsheet: what moves is the other form.
    here.on_lessons(&["progres", "exporter", "export.csv"]);
    let table = here.on_lessons(&["progres", "importer", "export.csv"]);
    assert_eq!(table.code, Some(2));
    assert!(
        table.err.contains("progres exporter sauvegarde.json"),
        "{table:?}"
    );
}

#[test]
fn an_export_that_cannot_be_written_leaves_nothing_behind() {
    let machine = Machine::new();
    let before = names(&machine);
    for (file, words) in [
        ("lecons", "c’est un dossier"),
        ("absent/export.json", "introuvable"),
        ("", ""),
    ] {
        let said = machine.on_lessons(&["progres", "exporter", file]);
        assert_eq!(said.code, Some(2), "{file}: {said:?}");
        assert!(
            said.err.contains(words) && !said.err.contains("os error"),
            "{file}: {said:?}"
        );
    }
    assert_eq!(names(&machine), before);
}

fn names(machine: &Machine) -> Vec<String> {
    let data = machine.data();
    let entries = std::fs::read_dir(machine.folder.path()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = paths
        .filter(|path| *path != data)
        .map(|path| path.display().to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn an_export_into_a_pipe_goes_through_it() {
    let machine = Machine::new();
    let pipe = machine.folder.path().join("tuyau");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    let said = machine.on_lessons(&["progres", "exporter", "tuyau"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(reader.join().unwrap().contains("cahier-progression-1"));
    assert!(!std::fs::metadata(pipe).unwrap().is_file());
}

#[test]
fn what_is_no_export_is_told_in_french() {
    let machine = Machine::new();
    let cases = [
        ("", "il est vide"),
        ("{", "il s’arrête trop tôt"),
        ("progression", "ce n’est pas du JSON, ligne 1, colonne 1"),
        ("[]", "«\u{a0}format\u{a0}» devrait valoir"),
        (
            r#"{"format": "cahier-progression-1", "entries": [{"id": 1}]}"#,
            "une valeur n’a pas la forme attendue",
        ),
    ];
    for (text, words) in cases {
        std::fs::write(machine.folder.path().join("export.json"), text).unwrap();
        let said = machine.on_lessons(&["progres", "importer", "export.json"]);
        assert_eq!(said.code, Some(2), "{text}");
        assert!(said.err.contains(words), "{text}: {said:?}");
    }
}

/// Runs a command line where no file may grow, as on a full disk.
fn on_a_full_disk(machine: &Machine, line: &[&str]) -> Said {
    let inner = machine.command(line);
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .current_dir(machine.folder.path());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.output().unwrap().into()
}

#[test]
fn a_full_disk_costs_no_verdict_and_no_earlier_progress() {
    let machine = Machine::new();
    let answer = ["verifier", "couche-numero", "--reponse", "0"];
    assert_eq!(machine.run(&answer).code, Some(1));
    let full = on_a_full_disk(&machine, &answer);
    assert_eq!(full.code, Some(1), "{full:?}");
    assert!(full.out.contains("Pas encore"), "{full:?}");
    assert!(
        full.err.contains("ta progression n’a pas été enregistrée"),
        "{full:?}"
    );
    let told = on_a_full_disk(&machine, &[&answer[..], &["--json"]].concat()).json();
    let feedback = told["feedback"].as_str().unwrap();
    assert!(
        feedback.contains("Attention\u{a0}: ta progression n’a pas été enregistrée"),
        "{feedback}"
    );
    assert_eq!(
        on_a_full_disk(&machine, &["progres", "reinitialiser"]).code,
        Some(2)
    );
    let kept = machine.run(&["progres", "--json"]).json();
    let exercises = kept["lessons"][0]["exercises"].as_array().unwrap();
    let tried = exercises.iter().find(|one| one["id"] == "couche-numero").unwrap();
    assert_eq!(tried["attempts"], 1);
}

#[test]
fn what_a_cell_that_runs_again_asks_for_is_answered_and_neither_judged_nor_counted_again() {
    let machine = Machine::new();
    let replay = machine.folder.path().join("rejeu");
    std::fs::write(&replay, "").unwrap();
    let again = |line: &[&str]| -> Said {
        let mut command = machine.command(line);
        command.env("CAHIER_REJEU", &replay).output().unwrap().into()
    };
    let hint = ["indice", "couche-numero", "--json"];
    assert_eq!(machine.run(&hint).json()["number"], 1);
    assert_eq!(again(&hint).json()["number"], 1);
    // There is nothing here to compile it with.
    let said = again(&["verifier", "ddb-fonction-rcu", "--reponse", "fn f() {}", "--json"]);
    assert_eq!(
        (said.code, said.json()["status"].as_str()),
        (Some(1), Some("not_yet"))
    );
    again(&["verifier", "couche-numero", "--reponse", "0"]);
    let kept = machine.run(&["progres", "--json"]).json();
    let lessons = kept["lessons"].as_array().unwrap();
    let exercises = lessons
        .iter()
        .flat_map(|lesson| lesson["exercises"].as_array().unwrap());
    let counted: Vec<_> = exercises
        .filter(|one| one["attempts"] != 0 || one["hints"] != 0)
        .map(|one| {
            (
                one["id"].as_str(),
                one["attempts"].as_u64(),
                one["hints"].as_u64(),
            )
        })
        .collect();
    assert_eq!(counted, [(Some("couche-numero"), Some(0), Some(1))]);
    // Once it is over, everything counts.
    std::fs::remove_file(&replay).unwrap();
    assert_eq!(again(&hint).json()["number"], 2);
}

#[test]
fn a_broken_journal_is_named_and_costs_no_verdict() {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    std::fs::write(
        machine.data().join("progression.sqlite3"),
        "ceci n’est pas une base".repeat(50),
    )
    .unwrap();
    let said = machine.run(&["progres"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("ce n’est pas un journal de Cahier"), "{said:?}");
    let judged = machine.run(&["verifier", "couche-numero", "--graine", "7", "--reponse", "0"]);
    assert_eq!(judged.code, Some(1), "{judged:?}");
    assert!(judged.out.contains("Pas encore") && judged.err.contains("n’a pas été enregistrée"));
}

#[test]
fn a_folder_in_the_place_of_the_journal_is_no_full_disk() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.data().join("progression.sqlite3")).unwrap();
    let said = machine.run(&["progres"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("c’est un dossier") && !said.err.contains("plein"),
        "{said:?}"
    );
}
