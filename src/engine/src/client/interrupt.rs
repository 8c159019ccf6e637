//! The handle that stops the running evaluation from another thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use workbook::engine::Interrupt;

use super::Event;

/// Sends an event to the engine, if something that can be stopped runs there.
pub(super) struct Interrupter {
    events: Mutex<Sender<Event>>,
    running: AtomicU64,
}

impl Interrupter {
    pub(super) fn new(events: Sender<Event>) -> Self {
        Self {
            events: Mutex::new(events),
            running: AtomicU64::new(0),
        }
    }

    /// From now on, and as long as the answer lives, something runs.
    pub(super) fn start(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(self))
    }
}

impl Interrupt for Interrupter {
    fn interrupt(&self) {
        if self.running.load(Ordering::SeqCst) > 0 {
            let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = events.send(Event::Interrupt);
        }
    }
}

/// An evaluation is running as long as this lives.
pub(super) struct Running(Arc<Interrupter>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}
