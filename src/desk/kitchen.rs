//! What gets ready while the learner reads: the preparation, then the engine.

use super::prompt::Prompt;
use super::voice::Voice;
use crate::backend::Backend;
use crate::cli::{Choice, Context, prepare_words};
use crate::failure::Failure;
use crate::render::Screen;
use crate::store::data_folder;
use crate::workshop::{self, Workshop};
use engine::prepare::{self, Progress, Status};
use rustyline::ExternalPrinter;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use workbook::engine::Interrupt;

/// How far the engine is.
enum State {
    /// Nothing was asked of it yet.
    Asleep,
    /// The libraries are being built: so many percent.
    Preparing(usize),
    /// The engine is being started.
    Starting,
    /// Cells can run.
    Ready(Arc<Mutex<Workshop>>),
    /// They cannot, for this reason.
    Impossible(String),
    /// The account did not tell who is asking, for this reason: whoever asks again, once signed in, is asked anew.
    Unknown(String),
}

struct Progressing {
    state: State,
    /// Whether the learner waits for it.
    awaited: bool,
    /// Whether they no longer do.
    given_up: bool,
}

/// What makes a workshop over a backend.
type Opening = Box<dyn Fn(Backend) -> Result<Workshop, Failure> + Send + Sync>;

/// The backend, there at once, and the engine over it, there later.
pub(crate) struct Kitchen {
    pub(crate) backend: Backend,
    /// What the learner types at.
    pub(crate) prompt: Prompt,
    voice: Voice,
    /// What makes the workshop, once everything is prepared.
    open: Opening,
    progressing: Mutex<Progressing>,
    changed: Condvar,
}

impl Kitchen {
    /// Starts the backend; [`Self::begin`] starts the rest. A real account is confirmed first.
    pub(crate) fn open(
        context: &Context,
        printer: Option<impl ExternalPrinter + Send + 'static>,
    ) -> Result<Arc<Self>, Failure> {
        let prompt = Prompt::default();
        let voice = Voice::beside_a_prompt(printer, prompt.typing());
        let kitchen = match &context.choice {
            Choice::Simulator { frozen } => {
                let backend = workshop::simulator(*frozen)?;
                Self::new(backend, prompt, voice, Box::new(Workshop::over))
            }
            Choice::Aws { .. } => {
                let workshop = Workshop::open(context)?;
                let kitchen = Self::new(workshop.backend.clone(), prompt, voice, Box::new(Workshop::over));
                kitchen.set(State::Ready(Arc::new(Mutex::new(workshop))));
                kitchen
            }
        };
        workshop::stop_on_interrupt(Arc::clone(&kitchen) as Arc<dyn Interrupt>);
        Ok(kitchen)
    }

    /// The simulator and its engine for a notebook; a preparation waits for the first cell, which shows how far it is. A
    /// real account was confirmed when its kernel was installed: the first cell says which one it is.
    pub(crate) fn in_notebook(screen: Screen, choice: &Choice) -> Result<Arc<Self>, Failure> {
        let voice = Voice::on_a_sheet(screen);
        let (backend, open): (Backend, Opening) = match choice {
            Choice::Simulator { .. } => (workshop::simulator(false)?, Box::new(Workshop::in_notebook)),
            Choice::Aws { account, ceiling, .. } => {
                let (known, ceiling) = (account.clone(), *ceiling);
                let open = move |_| Workshop::of_account_in_notebook(screen, &known, ceiling);
                (Backend::Aws(account.clone()), Box::new(open))
            }
        };
        let simulated = backend.simulator().is_some();
        let kitchen = Self::new(backend, Prompt::default(), voice, open);
        if simulated && workshop::is_prepared() {
            kitchen.begin();
        }
        workshop::stop_on_interrupt(Arc::clone(&kitchen) as Arc<dyn Interrupt>);
        Ok(kitchen)
    }

    fn new(backend: Backend, prompt: Prompt, voice: Voice, open: Opening) -> Arc<Self> {
        Arc::new(Self {
            backend,
            prompt,
            voice,
            open,
            progressing: Mutex::new(Progressing {
                state: State::Asleep,
                awaited: false,
                given_up: false,
            }),
            changed: Condvar::new(),
        })
    }

    /// Gets ready in the background, unless that was begun before.
    pub(crate) fn begin(self: &Arc<Self>) {
        let mut found = self.lock();
        if !matches!(found.state, State::Asleep | State::Unknown(_)) {
            return;
        }
        found.state = State::Starting;
        drop(found);
        let kitchen = Arc::clone(self);
        std::thread::spawn(move || kitchen.get_ready());
    }

    fn get_ready(&self) {
        let folder = prepare::folder(&data_folder());
        if let Status::Missing = prepare::status(&folder) {
            if let Some(other) = prepare::for_another() {
                self.voice.say(other.to_string());
            }
            self.voice.say("Première fois\u{a0}: je prépare de quoi exécuter du Rust (quelques minutes). Lis et réponds en attendant.");
            self.set(State::Preparing(0));
            self.prompt.show(Some(0));
            if let Err(error) = prepare::prepare(&folder, &crate::backend::program(), &mut |step| {
                self.step(&step);
            }) {
                self.prompt.show(None);
                self.voice.say(format!("La préparation a échoué\u{a0}: {error}"));
                return self.set(State::Impossible(error.to_string()));
            }
            self.prompt.show(None);
            self.voice
                .say("Préparation terminée\u{a0}: les cellules Rust peuvent s’exécuter.");
            self.set(State::Starting);
        }
        self.set(match (self.open)(self.backend.clone()) {
            Ok(workshop) => State::Ready(Arc::new(Mutex::new(workshop))),
            Err(Failure::Engine(reason)) => State::Impossible(reason),
            Err(Failure::Identity(reason)) => State::Unknown(reason),
            Err(failure) => State::Impossible(failure.to_string()),
        });
    }

    /// The prompt itself tells how far the libraries are: a single line, always of the moment.
    fn step(&self, step: &Progress) {
        if let Progress::Crates { done, total, .. } = step {
            let percent = (done * 100).checked_div(*total).unwrap_or(0);
            self.set(State::Preparing(percent));
            if self.prompt.show(Some(percent)) {
                self.voice.progress(percent);
            }
        } else if let Some(words) = prepare_words(step) {
            self.voice.say(words);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Progressing> {
        self.progressing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        self.lock().state = state;
        self.changed.notify_all();
    }

    /// The workshop, if it is there and nothing runs in it: for completion, which never waits.
    pub(crate) fn at_once(&self) -> Option<Arc<Mutex<Workshop>>> {
        match &self.lock().state {
            State::Ready(workshop) => Some(Arc::clone(workshop)),
            _ => None,
        }
    }

    /// The workshop. A starting engine is waited for; so is a preparation, where nobody could type
    /// meanwhile. Ctrl-C ends the waiting, and nothing else.
    pub(crate) fn workshop(self: &Arc<Self>, patient: bool) -> Result<Arc<Mutex<Workshop>>, Failure> {
        self.begin();
        let mut found = self.lock();
        (found.awaited, found.given_up) = (true, false);
        loop {
            let told = match &found.state {
                State::Ready(workshop) => Some(Ok(Arc::clone(workshop))),
                State::Impossible(reason) => Some(Err(Failure::Engine(reason.clone()))),
                State::Unknown(reason) => Some(Err(Failure::Identity(reason.clone()))),
                State::Preparing(percent) if !patient || found.given_up => {
                    Some(Err(Failure::StillPreparing(*percent)))
                }
                State::Starting if found.given_up => Some(Err(Failure::StillStarting)),
                State::Asleep | State::Preparing(_) | State::Starting => None,
            };
            if let Some(told) = told {
                found.awaited = false;
                return told;
            }
            found = self.changed.wait(found).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Interrupt for Kitchen {
    fn interrupt(&self) {
        let mut found = self.lock();
        if found.awaited {
            found.given_up = true;
            self.changed.notify_all();
        }
    }
}
