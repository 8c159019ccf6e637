//! A load of signed requests over a few connections, the same for the simulator and its peers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use simulator::Simulator;

// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connections at once.
pub const CONNECTIONS: usize = 4;

/// How long each operation is measured.
pub const DURATION: Duration = Duration::from_secs(3);

/// Items that are written and read in turn.
const KEYS: usize = 100;

/// Where requests go, and who signs them.
#[derive(Debug, Clone)]
pub struct Server {
    /// `127.0.0.1:4566`.
    pub host: String,
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
}

impl Server {
    /// A simulator and its administrator.
    pub fn of(simulator: &Simulator) -> Self {
        Self {
            host: simulator.endpoint().trim_start_matches("http://").to_owned(),
            access_key_id: simulator.access_key_id().to_owned(),
            secret_access_key: simulator.secret_access_key().to_owned(),
        }
    }

    /// A signed call of DynamoDB.
    pub fn dynamodb(&self, operation: &str, body: &str) -> Vec<u8> {
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        self.request("dynamodb", "POST", "/", &headers, body.as_bytes())
    }

    /// A signed call of S3.
    pub fn s3(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        self.request("s3", method, path, &[], body)
    }

    /// A signed call of a service.
    pub fn request(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Vec<u8> {
        let mut all = vec![("host".to_owned(), self.host.clone())];
        all.extend(
            headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let identity =
            Credentials::new(&self.access_key_id, &self.secret_access_key, None, None, "bench").into();
        let mut settings = SigningSettings::default();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        if service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-west-3")
            .name(service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let borrowed = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let url = format!("http://{}{path}", self.host);
        let signable = SignableRequest::new(method, url, borrowed, SignableBody::Bytes(body)).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        all.extend(
            instructions
                .headers()
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let lines: Vec<String> = all
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{}content-length: {}\r\n\r\n",
            lines.concat(),
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    /// Successes per second of these requests, sent in turn again and again over [`CONNECTIONS`] connections. Says how many
    /// failed: some servers do, when several ask at once.
    ///
    /// They are signed beforehand: what is measured is the server, which checks each signature.
    pub fn rate(&self, requests: &[Vec<u8>]) -> f64 {
        let begun = Instant::now();
        let counts: Vec<[usize; 2]> = std::thread::scope(|scope| {
            let run = || {
                let mut connection = Connection::open(self);
                let mut counts = [0, 0];
                while begun.elapsed() < DURATION {
                    let next = &requests[(counts[0] + counts[1]) % requests.len()];
                    counts[usize::from(connection.ask(next).is_err())] += 1;
                }
                counts
            };
            let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let [answered, failed] = [0, 1].map(|which| counts.iter().map(|count| count[which]).sum::<usize>());
        if failed > 0 {
            println!("{}: {failed} requests of {} failed", self.host, answered + failed);
        }
        answered as f64 / begun.elapsed().as_secs_f64()
    }

    /// Calls of one operation of DynamoDB on many items: one partition takes no more than 1,000 writes a second. `body`
    /// names the item `a`.
    pub fn on_many_items(&self, operation: &str, body: &str) -> Vec<Vec<u8>> {
        let item = |id: usize| body.replace(r#""S":"a""#, &format!(r#""S":"{id}""#));
        (0..KEYS).map(|id| self.dynamodb(operation, &item(id))).collect()
    }

    /// Sends one request that must succeed.
    pub fn call(&self, request: &[u8]) {
        Connection::open(self).call(request);
    }

    /// Sends one request that must succeed; its answer's body.
    pub fn ask(&self, request: &[u8]) -> String {
        let mut connection = Connection::open(self);
        let body = connection.call(request);
        String::from_utf8_lossy(&connection.buffer[body]).into_owned()
    }
}

/// A connection that is kept open as long as the server does.
pub struct Connection<'a> {
    server: &'a Server,
    stream: TcpStream,
    /// Whether the last answer said that the server takes no other request on it.
    over: bool,
    buffer: Vec<u8>,
}

impl<'a> Connection<'a> {
    /// Opens one.
    pub fn open(server: &'a Server) -> Self {
        Self {
            server,
            stream: connect(server),
            over: false,
            buffer: vec![0; 1 << 20],
        }
    }

    /// Sends a request and reads its answer, which must be a success, into the buffer; says where its body is.
    pub fn call(&mut self, request: &[u8]) -> Range<usize> {
        self.ask(request).unwrap_or_else(|answer| panic!("{answer}"))
    }

    /// Sends a request and reads its answer into the buffer; says where its body is, or gives an answer that is none. Opens
    /// a new connection where the server has closed this one.
    fn ask(&mut self, request: &[u8]) -> Result<Range<usize>, String> {
        if std::mem::take(&mut self.over) {
            self.stream = connect(self.server);
        }
        for _ in 0..2 {
            if self.stream.write_all(request).is_ok()
                && let Some(answer) = self.answer()
            {
                return answer;
            }
            self.stream = connect(self.server);
        }
        panic!("no answer");
    }

    /// Reads an answer, as [`Connection::ask`] gives it; nothing if the connection was closed before it.
    fn answer(&mut self) -> Option<Result<Range<usize>, String>> {
        let mut filled = 0;
        loop {
            match self.stream.read(&mut self.buffer[filled..]) {
                Ok(0) | Err(_) if filled == 0 => return None,
                Ok(0) | Err(_) => panic!("half an answer"),
                Ok(count) => filled += count,
            }
            let bytes = &self.buffer[..filled];
            let Some(head) = bytes.windows(4).position(|end| end == b"\r\n\r\n") else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let ok = text.lines().next().is_some_and(|line| line.contains(" 20"));
            self.over = text.contains("\nconnection: close");
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.trim().parse::<usize>().unwrap());
            if filled >= head + 4 + length {
                let answer = || String::from_utf8_lossy(bytes).into_owned();
                return Some(ok.then_some(head + 4..head + 4 + length).ok_or_else(answer));
            }
        }
    }
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(&server.host).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}
