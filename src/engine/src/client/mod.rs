//! The workbook's side of the engine: [`EvcxrEngine`], which talks to the host and to the guard of
//! the cells' process.

mod advice;
mod collect;
mod events;
mod follow;
mod host;
mod interrupt;
mod listen;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use workbook::engine::{
    Chunk, Completions, Engine, EngineError, Evaluation, Inspection, Interrupt, Listener, Outcome, Reply,
    STARTING, Variable,
};

use crate::prepare;
use crate::protocol::{Answer, Ended, Frame, Order, Request};
use collect::{Collected, Phase, outcome};
use events::{Event, Events};
use follow::{End, NOT_RUN};
use host::Host;
pub(crate) use host::{link_program, link_programs, path};
use interrupt::Interrupter;

/// Longest start of a host on a slow machine.
const START: Duration = Duration::from_mins(3);

/// Bytes of memory that cells may have where nothing else is said.
pub const DEFAULT_MEMORY: u64 = 2 << 30;

/// What an engine needs to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Variables set for the cells' process.
    pub env: Vec<(String, String)>,
    /// Inherited variables whose name starts so are not given to the cells' process.
    pub remove_env_prefix: Vec<String>,
    /// The folder given to [`prepare::prepare`].
    pub prepared: PathBuf,
    /// The `cahier` program, which calls [`crate::hook()`] first thing in its `main`.
    pub program: PathBuf,
    /// The folder that cells run in.
    pub directory: PathBuf,
    /// Where cells that were compiled are kept for the next time, for the same person only: what lies
    /// there is run. Without it, each is compiled anew.
    pub cells: Option<PathBuf>,
    /// Bytes of memory that the cells' processes may have, each and all together: see [`DEFAULT_MEMORY`].
    pub memory: u64,
}

/// Rust cells, run by evcxr in processes of their own.
pub struct EvcxrEngine {
    settings: Settings,
    host: Option<Host>,
    events: Events,
    interrupter: Arc<Interrupter>,
    /// How the cells' process ended between two cells; evcxr finds out at the next one.
    ended: Option<Ended>,
    /// How the host ended between two cells, and every variable with it.
    lost: Option<Outcome>,
    /// What threads of earlier cells wrote since the last one.
    late: String,
}

impl EvcxrEngine {
    /// Starts the engine and returns at once; it warms up in the background, and the first
    /// evaluation waits for that.
    ///
    /// # Errors
    /// When nothing is prepared in [`Settings::prepared`], or the host's process cannot start.
    pub fn start(settings: Settings) -> Result<Self, EngineError> {
        let events = Events::new();
        let interrupter = Arc::new(Interrupter::new(events.sender().clone()));
        let mut engine = Self {
            settings,
            host: None,
            events,
            interrupter,
            ended: None,
            lost: None,
            late: String::new(),
        };
        engine.start_host()?;
        Ok(engine)
    }

    /// The process of the engine host, to measure it.
    pub fn host_process(&self) -> Option<u32> {
        self.host.as_ref().map(Host::process)
    }

    /// Whether an evaluation would begin at once.
    ///
    /// # Errors
    /// When the host could not start.
    pub fn is_ready(&mut self) -> Result<bool, EngineError> {
        while let Some(event) = self.events.waiting() {
            self.between(event)?;
        }
        if self.host.as_ref().is_some_and(|host| !host.has_its_folder()) {
            self.lost = Some(self.lose_host());
        }
        Ok(self.host.as_ref().is_some_and(Host::is_free))
    }

    /// Whether the first help asked for would come as fast as the later ones.
    ///
    /// # Errors
    /// When the host could not start.
    pub fn is_warm(&mut self) -> Result<bool, EngineError> {
        Ok(self.is_ready()? && self.events.is_warm())
    }

    fn start_host(&mut self) -> Result<(), EngineError> {
        self.host = None;
        self.ended = None;
        self.events.host += 1;
        let manifest = prepare::load(&self.settings.prepared)
            .map_err(|error| EngineError::Unavailable(error.to_string()))?;
        let host = Host::start(&self.settings, &manifest, self.events.host, self.events.sender())
            .map_err(|error| EngineError::Failed(format!("le moteur Rust ne démarre pas : {error}")))?;
        self.host = Some(host);
        Ok(())
    }

    /// Waits until the host is ready, starting one if there is none. The learner may stop waiting,
    /// and the host goes on.
    fn ready(&mut self, live: &mut dyn Listener) -> Result<(), EngineError> {
        if self.is_ready()? {
            return Ok(());
        }
        if self.host.is_none() {
            self.start_host()?;
        }
        live.chunk(Chunk::Status(STARTING.to_owned()));
        let deadline = Instant::now() + START;
        while !self.host.as_ref().is_some_and(Host::is_free) {
            match self.events.next(deadline) {
                Some(Event::Interrupt) => return Err(EngineError::Starting),
                Some(event) => self.between(event)?,
                None => return Err(self.failed("il ne répond pas")),
            }
        }
        Ok(())
    }

    /// Takes what comes while nothing is asked of the host: how its start goes on, and that a process
    /// ended, and what threads of cells still write. A late Ctrl-C is for nobody.
    fn between(&mut self, event: Event) -> Result<(), EngineError> {
        match event {
            Event::Host(_, Answer::Failed { message }) => return Err(self.failed(&message)),
            Event::HostGone(_) => match &self.host {
                Some(host) if host.ready => self.lost = Some(self.lose_host()),
                _ => return Err(self.failed("son processus s’est terminé")),
            },
            Event::Host(_, Answer::Begun) | Event::Interrupt => {}
            Event::Host(_, answer) => {
                if let Answer::Lost = answer {
                    let ended = self.ended.take().unwrap_or(Ended::KILLED);
                    self.lost = Some(outcome(ended, false));
                }
                if let Some(host) = &mut self.host {
                    host.ready |= matches!(answer, Answer::Ready);
                    host.abandoned = false;
                }
            }
            Event::Guard(_, Frame::Input { .. }) => self.reply(Reply::End),
            Event::Guard(_, Frame::Out { text } | Frame::Err { text }) => self.late += &text,
            Event::Guard(_, frame) => {
                self.acknowledge(&frame);
                match (&self.host, frame) {
                    (Some(host), Frame::Run) if host.abandoned => host.order(&Order::Kill),
                    (_, Frame::Ended(ended)) => self.ended = Some(ended),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn failed(&mut self, why: &str) -> EngineError {
        let words = self.host.take().map(Host::last_words).unwrap_or_default();
        EngineError::Failed(
            format!("le moteur Rust n’a pas démarré : {why}\n{words}")
                .trim_end()
                .to_owned(),
        )
    }

    /// The guard waits at the end of a cell and of a process until its client has read all.
    fn acknowledge(&self, frame: &Frame) {
        if matches!(frame, Frame::Done | Frame::Ended(_))
            && let Some(host) = &self.host
        {
            host.order(&Order::Continue);
        }
    }

    fn ask(&mut self, request: &Request) -> Result<(), EngineError> {
        let sent = self.host.as_mut().map(|host| host.ask(request));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(EngineError::Failed("le moteur Rust ne répond plus".to_owned())),
        }
    }

    /// Asks for help that runs nothing.
    fn help(&mut self, request: &Request) -> Result<Option<Answer>, EngineError> {
        self.ask(request)?;
        match self.follow(START, &mut Collected::new("", &mut |_| {}, self.settings.memory)) {
            (End::Answered(Answer::Refused { message }), _) => Err(EngineError::Failed(message)),
            (End::Answered(answer), _) => Ok(Some(answer)),
            (End::Abandoned, _) => {
                self.abandon();
                Ok(None)
            }
            _ => {
                self.lost = Some(self.lose_host());
                Err(EngineError::Failed("le moteur Rust ne répond plus".to_owned()))
            }
        }
    }

    /// What was asked is no longer wanted: it must not run, and its answer is for nobody.
    fn abandon(&mut self) {
        if let Some(host) = &mut self.host {
            host.stop_build();
            host.abandoned = true;
        }
    }

    /// The host died or is given up: the next evaluation starts another. How it ended.
    fn lose_host(&mut self) -> Outcome {
        let ended = self.host.take().and_then(Host::end);
        outcome(ended.unwrap_or(Ended::KILLED), false)
    }
}

/// What is said of the variables of earlier cells that a cell which failed had taken, or was defining anew.
fn gone_with_the_cell(names: &[String]) -> String {
    let words = match names {
        [_] => {
            "a disparu avec cette cellule, qui l’avait prise ou la redéfinissait\u{a0}: exécute de nouveau celle qui la définit"
        }
        _ => {
            "ont disparu avec cette cellule, qui les avait prises ou les redéfinissait\u{a0}: exécute de nouveau celles qui les définissent"
        }
    };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{} {words}.\n", names.join(", "))
}

impl Engine for EvcxrEngine {
    fn eval(
        &mut self,
        source: &str,
        limit: Duration,
        live: &mut dyn Listener,
    ) -> Result<Evaluation, EngineError> {
        let _running = self.interrupter.start();
        self.ready(live)?;
        let mut collected = Collected::new(source, live, self.settings.memory);
        collected.late(&std::mem::take(&mut self.late));
        let (outcome, lost) = if let Some(lost) = self.lost.take() {
            collected.stderr(NOT_RUN.to_owned());
            (lost, true)
        } else {
            if let Some(host) = &self.host {
                host.allow_builds();
                host.order(&Order::NewCell);
            }
            self.ask(&Request::Eval {
                source: source.to_owned(),
            })?;
            let mut end = self.follow(limit, &mut collected);
            let lost = matches!(end.0, End::HostGone | End::Answered(Answer::Lost));
            let gone = match &mut end.0 {
                End::Answered(Answer::Evaluated { gone }) => std::mem::take(gone),
                _ => Vec::new(),
            };
            let outcome = self.outcome(end, limit, &mut collected)?;
            // A cell that went well took them on purpose.
            if outcome != Outcome::Done && !gone.is_empty() {
                collected.stderr(gone_with_the_cell(&gone));
            }
            if outcome == Outcome::Done
                && let Some(advice) = advice::advice(source)
            {
                collected.stderr(advice);
            }
            (outcome, lost)
        };
        let (elapsed, ran) = (collected.elapsed(), collected.phase != Phase::NotRun);
        Ok(Evaluation {
            outcome,
            output: collected.output(),
            elapsed,
            ran,
            lost,
        })
    }

    fn complete(&mut self, source: &str, position: usize) -> Result<Completions, EngineError> {
        // Who types does not wait.
        if !self.is_ready()? {
            return Ok(Completions::default());
        }
        let request = Request::Complete {
            source: source.to_owned(),
            position,
        };
        Ok(match self.help(&request)? {
            Some(Answer::Completed { start, end, items }) => Completions {
                range: start..end,
                items,
            },
            _ => Completions::default(),
        })
    }

    fn inspect(&mut self, source: &str, position: usize) -> Result<Option<Inspection>, EngineError> {
        let _running = self.interrupter.start();
        self.ready(&mut |_| {})?;
        let request = Request::Inspect {
            source: source.to_owned(),
            position,
        };
        Ok(match self.help(&request)? {
            Some(Answer::Inspected { found }) => found,
            _ => None,
        })
    }

    fn variables(&mut self) -> Result<Vec<Variable>, EngineError> {
        let _running = self.interrupter.start();
        self.ready(&mut |_| {})?;
        Ok(match self.help(&Request::Variables)? {
            Some(Answer::Listed { variables }) => variables,
            _ => Vec::new(),
        })
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        Arc::clone(&self.interrupter) as Arc<dyn Interrupt>
    }

    fn reset(&mut self) -> Result<(), EngineError> {
        let ready = self.is_ready()?;
        (self.ended, self.lost) = (None, None);
        self.late.clear();
        let Some(host) = &self.host else {
            return self.start_host();
        };
        if !host.ready {
            // Nothing has run there yet.
            return Ok(());
        }
        if !ready {
            self.ready(&mut |_| {})?;
        }
        if let Some(host) = &self.host {
            host.allow_builds();
        }
        self.ask(&Request::Reset)?;
        match self.follow(START, &mut Collected::new("", &mut |_| {}, self.settings.memory)) {
            (End::Answered(Answer::Cleared), _) => Ok(()),
            // A new host has forgotten everything too.
            _ => self.start_host(),
        }
    }
}
