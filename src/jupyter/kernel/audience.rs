//! Everybody who listens to what the kernel publishes, each served by a task of its own: one that takes nothing any more
//! (a console put to sleep by Ctrl-Z, a script that never reads) keeps nobody else waiting.
//!
//! The library's XPUB socket sends to one client after the other and waits for each. So each client has such a socket for
//! itself, behind a connection whose bytes are handed on.

use super::wire::{Author, Key, Message};
use bytes::Bytes;
use serde_json::json;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use zeromq::{Endpoint, Socket, SocketRecv, SocketSend, XPubSocket, ZmqError, ZmqMessage};

/// How long a client may take nothing before it is let go: it connects again by itself once it is awake.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long to wait where the system has no room for one more client.
const LATER: Duration = Duration::from_millis(100);

/// Publishes to everybody who comes.
pub(super) async fn serve(
    door: TcpListener,
    mut messages: UnboundedReceiver<Message>,
    key: Key,
    author: Author,
) {
    let mut clients: Vec<UnboundedSender<ZmqMessage>> = Vec::new();
    loop {
        tokio::select! {
            biased;
            client = next(&door) => {
                let (sender, published) = unbounded_channel();
                clients.push(sender);
                tokio::spawn(attend(client, published, key.clone(), author.clone()));
            }
            message = messages.recv() => {
                let Some(message) = message else { return };
                if let Ok(message) = ZmqMessage::try_from(message.frames(&key)) {
                    clients.retain(|client| client.send(message.clone()).is_ok());
                }
            }
        }
    }
}

async fn next(door: &TcpListener) -> TcpStream {
    loop {
        match door.accept().await {
            Ok((client, _)) => return client,
            Err(_) => sleep(LATER).await,
        }
    }
}

/// Serves one client until it leaves, or takes nothing for too long.
async fn attend(mut client: TcpStream, published: UnboundedReceiver<ZmqMessage>, key: Key, author: Author) {
    let Ok((socket, mut inside)) = stage().await else {
        return super::note("un client du noyau n’a pas pu être servi.");
    };
    let _ = client.set_nodelay(true);
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut inside) => {}
        () = publish(socket, published, &key, &author) => {}
    }
}

/// A socket, and the connection to it.
async fn stage() -> Result<(XPubSocket, TcpStream), ZmqError> {
    let mut socket = XPubSocket::new();
    let Endpoint::Tcp(_, port) = socket.bind("tcp://127.0.0.1:0").await? else {
        return Err(io::Error::from(io::ErrorKind::AddrNotAvailable).into());
    };
    let inside = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    inside.set_nodelay(true)?;
    Ok((socket, inside))
}

/// Publishes to a client, and welcomes it once it begins to listen: from then on it misses nothing.
async fn publish(
    mut socket: XPubSocket,
    mut published: UnboundedReceiver<ZmqMessage>,
    key: &Key,
    author: &Author,
) {
    loop {
        let message = tokio::select! {
            biased;
            came = socket.recv() => match came {
                Err(ZmqError::NoMessage) => return,
                Err(_) => None,
                Ok(frames) => welcome(&frames.into_vec(), author)
                    .and_then(|message| ZmqMessage::try_from(message.frames(key)).ok()),
            },
            message = published.recv() => match message {
                None => return,
                message => message,
            },
        };
        if let Some(message) = message
            && timeout(PATIENCE, socket.send(message)).await.is_err()
        {
            return;
        }
    }
}

/// What a new subscription is answered with, under the topic that it names.
fn welcome(frames: &[Bytes], author: &Author) -> Option<Message> {
    let (1, topic) = frames.first()?.split_first()? else {
        return None;
    };
    let content = json!({"subscription": String::from_utf8_lossy(topic)});
    let topic = Bytes::copy_from_slice(topic);
    Some(author.write(vec![topic], &json!({}), "iopub_welcome", content))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use zeromq::SubSocket;

    /// More than the buffers of two connections hold.
    const MANY: usize = 400;
    const LARGE: usize = 64 << 10;

    async fn listener(address: &str) -> SubSocket {
        let mut client = SubSocket::new();
        client.connect(address).await.unwrap();
        client.subscribe("").await.unwrap();
        client
    }

    async fn hears(client: &mut SubSocket) -> Message {
        let frames = timeout(Duration::from_mins(1), client.recv()).await;
        Message::read(frames.unwrap().unwrap().into_vec(), &Key::new("clé")).unwrap()
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_keeps_nobody_else_waiting() {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", door.local_addr().unwrap());
        let (out, messages) = unbounded_channel();
        let author = Author::new();
        tokio::spawn(serve(door, messages, Key::new("clé"), author.clone()));
        let mut asleep = listener(&address).await;
        assert_eq!(hears(&mut asleep).await.kind(), "iopub_welcome");
        let mut awake = listener(&address).await;
        assert_eq!(hears(&mut awake).await.kind(), "iopub_welcome");
        for number in 0..MANY {
            let content = json!({"number": number, "text": "x".repeat(LARGE)});
            out.send(author.write(vec![Bytes::from_static(b"stream")], &json!({}), "stream", content))
                .unwrap();
        }
        for number in 0..MANY {
            assert_eq!(hears(&mut awake).await.content["number"], number);
        }
        assert_eq!(hears(&mut asleep).await.content["number"], 0);
    }
}
