//! A proxy between a lesson and an account, which spoils what a test tells it to: cut connections, refusals, answers that
//! never come.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is done with a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It goes through.
    None,
    /// The connection ends before it is forwarded.
    Cut,
    /// It is forwarded, and the connection ends before the answer.
    CutAnswer,
    /// It is refused with this code, as AWS refuses in the protocol that it speaks.
    Refuse(u16, &'static str),
    /// It is answered with this, as a service that is not there would.
    Answer(&'static str),
    /// It is neither answered nor, unless told, forwarded; the connection stays open.
    Hold { forwarded: bool },
}

type Rule = Box<dyn Fn(&str) -> Fault + Send>;

/// A running proxy. It ends with the test's process.
pub struct Proxy {
    address: SocketAddr,
    rule: Arc<Mutex<Rule>>,
    held: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Stands before the account at `endpoint`; everything goes through at first.
    pub fn before(endpoint: &str) -> Self {
        let account: SocketAddr = endpoint.strip_prefix("http://").unwrap().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            rule: Arc::new(Mutex::new(Box::new(|_| Fault::None))),
            held: Arc::default(),
        };
        let (rule, held) = (Arc::clone(&proxy.rule), Arc::clone(&proxy.held));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (rule, held) = (Arc::clone(&rule), Arc::clone(&held));
                std::thread::spawn(move || serve(client, account, &rule, &held));
            }
        });
        proxy
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, what is done with a request depends on what it asks: an operation's name, or method and path for S3.
    pub fn spoil(&self, rule: impl Fn(&str) -> Fault + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    /// Everything goes through again.
    pub fn heal(&self) {
        self.spoil(|_| Fault::None);
    }

    /// Whether a request is being held.
    pub fn holds(&self) -> bool {
        !self.held.lock().unwrap().is_empty()
    }
}

fn serve(mut client: TcpStream, account: SocketAddr, rule: &Mutex<Rule>, held: &Mutex<Vec<String>>) {
    let Ok(Some(request)) = Request::read(&mut client) else {
        return;
    };
    let asked = request.asked();
    let fault = (rule.lock().unwrap())(&asked);
    // A client that went away is the test's business.
    let _ = match fault {
        Fault::None => request
            .forward(account)
            .and_then(|answer| client.write_all(&answer)),
        Fault::Cut => Ok(()),
        Fault::CutAnswer => request.forward(account).map(|_| ()),
        Fault::Refuse(status, code) => client.write_all(request.refusal(status, code).as_bytes()),
        Fault::Answer(body) => {
            client.write_all(answer("200 OK", "application/x-amz-json-1.1", body).as_bytes())
        }
        Fault::Hold { forwarded } => {
            if forwarded {
                let _ = request.forward(account);
            }
            held.lock().unwrap().push(asked);
            // Until the client has gone.
            client.read(&mut [0; 1]).map(|_| ())
        }
    };
}

/// One request, as it came.
struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn read(client: &mut TcpStream) -> io::Result<Option<Self>> {
        client.set_read_timeout(Some(Duration::from_mins(2)))?;
        let mut bytes = Vec::new();
        let mut piece = [0; 16_384];
        loop {
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                let mut request = Self {
                    head,
                    body: bytes.split_off(end + 4),
                };
                let length = request
                    .header("content-length")
                    .and_then(|length| length.parse().ok());
                while request.body.len() < length.unwrap_or(0) {
                    match client.read(&mut piece)? {
                        0 => return Ok(None),
                        count => request.body.extend(&piece[..count]),
                    }
                }
                return Ok(Some(request));
            }
            match client.read(&mut piece)? {
                0 => return Ok(None),
                count => bytes.extend(&piece[..count]),
            }
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// `CreateTable`, or `PUT /cahier-a`.
    fn asked(&self) -> String {
        if let Some((_, operation)) = self
            .header("x-amz-target")
            .and_then(|target| target.split_once('.'))
        {
            return operation.to_owned();
        }
        let body = String::from_utf8_lossy(&self.body);
        match body
            .strip_prefix("Action=")
            .and_then(|rest| rest.split('&').next())
        {
            Some(operation) => operation.to_owned(),
            None => self.head.split(" HTTP/").next().unwrap_or_default().to_owned(),
        }
    }

    /// One exchange on a connection of its own.
    fn forward(&self, account: SocketAddr) -> io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(account)?;
        server.set_read_timeout(Some(Duration::from_mins(1)))?;
        server.write_all(format!("{}\r\nconnection: close\r\n\r\n", self.head).as_bytes())?;
        server.write_all(&self.body)?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    }

    fn refusal(&self, status: u16, code: &str) -> String {
        let said = "spoilt by the test";
        let (kind, body) = if self.header("x-amz-target").is_some() {
            (
                "application/x-amz-json-1.0",
                format!("{{\"__type\":\"com.amazonaws#{code}\",\"message\":\"{said}\"}}"),
            )
        } else if self.body.starts_with(b"Action=") {
            (
                "text/xml",
                format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{said}</Message></Error></ErrorResponse>"
                ),
            )
        } else {
            (
                "application/xml",
                format!("<Error><Code>{code}</Code><Message>{said}</Message></Error>"),
            )
        };
        answer(&format!("{status} Spoilt"), kind, &body)
    }
}

fn answer(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
