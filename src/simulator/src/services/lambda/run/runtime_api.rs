//! The Runtime API of one process: the next call, its answer or its error.
//!
//! Each instance has an address of its own, at which only its own processes are listened to: another one of this machine
//! can neither take its calls nor answer them. Who is at the other end is asked once for each connection. An answer names
//! the call that it is for, which must be the one that runs.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::outcome::LARGEST_ANSWER;
use super::peer;
use super::tree::Tree;

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
    /// Whose it is, once they are started.
    owners: watch::Sender<Option<Tree>>,
    serving: JoinHandle<()>,
}

impl RuntimeApi {
    /// Serves one on an address of its own; what the runtime tells goes to `told`.
    pub(super) fn serve(told: Sender<Told>) -> io::Result<Self> {
        let handle = tokio::runtime::Handle::current();
        let listener = handle.block_on(TcpListener::bind((somewhere(), 0)))?;
        let address = listener.local_addr()?;
        let (events, waiting) = mpsc::unbounded_channel();
        let (owners, known) = watch::channel(None);
        let api = Arc::new(Api {
            waiting: tokio::sync::Mutex::new(waiting),
            current: Mutex::default(),
            told,
        });
        let serving = handle.spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                tokio::spawn(converse(stream, peer, known.clone(), Arc::clone(&api)));
            }
        });
        Ok(Self {
            address,
            events,
            owners,
            serving,
        })
    }

    /// From now on, these processes are listened to.
    pub(super) fn belongs_to(&self, tree: Tree) {
        self.owners.send_replace(Some(tree));
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

/// Serves a connection to its end; one that is not of the instance's own processes is refused everything.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    mut owners: watch::Receiver<Option<Tree>>,
    api: Arc<Api>,
) {
    // Answers are small: waiting to fill a packet would cost 40 ms.
    let _ = stream.set_nodelay(true);
    let Ok(here) = stream.local_addr() else {
        return;
    };
    // What comes before its processes are known, or after it is gone, need not be listened to.
    let Ok(Some(tree)) = owners.wait_for(Option::is_some).await.map(|tree| *tree) else {
        return;
    };
    let asked = tokio::task::spawn_blocking(move || peer::belongs(peer, here, tree)).await;
    let own = asked.unwrap_or(false);
    let service = service_fn(move |request| {
        let api = Arc::clone(&api);
        async move {
            Ok::<_, Infallible>(if own {
                api.answer(request).await
            } else {
                forbidden()
            })
        }
    });
    // How it ends is the runtime's affair.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

struct Api {
    waiting: tokio::sync::Mutex<mpsc::UnboundedReceiver<Next>>,
    /// The call that runs: taken, and not answered yet.
    current: Mutex<Option<String>>,
    told: Sender<Told>,
}

impl Api {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        match (&head.method, &parts[..]) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", id, "response"]) => {
                self.ended(id, body, |id, body| match body {
                    Some(body) => Told::Answer(id, body),
                    None => Told::TooLarge(id),
                })
                .await
            }
            (&Method::POST, ["invocation", id, "error"]) => {
                self.ended(id, body, |id, body| Told::Error(id, body.unwrap_or_default()))
                    .await
            }
            (&Method::POST, ["init", "error"]) => {
                self.tell(Told::InitError(read(body).await.unwrap_or_default()))
            }
            _ => failed(
                StatusCode::NOT_FOUND,
                "The requested path does not exist",
                "InvalidPath",
            ),
        }
    }

    /// Takes the end of a call, if it is the one that runs. What is too large is read to its end, so that the runtime can go on
    /// to the next call.
    async fn ended(
        &self,
        id: &str,
        body: Incoming,
        told: impl FnOnce(String, Option<Bytes>) -> Told,
    ) -> Response<Full<Bytes>> {
        let body = read(body).await;
        let current = {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            current.take_if(|current| current == id)
        };
        match current {
            Some(id) => self.tell(told(id, body)),
            None => failed(StatusCode::BAD_REQUEST, "Invalid request ID", "InvalidRequestID"),
        }
    }

    /// The next call, once there is one.
    async fn next(&self) -> Response<Full<Bytes>> {
        self.tell(Told::Ready);
        let Some(event) = self.waiting.lock().await.recv().await else {
            return status(StatusCode::GONE);
        };
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(event.request_id.clone());
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

/// Reads a body to its end; `None` for one that is larger than an answer may be.
async fn read(mut body: Incoming) -> Option<Bytes> {
    let mut whole = Some(Vec::new());
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else {
            continue;
        };
        whole = whole.filter(|whole| whole.len() + data.len() <= LARGEST_ANSWER);
        if let Some(whole) = &mut whole {
            whole.extend_from_slice(&data);
        }
    }
    whole.map(Bytes::from)
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    respond(code, Bytes::from_static(b"{\"status\":\"OK\"}"))
}

fn failed(code: StatusCode, message: &str, kind: &str) -> Response<Full<Bytes>> {
    let body = json!({ "errorMessage": message, "errorType": kind }).to_string();
    respond(code, body.into())
}

fn forbidden() -> Response<Full<Bytes>> {
    failed(StatusCode::FORBIDDEN, "Forbidden", "Forbidden")
}

fn respond(code: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = code;
    response
}
