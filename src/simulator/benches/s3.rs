//! Objects of ten kilobytes put and read per second, and what a page of a listing costs among many versions.
//!
//! `cargo bench -p simulator --bench s3`
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
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use simulator::{Config, Simulator};

/// Connections at once.
const CONNECTIONS: usize = 4;

/// How long each operation is measured.
const DURATION: Duration = Duration::from_secs(3);

/// Folders that the keys are spread over.
const FOLDERS: usize = 100;

fn main() {
    let simulator = Simulator::start(Config::default()).unwrap();
    create(&simulator, "mesures");
    let object = "x".repeat(10_000);
    for (method, body) in [("PUT", object.as_str()), ("GET", "")] {
        let bytes = request(&simulator, method, "/mesures/objet", body);
        let rate = measure(&simulator, &bytes);
        println!("{method} of 10 kB, {CONNECTIONS} connections      {rate:>9.0} requests/s");
    }
    for versions in [1_000, 100_000] {
        let bucket = format!("versions-{versions}");
        create(&simulator, &bucket);
        fill(&simulator, &bucket, versions);
        for query in [
            "versions&max-keys=100&key-marker=dossier-050/",
            "versions&delimiter=/",
            "list-type=2&max-keys=100&start-after=dossier-050/",
            "list-type=2&delimiter=/",
        ] {
            let bytes = request(&simulator, "GET", &format!("/{bucket}?{query}"), "");
            let time = fastest(&simulator, &bytes);
            println!(
                "{versions:>7} versions, {query:<50} {:>9.0} µs",
                time.as_secs_f64() * 1e6
            );
        }
    }
}

fn create(simulator: &Simulator, bucket: &str) {
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                </CreateBucketConfiguration>";
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let mut connection = Connection::open(simulator);
    connection.call(&request(simulator, "PUT", &format!("/{bucket}"), body));
    connection.call(&request(
        simulator,
        "PUT",
        &format!("/{bucket}?versioning"),
        enabled,
    ));
}

/// Ten versions of each of many keys.
fn fill(simulator: &Simulator, bucket: &str, versions: usize) {
    std::thread::scope(|scope| {
        for share in 0..CONNECTIONS {
            scope.spawn(move || {
                let mut connection = Connection::open(simulator);
                for index in (share..versions / 10).step_by(CONNECTIONS) {
                    let path = format!("/{bucket}/dossier-{:03}/{index:06}", index % FOLDERS);
                    let bytes = request(simulator, "PUT", &path, "x");
                    for _ in 0..10 {
                        connection.call(&bytes);
                    }
                }
            });
        }
    });
}

/// Requests are signed beforehand: what is measured is the simulator, which checks each signature.
fn measure(simulator: &Simulator, bytes: &[u8]) -> f64 {
    let begun = Instant::now();
    let answered: usize = std::thread::scope(|scope| {
        let run = || {
            let mut connection = Connection::open(simulator);
            let mut count = 0;
            while begun.elapsed() < DURATION {
                connection.call(bytes);
                count += 1;
            }
            count
        };
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    answered as f64 / begun.elapsed().as_secs_f64()
}

/// The shortest of many times that an answer took.
fn fastest(simulator: &Simulator, bytes: &[u8]) -> Duration {
    let mut connection = Connection::open(simulator);
    let once = |connection: &mut Connection| {
        let begun = Instant::now();
        connection.call(bytes);
        begun.elapsed()
    };
    (0..200).map(|_| once(&mut connection)).min().unwrap()
}

fn host(simulator: &Simulator) -> String {
    simulator.endpoint().trim_start_matches("http://").to_owned()
}

fn request(simulator: &Simulator, method: &str, path: &str, body: &str) -> Vec<u8> {
    let host = host(simulator);
    let mut headers = vec![("host".to_owned(), host.clone())];
    let credentials = Credentials::new(
        simulator.access_key_id(),
        simulator.secret_access_key(),
        None,
        None,
        "bench",
    );
    let identity = credentials.into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(simulator.region())
        .name("s3")
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let named = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let uri = format!("http://{host}{path}");
    let signable = SignableRequest::new(method, uri, named, SignableBody::Bytes(body.as_bytes())).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let signed = instructions.headers();
    headers.extend(signed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let lines = lines.concat();
    format!(
        "{method} {path} HTTP/1.1\r\n{lines}content-length: {}\r\n\r\n{body}",
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
            buffer: vec![0; 1 << 20],
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
                let shown = String::from_utf8_lossy(&self.buffer[..filled]);
                assert!(text.starts_with("http/1.1 200"), "{shown}");
                return;
            }
        }
    }
}
