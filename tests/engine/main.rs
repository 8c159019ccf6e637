//! Cells, run for real: every way in which a cell can end, and what the next one finds.
#![allow(clippy::unwrap_used)]

mod explained;
mod help;
mod hostile;
mod input;
mod interrupt;
mod memory;
mod narrow;
mod outcome;
mod output;
mod session;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use engine::{EvcxrEngine, Settings, prepare};
use workbook::engine::{Engine, Evaluation, Outcome};

const LIMIT: Duration = Duration::from_mins(1);

/// One preparation for all tests, made when it is missing.
fn prepared() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
        prepare::prepare(&folder, Path::new(env!("CARGO_BIN_EXE_cahier")), &mut |_| {}).unwrap();
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
        cells: None,
        memory: engine::DEFAULT_MEMORY,
    }
}

/// A few engines for all tests, since a start takes seconds; each test finds one of them empty.
fn engine() -> MutexGuard<'static, EvcxrEngine> {
    static ENGINES: [OnceLock<Mutex<EvcxrEngine>>; 3] = [const { OnceLock::new() }; 3];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed) % ENGINES.len();
    let engine = ENGINES[next].get_or_init(|| Mutex::new(EvcxrEngine::start(settings()).unwrap()));
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

/// A process that ended and that nobody has waited for yet runs no more.
fn runs(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}
