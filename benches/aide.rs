//! How long a learner waits for help while typing, once the engine has warmed up: `cargo bench --bench aide`. The first
//! answer and the median of nine, in cells that differ, since the same question twice costs nothing; beside them what
//! the host itself computed, which a busy machine does not change.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::{EvcxrEngine, Settings, prepare};
use workbook::engine::{Engine, Outcome};

const CLIENT: &str = "let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest()).build();
    let client = aws_sdk_s3::Client::from_conf(config);";
/// Each with the name of the case; `N` differs from one cell to the next.
const COMPLETED: [(&str, &str); 4] = [
    ("a client of an earlier cell", "let nN = N; client."),
    (
        "a builder over several lines",
        "let nN = N; client\n    .get_object()\n    .bucket(\"a\")\n    .",
    ),
    ("the types of a service", "let nN = N; aws_sdk_s3::types::Stor"),
    (
        "a variable of the same cell",
        "let nN = N; let x = prelude::commencer(\"a\").await; x.",
    ),
];
const INSPECTED: [(&str, &str); 4] = [
    ("a variable of an earlier cell", "let nN = N; client"),
    ("a method of a client", "let nN = N; client.list_buckets()"),
    ("a type", "let nN = N; aws_sdk_s3::types::StorageClass"),
    (
        "a function of the prelude",
        "let nN = N; prelude::commencer(\"a\")",
    ),
];

fn main() {
    let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
    prepare::prepare(&folder, Path::new(env!("CARGO_BIN_EXE_cahier")), &mut |_| {}).unwrap();
    let start = Instant::now();
    let mut engine = EvcxrEngine::start(Settings {
        env: Vec::new(),
        remove_env_prefix: vec!["AWS_".to_owned()],
        prepared: folder,
        program: PathBuf::from(env!("CARGO_BIN_EXE_cahier")),
        directory: std::env::temp_dir(),
        cells: None,
        memory: engine::DEFAULT_MEMORY,
    })
    .unwrap();
    while !engine.is_warm().unwrap() {
        std::thread::sleep(Duration::from_millis(10));
    }
    println!(
        "from the start to the end of the warm-up: {} ms",
        start.elapsed().as_millis()
    );
    let ended = engine.eval(CLIENT, Duration::from_mins(2), &mut |_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    println!(
        "{:<45}{:>9}{:>12}{:>20}",
        "", "first", "median", "of which the host"
    );
    for (what, source) in COMPLETED {
        measure(
            &format!("completion: {what}"),
            &mut engine,
            source,
            |engine, source| {
                assert!(
                    !engine.complete(source, source.len()).unwrap().items.is_empty(),
                    "{source}"
                );
            },
        );
    }
    for (what, source) in INSPECTED {
        measure(
            &format!("inspection: {what}"),
            &mut engine,
            source,
            |engine, source| {
                assert!(
                    engine.inspect(source, source.len()).unwrap().is_some(),
                    "{source}"
                );
            },
        );
    }
}

fn measure(what: &str, engine: &mut EvcxrEngine, source: &str, ask: impl Fn(&mut EvcxrEngine, &str)) {
    let mut once = |n: usize| {
        let host = engine.host_process().unwrap();
        let (start, computed) = (Instant::now(), computed(host));
        ask(engine, &source.replace('N', &n.to_string()));
        (start.elapsed(), self::computed(host).saturating_sub(computed))
    };
    let (first, first_host) = once(1);
    let (mut times, mut host): (Vec<_>, Vec<_>) = (2..11).map(&mut once).unzip();
    times.sort();
    host.sort();
    let shown = [first, first_host, times[4], host[4]].map(|time| time.as_millis());
    println!(
        "{what:<45}{:>6} ms{:>6} ms{:>9} ms{:>6} ms",
        shown[0], shown[1], shown[2], shown[3]
    );
}

/// The processor's time that a process has used, in its clock's hundredths of a second.
fn computed(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
