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
const BEGIN_WITHIN: Duration = Duration::from_secs(10);

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
}

impl Instance {
    /// Starts one.
    pub(super) fn start(surroundings: &Surroundings<'_>, alive: &Arc<Alive>) -> io::Result<Self> {
        let (tell, told) = mpsc::channel();
        let written = Written::new(tell.clone());
        let api = RuntimeApi::serve(tell)?;
        let started = Instant::now();
        let process = Process::start(surroundings, &api.address(), &written, alive)?;
        if let Program::Python(Python {
            mismatch: Some((wanted, found)),
            ..
        }) = surroundings.program
        {
            written.note(&format!(
                "[cahier] python{wanted} n’est pas installé ici : la fonction tourne avec python{found}\n"
            ));
        }
        Ok(Self {
            process,
            api,
            told,
            written,
            access_key: surroundings.access_key().map(str::to_owned),
            started: Some(started),
            ready: false,
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

    /// Runs one call to its end.
    pub(super) fn call(&mut self, invocation: &Invocation<'_>) -> Report {
        let configuration = &invocation.configuration;
        let init = match self.begin(configuration.memory) {
            Ok(init) => init,
            Err(ended) => return self.report(ended, Duration::ZERO, None),
        };
        let timeout = Duration::from_secs(configuration.timeout.unsigned_abs());
        let begun = Instant::now();
        self.api.hand(Next {
            request_id: invocation.request_id.clone(),
            deadline: deadline(timeout),
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

    /// Waits until the runtime asks for a call; how long that took, the first time.
    fn begin(&mut self, memory: i64) -> Result<Option<Duration>, Ended> {
        let Some(started) = self.started.take() else {
            return Ok(None);
        };
        if !self.ready {
            let ended = self.wait(started + BEGIN_WITHIN, memory, |told| match told {
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
                        return ended;
                    }
                }
            }
        }
    }

    fn report(&self, ended: Ended, duration: Duration, init: Option<Duration>) -> Report {
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
