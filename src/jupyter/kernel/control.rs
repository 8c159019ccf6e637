//! Requests that are answered at once, while a cell runs: stop it, end the kernel, say what this is.

use super::info;
use super::iopub::Publisher;
use super::wire::{Author, Message};
use crate::workshop;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the kernel is to end.
#[derive(Clone, Default)]
pub(super) struct Ending(Arc<AtomicBool>);

impl Ending {
    /// From now on it is: what runs is stopped.
    pub(super) fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
        workshop::interrupt();
    }

    pub(super) fn has_begun(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Answers what comes on the control channel.
pub(super) struct Control {
    pub(super) author: Author,
    pub(super) publisher: Publisher,
    pub(super) ending: Ending,
}

impl Control {
    /// The answers to a request.
    pub(super) fn answer(&self, request: &Message) -> Option<Message> {
        self.publisher.status(&request.header, "busy");
        let content = match request.kind() {
            "kernel_info_request" => Some(info::kernel()),
            "interrupt_request" => {
                workshop::interrupt();
                Some(json!({"status": "ok"}))
            }
            "shutdown_request" => Some(shutdown(request)),
            "debug_request" => Some(no_debugger(request)),
            other => {
                super::note(&format!(
                    "la demande «\u{a0}{other}\u{a0}» est ignorée\u{a0}: ce noyau ne la connaît pas."
                ));
                None
            }
        };
        if request.kind() == "shutdown_request" {
            // Others who listen to this kernel learn of its end here.
            self.publisher
                .publish(&request.header, "shutdown_reply", shutdown(request));
        }
        content.map(|content| self.author.reply(request, content))
    }

    /// What is left to do once the answer is sent.
    pub(super) fn after(&self, request: &Message) {
        self.publisher.status(&request.header, "idle");
        if request.kind() == "shutdown_request" {
            self.ending.begin();
        }
    }
}

/// The answer to a request to end.
pub(super) fn shutdown(request: &Message) -> Value {
    json!({"status": "ok", "restart": request.flag("restart", false)})
}

/// A refusal as debuggers understand it.
fn no_debugger(request: &Message) -> Value {
    json!({
        "type": "response",
        "request_seq": request.content["seq"].as_i64().unwrap_or(0),
        "command": request.text("command"),
        "success": false,
        "message": "Le noyau de Cahier n’a pas de débogueur.",
    })
}
