//! What the kernel publishes to everybody who listens: outputs, and what it is doing.

use super::wire::{Author, Message};
use crate::render::Sheet;
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use workbook::engine::Rich;

/// Publishes.
#[derive(Clone)]
pub(super) struct Publisher {
    author: Author,
    out: UnboundedSender<Message>,
    now: Arc<Now>,
}

/// The request that is being answered.
#[derive(Default)]
struct Now {
    parent: Mutex<Value>,
    /// Whether it asked for silence.
    silent: AtomicBool,
}

impl Publisher {
    pub(super) fn new(author: Author, out: UnboundedSender<Message>) -> Self {
        let now = Arc::new(Now {
            parent: Mutex::new(json!({})),
            silent: AtomicBool::new(false),
        });
        Self { author, out, now }
    }

    /// Publishes because of the request with that header. Nobody may be there to hear it.
    pub(super) fn publish(&self, parent: &Value, kind: &str, content: Value) {
        let topic = Bytes::from(format!("kernel.cahier.{kind}"));
        let _ = self
            .out
            .send(self.author.write(vec![topic], parent, kind, content));
    }

    /// Says whether the kernel works at the request with that header.
    pub(super) fn status(&self, parent: &Value, state: &str) {
        self.publish(parent, "status", json!({"execution_state": state}));
    }

    /// From now on, outputs belong to this request.
    pub(super) fn answers(&self, parent: &Value, silent: bool) {
        *self.now.parent.lock().unwrap_or_else(PoisonError::into_inner) = parent.clone();
        self.now.silent.store(silent, Ordering::SeqCst);
    }

    /// Publishes an output of the request of the moment, unless it asked for silence.
    pub(super) fn output(&self, kind: &str, content: Value) {
        if !self.now.silent.load(Ordering::SeqCst) {
            let parent = self
                .now
                .parent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            self.publish(&parent, kind, content);
        }
    }

    /// Text on `stdout` or `stderr`.
    pub(super) fn stream(&self, name: &str, text: &str) {
        if !text.is_empty() {
            self.output("stream", json!({"name": name, "text": text}));
        }
    }

    /// Something shown in one or more forms.
    pub(super) fn display(&self, data: &Value) {
        self.output(
            "display_data",
            json!({"data": data, "metadata": {}, "transient": {}}),
        );
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Publisher")
    }
}

/// What commands say, they say in the cell.
impl Sheet for Publisher {
    fn write(&self, text: &str) {
        self.stream("stdout", text);
    }

    fn error(&self, text: &str) {
        self.stream("stderr", text);
    }

    fn markdown(&self, markdown: &str, text: &str) {
        self.display(&json!({"text/markdown": markdown, "text/plain": text}));
    }

    fn html(&self, html: &str, text: &str) {
        self.display(&json!({"text/html": html, "text/plain": text}));
    }

    fn rich(&self, rich: &Rich) {
        super::shown::show(self, rich);
    }
}
