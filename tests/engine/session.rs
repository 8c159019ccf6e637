//! What one cell leaves to the next, and what the engine leaves behind.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engine::{EvcxrEngine, Settings};
use workbook::engine::{Chunk, Engine as _, Outcome};

use super::{engine, prepared, printed, run, runs, settings, value};

#[test]
fn a_variable_made_in_one_cell_is_there_in_the_next() {
    let engine = &mut engine();
    printed(engine, "let mut total = 40;");
    printed(engine, "total += 2;");
    assert_eq!(value(engine, "total"), "42");
}

#[test]
fn await_works_and_a_task_lives_on() {
    let engine = &mut engine();
    printed(
        engine,
        "let (sender, mut receiver) = tokio::sync::mpsc::channel::<u32>(1);",
    );
    printed(engine, "tokio::spawn(async move { sender.send(7).await });");
    assert_eq!(value(engine, "receiver.recv().await"), "Some(7)");
}

#[test]
fn a_client_of_the_sdk_made_in_one_cell_works_in_the_next() {
    let engine = &mut engine();
    printed(
        engine,
        "use aws_sdk_s3::Client;
         use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
         let clefs = Credentials::new(\"AKIAIOSFODNN7EXAMPLE\", \"secret\", None, None, \"essai\");
         let config = aws_sdk_s3::Config::builder().behavior_version(BehaviorVersion::latest())
             .region(Region::new(\"eu-west-3\")).credentials_provider(clefs)
             .endpoint_url(\"http://127.0.0.1:9\").force_path_style(true).build();
         let client = Client::from_conf(config);",
    );
    let asked = "let signee = client.get_object().bucket(\"factures\").key(\"été.pdf\")
        .presigned(aws_sdk_s3::presigning::PresigningConfig::expires_in(
            std::time::Duration::from_secs(600)).unwrap()).await.unwrap();
        println!(\"{}\", signee.uri());";
    let url = printed(engine, asked);
    assert!(
        url.starts_with("http://127.0.0.1:9/factures/%C3%A9t%C3%A9.pdf?"),
        "{url}"
    );
    assert!(url.contains("X-Amz-Expires=600"), "{url}");
    // What AWS's own examples make variables of: the pages of a list, the bytes of an object.
    printed(
        engine,
        "let mut pages = client.list_objects_v2().bucket(\"a\").into_paginator().send();
         let octets = aws_sdk_s3::primitives::ByteStream::from_static(b\"abc\").collect().await?.into_bytes();",
    );
    assert_eq!(
        value(
            engine,
            "(octets.len(), pages.next().await.is_some_and(|page| page.is_err()))"
        ),
        "(3, true)"
    );
    // A request needs the reactor that the first cell's runtime started: it must fail as a request.
    let refused = value(engine, "client.list_buckets().send().await.is_err()");
    assert_eq!(refused, "true");
}

#[test]
fn a_cell_has_the_environment_it_was_given_and_nothing_of_evcxr() {
    let engine = &mut engine();
    let source = "for nom in [\"CAHIER_ESSAI\", \"EVCXR_IS_RUNTIME\", \"CARGO_HOME_ESSAI\"] {
        println!(\"{:?}\", std::env::var(nom).ok()); }";
    assert_eq!(printed(engine, source), "Some(\"présent\")\nNone\nNone\n");
}

#[test]
fn completions_know_the_variables_and_the_sdk() {
    let engine = &mut engine();
    printed(engine, "let étiquette = String::from(\"x\");");
    let found = engine
        .complete("étiquette.to_upp", "étiquette.to_upp".len())
        .unwrap();
    assert!(
        found
            .items
            .iter()
            .any(|item| item.text.starts_with("to_uppercase")),
        "{found:?}"
    );
    let source = "aws_sdk_s3::Cli";
    let found = engine.complete(source, source.len()).unwrap();
    assert!(
        found.items.iter().any(|item| item.text.starts_with("Client")),
        "{found:?}"
    );
    assert_eq!(found.range, 12..15);
}

#[test]
fn the_types_of_variables_are_inferred_through_the_standard_library_and_the_sdk() {
    let engine = &mut engine();
    printed(
        engine,
        "use std::collections::HashMap; use aws_sdk_dynamodb::types::AttributeValue;",
    );
    printed(
        engine,
        "let clef = HashMap::from([(\"id\".to_string(), AttributeValue::S(\"a\".to_string()))]);",
    );
    printed(
        engine,
        "let compte: HashMap<_, _> = [(\"a\".to_string(), 1)].into_iter().collect();",
    );
    printed(
        engine,
        "let mots = \"un deux\".split(' ').map(String::from).collect::<Vec<_>>();",
    );
    printed(engine, "let objet = serde_json::json!({\"n\": mots.len()});");
    assert_eq!(
        value(engine, "(clef.len(), compte[\"a\"], objet[\"n\"].as_u64())"),
        "(1, 1, Some(2))"
    );
}

#[test]
fn a_variable_whose_type_is_another_one_is_lost_and_its_cell_runs_once() {
    let engine = &mut engine();
    printed(engine, "struct Objet(u8); let objet = Objet(1); let gardee = 2;");
    assert_eq!(
        printed(engine, "struct Objet { autre: u16 } println!(\"une fois\");"),
        "une fois\n"
    );
    assert_eq!(value(engine, "gardee"), "2");
    assert!(matches!(
        run(engine, "objet.0").outcome,
        Outcome::DoesNotCompile(_)
    ));
}

#[test]
fn a_reset_forgets_everything() {
    let engine = &mut engine();
    printed(engine, "let oubliee = 1; fn oubliee_aussi() {}");
    engine.reset().unwrap();
    assert!(matches!(
        run(engine, "oubliee").outcome,
        Outcome::DoesNotCompile(_)
    ));
    assert!(matches!(
        run(engine, "oubliee_aussi()").outcome,
        Outcome::DoesNotCompile(_)
    ));
    assert_eq!(value(engine, "async { 4 }.await"), "4");
}

#[test]
fn a_host_that_dies_is_replaced() {
    let engine = &mut engine();
    let ended = run(engine, ":quit");
    assert!(ended.lost, "{ended:?}");
    assert_eq!(value(engine, "5"), "5");
}

#[test]
fn without_a_preparation_the_engine_says_what_to_run() {
    let empty = tempfile::tempdir().unwrap();
    let error = EvcxrEngine::start(Settings {
        prepared: empty.path().to_owned(),
        ..settings()
    })
    .err()
    .unwrap();
    assert!(error.to_string().contains("cahier preparer"), "{error}");
}

#[test]
fn a_crate_that_is_not_prepared_is_built_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    let manifest = "[package]\nname = \"petit\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    let source = "pub struct Nombre(pub u8); pub fn nombre() -> Nombre { Nombre(6) }";
    std::fs::write(folder.path().join("src/lib.rs"), source).unwrap();
    let engine = &mut engine();
    printed(engine, &format!(":dep petit = {{ path = {:?} }}", folder.path()));
    printed(
        engine,
        "let nombre = petit::nombre(); let valeur = serde_json::json!({\"n\": nombre.0});",
    );
    assert_eq!(
        value(engine, "async { (nombre.0, valeur[\"n\"].as_u64()) }.await"),
        "(6, Some(6))"
    );
}

const CHILD: &str = "CAHIER_ESSAI_ENFANT";

/// The cell that the workbook of the next test is killed in: it tells its process and its child's.
#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn run_until_killed() {
    let mut engine = EvcxrEngine::start(settings()).unwrap();
    let source = "let enfant = std::process::Command::new(\"sleep\").arg(\"1000\").spawn().unwrap();
        println!(\"{} {}\", std::process::id(), enfant.id()); loop {}";
    let host = engine.host_process().unwrap();
    let _ = engine.eval(source, Duration::from_mins(10), &mut |chunk| {
        if let Chunk::Stdout(text) = chunk {
            println!("\nprocesses {host} {text}");
        }
    });
}

#[test]
fn a_killed_workbook_leaves_no_process_behind() {
    if std::env::var_os(CHILD).is_some() {
        return run_until_killed();
    }
    prepared();
    let mut workbook = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "session::a_killed_workbook_leaves_no_process_behind",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(workbook.stdout.take().unwrap()).lines();
    let processes = lines
        .find_map(|line| line.unwrap().strip_prefix("processes ").map(str::to_owned))
        .unwrap();
    workbook.kill().unwrap();
    workbook.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    for process in processes.split_whitespace() {
        while runs(process) {
            assert!(Instant::now() < deadline, "process {process} still runs");
            std::thread::yield_now();
        }
    }
}
