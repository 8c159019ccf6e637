//! The pages on a loopback port: for this machine's own browser, and for nobody else.

use super::page;
use super::shelf::Shelf;
use crate::failure::{Failure, system};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// How long a browser waits for a save before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);
/// What is still being answered when the preview ends has this long.
const FAREWELL: Duration = Duration::from_millis(200);

/// The preview's server. It ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

struct Shared {
    shelf: Mutex<Shelf>,
    version: watch::Sender<u64>,
    port: u16,
}

type Answer = Response<Full<Bytes>>;

impl Server {
    /// Serves what is on the shelf, on a port of 127.0.0.1 (0: a free one).
    ///
    /// # Errors
    /// When the port is taken, or the system refuses.
    pub fn start(shelf: Shelf, port: u16) -> Result<Self, Failure> {
        let refused = |error: &std::io::Error| Failure::Preview(system(error));
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
                std::io::ErrorKind::AddrInUse => Failure::PortInUse(port),
                _ => refused(&error),
            })?;
        listener.set_nonblocking(true).map_err(|error| refused(&error))?;
        let address = listener.local_addr().map_err(|error| refused(&error))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| refused(&error))?;
        let shared = Arc::new(Shared {
            version: watch::Sender::new(shelf.version),
            shelf: Mutex::new(shelf),
            port: address.port(),
        });
        let served = Arc::clone(&shared);
        runtime.spawn(async move {
            if let Ok(listener) = TcpListener::from_std(listener) {
                accept(listener, served).await;
            }
        });
        Ok(Self {
            address,
            shared,
            runtime: Some(runtime),
        })
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What is on the shelf.
    pub fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shared.shelf()
    }

    /// Looks at the files, and has the pages reloaded where they have changed; whether they have.
    pub fn refresh(&self) -> bool {
        let mut lessons = self.shelf();
        let changed = lessons.refresh();
        if changed {
            self.shared.version.send_replace(lessons.version);
        }
        changed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(FAREWELL);
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(FAREWELL).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            // A browser that goes away is no error of ours.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    if !shared.is_for_us(&request) {
        return Ok(plain(
            StatusCode::FORBIDDEN,
            "Cette page n’est servie qu’à cette machine.",
        ));
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Ok(plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "Cette page ne se lit qu’avec GET.",
        ));
    }
    let path = request.uri().path().to_owned();
    if path == "/attendre" {
        let seen = request
            .uri()
            .query()
            .and_then(|query| query.strip_prefix("apres="));
        return Ok(shared
            .wait(seen.and_then(|seen| seen.parse().ok()).unwrap_or(0))
            .await);
    }
    Ok(shared.file(&path))
}

impl Shared {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the request names this server: a page of another site that has a name of its own lead here does not.
    fn is_for_us(&self, request: &Request<Incoming>) -> bool {
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let ours = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", self.port));
        host.is_some_and(|host| ours.iter().any(|one| one == host))
    }

    /// The version, once it is another one than the browser has.
    async fn wait(&self, seen: u64) -> Answer {
        let mut version = self.version.subscribe();
        let changed = version.wait_for(|version| *version != seen);
        let _ = tokio::time::timeout(PATIENCE, changed).await;
        let body = format!("{{\"version\":{}}}", *self.version.borrow());
        respond(StatusCode::OK, "application/json", body, page::POLICY)
    }

    fn file(&self, path: &str) -> Answer {
        match path {
            "/apercu.css" => respond(
                StatusCode::OK,
                "text/css; charset=utf-8",
                page::STYLE,
                page::POLICY,
            ),
            "/apercu.js" => respond(
                StatusCode::OK,
                "text/javascript; charset=utf-8",
                page::SCRIPT,
                page::POLICY,
            ),
            _ => self
                .page(path)
                .unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "Il n’y a rien à cette adresse.")),
        }
    }

    fn page(&self, path: &str) -> Option<Answer> {
        let address = path.strip_prefix('/')?;
        let lessons = self.shelf();
        if let Some(name) = address.strip_prefix("images/") {
            let (media, bytes) = lessons.image(name)?;
            let alone = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
            return Some(respond(StatusCode::OK, media, bytes, alone));
        }
        let page = lessons.page(address)?.to_owned();
        Some(respond(
            StatusCode::OK,
            "text/html; charset=utf-8",
            page,
            page::POLICY,
        ))
    }
}

fn plain(status: StatusCode, words: &'static str) -> Answer {
    respond(status, "text/plain; charset=utf-8", words, page::POLICY)
}

fn respond(status: StatusCode, media: &'static str, body: impl Into<Bytes>, policy: &'static str) -> Answer {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = [
        (CONTENT_TYPE, media),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, hyper::header::HeaderValue::from_static(value));
    }
    response
}
