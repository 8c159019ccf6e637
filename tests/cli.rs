//! The command line, end to end, on a machine without any Rust toolchain.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use support::{Machine, fed};

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

fn right_answer(machine: &Machine) -> String {
    let described = machine.on_lessons(&["exercice", "essai-double", "--json"]).json();
    format!("{}", described["parameters"]["n"].as_f64().unwrap() * 2.0)
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
    let refused: support::Said = {
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
}

#[test]
fn a_mistake_on_the_command_line_is_told_in_french_with_a_hint() {
    let machine = Machine::new();
    let cases = [
        (
            vec!["verifer"],
            "la commande «\u{a0}verifer\u{a0}» n’existe pas",
            "verifier",
        ),
        (vec!["lire"], "il manque LECON", "cahier lire LECON"),
        (vec!["lire", "dynamdb"], "n’existe pas", "dynamodb"),
        (
            vec!["exercice", "ddb-lecture-fort"],
            "n’existe pas",
            "ddb-lecture-forte",
        ),
        (
            vec!["executer", "dynamodb", "--cellule", "ddb-lir"],
            "n’a pas de cellule",
            "ddb-lire",
        ),
        (vec!["lecons", "--jsno"], "n’est pas attendu ici", "--json"),
        (
            vec!["lecons", "--graine", "x"],
            "n’est pas une valeur de --graine",
            "Conseil",
        ),
        (vec!["lecons", "--profil", "p"], "qu’avec --aws", "--aws"),
        (
            vec!["simulateur", "--port", "99999"],
            "n’est pas une valeur de --port",
            "Conseil",
        ),
    ];
    for (line, message, hint) in cases {
        let said = machine.run(&line);
        assert_eq!(said.code, Some(2), "{line:?}");
        assert!(
            said.err.contains(message) && said.err.contains(hint),
            "{line:?}: {}",
            said.err
        );
        assert_eq!(said.out, "", "{line:?}");
    }
}

#[test]
fn with_json_a_failure_is_one_document() {
    let failed = Machine::new().run(&["lire", "absente", "--json"]);
    assert_eq!(failed.code, Some(2));
    let error = failed.json()["error"].clone();
    assert_eq!(error["code"], "unknown_lesson");
    assert!(error["message"].is_string() && error["hint"].is_string());
    let usage = Machine::new().run(&["verifer", "--json"]);
    assert_eq!(usage.json()["error"]["code"], "usage");
}

#[test]
fn a_broken_lesson_is_reported_with_its_place() {
    let machine = Machine::new();
    let broken = support::LESSON.replace("genre = \"nombre\"", "genre = \"nombr\"");
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
fn help_is_french_and_names_every_command() {
    let machine = Machine::new();
    let help = machine.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for command in cahier::cli::COMMANDS {
        assert!(
            help.out.contains(command.name) && help.out.contains(command.alias),
            "{}",
            command.name
        );
        let page = machine.run(&[command.alias, "-h"]);
        assert_eq!(page.code, Some(0), "{}", command.name);
        assert!(
            page.out.contains("Utilisation") && page.out.contains(command.about),
            "{}",
            page.out
        );
        let english = [
            "Usage",
            "Options:",
            "Commands",
            "Print",
            "default:",
            "possible values",
        ];
        assert!(
            !english.iter().any(|word| page.out.contains(word)),
            "{}",
            page.out
        );
        for example in command.examples {
            assert!(example.contains(&format!("cahier {}", command.name)), "{example}");
        }
    }
    assert_eq!(
        machine.run(&["--version"]).out.trim(),
        format!("cahier {}", env!("CARGO_PKG_VERSION"))
    );
}

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
