//! A tiny client: requests signed by the SDK's own signer, over a plain socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulator::{Config, Simulator};

/// An answer, as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    /// The body as JSON; nothing, for a body that is empty.
    pub(crate) fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// The JSON error's code without its namespace.
    pub(crate) fn error(&self) -> String {
        self.json()["__type"]
            .as_str()
            .unwrap_or_default()
            .rsplit('#')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// A simulator and its client.
pub(crate) struct World {
    /// The simulator.
    pub(crate) simulator: Simulator,
}

impl World {
    /// A simulator whose clock moves by advances only.
    pub(crate) fn frozen() -> Self {
        let config = Config {
            frozen: true,
            ..Config::default()
        };
        Self {
            simulator: Simulator::start(config).unwrap(),
        }
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, seconds: u64) {
        self.simulator.advance(Duration::from_secs(seconds));
    }

    /// Calls an operation of DynamoDB.
    pub(crate) fn dynamodb(&self, operation: &str, input: &Value) -> Answer {
        self.dynamodb_text(operation, &input.to_string())
    }

    /// Calls an operation of DynamoDB with any body.
    pub(crate) fn dynamodb_text(&self, operation: &str, body: &str) -> Answer {
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        self.signed("dynamodb", "POST", "/", &headers, body)
    }

    /// Calls an operation of DynamoDB that succeeds.
    pub(crate) fn ok(&self, operation: &str, input: &Value) -> Value {
        let answer = self.dynamodb(operation, input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.json()
    }

    /// Creates the provisioned table `notes` with a key `id`.
    pub(crate) fn notes(&self, read: u32, write: u32) {
        self.ok(
            "CreateTable",
            &json!({
                "TableName": "notes",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write},
            }),
        );
    }

    /// Creates the provisioned table `notes` with a key `id`, and its index `par-ville`.
    pub(crate) fn indexed_notes(&self, throughput: &Value, of_the_index: &Value, projection: &str) {
        let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        self.ok(
            "CreateTable",
            &json!({
                "TableName": "notes",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [attribute("id"), attribute("ville")],
                "ProvisionedThroughput": throughput,
                "GlobalSecondaryIndexes": [{
                    "IndexName": "par-ville",
                    "KeySchema": [{"AttributeName": "ville", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": projection},
                    "ProvisionedThroughput": of_the_index,
                }],
            }),
        );
    }

    /// Puts an item whose text has that many bytes into `notes`.
    pub(crate) fn put(&self, id: &str, bytes: usize) -> Answer {
        let item = json!({"id": {"S": id}, "t": {"S": "x".repeat(bytes)}});
        self.dynamodb(
            "PutItem",
            &json!({"TableName": "notes", "Item": item, "ReturnConsumedCapacity": "TOTAL"}),
        )
    }

    /// Sends a signed request to S3.
    pub(crate) fn s3(&self, method: &str, path: &str, body: &str) -> Answer {
        let hash = Sha256::digest(body)
            .iter()
            .fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        let headers = [("x-amz-content-sha256", hash.as_str())];
        self.signed("s3", method, path, &headers, body)
    }

    /// Sends a request signed by the administrator.
    pub(crate) fn signed(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let administrator = Credentials::new(
            self.simulator.access_key_id(),
            self.simulator.secret_access_key(),
            None,
            None,
            "test",
        );
        self.signed_by(
            administrator,
            self.simulator.region(),
            service,
            method,
            path,
            headers,
            body,
        )
    }

    /// Sends a request signed by whoever holds these credentials, for a region.
    #[expect(clippy::too_many_arguments, reason = "what a request is made of")]
    pub(crate) fn signed_by(
        &self,
        credentials: Credentials,
        region: &str,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let host = self.host();
        let mut all = vec![("host".to_owned(), host.clone())];
        all.extend(
            headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let borrowed = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signable = SignableRequest::new(
            method,
            format!("http://{host}{path}"),
            borrowed,
            SignableBody::Bytes(body.as_bytes()),
        )
        .unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        all.extend(
            instructions
                .headers()
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.plain(method, path, &all, body)
    }

    /// Sends a request as it is.
    pub(crate) fn plain(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let lines = lines.concat();
        let length = body.len();
        let text = format!(
            "{method} {path} HTTP/1.1\r\n{lines}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        self.raw(text.as_bytes()).unwrap()
    }

    /// Calls a control route with the token.
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> Answer {
        let token = format!("Bearer {}", self.simulator.control_token());
        self.plain(
            method,
            path,
            &[("host", &self.host()), ("authorization", &token)],
            body,
        )
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> String {
        self.simulator.endpoint().trim_start_matches("http://").to_owned()
    }

    /// Sends bytes, and reads to the end; `None` where the connection is closed without an answer.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // The server may close before everything is written.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        read(&String::from_utf8_lossy(&answer))
    }
}

fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some(Answer {
        status,
        headers,
        body: body.to_owned(),
    })
}
