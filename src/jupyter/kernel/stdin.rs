//! What a learner answers a cell that reads its standard input: asked of who sent the cell, and of nobody else.

use super::iopub::Publisher;
use super::wire::{Author, Message};
use crate::keyboard::Keyboard;
use crate::workshop;
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use workbook::engine::{Interrupt, Reply};

/// What comes while a question waits.
pub(super) enum Answered {
    Message(Message),
    Interrupted,
}

/// Asks whoever sent the cell of the moment.
pub(super) struct Stdin {
    author: Author,
    publisher: Publisher,
    questions: UnboundedSender<Message>,
    asking: Mutex<Asking>,
}

struct Asking {
    answers: Receiver<Answered>,
    /// Who sent the cell.
    identities: Vec<Bytes>,
    parent: Value,
    /// Whether they can be asked.
    allowed: bool,
    /// Whether they were told that they cannot.
    told: bool,
}

/// Said once in a cell that reads where nobody can answer.
const NOBODY: &str =
    "[cette cellule lit son entrée, mais ici personne ne peut répondre\u{a0}: elle en trouve la fin]\n";

struct Stop(Mutex<Sender<Answered>>);

impl Interrupt for Stop {
    fn interrupt(&self) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sender.send(Answered::Interrupted);
    }
}

impl Stdin {
    /// `answers` is where `heard` sends to.
    pub(super) fn new(
        author: Author,
        publisher: Publisher,
        questions: UnboundedSender<Message>,
        heard: Sender<Answered>,
        answers: Receiver<Answered>,
    ) -> Arc<Self> {
        workshop::stop_on_interrupt(Arc::new(Stop(Mutex::new(heard))));
        Arc::new(Self {
            author,
            publisher,
            questions,
            asking: Mutex::new(Asking {
                answers,
                identities: Vec::new(),
                parent: json!({}),
                allowed: false,
                told: false,
            }),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Asking> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, questions are those of this request.
    pub(super) fn serves(&self, request: &Message) {
        let mut asking = self.lock();
        asking.identities.clone_from(&request.identities);
        asking.parent.clone_from(&request.header);
        asking.allowed = request.flag("allow_stdin", false);
        asking.told = false;
    }

    /// Asks for a line.
    pub(super) fn ask(&self, prompt: &str, hidden: bool) -> Reply {
        let mut asking = self.lock();
        if !asking.allowed {
            if !std::mem::replace(&mut asking.told, true) {
                self.publisher.stream("stderr", NOBODY);
            }
            return Reply::End;
        }
        // What came before this question answers another one.
        while asking.answers.try_recv().is_ok() {}
        let content = json!({"prompt": prompt, "password": hidden});
        let question = self.author.write(
            asking.identities.clone(),
            &asking.parent,
            "input_request",
            content,
        );
        let id = question.header["msg_id"].clone();
        if self.questions.send(question).is_err() {
            return Reply::End;
        }
        loop {
            match asking.answers.recv() {
                Ok(Answered::Message(answer)) if answers(&answer, &id) => {
                    // A client that cannot answer says so without a value.
                    let value = answer.content["value"].as_str();
                    return value.map_or(Reply::End, |value| Reply::Line(value.to_owned()));
                }
                Ok(Answered::Message(_)) => {}
                Ok(Answered::Interrupted) => return Reply::Interrupt,
                Err(_) => return Reply::End,
            }
        }
    }
}

/// Whether this is an answer to the question of that id; some clients do not say to which.
fn answers(message: &Message, id: &Value) -> bool {
    let to = &message.parent["msg_id"];
    message.kind() == "input_reply" && (to.is_null() || to == id)
}

/// The same, for what asks through a keyboard.
pub(super) struct Client(pub(super) Arc<Stdin>);

impl Keyboard for Client {
    fn draws(&self) -> bool {
        true
    }

    fn ask(&mut self, prompt: &str, hidden: bool) -> Reply {
        self.0.ask(prompt, hidden)
    }
}
