//! Objects of ten kilobytes put and read per second, and what a page of a listing costs among many versions.
//!
//! `cargo bench -p simulator --bench s3`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    dead_code,
    missing_docs,
    unreachable_pub
)]

mod load;

use std::time::{Duration, Instant};

use load::{CONNECTIONS, Connection, Server};
use simulator::{Config, Simulator};

/// Folders that the keys are spread over.
const FOLDERS: usize = 100;

fn main() {
    let simulator = Simulator::start(Config::default()).unwrap();
    let server = Server::of(&simulator);
    create(&server, "mesures");
    let object = "x".repeat(10_000);
    for (method, body) in [("PUT", object.as_str()), ("GET", "")] {
        let rate = server.rate(&[server.s3(method, "/mesures/objet", body.as_bytes())]);
        println!("{method} of 10 kB, {CONNECTIONS} connections      {rate:>9.0} requests/s");
    }
    for versions in [1_000, 100_000] {
        let bucket = format!("versions-{versions}");
        create(&server, &bucket);
        fill(&server, &bucket, versions);
        for query in [
            "versions&max-keys=100&key-marker=dossier-050/",
            "versions&delimiter=/",
            "list-type=2&max-keys=100&start-after=dossier-050/",
            "list-type=2&delimiter=/",
        ] {
            let bytes = server.s3("GET", &format!("/{bucket}?{query}"), b"");
            let time = fastest(&server, &bytes);
            println!(
                "{versions:>7} versions, {query:<50} {:>9.0} µs",
                time.as_secs_f64() * 1e6
            );
        }
    }
}

fn create(server: &Server, bucket: &str) {
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    server.call(&server.s3("PUT", &format!("/{bucket}"), body.as_bytes()));
    server.call(&server.s3("PUT", &format!("/{bucket}?versioning"), enabled.as_bytes()));
}

/// Ten versions of each of many keys.
fn fill(server: &Server, bucket: &str, versions: usize) {
    std::thread::scope(|scope| {
        for share in 0..CONNECTIONS {
            scope.spawn(move || {
                let mut connection = Connection::open(server);
                for index in (share..versions / 10).step_by(CONNECTIONS) {
                    let path = format!("/{bucket}/dossier-{:03}/{index:06}", index % FOLDERS);
                    let bytes = server.s3("PUT", &path, b"x");
                    for _ in 0..10 {
                        connection.call(&bytes);
                    }
                }
            });
        }
    });
}

/// The shortest of many times that an answer took.
fn fastest(server: &Server, bytes: &[u8]) -> Duration {
    let mut connection = Connection::open(server);
    let once = |connection: &mut Connection| {
        let begun = Instant::now();
        connection.call(bytes);
        begun.elapsed()
    };
    (0..200).map(|_| once(&mut connection)).min().unwrap()
}
