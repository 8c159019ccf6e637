//! A machine with nothing on its PATH: no Rust, no compiler, no Python, no AWS CLI, not even a shell's own tools. One still reads, answers,
//! sits an exam, and has a simulator.
#![allow(clippy::unwrap_used)]

mod support;

use cahier::lessons;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use support::{Machine, Said, fed};
use workbook::Workbook;
use workbook::evidence::{Answer, Evidence};

/// The program, with an empty folder for a PATH.
fn bare(machine: &Machine, line: &[&str]) -> Command {
    let empty = machine.folder.path().join("vide");
    std::fs::create_dir_all(&empty).unwrap();
    let mut command = machine.command(line);
    command.env("PATH", empty);
    command
}

fn run(machine: &Machine, line: &[&str]) -> Said {
    bare(machine, line).output().unwrap().into()
}

#[test]
fn lessons_are_read_and_listed() {
    let machine = Machine::new();
    let said = run(&machine, &["lire", "dynamodb"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(said.out.contains("── cellule") && said.out.len() > 10_000);
    assert_eq!(
        run(&machine, &["lecons", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        6
    );
}

#[test]
fn every_kind_of_answer_that_is_no_program_is_judged() {
    let machine = Machine::new();
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    let mut kinds = BTreeSet::new();
    for spec in workbook
        .lessons()
        .iter()
        .flat_map(workbook::lesson::Lesson::exercises)
    {
        let drawn = (spec.draw)(7);
        let inner = &drawn.exercise;
        if inner.needs_engine()
            || inner.archive().is_some()
            || inner.needs_simulator()
            || spec.kind == "presigned_url"
        {
            continue;
        }
        if !kinds.insert(spec.kind) {
            continue;
        }
        let Answer::Text(right) = inner.right_answer(&Evidence::default()) else {
            panic!("{} is not answered by a text", spec.id);
        };
        let mut command = bare(&machine, &["verifier", &spec.id, "--graine", "7", "--json", "-"]);
        command.stdin(Stdio::piped());
        let said = fed(command, &right);
        assert_eq!(said.json()["status"], "passed", "{}: {said:?}", spec.id);
        assert_eq!(said.code, Some(0), "{}: {said:?}", spec.id);
        assert_eq!(run(&machine, &["indice", &spec.id]).code, Some(0), "{}", spec.id);
    }
    let expected = [
        "choice",
        "command",
        "iam_policy",
        "json_document",
        "number",
        "ordering",
        "prediction",
    ];
    assert_eq!(kinds, BTreeSet::from(expected));
    let progress = run(&machine, &["progres", "--json"]).json();
    assert!(progress["lessons"].as_array().unwrap().len() == 6, "{progress}");
}

#[test]
fn an_exam_is_drawn_and_graded() {
    let machine = Machine::new();
    let drawn = run(
        &machine,
        &["examen", "--certification", "dva-c02", "--graine", "7", "--json"],
    )
    .json();
    let questions = drawn["questions"].as_array().unwrap();
    let answers: serde_json::Map<_, _> = questions
        .iter()
        .map(|one| (one["id"].as_str().unwrap().to_owned(), serde_json::json!(["A"])))
        .collect();
    let file = machine.folder.path().join("reponses.json");
    std::fs::write(&file, serde_json::to_string(&answers).unwrap()).unwrap();
    let line = [
        "examen",
        "--certification",
        "dva-c02",
        "--graine",
        "7",
        "--reponses",
        "reponses.json",
        "--json",
    ];
    assert_eq!(run(&machine, &line).json()["total"], questions.len());
}

#[test]
fn the_simulator_serves() {
    let machine = Machine::new();
    let mut child = bare(&machine, &["simulateur", "--port", "0", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let about: serde_json::Value = serde_json::from_str(&line).unwrap();
    let place = about["endpoint"]
        .as_str()
        .unwrap()
        .trim_start_matches("http://")
        .to_owned();
    let mut stream = TcpStream::connect(&place).unwrap();
    let token = about["control_token"].as_str().unwrap();
    write!(
        stream,
        "GET /_cahier/clock HTTP/1.1\r\nHost: {place}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        answer.contains("200 OK") && answer.contains("offset_seconds"),
        "{answer}"
    );
}

#[test]
fn what_needs_rust_says_so_and_how_to_get_it() {
    let machine = Machine::new();
    for line in [&["executer", "dynamodb"][..], &["preparer"]] {
        let said = run(&machine, line);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("https://rustup.rs"), "{said:?}");
    }
}

#[test]
fn the_diagnosis_explains_all_that_is_missing() {
    let machine = Machine::new();
    let findings = run(&machine, &["diagnostic", "--json"]).json();
    let found: Vec<(&str, &str, &str)> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["check"].as_str().unwrap(),
                one["status"].as_str().unwrap(),
                one["hint"].as_str().unwrap(),
            )
        })
        .collect();
    for (check, status, how) in [
        ("rustc", "missing", "sh.rustup.rs"),
        ("cargo", "missing", "sh.rustup.rs"),
        ("cc", "missing", "build-essential"),
        ("rust-src", "missing", "rustup"),
        ("prelude", "missing", "rustup.rs"),
        ("rustup", "warning", "rustup.rs"),
        ("python3", "warning", "apt install python3"),
        ("aws", "warning", "pip install awscli"),
        ("jupyter", "warning", "pip install jupyterlab"),
        ("data_folder", "ok", "donnees"),
    ] {
        let one = found.iter().find(|one| one.0 == check).unwrap();
        assert_eq!(one.1, status, "{one:?}");
        assert!(one.2.contains(how), "{one:?}");
    }
    let space = found.iter().find(|one| one.0 == "disk_space").unwrap();
    assert!(space.2.contains("Mio libres"), "{space:?}");
    assert!(found.iter().any(|one| one.0 == "port_4566"));
}
