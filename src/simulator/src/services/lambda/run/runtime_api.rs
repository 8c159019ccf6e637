//! The Runtime API of one process: the next call, its answer or its error.
//!
//! Each process has an address of its own, somewhere in the loopback network and on a port that nobody knows but it: what
//! another process of this machine would have to know to take its calls. An answer names the call that it is for.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::outcome::LARGEST_ANSWER;

/// Where the routes begin.
const PREFIX: &str = "/2018-06-01/runtime/";

/// A call as a runtime gets it.
#[derive(Debug)]
pub(super) struct Next {
    /// The call's id.
    pub(super) request_id: String,
    /// `Lambda-Runtime-Deadline-Ms`: the machine's time at which it must be done.
    pub(super) deadline: u128,
    /// `Lambda-Runtime-Invoked-Function-Arn`.
    pub(super) arn: String,
    /// `Lambda-Runtime-Trace-Id`.
    pub(super) trace_id: String,
    /// `Lambda-Runtime-Client-Context`.
    pub(super) client_context: Option<String>,
    /// What it is about.
    pub(super) body: Bytes,
}

/// What a runtime tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It asks for its next call: it has begun, or is done with the one before.
    Ready,
    /// The answer to a call.
    Answer(String, Bytes),
    /// The answer to a call is larger than what a call gives back.
    TooLarge(String),
    /// The error of a call.
    Error(String, Bytes),
    /// It could not begin.
    InitError(Bytes),
    /// The process closed what it writes to.
    Closed,
}

/// A Runtime API that is served until this is dropped.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::UnboundedSender<Next>,
    serving: JoinHandle<()>,
}

impl RuntimeApi {
    /// Serves one on an address of its own; what the runtime tells goes to `told`.
    pub(super) fn serve(told: Sender<Told>) -> io::Result<Self> {
        let handle = tokio::runtime::Handle::current();
        let listener = handle.block_on(TcpListener::bind((somewhere(), 0)))?;
        let address = listener.local_addr()?;
        let (events, waiting) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            waiting: Mutex::new(waiting),
            told,
        });
        let serving = handle.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Answers are small: waiting to fill a packet would cost 40 ms.
                let _ = stream.set_nodelay(true);
                let api = Arc::clone(&api);
                let service = service_fn(move |request| {
                    let api = Arc::clone(&api);
                    async move { Ok::<_, Infallible>(api.answer(request).await) }
                });
                tokio::spawn(async move {
                    // How it ends is the runtime's affair.
                    let _ = http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self {
            address,
            events,
            serving,
        })
    }

    /// `127.x.y.z:PORT`.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Hands a call to the runtime, which takes it when it asks for the next one.
    pub(super) fn hand(&self, event: Next) {
        // Nobody takes it any more only when the process is gone, which is noticed elsewhere.
        let _ = self.events.send(event);
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An address of the loopback network.
fn somewhere() -> Ipv4Addr {
    let [_, second, third, fourth] = rand::random::<[u8; 4]>();
    Ipv4Addr::new(127, second, third, fourth.clamp(2, 250))
}

struct Api {
    waiting: Mutex<mpsc::UnboundedReceiver<Next>>,
    told: Sender<Told>,
}

impl Api {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let path = head
            .uri
            .path()
            .strip_prefix(PREFIX)
            .unwrap_or_default()
            .to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match (&head.method, &parts[..]) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", id, "response"]) => {
                let id = (*id).to_owned();
                if let Ok(whole) = Limited::new(body, LARGEST_ANSWER).collect().await {
                    self.tell(Told::Answer(id, whole.to_bytes()))
                } else {
                    self.tell(Told::TooLarge(id));
                    status(StatusCode::PAYLOAD_TOO_LARGE)
                }
            }
            (&Method::POST, ["invocation", id, "error"]) => {
                let id = (*id).to_owned();
                self.tell(Told::Error(id, read(body).await))
            }
            (&Method::POST, ["init", "error"]) => self.tell(Told::InitError(read(body).await)),
            _ => status(StatusCode::NOT_FOUND),
        }
    }

    /// The next call, once there is one.
    async fn next(&self) -> Response<Full<Bytes>> {
        self.tell(Told::Ready);
        let Some(event) = self.waiting.lock().await.recv().await else {
            return status(StatusCode::GONE);
        };
        let mut response = Response::builder()
            .header("content-type", "application/json")
            .header("lambda-runtime-aws-request-id", &event.request_id)
            .header("lambda-runtime-deadline-ms", event.deadline.to_string())
            .header("lambda-runtime-invoked-function-arn", &event.arn)
            .header("lambda-runtime-trace-id", &event.trace_id);
        if let Some(context) = &event.client_context {
            response = response.header("lambda-runtime-client-context", context);
        }
        response
            .body(Full::new(event.body))
            .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
    }

    fn tell(&self, told: Told) -> Response<Full<Bytes>> {
        // Nobody listens any more once the call is over.
        let _ = self.told.send(told);
        status(StatusCode::ACCEPTED)
    }
}

async fn read(body: Incoming) -> Bytes {
    let whole = Limited::new(body, LARGEST_ANSWER).collect().await;
    whole.map(http_body_util::Collected::to_bytes).unwrap_or_default()
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"status\":\"OK\"}")));
    *response.status_mut() = code;
    response
}
