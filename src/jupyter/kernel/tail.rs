//! The line that a cell has not finished: it may be a question, which the client shows beside the answer and not before it.

use super::iopub::Publisher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long an unfinished line waits to become a question: as long as it takes to notice that the cell reads.
const PATIENCE: Duration = Duration::from_millis(300);

/// Standard output, of which the unfinished line comes a little later.
pub(super) struct Tail {
    publisher: Publisher,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    line: String,
    /// Whether somebody will publish it.
    awaited: bool,
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn publish(publisher: &Publisher, held: &mut Held) {
    publisher.stream("stdout", &std::mem::take(&mut held.line));
}

impl Tail {
    pub(super) fn new(publisher: Publisher) -> Self {
        Self {
            publisher,
            held: Arc::default(),
        }
    }

    /// Publishes whole lines at once.
    pub(super) fn write(&self, text: &str) {
        let mut held = lock(&self.held);
        let Some((whole, rest)) = text.rsplit_once('\n') else {
            held.line += text;
            return self.publish_later(&mut held);
        };
        let whole = format!("{}{whole}\n", held.line);
        self.publisher.stream("stdout", &whole);
        rest.clone_into(&mut held.line);
        if !held.line.is_empty() {
            self.publish_later(&mut held);
        }
    }

    fn publish_later(&self, held: &mut Held) {
        if std::mem::replace(&mut held.awaited, true) {
            return;
        }
        let (publisher, held) = (self.publisher.clone(), Arc::clone(&self.held));
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            let mut held = lock(&held);
            held.awaited = false;
            publish(&publisher, &mut held);
        });
    }

    /// Publishes what is left.
    pub(super) fn flush(&self) {
        publish(&self.publisher, &mut lock(&self.held));
    }

    /// The cell asks this: where it is the unfinished line, that is published no more.
    pub(super) fn asks(&self, prompt: &str) {
        let mut held = lock(&self.held);
        if held.line == prompt {
            held.line.clear();
        } else {
            publish(&self.publisher, &mut held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::Author;
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn a_question_is_not_published_before_it_is_asked_and_everything_else_is() {
        let (out, mut published) = unbounded_channel();
        let tail = Tail::new(Publisher::new(Author::new(), out));
        let mut heard = || {
            let mut text = String::new();
            while let Ok(message) = published.try_recv() {
                text += message.text("text");
            }
            text
        };
        tail.write("un\nTon ");
        tail.write("nom\u{a0}? ");
        tail.asks("Ton nom\u{a0}? ");
        assert_eq!(heard(), "un\n");
        tail.write("deux, ");
        tail.asks("Code");
        assert_eq!(heard(), "deux, ");
        tail.write("trois");
        tail.flush();
        assert_eq!(heard(), "trois");
    }
}
