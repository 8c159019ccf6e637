//! Cells that do what no cell should: to their streams, to their process, to those around it.

use std::time::{Duration, Instant};

use engine::EvcxrEngine;
use workbook::engine::{Engine as _, EngineError, Evaluation, Outcome};

use super::{engine, printed, run, runs, settings, value};

/// Descriptors closed by their numbers, open or not.
const CLOSE: &str = "unsafe extern \"C\" { safe fn close(numero: i32) -> i32; }
    fn ferme(numeros: std::ops::Range<i32>) { for numero in numeros { close(numero); } }";
/// The same as a learner would come to it.
const OWN: &str = "use std::os::fd::{FromRawFd, OwnedFd};
    for numero in 1..3 { drop(unsafe { OwnedFd::from_raw_fd(numero) }); }";
const KILLED: Outcome = Outcome::Crashed {
    signal: 9,
    stack_overflow: false,
};

fn within(engine: &mut EvcxrEngine, seconds: u64, source: &str) -> Evaluation {
    engine
        .eval(source, Duration::from_secs(seconds), &mut |_| {})
        .unwrap()
}

/// Waits until a condition holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(3);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_cell_that_closes_its_outputs_is_told_so_and_the_next_ones_have_them_back() {
    let engine = &mut engine();
    printed(engine, "let gardee = 5;");
    let ended = run(engine, &format!("println!(\"avant\"); {OWN}"));
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    assert_eq!(ended.output.stdout, "avant\n");
    assert!(ended.output.stderr.contains("a fermé ou remplacé"), "{ended:?}");
    let next = run(engine, "println!(\"après\"); eprintln!(\"aussi\"); gardee");
    assert_eq!(
        (next.output.stdout.as_str(), next.output.stderr.as_str()),
        ("après\n", "aussi\n")
    );
    assert_eq!(next.output.rich[0].data, "5");
}

#[test]
fn a_cell_that_closes_all_it_holds_is_ended_before_its_limit() {
    let engine = &mut engine();
    printed(engine, CLOSE);
    let ended = run(engine, "ferme(0..64); loop {}");
    // The standard library may be first: it aborts where a descriptor that it owns was closed beneath it.
    let aborted = Outcome::Crashed {
        signal: 6,
        stack_overflow: false,
    };
    if ended.outcome != aborted {
        assert_eq!(ended.outcome, KILLED, "{ended:?}");
        assert!(ended.output.stderr.contains("a fermé ses sorties"), "{ended:?}");
    }
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_thread_may_end_the_process() {
    let engine = &mut engine();
    let ended = run(
        engine,
        "let _ = std::thread::spawn(|| std::process::exit(5)).join();",
    );
    assert_eq!(ended.outcome, Outcome::Exited { status: 5 });
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_process_that_ends_between_two_cells_is_told_at_the_next_one_which_does_not_run() {
    let engine = &mut engine();
    let gate = tempfile::NamedTempFile::new().unwrap();
    let source = format!(
        "let porte = std::path::Path::new({:?});
         std::thread::spawn(move || {{ while porte.exists() {{ std::thread::yield_now(); }} std::process::exit(6) }});
         println!(\"{{}}\", std::process::id());",
        gate.path()
    );
    let process = printed(engine, &source);
    drop(gate);
    until("the process ends", || !runs(process.trim()));
    let ended = run(engine, "println!(\"jamais\");");
    assert_eq!(ended.outcome, Outcome::Exited { status: 6 });
    assert_eq!(ended.output.stdout, "");
    assert!(ended.output.stderr.contains("n’a pas été exécutée"), "{ended:?}");
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn what_outlives_a_process_and_never_falls_silent_does_not_hold_its_end_back() {
    let engine = &mut engine();
    let source = "std::process::Command::new(\"setsid\")
            .args([\"sh\", \"-c\", \"while :; do echo bruit; done\"]).spawn().unwrap();
        std::process::exit(4)";
    let ended = run(engine, source);
    assert_eq!(
        ended.outcome,
        Outcome::Exited { status: 4 },
        "{:?}",
        ended.outcome
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_cell_that_kills_its_guard_or_the_host_is_told_as_killed() {
    let engine = &mut engine();
    let kill = |process: &str| {
        format!(
            "std::process::Command::new(\"kill\").args([\"-9\", &({process}).to_string()]).status().unwrap(); loop {{}}"
        )
    };
    let ended = run(engine, &kill("std::os::unix::process::parent_id()"));
    assert_eq!(ended.outcome, KILLED, "{ended:?}");
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
    let host = engine.host_process().unwrap();
    let ended = run(engine, &kill(&host.to_string()));
    assert_eq!(ended.outcome, KILLED, "{ended:?}");
    assert_eq!(printed(engine, "println!(\"encore\");"), "encore\n");
}

#[test]
fn a_host_that_dies_between_two_cells_is_told_at_the_next_one_which_does_not_run() {
    let engine = &mut engine();
    let host = engine.host_process().unwrap().to_string();
    let killed = std::process::Command::new("kill").args(["-9", &host]).status();
    assert!(killed.unwrap().success());
    until("the host dies", || !runs(&host));
    until("the engine knows", || {
        engine.host_process().is_none() || !engine.is_ready().unwrap()
    });
    let ended = run(engine, "println!(\"jamais\");");
    assert_eq!(
        (&ended.outcome, ended.output.stdout.as_str()),
        (&KILLED, ""),
        "{ended:?}"
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_host_whose_folder_is_gone_is_replaced() {
    let engine = &mut engine();
    let host = engine.host_process().unwrap();
    let source = format!(
        "let dossier = std::fs::read_link(\"/proc/{host}/cwd\").unwrap();
         std::fs::remove_dir_all(dossier).unwrap();"
    );
    printed(engine, &source);
    let ended = run(engine, "println!(\"jamais\");");
    assert!(ended.lost && ended.output.stdout.is_empty(), "{ended:?}");
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_cell_that_replaces_the_panic_hook_has_panicked_all_the_same() {
    let ended = run(
        &mut engine(),
        "std::panic::set_hook(Box::new(|_| {})); panic!(\"muet\")",
    );
    assert!(
        matches!(&ended.outcome, Outcome::Panicked { message, .. } if message.contains("inconnu")),
        "{ended:?}"
    );
}

#[test]
fn a_cell_too_deep_for_the_parser_is_told_and_the_next_one_runs() {
    let engine = &mut engine();
    let source = format!("let _ = {}1{};", "(".repeat(20_000), ")".repeat(20_000));
    let ended = within(engine, 20, &source);
    assert_ne!(ended.outcome, Outcome::Done);
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn cells_that_evcxr_runs_over_and_over_have_one_limit_and_one_allowance() {
    let engine = &mut engine();
    printed(engine, "let gardee = 1;");
    // With a store of its own, a cell can still say that a variable's type changed.
    let source = "{
            let magasin = unsafe { &mut *prelude::cellule::create_variable_store() };
            magasin.put_variable(\"autre\", 1_u8);
            magasin.check_variable::<String>(\"autre\");
        }
        println!(\"{}\", \"x\".repeat(600_000));";
    let start = Instant::now();
    let ended = within(engine, 5, source);
    assert!(
        matches!(ended.outcome, Outcome::TimedOut { .. }) && start.elapsed() < Duration::from_secs(30),
        "{:?} after {:?}",
        ended.outcome,
        start.elapsed()
    );
    assert!(
        ended.output.stdout.len() < 1_100_000,
        "{}",
        ended.output.stdout.len()
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn endless_panics_and_endless_plots_fill_no_memory() {
    let engine = &mut engine();
    let panics = "loop { let _ = std::panic::catch_unwind(|| panic!(\"{}\", \"x\".repeat(1000))); }";
    let ended = within(engine, 4, panics);
    assert!(
        matches!(ended.outcome, Outcome::TimedOut { .. }),
        "{:?}",
        ended.outcome
    );
    let stderr = ended.output.stderr;
    assert!(
        stderr.len() < 2_000_000 && stderr.contains("plus de 1 Mio"),
        "{}",
        stderr.len()
    );
    let plots = "let figure = \"x\".repeat(100_000);
        loop { println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n{figure}\\nEVCXR_END_CONTENT\"); }";
    let ended = within(engine, 6, plots);
    let shown: usize = ended.output.rich.iter().map(|rich| rich.data.len()).sum();
    assert!(shown > 0 && shown <= 32 * 1024 * 1024, "{shown}");
}

#[test]
fn the_panic_that_ends_a_cell_is_told_whole_after_many_and_cut_when_it_is_long() {
    let engine = &mut engine();
    let source = "for _ in 0..20_000 { let _ = std::panic::catch_unwind(|| panic!(\"autre\")); }
        panic!(\"la bonne\")";
    let ended = run(engine, source);
    assert_eq!(
        ended.outcome,
        Outcome::Panicked {
            message: "la bonne".to_owned(),
            line: Some(2)
        }
    );
    let ended = run(engine, "panic!(\"{}\", \"é\".repeat(1_000_000))");
    let Outcome::Panicked { message, .. } = ended.outcome else {
        panic!("{:?}", ended.outcome)
    };
    assert!(
        message.len() < 70_000 && message.ends_with("é[…]"),
        "{}",
        message.len()
    );
}

#[test]
fn an_engine_that_was_ready_long_before_its_first_cell_runs_it() {
    let mut engine = EvcxrEngine::start(settings()).unwrap();
    let host = engine.host_process();
    until("the engine is ready", || engine.is_ready().unwrap());
    assert_eq!(value(&mut engine, "1 + 1"), "2");
    assert_eq!(engine.host_process(), host);
}

#[test]
fn who_stops_waiting_for_a_starting_engine_finds_it_started_and_the_cell_not_run() {
    let mut engine = EvcxrEngine::start(settings()).unwrap();
    let host = engine.host_process();
    let proof = tempfile::tempdir().unwrap().path().join("preuve");
    let source = format!("std::fs::write({proof:?}, \"\").unwrap();");
    for ready in [false, true] {
        until("the engine is ready", || !ready || engine.is_ready().unwrap());
        let interrupter = engine.interrupter();
        let (sender, done) = std::sync::mpsc::channel::<()>();
        let impatient = std::thread::spawn(move || {
            while done.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                interrupter.interrupt();
                std::thread::yield_now();
            }
        });
        let ended = engine.eval(&source, Duration::from_mins(1), &mut |_| {});
        drop(sender);
        impatient.join().unwrap();
        assert!(matches!(ended, Err(EngineError::Starting)), "{ready}: {ended:?}");
    }
    assert_eq!(value(&mut engine, "1 + 1"), "2");
    assert_eq!(engine.host_process(), host);
    assert!(!proof.exists());
}

#[test]
fn a_child_that_a_cell_forked_takes_no_order_and_ends_no_cell() {
    let engine = &mut engine();
    printed(engine, "unsafe extern \"C\" { fn fork() -> i32; }");
    printed(engine, "let enfant = unsafe { fork() };");
    for word in ["un", "deux"] {
        assert_eq!(
            printed(engine, &format!("println!(\"{word}\");")),
            format!("{word}\n")
        );
    }
    assert_eq!(value(engine, "enfant > 0"), "true");
    let child = value(engine, "enfant");
    until("the child ends", || !runs(&child));
}

#[test]
fn what_a_cell_had_started_ends_with_a_guard_or_a_host_that_is_killed() {
    let engine = &mut engine();
    let host = engine.host_process().unwrap().to_string();
    // What is printed may die on its way, with who hands it on.
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("enfant");
    for victim in ["std::os::unix::process::parent_id()", &host] {
        let source = format!(
            "let enfant = std::process::Command::new(\"sleep\").arg(\"1000\").spawn().unwrap();
            std::fs::write({told:?}, enfant.id().to_string()).unwrap();
            std::process::Command::new(\"kill\").args([\"-9\", &({victim}).to_string()]).status().unwrap(); loop {{}}"
        );
        let ended = run(engine, &source);
        assert_eq!(ended.outcome, KILLED, "{ended:?}");
        let child = std::fs::read_to_string(&told).unwrap();
        until("the child ends", || !runs(&child));
    }
}
