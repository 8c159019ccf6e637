//! How long a learner waits for a cell, beside what rustc alone takes for the same work, in one run:
//! `cargo bench --bench cells`. Medians of several cells; the machine should be idle.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![allow(clippy::unwrap_used)]

#[path = "support/memory.rs"]
mod memory;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engine::{EvcxrEngine, Settings, prepare};
use workbook::engine::{Engine, Outcome};

/// Cells of which a median is taken.
const RUNS: usize = 9;
const CLIENTS: &str = "use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
    let clefs = Credentials::new(\"AKIAIOSFODNN7EXAMPLE\", \"secret\", None, None, \"mesure\");
    let config = aws_config::SdkConfig::builder().behavior_version(BehaviorVersion::latest())
        .region(Region::new(\"eu-west-3\")).endpoint_url(\"http://127.0.0.1:9\")
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(clefs)).build();
    let client = aws_sdk_s3::Client::new(&config);
    let tables = aws_sdk_dynamodb::Client::new(&config);";
const PRESIGN: &str = "let duree = aws_sdk_s3::presigning::PresigningConfig::expires_in(
        std::time::Duration::from_secs(N)).unwrap();
    let signee = client.get_object().bucket(\"factures\").key(\"a.pdf\").presigned(duree).await.unwrap();
    println!(\"{}\", signee.uri());";
/// Nobody listens there: it is what the SDK does that is measured, and no service.
const SEND: &str = "let reponse = tables.get_item().table_name(\"mesures-N\")
        .key(\"id\", aws_sdk_dynamodb::types::AttributeValue::S(\"N\".to_owned())).send().await;
    println!(\"{}\", reponse.is_err());";
const PLAIN: &str = "let carre: Vec<u64> = (1..N).map(|n| n * n).collect(); println!(\"{}\", carre.len());";
const VALUE: &str = "(1..N).sum::<u64>()";

fn main() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_cahier"));
    let folder = prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
    let prepared = prepare::prepare(&folder, &program, &mut |_| {}).unwrap();
    let compiled = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let mut engine = EvcxrEngine::start(Settings {
        env: Vec::new(),
        remove_env_prefix: vec!["AWS_".to_owned()],
        prepared: folder,
        program: program.clone(),
        directory: std::env::temp_dir(),
        cells: Some(compiled.path().to_owned()),
        memory: engine::DEFAULT_MEMORY,
    })
    .unwrap();
    while !engine.is_ready().unwrap() {
        std::thread::sleep(Duration::from_millis(10));
    }
    show("from the start to the first cell that could run", start.elapsed());
    while !engine.is_warm().unwrap() {
        std::thread::sleep(Duration::from_millis(10));
    }
    show("from the start to the end of the warm-up", start.elapsed());
    show("first cell with SDK clients", cell(&mut engine, CLIENTS));
    let bare = Bare::new(&prepared.folder, &program);
    let prelude = bare.compile("println!(\"1\");", true);
    show(
        "rustc alone: a trivial library",
        bare.compile("println!(\"1\");", false),
    );
    show("rustc alone: the same with the prelude", prelude);
    beside("plain cell", median(&mut engine, PLAIN), prelude);
    beside("cell that shows a value", median(&mut engine, VALUE), prelude);
    beside(
        "presigned URL",
        median(&mut engine, PRESIGN),
        bare.compile(PRESIGN, true),
    );
    beside(
        "call of an operation",
        median(&mut engine, SEND),
        bare.compile(SEND, true),
    );
    let again = (0..RUNS).map(|_| {
        cell(
            &mut engine,
            "println!(\"{}\", client.config().region().is_some());",
        )
    });
    show("the same cell again", middle(again.collect()));
    show("reset", reset(&mut engine));
    if let Some(host) = engine.host_process() {
        println!(
            "{:<55}{:>8} MB",
            "memory of the host, resident",
            memory::resident(host)
        );
    }
}

fn cell(engine: &mut EvcxrEngine, source: &str) -> Duration {
    let start = Instant::now();
    let ended = engine.eval(source, Duration::from_mins(2), &mut |_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    start.elapsed()
}

fn reset(engine: &mut EvcxrEngine) -> Duration {
    let start = Instant::now();
    engine.reset().unwrap();
    start.elapsed()
}

/// Each cell differs from the last, as a learner's do.
fn median(engine: &mut EvcxrEngine, source: &str) -> Duration {
    middle(
        (0..RUNS)
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

/// A cell, what rustc alone takes for it, and how many times that is.
fn beside(what: &str, cell: Duration, rustc: Duration) {
    let times = cell.as_secs_f64() / rustc.as_secs_f64();
    let (cell, rustc) = (cell.as_millis(), rustc.as_millis());
    println!("{what:<55}{cell:>8} ms{rustc:>8} ms (rustc alone){times:>7.2} times");
}

/// The limit: what the compiler takes, without evcxr and rust-analyzer.
struct Bare {
    folder: tempfile::TempDir,
    manifest: serde_json::Value,
}

impl Bare {
    fn new(prepared: &Path, program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        symlink(program, folder.path().join("cahier-cc")).unwrap();
        let manifest = fs::read(prepared.join("manifest.json")).unwrap();
        fs::write(folder.path().join("manifest.json"), &manifest).unwrap();
        Self {
            folder,
            manifest: serde_json::from_slice(&manifest).unwrap(),
        }
    }

    /// Compiles a cell's source in the smallest library that can run it, linked as cells are.
    fn compile(&self, source: &str, with_prelude: bool) -> Duration {
        let source = source.replace('N', "1");
        let text = if with_prelude {
            format!(
                "pub struct Clients {{ client: aws_sdk_s3::Client, tables: aws_sdk_dynamodb::Client }}\n\
                 #[unsafe(no_mangle)] pub extern \"C\" fn cellule(clients: &Clients, tokio: &tokio::runtime::Runtime) {{\n\
                 let (client, tables) = (&clients.client, &clients.tables);\n\
                 tokio.block_on(async {{ {source} }}); }}\nextern crate prelude as _;\n"
            )
        } else {
            format!("#[unsafe(no_mangle)] pub extern \"C\" fn cellule() {{ {source} }}\n")
        };
        let file = self.folder.path().join("lib.rs");
        fs::write(&file, text).unwrap();
        let mut rustc = Command::new(path(&self.manifest["rustc"]));
        rustc
            .args([
                "--crate-name",
                "ctx",
                "--edition",
                "2024",
                "--crate-type",
                "cdylib",
            ])
            .args(["-Cprefer-dynamic", "-Awarnings", "-o"])
            .arg(self.folder.path().join("libctx.so"))
            .arg(&file)
            .env("CAHIER_MANIFEST", self.folder.path().join("manifest.json"))
            .stderr(Stdio::null());
        if with_prelude {
            rustc.arg(format!(
                "-Clinker={}",
                self.folder.path().join("cahier-cc").display()
            ));
            for folder in self.manifest["folders"].as_array().unwrap() {
                rustc.args(["-L".to_owned(), format!("dependency={}", path(folder))]);
            }
            for (name, file) in self.manifest["externs"].as_object().unwrap() {
                rustc.args(["--extern".to_owned(), format!("{name}={}", path(file))]);
            }
        }
        let once = || {
            let start = Instant::now();
            assert!(rustc.status().unwrap().success(), "{rustc:?}");
            start.elapsed()
        };
        middle(std::iter::repeat_with(once).take(RUNS).collect())
    }
}

fn path(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}
