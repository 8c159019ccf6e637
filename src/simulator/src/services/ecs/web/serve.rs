//! Answers on the ports of tasks.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Response};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;

use super::Listening;

/// Serves each port that is opened, until there is nobody left to open any.
pub(crate) async fn serve(mut opened: UnboundedReceiver<Listening>) {
    while let Some(listening) = opened.recv().await {
        tokio::spawn(port(listening));
    }
}

/// Serves one port until it is closed.
async fn port(listening: Listening) {
    let Listening {
        listener,
        page,
        mut closed,
    } = listening;
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let page = Bytes::from(page);
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(connection(stream, page.clone()));
                }
            }
            _ = &mut closed => return,
        }
    }
}

async fn connection(stream: TcpStream, page: Bytes) {
    let service = service_fn(move |_| {
        let page = page.clone();
        async move { Ok::<_, Infallible>(answer(page)) }
    });
    // One answer for each connection, so that none outlives its task for long. What it ends with is the client's affair.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn answer(page: Bytes) -> Response<Full<Bytes>> {
    let kind = if page.trim_ascii_start().starts_with(b"<") {
        "text/html; charset=utf-8"
    } else {
        "text/plain; charset=utf-8"
    };
    let mut response = Response::new(Full::new(page));
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
