//! The workbook's side of the engine: [`EvcxrEngine`], which talks to the host and to the guard of
//! the cells' process, and decides how an evaluation ended.

mod collect;
mod host;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use workbook::engine::{Chunk, Completions, Engine, EngineError, Evaluation, Interrupt, Outcome};

use crate::prepare;
use crate::protocol::{Answer, Frame, Order, Request};
use collect::Collected;
use host::Host;
pub(crate) use host::link_programs;

/// How long the host may take to give up what it was asked to stop, before it is killed.
const GRACE: Duration = Duration::from_secs(5);
/// Longest start of a host on a slow machine.
const START: Duration = Duration::from_mins(3);

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
}

/// What reaches the client, with the host that it came from.
#[derive(Debug)]
pub(crate) enum Event {
    /// The host answered.
    Host(u64, Answer),
    /// The host's process ended.
    HostGone(u64),
    /// The guard of the cells' process says something.
    Guard(u64, Frame),
    /// The learner wants to stop.
    Interrupt,
}

/// Rust cells, run by evcxr in processes of their own.
pub struct EvcxrEngine {
    settings: Settings,
    host: Option<Host>,
    generation: u64,
    events: Receiver<Event>,
    sender: Sender<Event>,
    interrupter: Arc<Interrupter>,
}

/// Why an evaluation is being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Limit,
    Learner,
}

/// How waiting for the host ended.
enum End {
    Answered(Answer),
    HostGone,
}

impl EvcxrEngine {
    /// Starts the engine and returns at once; it warms up in the background, and the first
    /// evaluation waits for that.
    ///
    /// # Errors
    /// When nothing is prepared in [`Settings::prepared`], or the host's process cannot start.
    pub fn start(settings: Settings) -> Result<Self, EngineError> {
        let (sender, events) = mpsc::channel();
        let interrupter = Arc::new(Interrupter {
            events: Mutex::new(sender.clone()),
            running: AtomicU64::new(0),
        });
        let mut engine = Self {
            settings,
            host: None,
            generation: 0,
            events,
            sender,
            interrupter,
        };
        engine.start_host()?;
        Ok(engine)
    }

    /// The process of the engine host, to measure it.
    pub fn host_process(&self) -> Option<u32> {
        self.host.as_ref().map(Host::process)
    }

    fn start_host(&mut self) -> Result<(), EngineError> {
        self.host = None;
        self.generation += 1;
        let manifest = prepare::load(&self.settings.prepared)
            .map_err(|error| EngineError::Unavailable(error.to_string()))?;
        let host = Host::start(&self.settings, &manifest, self.generation, &self.sender)
            .map_err(|error| EngineError::Failed(format!("le moteur Rust ne démarre pas : {error}")))?;
        self.host = Some(host);
        Ok(())
    }

    /// Waits until the host is ready, starting one if there is none. `false`: the learner stopped.
    fn ready(&mut self, live: &mut dyn FnMut(Chunk)) -> Result<bool, EngineError> {
        if self.host.is_none() {
            self.start_host()?;
        }
        if self.host.as_ref().is_some_and(|host| host.ready) {
            return Ok(true);
        }
        live(Chunk::Status("démarrage du moteur Rust…".to_owned()));
        let deadline = Instant::now() + START;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.next(left) {
                Some(Event::Host(_, Answer::Ready)) => break,
                Some(Event::Host(_, Answer::Failed { message })) => return Err(self.failed(&message)),
                Some(Event::HostGone(_)) => return Err(self.failed("son processus s’est terminé")),
                Some(Event::Interrupt) => return Ok(false),
                Some(Event::Guard(_, frame)) => self.acknowledge(&frame),
                Some(Event::Host(..)) => {}
                None => return Err(self.failed("il ne répond pas")),
            }
        }
        if let Some(host) = &mut self.host {
            host.ready = true;
        }
        Ok(true)
    }

    fn failed(&mut self, why: &str) -> EngineError {
        let words = self.host.take().map(Host::last_words).unwrap_or_default();
        EngineError::Failed(
            format!("le moteur Rust n’a pas démarré : {why}\n{words}")
                .trim_end()
                .to_owned(),
        )
    }

    /// The next event of the present host.
    fn next(&self, patience: Duration) -> Option<Event> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(Event::Host(from, _) | Event::Guard(from, _) | Event::HostGone(from))
                    if from != self.generation => {}
                Ok(event) => return Some(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// The guard waits at the end of a cell and of a process until its client has read all.
    fn acknowledge(&self, frame: &Frame) {
        if matches!(frame, Frame::Done | Frame::Ended { .. })
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

    /// Follows an evaluation to its end, and stops it when it must.
    fn follow(&mut self, limit: Duration, collected: &mut Collected<'_>) -> (End, Option<Stop>) {
        // The warm-up is no part of the cell's time.
        let mut deadline = Instant::now() + START;
        let mut stop = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.next(left) {
                Some(Event::Host(_, Answer::Begun)) if stop.is_none() => {
                    collected.begin();
                    deadline = Instant::now() + limit;
                }
                Some(Event::Host(_, Answer::Begun)) => {}
                Some(Event::Host(_, answer)) => return (End::Answered(answer), stop),
                Some(Event::HostGone(_)) => return (End::HostGone, stop),
                Some(Event::Guard(_, frame)) => {
                    self.acknowledge(&frame);
                    collected.frame(frame);
                }
                Some(Event::Interrupt) if stop.is_none() => {
                    stop = Some(Stop::Learner);
                    deadline = Instant::now() + GRACE;
                }
                Some(Event::Interrupt) => {}
                None if stop.is_some() => return (End::HostGone, stop),
                None => {
                    stop = Some(Stop::Limit);
                    deadline = Instant::now() + GRACE;
                }
            }
            if stop.is_some() {
                self.stop(collected.running);
            }
        }
    }

    /// Stops what runs now: the cell, or its compilation.
    fn stop(&self, running: bool) {
        let Some(host) = &self.host else { return };
        if running {
            host.order(&Order::Kill);
        } else {
            host.stop_build();
        }
    }

    /// Drops what arrived between two evaluations: a late Ctrl-C, output of a cell's threads.
    fn drain(&self) {
        while let Some(event) = self.next(Duration::ZERO) {
            if let Event::Guard(_, frame) = event {
                self.acknowledge(&frame);
            }
        }
    }

    /// The host died or was given up: the next evaluation starts another.
    fn lose_host(&mut self, stop: Option<Stop>, limit: Duration) -> Outcome {
        self.host = None;
        match stop {
            Some(stop) => stopped(stop, limit),
            None => Outcome::Exited { status: -1 },
        }
    }

    fn outcome(
        &mut self,
        end: End,
        stop: Option<Stop>,
        limit: Duration,
        collected: &Collected<'_>,
    ) -> Outcome {
        match (end, stop) {
            (End::HostGone, stop) => self.lose_host(stop, limit),
            (End::Answered(Answer::Rejected { .. }), Some(stop)) => stopped(stop, limit),
            (End::Answered(Answer::Rejected { diagnostics }), None) => {
                Outcome::DoesNotCompile(diagnostics.into_iter().map(Into::into).collect())
            }
            (End::Answered(_), stop) => match collected.ended() {
                Some(_) if stop.is_some() => stopped(stop.unwrap_or(Stop::Limit), limit),
                Some(outcome) => outcome,
                None => collected.panicked(self.host.as_ref()).unwrap_or(Outcome::Done),
            },
        }
    }
}

fn stopped(stop: Stop, limit: Duration) -> Outcome {
    match stop {
        Stop::Limit => Outcome::TimedOut { limit },
        Stop::Learner => Outcome::Interrupted,
    }
}

impl Engine for EvcxrEngine {
    fn eval(
        &mut self,
        source: &str,
        limit: Duration,
        live: &mut dyn FnMut(Chunk),
    ) -> Result<Evaluation, EngineError> {
        let _running = self.interrupter.start();
        self.drain();
        let ready = self.ready(live)?;
        let mut collected = Collected::new(source, live);
        let outcome = if ready {
            if let Some(host) = &self.host {
                host.allow_builds();
            }
            self.ask(&Request::Eval {
                source: source.to_owned(),
            })?;
            let (end, stop) = self.follow(limit, &mut collected);
            self.outcome(end, stop, limit, &collected)
        } else {
            Outcome::Interrupted
        };
        let elapsed = collected.elapsed();
        Ok(Evaluation {
            outcome,
            output: collected.output(),
            elapsed,
        })
    }

    fn complete(&mut self, source: &str, position: usize) -> Result<Completions, EngineError> {
        self.drain();
        self.ready(&mut |_| {})?;
        self.ask(&Request::Complete {
            source: source.to_owned(),
            position,
        })?;
        match self.follow(START, &mut Collected::new(source, &mut |_| {})) {
            (End::Answered(Answer::Completed { start, end, items }), _) => Ok(Completions {
                range: start..end,
                items,
            }),
            (End::Answered(Answer::Refused { message }), _) => Err(EngineError::Failed(message)),
            _ => {
                self.host = None;
                Err(EngineError::Failed("le moteur Rust ne répond plus".to_owned()))
            }
        }
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        Arc::clone(&self.interrupter) as Arc<dyn Interrupt>
    }

    fn reset(&mut self) -> Result<(), EngineError> {
        self.drain();
        self.ready(&mut |_| {})?;
        if let Some(host) = &self.host {
            host.allow_builds();
        }
        self.ask(&Request::Reset)?;
        match self.follow(START, &mut Collected::new("", &mut |_| {})) {
            (End::Answered(Answer::Cleared), _) => Ok(()),
            // A new host has forgotten everything too.
            _ => self.start_host(),
        }
    }
}

/// Stops the running evaluation from another thread.
struct Interrupter {
    events: Mutex<Sender<Event>>,
    running: AtomicU64,
}

impl Interrupter {
    fn start(self: &Arc<Self>) -> Running {
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
struct Running(Arc<Interrupter>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}
