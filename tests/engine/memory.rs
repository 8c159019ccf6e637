//! Cells that want more memory than there is for them, in every way.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use engine::{EvcxrEngine, Settings};
use workbook::engine::{Engine as _, Outcome};

use super::{LIMIT, engine, printed, run, runs, settings, value};

/// Small enough that a test which does not find its limit takes no machine down.
const SMALL: u64 = 512 << 20;
const OUT_OF_MEMORY: Outcome = Outcome::OutOfMemory { limit: SMALL };

/// One engine for these tests; each finds it empty.
fn small() -> MutexGuard<'static, EvcxrEngine> {
    static ENGINE: OnceLock<Mutex<EvcxrEngine>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| {
        let settings = Settings {
            memory: SMALL,
            ..settings()
        };
        Mutex::new(EvcxrEngine::start(settings).unwrap())
    });
    let mut engine = engine.lock().unwrap_or_else(PoisonError::into_inner);
    engine.reset().unwrap();
    engine
}

#[test]
fn a_cell_that_asks_for_too_much_at_once_or_bit_by_bit_is_told_so_and_the_next_one_runs() {
    let engine = &mut small();
    printed(engine, "fn gardee() -> u8 { 7 }");
    for source in [
        "let trop = vec![1u8; 3 << 30]; println!(\"{}\", trop[5]);",
        "let mut tas: Vec<Vec<u8>> = Vec::new(); loop { tas.push(vec![1; 1 << 20]); }",
        "let mut textes = Vec::new(); for n in 0u64.. { textes.push(n.to_string()); }",
        "std::thread::spawn(|| { let mut tas = Vec::new(); loop { tas.push(vec![1u8; 1 << 16]); } }).join();",
    ] {
        let ended = run(engine, source);
        assert_eq!(ended.outcome, OUT_OF_MEMORY, "{source}: {ended:?}");
        assert!(ended.lost && ended.ran, "{ended:?}");
        assert_eq!(value(engine, "gardee()"), "7");
    }
}

#[test]
fn variables_that_leave_no_room_for_another_cell_are_told_as_such() {
    let engine = &mut small();
    for n in 0..40 {
        let ended = run(engine, &format!("let gros{n} = vec![{n}u8 + 1; 30 << 20];"));
        if ended.outcome != Outcome::Done {
            assert_eq!(ended.outcome, OUT_OF_MEMORY, "{n}: {ended:?}");
            assert!(n > 4, "{n}");
            assert_eq!(value(engine, "1 + 1"), "2");
            return;
        }
    }
    panic!("1200 MiB were kept in 512");
}

#[test]
fn memory_that_only_was_asked_for_may_be_refused_to_a_cell_that_goes_on() {
    let source = "let mut tas: Vec<u8> = Vec::new(); tas.try_reserve_exact(3 << 30).is_err()";
    assert_eq!(value(&mut engine(), source), "true");
}

#[test]
fn a_client_of_the_sdk_and_what_a_lesson_does_need_little_of_it() {
    let engine = &mut small();
    let before = data(engine);
    printed(
        engine,
        "let depart = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
         let client = aws_sdk_s3::Client::new(&depart);
         let tables = aws_sdk_dynamodb::Client::new(&depart);",
    );
    let used = data(engine) - before;
    assert!(used < SMALL / 4, "{used}");
}

/// Bytes that the cells' process may write to.
fn data(engine: &mut EvcxrEngine) -> u64 {
    let told = printed(
        engine,
        "let etat = std::fs::read_to_string(\"/proc/self/status\").unwrap();
         println!(\"{}\", etat.lines().find(|ligne| ligne.starts_with(\"VmData\")).unwrap());",
    );
    told.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn processes_that_are_each_within_the_limit_and_together_beyond_it_are_all_stopped() {
    let engine = &mut small();
    // Each holds what it reads in one variable of its shell.
    let source = "let mut enfants: Vec<_> = (0..6).map(|_| {
            std::process::Command::new(\"sh\")
                .args([\"-c\", \"x=$(head -c 150000000 /dev/zero | tr '\\\\0' a); echo pret $$; sleep 1000\"])
                .spawn().unwrap()
        }).collect();
        for enfant in &mut enfants { println!(\"enfant {}\", enfant.id()); }
        for enfant in &mut enfants { enfant.wait().unwrap(); }";
    let ended = run(engine, source);
    assert_eq!(ended.outcome, OUT_OF_MEMORY, "{ended:?}");
    let children = ended
        .output
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("enfant "));
    let deadline = Instant::now() + Duration::from_mins(1);
    for child in children {
        while runs(child) {
            assert!(Instant::now() < deadline, "{child}");
            std::thread::yield_now();
        }
    }
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_cell_that_starts_processes_without_end_is_stopped_with_all_of_them() {
    let engine = &mut engine();
    let source = "loop { let _ = std::process::Command::new(\"sleep\").arg(\"1000\").spawn(); }";
    let ended = run(engine, source);
    assert!(
        matches!(ended.outcome, Outcome::Crashed { signal: 9, .. }),
        "{ended:?}"
    );
    assert!(ended.output.stderr.contains("plus de 512 processus"), "{ended:?}");
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_compilation_without_measure_is_stopped_and_loses_no_variable() {
    let engine = &mut engine();
    printed(engine, "let gardee = 8;");
    let explosion = "macro_rules! double { ($($mot:tt)*) => { double!($($mot)* $($mot)*) } }
        double!(a b c d e f g h);";
    let huge = "const GROS: [u8; 1 << 40] = [1; 1 << 40]; println!(\"{}\", GROS[5]);";
    for source in [explosion, huge] {
        let ended = engine.eval(source, LIMIT, &mut |_| {}).unwrap();
        let Outcome::DoesNotCompile(diagnostics) = &ended.outcome else {
            panic!("{ended:?}");
        };
        assert!(!diagnostics.is_empty() && !ended.lost, "{ended:?}");
        assert_eq!(value(engine, "gardee"), "8");
    }
}
