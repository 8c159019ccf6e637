//! How long a learner waits for a cell, beside what rustc alone takes for the same work, in one run:
//! `cargo bench --bench cells`. Medians of several cells; the machine should be idle.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engine::{EvcxrEngine, Settings, prepare};
use workbook::engine::{Engine, Outcome};

const CLIENT: &str = "use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
    let clefs = Credentials::new(\"AKIAIOSFODNN7EXAMPLE\", \"secret\", None, None, \"mesure\");
    let config = aws_sdk_s3::Config::builder().behavior_version(BehaviorVersion::latest())
        .region(Region::new(\"eu-west-3\")).credentials_provider(clefs).build();
    let client = aws_sdk_s3::Client::from_conf(config);";
const PRESIGN: &str = "let duree = aws_sdk_s3::presigning::PresigningConfig::expires_in(
        std::time::Duration::from_secs(N)).unwrap();
    let signee = client.get_object().bucket(\"factures\").key(\"a.pdf\").presigned(duree).await.unwrap();
    println!(\"{}\", signee.uri());";
const PLAIN: &str = "let carre: Vec<u64> = (1..N).map(|n| n * n).collect(); println!(\"{}\", carre.len());";
const VALUE: &str = "(1..N).sum::<u64>()";

fn main() {
    let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
    let prepared = prepare::prepare(&folder, Path::new(env!("CARGO_BIN_EXE_cahier")), &mut |_| {}).unwrap();
    let start = Instant::now();
    let mut engine = EvcxrEngine::start(Settings {
        memory: engine::DEFAULT_MEMORY,
        env: Vec::new(),
        remove_env_prefix: vec!["AWS_".to_owned()],
        prepared: folder,
        program: PathBuf::from(env!("CARGO_BIN_EXE_cahier")),
        directory: std::env::temp_dir(),
        cells: None,
    })
    .unwrap();
    let first = cell(&mut engine, "println!(\"bonjour\");");
    show(
        "from the start to the end of the first plain cell",
        start.elapsed(),
    );
    show("of which the cell itself", first);
    show("reset", reset(&mut engine));
    show("first cell with an SDK client", cell(&mut engine, CLIENT));
    show(
        "first presigned URL",
        cell(&mut engine, &PRESIGN.replace('N', "1")),
    );
    show("later presigned URL (median of 9)", median(&mut engine, PRESIGN));
    show("later plain cell (median of 9)", median(&mut engine, PLAIN));
    show(
        "later cell that shows a value (median of 9)",
        median(&mut engine, VALUE),
    );
    rustc(&prepared.folder);
    if let Some(host) = engine.host_process() {
        println!("{:<55}{:>8} MB", "memory of the host, resident", resident(host));
    }
}

fn cell(engine: &mut EvcxrEngine, source: &str) -> Duration {
    let ended = engine.eval(source, Duration::from_mins(2), &mut |_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    ended.elapsed
}

fn reset(engine: &mut EvcxrEngine) -> Duration {
    let start = Instant::now();
    engine.reset().unwrap();
    start.elapsed()
}

/// Each cell differs from the last, as a learner's do.
fn median(engine: &mut EvcxrEngine, source: &str) -> Duration {
    middle(
        (0..9)
            .map(|n| cell(engine, &source.replace('N', &(n + 2).to_string())))
            .collect(),
    )
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn show(what: &str, time: Duration) {
    println!("{what:<55}{:>8} ms", time.as_millis());
}

/// The limit: what the compiler alone takes, without evcxr and rust-analyzer.
fn rustc(prepared: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(prepared.join("manifest.json")).unwrap()).unwrap();
    let path = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let function = "#[unsafe(no_mangle)] pub extern \"C\" fn cellule() { println!(\"1\"); }\n";
    let source = folder.path().join("lib.rs");
    let compile = |text: &str, more: &[String]| {
        fs::write(&source, text).unwrap();
        let once = || {
            let start = Instant::now();
            let status = Command::new(path(&manifest["rustc"]))
                .args([
                    "--crate-name",
                    "ctx",
                    "--edition",
                    "2024",
                    "--crate-type",
                    "cdylib",
                    "-Cprefer-dynamic",
                ])
                .args(more)
                .arg("-o")
                .arg(folder.path().join("libctx.so"))
                .arg(&source)
                .stderr(Stdio::null())
                .status();
            assert!(status.unwrap().success());
            start.elapsed()
        };
        middle((0..9).map(|_| once()).collect())
    };
    show(
        "rustc alone, trivial library (median of 9)",
        compile(function, &[]),
    );
    let mut more = vec![
        "--extern".to_owned(),
        format!("prelude={}", path(&manifest["library"])),
    ];
    for dependencies in manifest["folders"].as_array().unwrap() {
        more.extend(["-L".to_owned(), format!("dependency={}", path(dependencies))]);
    }
    let with_prelude = format!("extern crate prelude as _;\n{function}");
    show(
        "rustc alone, trivial library and the prelude (of 9)",
        compile(&with_prelude, &more),
    );
}

fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}
