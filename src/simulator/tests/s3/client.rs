//! A small S3 client: requests signed by AWS's own signer, answers as they came over the wire.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use simulator::{Config, Simulator};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

/// An answer.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    /// The header of that lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The text of the first element of that name.
    pub(crate) fn element(&self, name: &str) -> &str {
        let text = self
            .body
            .split_once(&format!("<{name}>"))
            .map_or("", |(_, rest)| rest);
        text.split_once(&format!("</{name}>"))
            .map_or("", |(text, _)| text)
    }

    /// Status and error code.
    pub(crate) fn error(&self) -> (u16, &str) {
        (self.status, self.element("Code"))
    }

    /// The error's message.
    pub(crate) fn message(&self) -> &str {
        self.element("Message")
    }

    /// `x-amz-version-id`.
    pub(crate) fn version(&self) -> String {
        self.header("x-amz-version-id").unwrap().to_owned()
    }
}

/// An access key.
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A simulator and how to talk to it.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) administrator: Identity,
}

const REGION: &str = "eu-west-3";

type Headers<'a> = &'a [(&'a str, &'a str)];

impl World {
    /// A simulator whose clock stands still, with the bucket `rapports`.
    pub(crate) fn new() -> Self {
        let config = Config {
            frozen: true,
            ..Config::default()
        };
        let simulator = Simulator::start(config).unwrap();
        let world = Self {
            administrator: Identity {
                id: simulator.access_key_id().to_owned(),
                secret: simulator.secret_access_key().to_owned(),
            },
            simulator,
        };
        let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
                    </CreateBucketConfiguration>";
        assert_eq!(world.send("PUT", "/rapports", &[], body).status, 200);
        world
    }

    /// Sets the versioning state of the bucket.
    pub(crate) fn versioning(&self, status: &str) -> Response {
        let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
        self.send("PUT", "/rapports?versioning", &[], &body)
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], "")
    }

    pub(crate) fn put(&self, path: &str, body: &str) -> Response {
        self.send("PUT", path, &[], body)
    }

    pub(crate) fn delete(&self, path: &str) -> Response {
        self.send("DELETE", path, &[], "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Response {
        self.send("POST", path, &[], body)
    }

    /// Sends a request signed in its headers by the administrator.
    pub(crate) fn send(&self, method: &str, path: &str, headers: Headers<'_>, body: &str) -> Response {
        self.send_as(&self.administrator, method, path, headers, body)
    }

    /// Sends a request signed in its headers.
    pub(crate) fn send_as(
        &self,
        identity: &Identity,
        method: &str,
        path: &str,
        headers: Headers<'_>,
        body: &str,
    ) -> Response {
        let mut request = self.request(method, path, headers);
        let signer = Signer {
            identity,
            service: "s3",
            location: SignatureLocation::Headers,
            expires_in: None,
        };
        signer.sign(&mut request, SignableBody::Bytes(body.as_bytes()));
        self.raw(&request, body)
    }

    /// A new user who may do what a policy's statement says.
    pub(crate) fn user(&self, name: &str, statement: &str) -> Identity {
        let iam = |action: &str, parameters: &str| {
            let body = format!("Action={action}&Version=2010-05-08&UserName={name}{parameters}");
            let content_type = [("content-type", "application/x-www-form-urlencoded")];
            let mut request = self.request("POST", "/", &content_type);
            let signer = Signer {
                identity: &self.administrator,
                service: "iam",
                location: SignatureLocation::Headers,
                expires_in: None,
            };
            signer.sign(&mut request, SignableBody::Bytes(body.as_bytes()));
            let answer = self.raw(&request, &body);
            assert_eq!(answer.status, 200, "{}", answer.body);
            answer
        };
        iam("CreateUser", "");
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let encoded: String = policy.bytes().fold(String::new(), |mut text, byte| {
            write!(text, "%{byte:02X}").unwrap();
            text
        });
        iam(
            "PutUserPolicy",
            &format!("&PolicyName=droits&PolicyDocument={encoded}"),
        );
        let key = iam("CreateAccessKey", "");
        Identity {
            id: key.element("AccessKeyId").to_owned(),
            secret: key.element("SecretAccessKey").to_owned(),
        }
    }

    /// Sends a request as it is.
    pub(crate) fn unsigned(&self, method: &str, path: &str, headers: Headers<'_>, body: &str) -> Response {
        self.raw(&self.request(method, path, headers), body)
    }

    /// The path and query of a presigned URL.
    pub(crate) fn presign(&self, method: &str, path: &str, seconds: u64) -> String {
        self.presign_with(method, path, &[], seconds)
    }

    /// The same, for a request that must have these headers.
    pub(crate) fn presign_with(
        &self,
        method: &str,
        path: &str,
        headers: Headers<'_>,
        seconds: u64,
    ) -> String {
        let mut request = self.request(method, path, headers);
        let signer = Signer {
            identity: &self.administrator,
            service: "s3",
            location: SignatureLocation::QueryParams,
            expires_in: Some(Duration::from_secs(seconds)),
        };
        signer.sign(&mut request, SignableBody::UnsignedPayload);
        request.uri().path_and_query().unwrap().to_string()
    }

    fn address(&self) -> String {
        self.simulator.endpoint().trim_start_matches("http://").to_owned()
    }

    fn request(&self, method: &str, path: &str, headers: Headers<'_>) -> http::Request<()> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.simulator.endpoint()));
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", self.address());
        }
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .body(())
            .unwrap()
    }

    fn raw(&self, request: &http::Request<()>, body: &str) -> Response {
        let framing = format!("content-length: {}\r\n", body.len());
        self.framed(request, &framing, body)
    }

    /// Sends a request as it is, whose body is framed by headers of one's own.
    pub(crate) fn unsigned_framed(&self, method: &str, path: &str, framing: &str, body: &str) -> Response {
        self.framed(&self.request(method, path, &[]), framing, body)
    }

    fn framed(&self, request: &http::Request<()>, framing: &str, body: &str) -> Response {
        let mut text = format!(
            "{} {} HTTP/1.1\r\n",
            request.method(),
            request.uri().path_and_query().unwrap()
        );
        for (name, value) in request.headers() {
            write!(text, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
        write!(text, "connection: close\r\n{framing}\r\n{body}").unwrap();
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        read(&String::from_utf8(answer).unwrap())
    }
}

/// Who signs, for which service, and where the signature goes.
struct Signer<'a> {
    identity: &'a Identity,
    service: &'static str,
    location: SignatureLocation,
    expires_in: Option<Duration>,
}

impl Signer<'_> {
    fn sign(&self, request: &mut http::Request<()>, body: SignableBody<'_>) {
        let credentials = Credentials::from_keys(&self.identity.id, &self.identity.secret, None);
        let identity = credentials.into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.signature_location = self.location;
        settings.expires_in = self.expires_in;
        if self.location == SignatureLocation::Headers {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(self.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
        let uri = request.uri().to_string();
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body).unwrap();
        let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
        instructions.apply_to_request_http1x(request);
    }
}

fn read(answer: &str) -> Response {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| {
        line.split_once(": ")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    Response {
        status,
        headers: lines.filter_map(header).collect(),
        body: body.to_owned(),
    }
}
