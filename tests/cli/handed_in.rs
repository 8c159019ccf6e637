//! Answers that are files: an archive by its bytes or its path, a JSON document.

use crate::support::{Machine, Said, fed};
use serde_json::json;
use std::process::Command;

/// Makes an archive of these files in the learner's folder, as they would.
fn zip(machine: &Machine, name: &str, files: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let roots: std::collections::BTreeSet<&str> = files
        .iter()
        .map(|(path, _)| path.split('/').next().unwrap())
        .collect();
    let made = Command::new("python3")
        .args(["-m", "zipfile", "-c"])
        .arg(machine.folder.path().join(name))
        .args(roots)
        .current_dir(&folder)
        .status();
    assert!(made.unwrap().success());
}

/// The module of the exercise `couche-module`, for the machine's own seed.
fn module(machine: &Machine) -> String {
    let described = machine.run(&["exercice", "couche-module", "--json"]).json();
    assert_eq!(described["kind"], "layer_archive");
    let rate = described["parameters"]["taux"].as_f64().unwrap();
    format!("def tva(prix):\n    return prix * {rate} / 100\n")
}

fn check(machine: &Machine, name: &str) -> Said {
    machine.run(&["verifier", "couche-module", "--fichier", name, "--json"])
}

#[test]
fn an_archive_is_judged_by_what_it_holds_and_each_verdict_has_its_exit_code() {
    let machine = Machine::new();
    let module = module(&machine);
    zip(&machine, "couche.zip", &[("python/facture.py", &module)]);
    zip(&machine, "racine.zip", &[("facture.py", &module)]);
    std::fs::write(machine.folder.path().join("faux.zip"), "pas un zip").unwrap();
    let passed = check(&machine, "couche.zip");
    assert_eq!(
        (passed.code, &passed.json()["status"]),
        (Some(0), &json!("passed")),
        "{passed:?}"
    );
    assert_eq!(passed.json()["score"], passed.json()["max_score"]);
    let wrong = check(&machine, "racine.zip");
    assert_eq!(
        (wrong.code, &wrong.json()["status"]),
        (Some(1), &json!("not_yet")),
        "{wrong:?}"
    );
    assert_eq!(wrong.json()["misconception"], "a-la-racine");
    let unreadable = check(&machine, "faux.zip");
    assert_eq!(
        (unreadable.code, &unreadable.json()["status"]),
        (Some(2), &json!("unreadable")),
        "{unreadable:?}"
    );
    assert!(
        unreadable.json()["feedback"].as_str().unwrap().contains("zip -r"),
        "{unreadable:?}"
    );
    let attempts = machine.run(&["progres", "--json"]).json();
    let lesson = &attempts["lessons"][0]["exercises"];
    let own = lesson
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "couche-module")
        .unwrap();
    assert_eq!(own["attempts"], 2, "{own}");
}

#[test]
fn an_archive_comes_by_its_path_or_on_the_input_too() {
    let machine = Machine::new();
    zip(
        &machine,
        "couche.zip",
        &[("python/facture.py", &module(&machine))],
    );
    let by_path = machine.run(&["verifier", "couche-module", "--reponse", "couche.zip"]);
    assert_eq!(by_path.code, Some(0), "{by_path:?}");
    let bytes = std::fs::read(machine.folder.path().join("couche.zip")).unwrap();
    let piped = fed(machine.command(&["verifier", "couche-module", "-"]), bytes);
    assert_eq!(piped.code, Some(0), "{piped:?}");
    for nothing in ["absente.zip", ".", "/dev/zero"] {
        let said = machine.run(&["verifier", "couche-module", "--reponse", nothing, "--json"]);
        assert_eq!(
            (said.code, &said.json()["status"]),
            (Some(2), &json!("unreadable")),
            "{said:?}"
        );
    }
    let absent = machine.run(&["verifier", "couche-module", "--fichier", "absente.zip"]);
    assert!(
        absent.code == Some(2) && absent.err.contains("introuvable"),
        "{absent:?}"
    );
    let endless = machine.run(&["verifier", "couche-module", "--fichier", "/dev/zero"]);
    assert!(
        endless.code == Some(2) && endless.err.contains("la réponse dépasse 50 Mio"),
        "{endless:?}"
    );
}

#[test]
fn an_exercise_tells_how_to_hand_in_an_archive_or_a_document() {
    let machine = Machine::new();
    let archive = machine.run(&["exercice", "couche-module"]);
    assert!(archive.out.contains("--fichier couche.zip"), "{archive:?}");
    let solution = machine.run(&["solution", "couche-module", "--abandonner"]);
    assert!(solution.out.contains("zip -r couche.zip python/"), "{solution:?}");
    let document = machine.run(&["exercice", "cycle-anciennes-versions"]);
    assert!(document.out.contains("--fichier FICHIER"), "{document:?}");
    let solution = machine.run(&["solution", "cycle-anciennes-versions", "--abandonner"]);
    assert!(
        solution.out.contains("\"NoncurrentVersionExpiration\""),
        "{solution:?}"
    );
}

#[test]
fn a_document_is_judged_by_the_simulated_service() {
    let machine = Machine::new();
    let write = |text: &str| std::fs::write(machine.folder.path().join("cycle.json"), text).unwrap();
    let check = || {
        machine.run(&[
            "verifier",
            "cycle-anciennes-versions",
            "--fichier",
            "cycle.json",
            "--json",
        ])
    };
    let described = machine
        .run(&["exercice", "cycle-anciennes-versions", "--json"])
        .json();
    assert_eq!(described["kind"], "json_document");
    let of = |name: &str| described["parameters"][name].clone();
    // A whole number: AWS takes no other.
    let days: i64 = of("jours").to_string().trim_end_matches(".0").parse().unwrap();
    let rule = |status: &str| {
        json!({"Rules": [{
            "ID": "m", "Status": status, "Filter": {"Prefix": format!("{}/", of("prefixe").as_str().unwrap())},
            "NoncurrentVersionExpiration": {"NoncurrentDays": days},
        }]})
    };
    write(&rule("Enabled").to_string());
    let passed = check();
    assert_eq!(
        (passed.code, &passed.json()["status"]),
        (Some(0), &json!("passed")),
        "{passed:?}"
    );
    write(&rule("Disabled").to_string());
    let wrong = check();
    assert_eq!(
        (wrong.code, &wrong.json()["misconception"]),
        (Some(1), &json!("regle-desactivee")),
        "{wrong:?}"
    );
    write(&rule("Allumée").to_string());
    let refused = check();
    assert!(
        refused.json()["feedback"]
            .as_str()
            .unwrap()
            .contains("AWS répond\u{a0}: `MalformedXML`"),
        "{refused:?}"
    );
    write("{\"Rules\": [\n  {\"Etat\": 1}\n]}");
    let form = check();
    assert_eq!(
        (form.code, &form.json()["status"]),
        (Some(2), &json!("unreadable")),
        "{form:?}"
    );
    assert!(
        form.json()["feedback"]
            .as_str()
            .unwrap()
            .contains("Ligne 2, colonne 4"),
        "{form:?}"
    );
}
