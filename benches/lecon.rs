//! How long a whole lesson takes, cell after cell, beside evcxr as it comes: `cargo bench --bench lecon [-- LEÇON]`. evcxr
//! builds the same dependencies first, which takes some ten minutes and a network; the machine should be idle.
//!
//! evcxr links each cell with crates of its own, so that a client of the SDK made in one cell may panic in the next: it
//! is the time of the cells that is compared, and how many of them ended well is told.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used)]

#[path = "support/memory.rs"]
mod memory;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cahier::lessons;
use cahier::workshop;
use engine::{EvcxrEngine, Settings, prepare};
use workbook::Workbook;
use workbook::engine::{Engine, Outcome};

/// Set, this process is the one that runs evcxr; its value is the lesson.
const STOCK: &str = "CAHIER_BENCH_STOCK";
/// The longest that a cell may take.
const LIMIT: Duration = Duration::from_mins(5);

fn main() {
    evcxr::runtime_hook();
    if let Ok(lesson) = std::env::var(STOCK) {
        return stock(&cells(&lesson));
    }
    let given = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let lesson = given.unwrap_or_else(|| "url-presignee".to_owned());
    let cells = cells(&lesson);
    let warm = ours(&cells, true);
    let cold = ours(&cells, false);
    let stock = stock_process(&lesson);
    println!("{:<40}{:>10}{:>10}", format!("{lesson}, ms"), "cahier", "evcxr");
    for (row, theirs) in warm.cells.iter().zip(&stock.cells) {
        println!(
            "{:<40}{:>10}{:>10}{}",
            row.id,
            row.time.as_millis(),
            theirs.time.as_millis(),
            if theirs.ok { "" } else { "  fails" }
        );
    }
    let line = |what: &str, ours: Duration, theirs: Duration| {
        let times = theirs.div_duration_f64(ours);
        println!(
            "{what:<40}{:>10}{:>10}{times:>8.1} times",
            ours.as_millis(),
            theirs.as_millis()
        );
    };
    line("all cells", warm.sum(), stock.sum());
    line("what comes before, dependencies", cold.start, stock.start);
    line("all of it", cold.start + cold.sum(), stock.start + stock.sum());
    println!(
        "{:<40}{:>10}{:>10}",
        "memory of the host, MB", warm.resident, stock.resident
    );
}

/// What a run of the lesson took.
#[derive(Default)]
struct Run {
    /// From the start to the first cell of the lesson: evcxr's time builds its dependencies.
    start: Duration,
    cells: Vec<Row>,
    resident: u64,
}

struct Row {
    id: String,
    time: Duration,
    ok: bool,
}

impl Run {
    fn sum(&self) -> Duration {
        self.cells.iter().map(|row| row.time).sum()
    }
}

/// The demonstrations of a lesson: names and sources.
fn cells(lesson: &str) -> Vec<(String, String)> {
    let workbook = Workbook::load(lessons::embedded()).unwrap();
    let lesson = workbook.lesson(lesson).unwrap();
    lesson
        .cells()
        .map(|cell| (cell.id.clone(), cell.source.clone()))
        .collect()
}

/// Our run: warm, or from a start that nobody waits for, as somebody who types at once has it.
fn ours(cells: &[(String, String)], warm: bool) -> Run {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_cahier"));
    let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
    prepare::prepare(&folder, &program, &mut |_| {}).unwrap();
    let data = tempfile::tempdir().unwrap();
    let world = workshop::simulator(false).unwrap();
    let compiled = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let mut engine = EvcxrEngine::start(Settings {
        env: world.environment(&program, data.path()).set,
        remove_env_prefix: vec!["AWS_".to_owned()],
        prepared: folder,
        program,
        directory: std::env::temp_dir(),
        cells: Some(compiled.path().to_owned()),
        memory: cahier::memory::limit().unwrap(),
    })
    .unwrap();
    while warm && !engine.is_warm().unwrap() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut run = Run {
        start: begun.elapsed(),
        ..Run::default()
    };
    for (id, source) in cells {
        let begun = Instant::now();
        let ended = engine.eval(source, LIMIT, &mut |_| {}).unwrap();
        run.cells.push(Row {
            id: id.clone(),
            time: begun.elapsed(),
            ok: ended.outcome == Outcome::Done,
        });
    }
    assert!(run.cells.iter().all(|row| row.ok), "a cell of the lesson failed");
    run.resident = engine.host_process().map_or(0, memory::resident);
    run
}

/// evcxr in a process of its own, with the simulator in its environment.
fn stock_process(lesson: &str) -> Run {
    let world = workshop::simulator(false).unwrap();
    let data = tempfile::tempdir().unwrap();
    let environment = world.environment(Path::new(env!("CARGO_BIN_EXE_cahier")), data.path());
    let said = Command::new(std::env::current_exe().unwrap())
        .envs(environment.set)
        .env(STOCK, lesson)
        .env("CAHIER_BENCH_DEPENDENCY", prelude(data.path()))
        .env_remove("CARGO_TARGET_DIR")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    let mut run = Run::default();
    for line in text.lines() {
        let words: Vec<_> = line.split('\t').collect();
        match words[..] {
            ["start", ms] => run.start = milliseconds(ms),
            ["resident", mb] => run.resident = mb.parse().unwrap(),
            ["cell", id, ms, ok] => run.cells.push(Row {
                id: id.to_owned(),
                time: milliseconds(ms),
                ok: ok == "true",
            }),
            _ => {}
        }
    }
    run
}

fn milliseconds(text: &str) -> Duration {
    Duration::from_millis(text.parse().unwrap())
}

/// The prelude as a crate that evcxr can link: a plain library.
fn prelude(folder: &Path) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/prelude");
    let to = folder.join("prelude");
    copy_folder(&from.join("src"), &to.join("src"));
    let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
    fs::write(
        to.join("Cargo.toml"),
        manifest.replace("crate-type = [\"dylib\"]", ""),
    )
    .unwrap();
    fs::copy(from.join("Cargo.lock"), to.join("Cargo.lock")).unwrap();
    to
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// evcxr as it comes: the dependencies that the prelude has, then the lesson.
fn stock(cells: &[(String, String)]) {
    let prelude = PathBuf::from(std::env::var_os("CAHIER_BENCH_DEPENDENCY").unwrap());
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(prelude.join("Cargo.toml")).unwrap()).unwrap();
    let begun = Instant::now();
    let (mut context, outputs) = evcxr::CommandContext::new().unwrap();
    std::thread::spawn(move || outputs.stdout.iter().for_each(drop));
    let said = outputs.stderr;
    let (panics, panicked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in said.iter().filter(|line| line.contains("panicked at")) {
            let _ = panics.send(line);
        }
    });
    let mut first = vec![format!(
        ":dep prelude = {{ path = {:?} }}",
        prelude.display().to_string()
    )];
    let dependencies = manifest["dependencies"].as_table().unwrap();
    first.extend(
        dependencies
            .iter()
            .map(|(name, value)| format!(":dep {name} = {value}")),
    );
    first.push("let _ = std::future::ready(()).await;".to_owned());
    context
        .execute(&first.join(
            "
",
        ))
        .unwrap();
    println!("start\t{}", begun.elapsed().as_millis());
    for (id, source) in cells {
        let begun = Instant::now();
        let ended = context.execute(source);
        let ms = begun.elapsed().as_millis();
        let ok = ended.is_ok() && panicked.try_recv().is_err();
        println!("cell\t{id}\t{ms}\t{ok}");
    }
    println!("resident\t{}", memory::resident(std::process::id()));
}
