//! Signed requests per second over four connections, the time to the first answer, and memory.
//!
//! `cargo bench -p simulator`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    missing_docs
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use simulator::{Config, Simulator};

/// Connections at once.
const CONNECTIONS: usize = 4;

/// Items that are written and read in turn.
const KEYS: usize = 100;

/// How long each operation is measured.
const DURATION: Duration = Duration::from_secs(3);

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
    Connection::open(simulator).call(&request(simulator, "CreateTable", table));
}

fn rates(simulator: &Simulator, place: &str) {
    let put = r#"{"TableName":"notes","Item":{"id":{"S":"a"},"text":{"S":"bonjour"},"n":{"N":"42"}}}"#;
    let get = r#"{"TableName":"notes","Key":{"id":{"S":"a"}}}"#;
    for (name, body) in [("PutItem", put), ("GetItem", get)] {
        let rate = measure(simulator, name, body);
        println!("{name}, {place}, {CONNECTIONS} connections {rate:>9.0} requests/s");
    }
}

/// Requests are signed beforehand: what is measured is the simulator, which checks each signature.
fn measure(simulator: &Simulator, name: &str, body: &str) -> f64 {
    // One partition takes no more than 1,000 writes a second: the items are many.
    let item = |id: usize| body.replace(r#""S":"a""#, &format!(r#""S":"{id}""#));
    let requests: Vec<_> = (0..KEYS).map(|id| request(simulator, name, &item(id))).collect();
    let begun = Instant::now();
    let answered: usize = std::thread::scope(|scope| {
        let run = || {
            let mut connection = Connection::open(simulator);
            let mut count = 0;
            while begun.elapsed() < DURATION {
                connection.call(&requests[count % KEYS]);
                count += 1;
            }
            count
        };
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    answered as f64 / begun.elapsed().as_secs_f64()
}

fn snapshots(simulator: &Simulator) {
    let mut connection = Connection::open(simulator);
    for id in 0..2_000 {
        let body = format!(
            r#"{{"TableName":"notes","Item":{{"id":{{"S":"{id}"}},"t":{{"S":"{}"}}}}}}"#,
            "x".repeat(1000)
        );
        connection.call(&request(simulator, "PutItem", &body));
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

fn host(simulator: &Simulator) -> String {
    simulator.endpoint().trim_start_matches("http://").to_owned()
}

fn request(simulator: &Simulator, operation: &str, body: &str) -> Vec<u8> {
    let host = host(simulator);
    let target = format!("DynamoDB_20120810.{operation}");
    let mut headers = vec![
        ("host".to_owned(), host.clone()),
        ("content-type".to_owned(), "application/x-amz-json-1.0".to_owned()),
        ("x-amz-target".to_owned(), target),
    ];
    let identity = Credentials::new(
        simulator.access_key_id(),
        simulator.secret_access_key(),
        None,
        None,
        "bench",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(simulator.region())
        .name("dynamodb")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let signable = SignableRequest::new(
        "POST",
        format!("http://{host}/"),
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        SignableBody::Bytes(body.as_bytes()),
    )
    .unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    headers.extend(
        instructions
            .headers()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let lines = lines.concat();
    format!(
        "POST / HTTP/1.1\r\n{lines}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A connection that is kept open.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    fn open(simulator: &Simulator) -> Self {
        let stream = TcpStream::connect(host(simulator)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: vec![0; 64 << 10],
        }
    }

    /// Sends a request and reads its answer, which must be a success.
    fn call(&mut self, request: &[u8]) {
        self.stream.write_all(request).unwrap();
        let mut filled = 0;
        loop {
            filled += self.stream.read(&mut self.buffer[filled..]).unwrap();
            let Some(head) = self.buffer[..filled]
                .windows(4)
                .position(|end| end == b"\r\n\r\n")
            else {
                continue;
            };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if filled >= head + 4 + length.unwrap().parse::<usize>().unwrap() {
                assert!(
                    text.starts_with("http/1.1 200"),
                    "{}",
                    String::from_utf8_lossy(&self.buffer[..filled])
                );
                return;
            }
        }
    }
}
