//! An execution environment: a process and its Runtime API, for one call after another.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Invocation;
use super::environment::Surroundings;
use super::interpreter::{Program, Python};
use super::log::Written;
use super::outcome::{Ended, Report};
use super::process::{Alive, Process, ending};
use super::runtime_api::{Next, RuntimeApi, Told};
use crate::chance;

/// How long a runtime has to begin.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
pub(super) const BEGIN_WITHIN: Duration = Duration::from_secs(10);

/// How often the memory of a process that runs is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// An execution environment.
#[derive(Debug)]
pub(super) struct Instance {
    process: Process,
    api: RuntimeApi,
    told: Receiver<Told>,
    written: Written,
    /// The id of the access key that its process has, if it has any.
    access_key: Option<String>,
    /// When it was started, until its first call.
    started: Option<Instant>,
    /// Whether the runtime has asked for its next call.
    ready: bool,
    /// Whether its processes are halted.
    frozen: bool,
}

impl Instance {
    /// Starts one.
    pub(super) fn start(surroundings: &Surroundings<'_>, alive: &Arc<Alive>) -> io::Result<Self> {
        let (tell, told) = mpsc::channel();
        let written = Written::new(tell.clone());
        let api = RuntimeApi::serve(tell)?;
        let started = Instant::now();
        let process = Process::start(surroundings, &api.address(), &written, alive)?;
        api.belongs_to(process.tree());
        if let Program::Python(Python {
            mismatch: Some((wanted, found)),
            ..
        }) = surroundings.program
        {
            let note = format!(
                "[cahier] python{wanted} n’est pas installé ici : la fonction tourne avec python{found}\n"
            );
            written.note(note.as_bytes());
        }
        Ok(Self {
            process,
            api,
            told,
            written,
            access_key: surroundings.access_key().map(str::to_owned),
            started: Some(started),
            ready: false,
            frozen: false,
        })
    }

    /// The id of the access key that its process has, if it has any.
    pub(super) fn access_key(&self) -> Option<&str> {
        self.access_key.as_deref()
    }

    /// Whether it can take a call.
    pub(super) fn is_alive(&mut self) -> bool {
        self.process.ended().is_none()
    }

    /// Puts something before what it writes.
    pub(super) fn note(&self, text: &[u8]) {
        self.written.note(text);
    }

    /// Runs one call to its end. Its first call includes its beginning where an earlier instance took too long to begin:
    /// then it has the function's own time for it.
    pub(super) fn call(&mut self, invocation: &Invocation<'_>, anew: bool) -> Report {
        if std::mem::take(&mut self.frozen) {
            self.process.tree().thaw();
        }
        let configuration = &invocation.configuration;
        let timeout = Duration::from_secs(configuration.timeout.unsigned_abs());
        let first = Instant::now();
        let init = match self.begin(configuration.memory, anew.then_some(first + timeout)) {
            Ok(init) => init.filter(|_| !anew),
            Err(Ended::TimedOut) if !anew => return self.report(Ended::InitTimedOut, Duration::ZERO, None),
            Err(ended) => {
                let duration = if anew {
                    timeout.min(first.elapsed())
                } else {
                    Duration::ZERO
                };
                return self.report(ended, duration, None);
            }
        };
        let begun = if anew { first } else { Instant::now() };
        self.api.hand(Next {
            request_id: invocation.request_id.clone(),
            deadline: deadline(timeout.saturating_sub(begun.elapsed())),
            arn: invocation.arn.clone(),
            trace_id: trace_id(invocation),
            client_context: invocation.client_context.clone(),
            body: if invocation.event.is_empty() {
                "{}".into()
            } else {
                invocation.event.clone()
            },
        });
        self.ready = false;
        let ended = self.wait(begun + timeout, configuration.memory, |told| match told {
            Told::Answer(id, body) if id == invocation.request_id => Some(Ended::Answered(body)),
            Told::Error(id, body) if id == invocation.request_id => Some(Ended::Failed(body)),
            Told::TooLarge(id) if id == invocation.request_id => Some(Ended::TooLarge),
            _ => None,
        });
        let duration = match ended {
            Ended::TimedOut => timeout,
            _ => begun.elapsed(),
        };
        self.report(ended, duration, init)
    }

    /// Waits until the runtime asks for a call; how long that took, the first time. `until` is when it must have, where that
    /// is not the usual time.
    fn begin(&mut self, memory: i64, until: Option<Instant>) -> Result<Option<Duration>, Ended> {
        let Some(started) = self.started.take() else {
            return Ok(None);
        };
        if !self.ready {
            let until = until.unwrap_or(started + BEGIN_WITHIN);
            let ended = self.wait(until, memory, |told| match told {
                Told::Ready => Some(Ended::Answered("".into())),
                Told::InitError(body) => Some(Ended::NotBegun(body)),
                _ => None,
            });
            match ended {
                Ended::Answered(_) => {}
                other => return Err(other),
            }
        }
        Ok(Some(started.elapsed()))
    }

    /// Waits for what the runtime tells, for its end, and for its limits.
    fn wait(&mut self, until: Instant, memory: i64, end: impl Fn(Told) -> Option<Ended>) -> Ended {
        let most = memory.unsigned_abs() * 1024;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.told.recv_timeout(left.min(LOOK_EVERY)) {
                // It closed what it writes to: most likely, it ends.
                Ok(Told::Closed) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    if let Some(status) = self.process.ended() {
                        return Ended::Exited(ending(status));
                    }
                    if self.process.memory() > most {
                        return Ended::OutOfMemory;
                    }
                    if Instant::now() >= until {
                        return Ended::TimedOut;
                    }
                }
                Ok(told) => {
                    self.ready |= told == Told::Ready;
                    if let Some(ended) = end(told) {
                        // However briefly it held too much, it would not have come this far.
                        return if self.process.memory() > most {
                            Ended::OutOfMemory
                        } else {
                            ended
                        };
                    }
                }
            }
        }
    }

    /// Halts its processes until the next call, as Lambda does once the runtime has asked for it; whether it can take one. A
    /// runtime that does something else first is not waited for long.
    pub(super) fn rest(&mut self) -> bool {
        let until = Instant::now() + LOOK_EVERY;
        while !self.ready && self.is_alive() {
            let left = until.saturating_duration_since(Instant::now());
            match self.told.recv_timeout(left) {
                Ok(told) => self.ready |= told == Told::Ready,
                Err(_) => break,
            }
        }
        self.frozen = self.is_alive();
        if self.frozen {
            self.process.tree().freeze();
        }
        self.frozen
    }

    fn report(&mut self, ended: Ended, duration: Duration, init: Option<Duration>) -> Report {
        Report {
            ended,
            duration,
            init,
            memory: self.process.memory().div_ceil(1024),
            log: self.written.take(),
        }
    }
}

/// The machine's time at which a call must be done, in milliseconds since 1970.
fn deadline(timeout: Duration) -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + timeout).as_millis()
}

/// `Lambda-Runtime-Trace-Id`: a trace of this call, which is not recorded.
fn trace_id(invocation: &Invocation<'_>) -> String {
    let hex = |length| chance::text(b"0123456789abcdef", length);
    let seconds = invocation.now.unix_timestamp();
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", hex(24), hex(16))
}
