//! Answers requests one after the other, in the thread that the engine is asked from.

use super::control::{Ending, shutdown};
use super::history::History;
use super::info;
use super::iopub::Publisher;
use super::stdin::{Client, Stdin};
use super::wire::{Author, Message};
use crate::class;
use crate::cli::Context;
use crate::desk::candidates::Candidates;
use crate::desk::kitchen::Kitchen;
use crate::desk::{Desk, Front};
use crate::failure::Failure;
use crate::keyboard::Keyboard;
use crate::store::data_folder;
use crate::workshop;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use workbook::engine::Interrupt;

/// How often it is looked at whether the kernel is to end, while nobody asks for anything.
const LOOK: Duration = Duration::from_millis(100);

/// What answers.
pub(super) struct Kernel<'a> {
    pub(super) publisher: Publisher,
    pub(super) stdin: Arc<Stdin>,
    pub(super) kitchen: Arc<Kitchen>,
    pub(super) desk: Desk<'a>,
    pub(super) candidates: Candidates,
    pub(super) history: History,
    /// How many cells were executed.
    pub(super) count: usize,
    /// Whether the script that runs is to be stopped.
    pub(super) stopped: Arc<AtomicBool>,
    author: Author,
    requests: Receiver<Message>,
    replies: UnboundedSender<Message>,
    /// Requests that came while a cell ran, and are not given up.
    waiting: VecDeque<Message>,
    /// Cells that came behind one that failed.
    given_up: Vec<Message>,
    ending: Ending,
}

/// What the worker hears from and speaks to.
pub(super) struct Links {
    pub(super) author: Author,
    pub(super) publisher: Publisher,
    pub(super) stdin: Arc<Stdin>,
    pub(super) requests: Receiver<Message>,
    pub(super) replies: UnboundedSender<Message>,
    pub(super) ending: Ending,
}

/// The desk in a notebook.
struct Notebook(Arc<Stdin>);

impl Front for Notebook {
    fn keyboard(&self) -> Box<dyn Keyboard> {
        Box::new(Client(Arc::clone(&self.0)))
    }

    fn next(&self) -> &'static str {
        ":suivant"
    }

    fn leaving(&self) -> &'static str {
        "Une cellule qui commence par %%bash ou %%python est un script\u{a0}; ?NOM explique un nom.\nLe menu du noyau arrête une cellule."
    }
}

/// Stops the script that runs.
struct Stop(Arc<AtomicBool>);

impl Interrupt for Stop {
    fn interrupt(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// What a class handed in is not what who grades it has typed.
fn history() -> History {
    if class::is_grading() {
        History::of_this_kernel()
    } else {
        History::open(&data_folder())
    }
}

impl<'a> Kernel<'a> {
    /// Starts the simulator; the engine gets ready in the background.
    pub(super) fn open(context: &'a Context, links: Links) -> Result<Self, Failure> {
        let kitchen = Kitchen::in_notebook(context.screen, &context.choice)?;
        let front = Box::new(Notebook(Arc::clone(&links.stdin)));
        let stopped = Arc::new(AtomicBool::new(false));
        workshop::stop_on_interrupt(Arc::new(Stop(Arc::clone(&stopped))));
        Ok(Self {
            desk: Desk::open(context, Arc::clone(&kitchen), front)?,
            candidates: Candidates::of(context.workbook()?),
            history: history(),
            kitchen,
            count: 0,
            stopped,
            publisher: links.publisher,
            stdin: links.stdin,
            author: links.author,
            requests: links.requests,
            replies: links.replies,
            waiting: VecDeque::new(),
            given_up: Vec::new(),
            ending: links.ending,
        })
    }

    /// Answers until the kernel is to end.
    pub(super) fn serve(&mut self) {
        while let Some(request) = self.next() {
            self.publisher.status(&request.header, "busy");
            self.answer(&request);
            self.publisher.status(&request.header, "idle");
            for given_up in std::mem::take(&mut self.given_up) {
                self.publisher.status(&given_up.header, "busy");
                // Without a number, as ipykernel: a cell that was not executed has none.
                self.reply(&given_up, json!({"status": "aborted"}));
                self.publisher.status(&given_up.header, "idle");
            }
        }
    }

    fn next(&mut self) -> Option<Message> {
        loop {
            if self.ending.has_begun() {
                return None;
            }
            if let Some(request) = self.waiting.pop_front() {
                return Some(request);
            }
            match self.requests.recv_timeout(LOOK) {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn answer(&mut self, request: &Message) {
        let content = match request.kind() {
            "execute_request" => return self.execute(request),
            "kernel_info_request" => info::kernel(),
            "complete_request" => self.complete(request),
            "inspect_request" => self.inspect(request),
            "is_complete_request" => Self::is_complete(request),
            "history_request" => self.history.reply(request),
            "comm_info_request" => json!({"status": "ok", "comms": {}}),
            "shutdown_request" => {
                self.reply(request, shutdown(request));
                return self.ending.begin();
            }
            // Nobody here speaks to widgets: whoever opens one is told at once.
            "comm_open" => {
                let content = json!({"comm_id": request.content["comm_id"], "data": {}});
                return self.publisher.publish(&request.header, "comm_close", content);
            }
            "comm_msg" | "comm_close" => return,
            other => {
                return super::note(&format!(
                    "la demande «\u{a0}{other}\u{a0}» est ignorée\u{a0}: ce noyau ne la connaît pas."
                ));
            }
        };
        self.reply(request, content);
    }

    /// The cells that came already are not executed; what else came is answered in its turn.
    pub(super) fn give_up_what_waits(&mut self) {
        let waiting: Vec<Message> = self.waiting.drain(..).chain(self.requests.try_iter()).collect();
        let (cells, others): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|request| request.kind() == "execute_request");
        self.given_up.extend(cells);
        self.waiting.extend(others);
    }

    /// Answers a request.
    pub(super) fn reply(&self, request: &Message, content: Value) {
        let _ = self.replies.send(self.author.reply(request, content));
    }
}
