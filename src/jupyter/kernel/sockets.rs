//! The five sockets of a kernel, each with a task of its own: a cell that runs keeps none of them waiting. Who listens to
//! what is published has more of them (`audience`).

use super::audience;
use super::connection::Connection;
use super::control::Control;
use super::stdin::Answered;
use super::wire::{Author, Key, Message};
use crate::failure::{Failure, system};
use bytes::Bytes;
use std::sync::mpsc::Sender;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use zeromq::{
    RepSocket, RouterRecvHalf, RouterSendHalf, RouterSocket, Socket, SocketRecv, SocketSend, ZmqError,
    ZmqMessage,
};

/// The sockets, once they are bound.
pub(super) struct Sockets {
    shell: RouterSocket,
    control: RouterSocket,
    stdin: RouterSocket,
    iopub: TcpListener,
    heartbeat: RepSocket,
}

/// What the tasks hand on, and what is handed to them.
pub(super) struct Wires {
    pub(super) author: Author,
    pub(super) key: Key,
    /// Requests, in their order.
    pub(super) requests: Sender<Message>,
    pub(super) replies: UnboundedReceiver<Message>,
    pub(super) published: UnboundedReceiver<Message>,
    pub(super) questions: UnboundedReceiver<Message>,
    pub(super) answers: Sender<Answered>,
    pub(super) control: Control,
}

impl Sockets {
    /// Binds them.
    pub(super) async fn bind(connection: &Connection) -> Result<Self, Failure> {
        Ok(Self {
            shell: bound(connection, connection.shell_port).await?,
            control: bound(connection, connection.control_port).await?,
            stdin: bound(connection, connection.stdin_port).await?,
            iopub: door(connection).await?,
            heartbeat: bound(connection, connection.hb_port).await?,
        })
    }

    /// Serves them as long as the runtime lives.
    pub(super) fn serve(self, wires: Wires) {
        let key = wires.key;
        let (shell, requests) = self.shell.split();
        tokio::spawn(send_all(shell, wires.replies, key.clone()));
        tokio::spawn(hear(requests, key.clone(), move |message| {
            let _ = wires.requests.send(message);
        }));
        let (stdin, answers) = self.stdin.split();
        tokio::spawn(send_all(stdin, wires.questions, key.clone()));
        tokio::spawn(hear(answers, key.clone(), move |message| {
            let _ = wires.answers.send(Answered::Message(message));
        }));
        tokio::spawn(obey(self.control, key.clone(), wires.control));
        tokio::spawn(audience::serve(self.iopub, wires.published, key, wires.author));
        tokio::spawn(echo(self.heartbeat));
    }
}

async fn bound<S: Socket>(connection: &Connection, port: u16) -> Result<S, Failure> {
    let address = connection.address(port);
    let mut socket = S::new();
    match socket.bind(&address).await {
        Ok(_) => Ok(socket),
        Err(error) => Err(taken(&address, error)),
    }
}

/// Where who listens to what is published comes in.
async fn door(connection: &Connection) -> Result<TcpListener, Failure> {
    let address = connection.address(connection.iopub_port);
    let place = address.trim_start_matches("tcp://");
    TcpListener::bind(place)
        .await
        .map_err(|error| taken(&address, error.into()))
}

fn taken(address: &str, error: ZmqError) -> Failure {
    Failure::Kernel {
        message: format!("impossible d’écouter à l’adresse {address} ({})", reason(error)),
        hint: "ferme le noyau qui s’en sert déjà, et relance Jupyter.".to_owned(),
    }
}

fn reason(error: ZmqError) -> String {
    match error {
        ZmqError::Network(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            "elle est déjà prise".to_owned()
        }
        ZmqError::Network(error) => system(&error),
        other => other.to_string(),
    }
}

/// Sends what it is given. A client that went away does not matter to the others.
async fn send_all(mut socket: RouterSendHalf, mut messages: UnboundedReceiver<Message>, key: Key) {
    while let Some(message) = messages.recv().await {
        if let Ok(message) = ZmqMessage::try_from(message.frames(&key)) {
            let _ = socket.send(message).await;
        }
    }
}

/// Hands on every message that is one, and that who knows the key signed.
async fn hear(mut socket: RouterRecvHalf, key: Key, mut take: impl FnMut(Message)) {
    while let Some(frames) = next(socket.recv().await) {
        if let Some(message) = read(frames, &key) {
            take(message);
        }
    }
}

/// The frames of what came, none of them where it was nothing; `None` where nothing can come any more.
fn next(came: Result<ZmqMessage, ZmqError>) -> Option<Vec<Bytes>> {
    match came {
        Ok(message) => Some(message.into_vec()),
        Err(ZmqError::NoMessage) => None,
        Err(_) => Some(Vec::new()),
    }
}

fn read(frames: Vec<Bytes>, key: &Key) -> Option<Message> {
    if frames.is_empty() {
        return None;
    }
    Message::read(frames, key)
        .inspect_err(|why| super::note(&format!("un message est ignoré\u{a0}: {why}.")))
        .ok()
}

async fn obey(mut socket: RouterSocket, key: Key, control: Control) {
    while let Some(frames) = next(socket.recv().await) {
        let Some(request) = read(frames, &key) else {
            continue;
        };
        let reply = control.answer(&request).map(|reply| reply.frames(&key));
        if let Some(Ok(message)) = reply.map(ZmqMessage::try_from) {
            let _ = socket.send(message).await;
        }
        control.after(&request);
    }
}

/// Says back what it hears: the kernel is alive.
async fn echo(mut socket: RepSocket) {
    loop {
        match socket.recv().await {
            Ok(message) => drop(socket.send(message).await),
            Err(ZmqError::NoMessage) => return,
            Err(_) => {}
        }
    }
}
