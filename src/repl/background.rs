//! What gets ready while the learner reads: the preparation, then the engine.

use crate::backend::Backend;
use crate::cli::{Choice, Context, prepare_words};
use crate::failure::Failure;
use crate::store::data_folder;
use crate::workshop::{self, Workshop};
use engine::prepare::{self, Progress, Status};
use rustyline::ExternalPrinter;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How far the engine is.
enum State {
    /// The libraries are being built: so many percent.
    Preparing(usize),
    /// The engine is being started.
    Starting,
    /// Cells can run.
    Ready(Arc<Mutex<Workshop>>),
    /// They cannot, for this reason.
    Impossible(String),
}

/// The backend, there at once, and the engine over it, there later.
pub(super) struct Kitchen {
    pub(super) backend: Backend,
    state: Mutex<State>,
    changed: Condvar,
}

/// Where lines go while the learner types.
type Printer = Box<dyn FnMut(String) + Send>;

impl Kitchen {
    /// Starts the backend, and the rest in the background. A real account is confirmed first.
    pub(super) fn open(
        context: &Context,
        printer: Option<impl ExternalPrinter + Send + 'static>,
    ) -> Result<Arc<Self>, Failure> {
        match &context.choice {
            Choice::Simulator { frozen } => {
                let kitchen = Arc::new(Self::new(workshop::simulator(*frozen)?, State::Starting));
                let (background, say) = (Arc::clone(&kitchen), printer_of(printer));
                std::thread::spawn(move || background.get_ready(say));
                Ok(kitchen)
            }
            Choice::Aws { .. } => {
                let workshop = Workshop::open(context)?;
                let backend = workshop.backend.clone();
                Ok(Arc::new(Self::new(
                    backend,
                    State::Ready(Arc::new(Mutex::new(workshop))),
                )))
            }
        }
    }

    fn new(backend: Backend, state: State) -> Self {
        Self {
            backend,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn get_ready(&self, mut say: Printer) {
        let folder = prepare::folder(&data_folder());
        if let Status::Missing = prepare::status(&folder) {
            say("Première fois\u{a0}: je prépare de quoi exécuter du Rust (quelques minutes). Lis et réponds en attendant.".to_owned());
            self.set(State::Preparing(0));
            let mut told = 0;
            let prepared = prepare::prepare(&folder, &mut |step| self.step(&step, &mut told, &mut say));
            if let Err(error) = prepared {
                say(format!("La préparation a échoué\u{a0}: {error}"));
                return self.set(State::Impossible(error.to_string()));
            }
            say("Préparation terminée\u{a0}: les cellules Rust peuvent s’exécuter.".to_owned());
            self.set(State::Starting);
        }
        self.set(match Workshop::over(self.backend.clone()) {
            Ok(workshop) => State::Ready(Arc::new(Mutex::new(workshop))),
            Err(Failure::Engine(reason)) => State::Impossible(reason),
            Err(failure) => State::Impossible(failure.to_string()),
        });
    }

    /// A line every tenth of the way: enough to know that it goes on, little enough to type in peace.
    fn step(&self, step: &Progress, told: &mut usize, say: &mut Printer) {
        if let Progress::Crates { done, total, .. } = step {
            let percent = (done * 100).checked_div(*total).unwrap_or(0);
            self.set(State::Preparing(percent));
            if percent / 10 > *told {
                *told = percent / 10;
                say(format!("Préparation\u{a0}: {percent}\u{a0}%"));
            }
        } else if let Some(words) = prepare_words(step) {
            say(words);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_all();
    }

    /// How much of the preparation is done, while it goes on.
    pub(super) fn percent(&self) -> Option<usize> {
        match *self.lock() {
            State::Preparing(percent) => Some(percent),
            _ => None,
        }
    }

    /// The workshop, if it is there and nothing runs in it: for completion, which never waits.
    pub(super) fn at_once(&self) -> Option<Arc<Mutex<Workshop>>> {
        match &*self.lock() {
            State::Ready(workshop) => Some(Arc::clone(workshop)),
            _ => None,
        }
    }

    /// The workshop. A starting engine is waited for; so is a preparation, where nobody could type meanwhile.
    pub(super) fn workshop(&self, patient: bool) -> Result<Arc<Mutex<Workshop>>, Failure> {
        let mut state = self.lock();
        loop {
            match &*state {
                State::Ready(workshop) => return Ok(Arc::clone(workshop)),
                State::Impossible(reason) => return Err(Failure::Engine(reason.clone())),
                State::Preparing(percent) if !patient => return Err(Failure::StillPreparing(*percent)),
                State::Preparing(_) | State::Starting => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

fn printer_of(printer: Option<impl ExternalPrinter + Send + 'static>) -> Printer {
    let mut printer = printer;
    Box::new(move |line| {
        if let Some(printer) = &mut printer {
            // A prompt that is gone has nobody to tell.
            let _ = printer.print(format!("{line}\n"));
        }
    })
}
