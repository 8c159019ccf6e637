//! What happens while files are followed: something in their folder was saved, or the learner typed a line.

use std::cell::Cell;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{Config, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::failure::Failure;
use crate::workshop;
use workbook::engine::Interrupt;

/// How often files are looked at where the system tells nothing of them.
const EACH: Duration = Duration::from_millis(300);
/// An editor writes a file in several steps: the last is waited for.
const QUIET: Duration = Duration::from_millis(60);

/// What happened.
pub(super) enum Event {
    /// A file was written, or put into place.
    Saved,
    /// The learner typed this.
    Typed(String),
    /// The learner types no more.
    End,
}

/// The watch over a folder and the keyboard.
pub(super) struct Saves {
    events: Receiver<Event>,
    /// What came while the end of a save was waited for.
    waiting: Cell<Option<Event>>,
    /// Whether something is being judged.
    busy: Arc<AtomicBool>,
    polling: bool,
    _watcher: Box<dyn Watcher + Send>,
}

impl Saves {
    /// Watches this folder, which is there, and reads what is typed.
    pub(super) fn of(folder: &Path, polling: bool) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
        let (sender, events) = channel();
        let told = (!polling).then(|| told(folder, sender.clone()).ok()).flatten();
        let polling = told.is_none();
        let watcher = match told {
            Some(watcher) => watcher,
            None => looked_at(folder, sender.clone())
                .map_err(|error| unwritable(folder, std::io::Error::other(error.to_string())))?,
        };
        let busy = Arc::new(AtomicBool::new(false));
        let leaving = Leaving {
            sender: Mutex::new(sender.clone()),
            busy: Arc::clone(&busy),
        };
        workshop::stop_on_interrupt(Arc::new(leaving));
        workshop::catch_interrupts()?;
        std::thread::spawn(move || read(&sender));
        Ok(Self {
            events,
            waiting: Cell::new(None),
            busy,
            polling,
            _watcher: watcher,
        })
    }

    /// Does something that Ctrl-C stops by itself.
    pub(super) fn during<T>(&self, what: impl FnOnce() -> T) -> T {
        self.busy.store(true, Ordering::SeqCst);
        let done = what();
        self.busy.store(false, Ordering::SeqCst);
        done
    }

    pub(super) fn is_polling(&self) -> bool {
        self.polling
    }

    /// The next event; saves that follow upon one another are one.
    pub(super) fn next(&self) -> Event {
        if let Some(event) = self.waiting.take() {
            return event;
        }
        match self.events.recv() {
            Ok(Event::Saved) => self.last_of_a_save(),
            Ok(event) => event,
            Err(_) => Event::End,
        }
    }

    fn last_of_a_save(&self) -> Event {
        loop {
            match self.events.recv_timeout(QUIET) {
                Ok(Event::Saved) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Event::Saved,
                Ok(event) => {
                    self.waiting.set(Some(event));
                    return Event::Saved;
                }
            }
        }
    }
}

/// The system tells what is saved.
fn told(folder: &Path, sender: Sender<Event>) -> notify::Result<Box<dyn Watcher + Send>> {
    let mut watcher = RecommendedWatcher::new(teller(sender), Config::default())?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(Box::new(watcher))
}

/// The files are looked at again and again: on some network and container file systems nothing is told.
fn looked_at(folder: &Path, sender: Sender<Event>) -> notify::Result<Box<dyn Watcher + Send>> {
    let config = Config::default()
        .with_poll_interval(EACH)
        .with_compare_contents(true);
    let mut watcher = PollWatcher::new(teller(sender), config)?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(Box::new(watcher))
}

fn teller(sender: Sender<Event>) -> impl FnMut(notify::Result<notify::Event>) + Send + 'static {
    move |event| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = sender.send(Event::Saved);
        }
    }
}

fn read(sender: &Sender<Event>) {
    let lines = std::io::stdin().lock().split(b'\n');
    let mut typed = false;
    for line in lines.map_while(Result::ok) {
        typed = true;
        // What is no text is no command: it is told so.
        let line = String::from_utf8_lossy(&line).into_owned();
        if sender.send(Event::Typed(line)).is_err() {
            return;
        }
    }
    // An input that is no terminal and says nothing is nobody's (`nohup`, a service, `</dev/null`): what is saved is
    // judged all the same, until the program is ended.
    if typed || std::io::stdin().is_terminal() {
        let _ = sender.send(Event::End);
    }
}

/// Ends the watch at Ctrl-C, which stops a cell instead while one is judged.
struct Leaving {
    sender: Mutex<Sender<Event>>,
    busy: Arc<AtomicBool>,
}

impl Interrupt for Leaving {
    fn interrupt(&self) {
        if !self.busy.load(Ordering::SeqCst) {
            let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = sender.send(Event::End);
        }
    }
}

fn unwritable(folder: &Path, source: std::io::Error) -> Failure {
    Failure::Unwritable {
        path: folder.to_owned(),
        source,
    }
}
