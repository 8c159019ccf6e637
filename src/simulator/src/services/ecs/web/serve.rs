//! Answers on the ports of tasks.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
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
    let service = service_fn(move |request: Request<Incoming>| {
        let page = page.clone();
        async move {
            discard(request.into_body()).await;
            Ok::<_, Infallible>(answer(page))
        }
    });
    // One answer for each connection, so that none outlives its task for long. What it ends with is the client's affair.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The most of a request's body that is read, in bytes; who sends more is answered before it has sent all of it.
const MOST_READ: usize = 64 << 20;

/// Reads a request's body, so that its sender is not cut off before it is answered.
async fn discard(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > MOST_READ {
            return;
        }
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpStream as Client};

    use super::super::listener::open;
    use super::*;

    /// Who goes away before all was read resets the connection, and the answer with it.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_request_with_a_body_is_answered_once_it_was_read() {
        let (server, opened) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(serve(opened));
        let open = open(&server, Ipv4Addr::LOCALHOST, 0, "lu".to_owned());
        let url = open.url().unwrap();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let answered = tokio::task::spawn_blocking(move || {
            let mut client = Client::connect(&address).unwrap();
            let body = vec![b'x'; 8 << 20];
            let head = format!(
                "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            client.write_all(head.as_bytes()).unwrap();
            client.write_all(&body).unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).unwrap();
            answer
        });
        let answer = answered.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nlu"), "{answer}");
    }
}
