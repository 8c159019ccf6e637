//! The simulator alone, and around a program; the diagnosis.

use crate::support::{Machine, Said};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

#[test]
fn the_simulator_says_how_to_reach_it_and_stops_in_order() {
    let machine = Machine::new();
    for signal in ["-INT", "-TERM"] {
        let mut command = machine.command(&["simulateur", "--port", "0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        for key in [
            "endpoint",
            "region",
            "account",
            "access_key_id",
            "secret_access_key",
            "control_token",
        ] {
            assert!(
                announced[key].as_str().is_some_and(|value| !value.is_empty()),
                "{key}: {announced}"
            );
        }
        let address = announced["endpoint"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://");
        std::net::TcpStream::connect(address).unwrap();
        let kill = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn a_port_in_use_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = Machine::new().run(&["simulateur", "--port", &port]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains(&port) && said.err.contains("--port 0"),
        "{}",
        said.err
    );
}

#[test]
fn a_program_around_the_simulator_gives_its_own_exit_code() {
    let machine = Machine::new();
    assert_eq!(
        machine.run(&["simulateur", "--", "sh", "-c", "exit 7"]).code,
        Some(7)
    );
    assert_eq!(
        machine.run(&["simulateur", "--", "sh", "-c", "kill -9 $$"]).code,
        Some(137)
    );
    let mixed = machine.run(&["simulateur", "--json", "--", "true"]);
    assert_eq!(
        (mixed.code, &mixed.json()["error"]["code"]),
        (Some(2), &"usage".into())
    );
    let absent = machine.run(&["simulateur", "--", "programme-absent"]);
    assert!(
        absent.code == Some(2) && absent.err.contains("programme-absent"),
        "{absent:?}"
    );
}

#[test]
fn the_diagnosis_names_what_is_missing_and_how_to_get_it() {
    let machine = Machine::new();
    let said = machine.run(&["diagnostic", "--json"]);
    assert_eq!(said.code, Some(0));
    let findings = said.json();
    let of = |check: &str| {
        findings
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["check"] == check)
            .unwrap()
            .clone()
    };
    assert_eq!(of("data_folder")["status"], "ok");
    for check in ["rustc", "cargo", "prelude", "rust-src"] {
        assert_eq!(of(check)["status"], "missing", "{check}");
        assert!(of(check)["hint"].as_str().unwrap().len() > 10);
    }
}

#[test]
fn a_diagnosis_that_finds_something_has_done_its_work() {
    let said = Machine::new().run(&["diagnostic"]);
    assert_eq!(said.code, Some(0));
    for words in [
        "✗ cargo\u{a0}:",
        "✗ bibliothèques des cellules Rust\u{a0}:",
        "dossier de données\u{a0}:",
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    for identifier in ["data_folder", "disk_space", "port_4566", "prelude"] {
        assert!(!said.out.contains(identifier), "{said:?}");
    }
    let help = Machine::new().run(&["diagnostic", "--help"]).out;
    assert!(help.contains("Le code de sortie est 0"), "{help}");
}

#[test]
fn an_account_that_cannot_be_kept_is_told_after_its_one_document() {
    let machine = Machine::new();
    let data = machine.folder.path().join("compte");
    let mut command = machine.command(&["simulateur", "--port", "0", "--json", "--donnees", "compte"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert!(serde_json::from_str::<Value>(&first).is_ok(), "{first}");
    // Nothing can be written where there is no folder any more, and a file bars the way to a new one.
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::write(&data, "").unwrap();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let said: Said = child.wait_with_output().unwrap().into();
    assert_eq!((said.code, rest.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.err.contains("impossible d’écrire compte"), "{said:?}");
}

#[test]
fn what_cannot_be_taken_up_of_an_account_is_told_beside_the_one_document() {
    let machine = Machine::new();
    let arguments = ["simulateur", "--donnees", "compte"];
    assert_eq!(
        machine.run(&[&arguments[..], &["--", "true"]].concat()).code,
        Some(0)
    );
    let data = machine.folder.path().join("compte");
    let damage = || {
        let generation = std::fs::read_to_string(data.join("CURRENT")).unwrap();
        // What a power cut leaves.
        std::fs::write(data.join(format!("log-{generation}")), [0; 64]).unwrap();
    };
    damage();
    let said = machine.run(&[&arguments[..], &["--", "true"]].concat());
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{said:?}");
    assert!(
        said.err.contains("Attention\u{a0}:") && said.err.contains(".torn"),
        "{said:?}"
    );

    damage();
    let mut command = machine.command(&[&arguments[..], &["--port", "0", "--json"]].concat());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert!(serde_json::from_str::<Value>(&first).is_ok(), "{first}");
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let said: Said = child.wait_with_output().unwrap().into();
    assert_eq!((said.code, rest.as_str()), (Some(0), ""), "{said:?}");
    assert!(
        said.err.contains("illisible") && said.err.contains(".torn"),
        "{said:?}"
    );
}

#[test]
fn a_folder_of_data_that_cannot_be_used_is_told_for_what_it_is() {
    let machine = Machine::new();
    let folder = machine.folder.path();
    std::fs::write(folder.join("fichier"), "").unwrap();
    std::fs::create_dir(folder.join("abime")).unwrap();
    std::fs::write(folder.join("abime/CURRENT"), "x").unwrap();
    for (name, code, told) in [
        ("fichier", "unreadable_file", "ce n’est pas un dossier"),
        ("abime", "damaged_data", "sont abîmées"),
    ] {
        let said = machine.run(&["simulateur", "--port", "0", "--json", "--donnees", name]);
        assert_eq!(said.code, Some(2), "{said:?}");
        let error = &said.json()["error"];
        assert_eq!(error["code"], code);
        assert!(error["message"].as_str().unwrap().contains(told), "{said:?}");
    }
    let said = machine.run(&["simulateur", "--port", "0", "--donnees", "abime"]);
    assert!(!said.err.contains("droits de lecture"), "{said:?}");
}
