//! A Python function with two layers: its first call beside this machine's `python3 -c pass`, and the calls after it.
//!
//! `cargo bench -p simulator --bench lambda`; needs python3 with pip, and a network the first time.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    dead_code,
    missing_docs,
    unreachable_pub
)]

mod load;

use std::io::{Cursor, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use load::{Connection, Server};
use simulator::{Config, Simulator};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// First calls, each of a function of its own.
const COLD: usize = 20;

/// Calls of a process that waits.
const WARM: usize = 500;

/// How much longer than a bare Python a first call may take, in milliseconds.
const COLD_TARGET: f64 = 300.0;

/// How long a call of a process that waits may take, in milliseconds.
const WARM_TARGET: f64 = 5.0;

const HANDLER: &str = "import un, deux\ndef handler(event, context):\n    return [un.x, deux.x, event]\n";

fn main() {
    let runtimes = tempfile::tempdir().unwrap();
    let simulator = Simulator::start(Config {
        functions: Some(runtimes.path().to_owned()),
        ..Config::default()
    })
    .unwrap();
    let server = Server::of(&simulator);
    make_role(&server);
    make_layers(&server);
    // The first one of all installs AWS's runtime client.
    make_function(&server, "premiere");
    server.call(&invocation(&server, "premiere"));

    let bare = times(COLD, |_| {
        assert!(
            Command::new("python3")
                .args(["-c", "pass"])
                .status()
                .unwrap()
                .success()
        );
    });
    print("python3 -c pass", &bare);
    for number in 0..COLD {
        make_function(&server, &format!("f{number}"));
    }
    let cold = times(COLD, |number| {
        server.call(&invocation(&server, &format!("f{number}")));
    });
    print("first call, two layers", &cold);
    let over = median(&cold) - median(&bare);
    println!("  over a bare python3        {over:>9.1} ms (target {COLD_TARGET} ms)");

    let mut connection = Connection::open(&server);
    let call = invocation(&server, "premiere");
    connection.call(&call);
    let warm = times(WARM, |_| {
        connection.call(&call);
    });
    print("next calls", &warm);
    println!("  target                     {WARM_TARGET:>9.1} ms");
}

fn times(count: usize, mut act: impl FnMut(usize)) -> Vec<Duration> {
    let one = |number| {
        let begun = Instant::now();
        act(number);
        begun.elapsed()
    };
    let mut times: Vec<Duration> = (0..count).map(one).collect();
    times.sort();
    times
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(sorted: &[Duration]) -> f64 {
    milliseconds(sorted[sorted.len() / 2])
}

fn print(name: &str, sorted: &[Duration]) {
    let late = milliseconds(sorted[sorted.len() * 95 / 100]);
    println!("{name:<28} {:>9.1} ms median {late:>9.1} ms p95", median(sorted));
}

fn make_role(server: &Server) {
    let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D";
    let body =
        format!("Action=CreateRole&Version=2010-05-08&RoleName=execution&AssumeRolePolicyDocument={trust}");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    server.call(&server.request("iam", "POST", "/", &form, body.as_bytes()));
}

fn make_layers(server: &Server) {
    for name in ["un", "deux"] {
        let content = package(&format!("python/{name}.py"), "x = 1\n");
        let body = format!(r#"{{"Content": {{"ZipFile": "{content}"}}}}"#);
        let path = format!("/2018-10-31/layers/{name}/versions");
        server.call(&server.request("lambda", "POST", &path, &[], body.as_bytes()));
    }
}

fn make_function(server: &Server, name: &str) {
    let layer = |layer: &str| format!(r#""arn:aws:lambda:eu-west-3:123456789012:layer:{layer}:1""#);
    let body = format!(
        r#"{{"FunctionName": "{name}", "Runtime": "{}", "Handler": "app.handler", "Layers": [{}, {}],
            "Role": "arn:aws:iam::123456789012:role/execution", "Code": {{"ZipFile": "{}"}}}}"#,
        runtime(),
        layer("un"),
        layer("deux"),
        package("app.py", HANDLER)
    );
    server.call(&server.request("lambda", "POST", "/2015-03-31/functions", &[], body.as_bytes()));
}

fn invocation(server: &Server, name: &str) -> Vec<u8> {
    let path = format!("/2015-03-31/functions/{name}/invocations");
    server.request("lambda", "POST", &path, &[], br#"{"a": 1}"#)
}

/// The runtime of this machine's own Python.
fn runtime() -> String {
    let script = "import sys; print('python%d.%d' % sys.version_info[:2], end='')";
    let output = Command::new("python3").args(["-c", script]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A zip of one file, in base64.
fn package(name: &str, content: &str) -> String {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(content.as_bytes()).unwrap();
    STANDARD.encode(zip.finish().unwrap().into_inner())
}
