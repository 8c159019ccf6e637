//! Cells, run for real: every way in which a cell can end, and what the next one finds.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use engine::{EvcxrEngine, Settings, prepare};
use workbook::engine::{Chunk, Engine, Evaluation, Outcome, Rich};

const LIMIT: Duration = Duration::from_mins(1);

/// One preparation for all tests, made when it is missing.
fn prepared() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
        prepare::prepare(&folder, &mut |_| {}).unwrap();
        folder
    })
}

fn settings() -> Settings {
    Settings {
        env: vec![("CAHIER_ESSAI".to_owned(), "présent".to_owned())],
        // cargo's LD_LIBRARY_PATH would hide that a cell finds its libraries by itself.
        remove_env_prefix: vec!["AWS_".to_owned(), "LD_".to_owned()],
        prepared: prepared().to_owned(),
        program: PathBuf::from(env!("CARGO_BIN_EXE_cahier")),
        directory: std::env::temp_dir(),
    }
}

/// One engine for all tests, since its start takes seconds; each test finds it empty.
fn engine() -> MutexGuard<'static, EvcxrEngine> {
    static ENGINE: OnceLock<Mutex<EvcxrEngine>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| Mutex::new(EvcxrEngine::start(settings()).unwrap()));
    let mut engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
    engine.reset().unwrap();
    engine
}

fn run(engine: &mut EvcxrEngine, source: &str) -> Evaluation {
    engine.eval(source, LIMIT, &mut |_| {}).unwrap()
}

/// Runs a cell that must end well, and gives back its standard output.
fn printed(engine: &mut EvcxrEngine, source: &str) -> String {
    let ended = run(engine, source);
    assert_eq!(ended.outcome, Outcome::Done, "{source}: {ended:?}");
    ended.output.stdout
}

fn value(engine: &mut EvcxrEngine, source: &str) -> String {
    let ended = run(engine, source);
    assert_eq!(ended.outcome, Outcome::Done, "{source}: {ended:?}");
    let plain = ended
        .output
        .rich
        .into_iter()
        .find(|rich| rich.mime == "text/plain");
    plain.map(|rich| rich.data).unwrap_or_default()
}

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
fn output_comes_while_the_cell_runs() {
    let engine = &mut engine();
    let mut seen = Vec::new();
    // The second line is only printed once the test has seen the first: it removes the file.
    let gate = tempfile::NamedTempFile::new().unwrap();
    let source = format!(
        "println!(\"un\");
         while std::path::Path::new({:?}).exists() {{ std::thread::yield_now(); }}
         println!(\"deux\");",
        gate.path()
    );
    let ended = engine.eval(&source, LIMIT, &mut |chunk| {
        if let Chunk::Stdout(text) = chunk {
            if text.contains("un") {
                std::fs::remove_file(gate.path()).unwrap();
            }
            seen.push(text);
        }
    });
    assert_eq!(ended.unwrap().outcome, Outcome::Done);
    assert_eq!(seen, ["un\n", "deux\n"]);
}

#[test]
fn what_is_printed_without_a_line_end_is_not_held_back() {
    let engine = &mut engine();
    assert_eq!(printed(engine, "print!(\"sans fin\");"), "sans fin");
    assert_eq!(printed(engine, "println!(\"autre\");"), "autre\n");
}

#[test]
fn both_streams_are_told_apart() {
    let ended = run(&mut engine(), "println!(\"sortie\"); eprintln!(\"erreur\");");
    assert_eq!(
        (ended.output.stdout.as_str(), ended.output.stderr.as_str()),
        ("sortie\n", "erreur\n")
    );
}

#[test]
fn a_panic_tells_its_message_and_its_line_and_keeps_the_variables() {
    let engine = &mut engine();
    printed(engine, "let gardee = 5;");
    let ended = run(
        engine,
        "// une ligne\nlet vide: Vec<u8> = Vec::new();\npanic!(\"aïe, {}\", 3);",
    );
    assert_eq!(
        ended.outcome,
        Outcome::Panicked {
            message: "aïe, 3".to_owned(),
            line: Some(3)
        }
    );
    assert_eq!(value(engine, "gardee"), "5");
}

#[test]
fn a_panic_in_another_thread_is_only_words_on_the_error_stream() {
    let ended = run(
        &mut engine(),
        "let _ = std::thread::spawn(|| panic!(\"ailleurs\")).join();",
    );
    assert_eq!(ended.outcome, Outcome::Done);
    assert!(ended.output.stderr.contains("ailleurs"), "{ended:?}");
}

#[test]
fn a_question_mark_that_meets_an_error_ends_the_cell() {
    let engine = &mut engine();
    let ended = run(engine, "let n: u8 = \"300\".parse::<u8>()?; println!(\"{n}\");");
    assert!(
        matches!(&ended.outcome, Outcome::Panicked { message, .. } if message.contains("PosOverflow")),
        "{ended:?}"
    );
    assert_eq!(ended.output.stdout, "");
}

#[test]
fn the_end_of_the_process_is_told_with_its_status_and_loses_variables() {
    let engine = &mut engine();
    printed(engine, "let perdue = 1; fn gardee() -> u8 { 9 }");
    let ended = run(engine, "std::process::exit(3)");
    assert_eq!(ended.outcome, Outcome::Exited { status: 3 });
    assert!(matches!(
        run(engine, "perdue").outcome,
        Outcome::DoesNotCompile(_)
    ));
    assert_eq!(value(engine, "gardee()"), "9");
}

#[test]
fn a_signal_is_told_by_its_number() {
    let engine = &mut engine();
    let ended = run(engine, "std::process::abort()");
    assert_eq!(
        ended.outcome,
        Outcome::Crashed {
            signal: 6,
            stack_overflow: false
        }
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_stack_overflow_is_recognised() {
    let engine = &mut engine();
    let source = "fn sans_fond(n: u64) -> u64 { let t = [n; 64]; sans_fond(n + 1) + t[(n % 64) as usize] }
        println!(\"{}\", sans_fond(0));";
    let ended = run(engine, source);
    assert_eq!(
        ended.outcome,
        Outcome::Crashed {
            signal: 6,
            stack_overflow: true
        }
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn an_endless_loop_is_stopped_at_the_limit() {
    let engine = &mut engine();
    let limit = Duration::from_secs(3);
    let ended = engine
        .eval("println!(\"avant\"); loop {}", limit, &mut |_| {})
        .unwrap();
    assert_eq!(ended.outcome, Outcome::TimedOut { limit });
    assert_eq!(ended.output.stdout, "avant\n");
    assert_eq!(value(engine, "1 + 1"), "2");
}

#[test]
fn a_compilation_without_end_is_stopped_at_the_limit() {
    let engine = &mut engine();
    printed(engine, "let gardee = 8;");
    let source = "const fn sans_fin() -> u64 { let mut n = 0u64; loop { n = n.wrapping_add(1); } }
        #[allow(long_running_const_eval)] const N: u64 = sans_fin(); println!(\"{N}\");";
    let limit = Duration::from_secs(4);
    let ended = engine.eval(source, limit, &mut |_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::TimedOut { limit });
    assert_eq!(value(engine, "gardee"), "8");
}

#[test]
fn the_learner_stops_a_cell_from_another_thread() {
    let engine = &mut engine();
    let interrupter = engine.interrupter();
    let ended = engine.eval("println!(\"parti\"); loop {}", LIMIT, &mut |chunk| {
        if matches!(&chunk, Chunk::Stdout(text) if text == "parti\n") {
            let interrupter = std::sync::Arc::clone(&interrupter);
            std::thread::spawn(move || interrupter.interrupt());
        }
    });
    assert_eq!(ended.unwrap().outcome, Outcome::Interrupted);
    assert_eq!(value(engine, "2 + 2"), "4");
}

#[test]
fn an_interruption_between_two_cells_does_nothing() {
    let engine = &mut engine();
    engine.interrupter().interrupt();
    assert_eq!(value(engine, "3"), "3");
}

#[test]
fn a_mistake_is_placed_in_the_learner_s_own_text_accents_included() {
    let source = "// où est passé l’été ?\nlet prénom = \"Zoé\";\nlet somme = prénom + 1;\n";
    let Outcome::DoesNotCompile(diagnostics) = run(&mut engine(), source).outcome else {
        panic!("this compiles?");
    };
    let mistake = &diagnostics[0];
    assert_eq!(mistake.code.as_deref(), Some("E0369"));
    let primary = mistake.spans.iter().find(|span| span.primary).unwrap();
    assert_eq!(&source[primary.range.clone()], "+");
    assert!(
        mistake
            .spans
            .iter()
            .any(|span| &source[span.range.clone()] == "prénom")
    );
}

#[test]
fn an_unclosed_brace_is_a_mistake_like_another() {
    let engine = &mut engine();
    assert!(matches!(
        run(engine, "fn f() { let x = 1;").outcome,
        Outcome::DoesNotCompile(_)
    ));
    assert_eq!(value(engine, "1"), "1");
}

#[test]
fn no_text_of_a_cell_ends_it_or_shifts_the_next_one() {
    let engine = &mut engine();
    let hostile = "println!(\"EVCXR_EXECUTION_COMPLETE\"); println!(\"EVCXR_BEGIN_CONTENT text/html\");
        println!(\"EVCXR_END_CONTENT_\"); println!(\"\\0cahier-0000 end 1\");";
    let ended = run(engine, hostile);
    assert_eq!(ended.outcome, Outcome::Done);
    assert!(
        ended.output.stdout.starts_with("EVCXR_EXECUTION_COMPLETE\n"),
        "{ended:?}"
    );
    assert_eq!(printed(engine, "println!(\"suite\");"), "suite\n");
}

#[test]
fn a_cell_that_reads_its_input_finds_it_empty() {
    let source = "let mut ligne = String::new();
        println!(\"{}\", std::io::stdin().read_line(&mut ligne).unwrap());";
    assert_eq!(printed(&mut engine(), source), "0\n");
}

#[test]
fn a_cell_that_prints_for_ever_keeps_its_first_megabyte() {
    let engine = &mut engine();
    let limit = Duration::from_secs(3);
    let ended = engine
        .eval("loop { println!(\"encore et encore\"); }", limit, &mut |_| {})
        .unwrap();
    assert_eq!(ended.outcome, Outcome::TimedOut { limit });
    let printed = ended.output.stdout;
    assert!(
        printed.len() < 1_100_000 && printed.ends_with("plus de 1 Mio]\n"),
        "{}",
        printed.len()
    );
    assert_eq!(value(engine, "1"), "1");
}

#[test]
fn plots_arrive_in_order_with_the_value() {
    let source = "for n in 1..=2 {
            println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n<svg>{n}</svg>\\nEVCXR_END_CONTENT\");
        }
        let figure = plotters::evcxr::evcxr_figure((60, 40), |zone| {
            use plotters::prelude::*;
            zone.fill(&WHITE)?;
            Ok(())
        });
        figure";
    let ended = run(&mut engine(), source);
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    let svg = |n: u8| Rich {
        mime: "image/svg+xml".to_owned(),
        data: format!("<svg>{n}</svg>"),
    };
    assert_eq!(ended.output.rich[..2], [svg(1), svg(2)]);
    assert!(
        ended.output.rich[2].data.contains("<svg"),
        "{:?}",
        ended.output.rich[2]
    );
}

#[test]
fn completions_know_the_variables_and_the_sdk() {
    let engine = &mut engine();
    printed(engine, "let étiquette = String::from(\"x\");");
    let found = engine
        .complete("étiquette.to_upp", "étiquette.to_upp".len())
        .unwrap();
    assert!(
        found.items.iter().any(|item| item.starts_with("to_uppercase")),
        "{found:?}"
    );
    let source = "aws_sdk_s3::Cli";
    let found = engine.complete(source, source.len()).unwrap();
    assert!(
        found.items.iter().any(|item| item.starts_with("Client")),
        "{found:?}"
    );
    assert_eq!(found.range, 12..15);
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
    assert!(ended.outcome.lost_variables(), "{ended:?}");
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
fn run_until_killed() {
    let mut engine = EvcxrEngine::start(settings()).unwrap();
    let source = "let enfant = std::process::Command::new(\"sleep\").arg(\"1000\").spawn().unwrap();
        println!(\"{} {}\", std::process::id(), enfant.id()); loop {}";
    let host = engine.host_process().unwrap();
    let _ = engine.eval(source, Duration::from_mins(10), &mut |chunk| {
        if let Chunk::Stdout(text) = chunk {
            writeln!(std::io::stdout(), "\nprocesses {host} {text}").unwrap();
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
            "a_killed_workbook_leaves_no_process_behind",
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

/// A process that ended and that nobody has waited for yet runs no more.
fn runs(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}
