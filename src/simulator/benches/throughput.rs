//! Signed requests per second over four connections, the time to the first answer, and memory.
//!
//! `cargo bench -p simulator`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    dead_code,
    missing_docs,
    unreachable_pub
)]

mod load;

use std::time::Instant;

use load::{CONNECTIONS, Server};
use simulator::{Config, Simulator};

fn main() {
    let begun = Instant::now();
    let simulator = Simulator::start(Config::default()).unwrap();
    println!(
        "start                        {:>9.1} ms",
        begun.elapsed().as_secs_f64() * 1000.0
    );
    create_table(&simulator);
    println!(
        "start to first answer        {:>9.1} ms",
        begun.elapsed().as_secs_f64() * 1000.0
    );
    println!("memory, idle                 {:>9.1} MiB", memory());
    rates(&simulator, "in memory");
    println!("memory, after                {:>9.1} MiB", memory());
    snapshots(&simulator);
    drop(simulator);

    let folder = tempfile::tempdir().unwrap();
    let kept = Simulator::start(Config {
        data_dir: Some(folder.path().to_owned()),
        ..Config::default()
    })
    .unwrap();
    create_table(&kept);
    rates(&kept, "in a folder");
}

fn create_table(simulator: &Simulator) {
    let table = r#"{"TableName":"notes","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
        "ProvisionedThroughput":{"ReadCapacityUnits":40000,"WriteCapacityUnits":40000}}"#;
    let server = Server::of(simulator);
    server.call(&server.dynamodb("CreateTable", table));
}

fn rates(simulator: &Simulator, place: &str) {
    let put = r#"{"TableName":"notes","Item":{"id":{"S":"a"},"text":{"S":"bonjour"},"n":{"N":"42"}}}"#;
    let get = r#"{"TableName":"notes","Key":{"id":{"S":"a"}}}"#;
    for (name, body) in [("PutItem", put), ("GetItem", get)] {
        let server = Server::of(simulator);
        let rate = server.rate(&server.on_many_items(name, body));
        println!("{name}, {place}, {CONNECTIONS} connections {rate:>9.0} requests/s");
    }
}

fn snapshots(simulator: &Simulator) {
    let server = Server::of(simulator);
    for id in 0..2_000 {
        let body = format!(
            r#"{{"TableName":"notes","Item":{{"id":{{"S":"{id}"}},"t":{{"S":"{}"}}}}}}"#,
            "x".repeat(1000)
        );
        server.call(&server.dynamodb("PutItem", &body));
    }
    let begun = Instant::now();
    let saved = simulator.snapshot();
    println!(
        "snapshot of 2,000 items      {:>9.1} ms",
        begun.elapsed().as_secs_f64() * 1000.0
    );
    let begun = Instant::now();
    assert!(simulator.restore(saved));
    println!(
        "restore of 2,000 items       {:>9.1} ms",
        begun.elapsed().as_secs_f64() * 1000.0
    );
}

/// Resident memory of this process, which is the simulator's and the clients'.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .unwrap_or(f64::NAN)
        / 1024.0
}
