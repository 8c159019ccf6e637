//! Running functions: processes that speak to a Runtime API of ours, kept warm from one call to the next.
//!
//! A function's code runs as a child process of the simulator, with the learner's rights on this machine: nothing runs
//! unless the simulator was started for it.

mod environment;
mod instance;
mod interpreter;
mod log;
mod outcome;
mod process;
mod runtime_api;
mod unpack;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use super::functions::Configuration;
use environment::Surroundings;
use instance::Instance;
pub(crate) use interpreter::python_here;
pub(super) use log::tail;
pub(super) use outcome::Report;
use unpack::Folders;
pub(crate) use unpack::unpack;

/// The most processes that wait for their next call; the one that waited longest makes room.
const MOST_WARM: usize = 8;

/// A call of a function, with all that running it takes.
pub(super) struct Invocation<'a> {
    /// The function's name.
    pub(super) name: &'a str,
    /// The ARN that was called.
    pub(super) arn: String,
    /// The version that runs: `$LATEST` or a number.
    pub(super) version: String,
    /// What that version is.
    pub(super) configuration: Configuration,
    /// The event; empty for none.
    pub(super) event: Bytes,
    /// The call's id.
    pub(super) request_id: String,
    /// `X-Amz-Client-Context`, decoded.
    pub(super) client_context: Option<String>,
    /// Makes credentials of the function's role, as STS shows them.
    pub(super) credentials: &'a dyn Fn() -> Option<Value>,
}

/// What runs functions.
#[derive(Debug)]
pub(crate) struct Runner {
    /// Where the runtimes' own parts are kept.
    runtimes: PathBuf,
    /// Where packages are unpacked; gone with the runner.
    folders: Folders,
    /// The simulator's address, once it is known.
    endpoint: OnceLock<String>,
    /// Processes that wait, by what they run; the one that waited longest first.
    warm: Mutex<Vec<(String, Instance)>>,
    /// How many calls of each function run now.
    running: Mutex<HashMap<String, i64>>,
}

impl Runner {
    /// A runner that keeps the runtimes' own parts in a folder.
    pub(crate) fn new(runtimes: &Path) -> io::Result<Self> {
        Ok(Self {
            runtimes: runtimes.to_owned(),
            folders: Folders::new()?,
            endpoint: OnceLock::new(),
            warm: Mutex::default(),
            running: Mutex::default(),
        })
    }

    /// Tells functions where AWS is.
    pub(crate) fn serve_at(&self, endpoint: &str) {
        // Told once, at the start.
        let _ = self.endpoint.set(endpoint.to_owned());
    }

    /// Ends every process that waits.
    pub(crate) fn cool(&self) {
        self.lock_warm().clear();
    }

    fn lock_warm(&self) -> std::sync::MutexGuard<'_, Vec<(String, Instance)>> {
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a call to its end, in a process that waits or in a new one.
    ///
    /// # Errors
    /// When nothing can run it here: in French, with what to do about it.
    pub(super) fn run(&self, invocation: &Invocation<'_>) -> Result<Report, String> {
        let key = format!("{}:{}", invocation.arn, invocation.configuration.revision);
        let waiting = self.take(&key);
        let mut instance = match waiting {
            Some(instance) => instance,
            None => self.start(invocation)?,
        };
        let report = instance.call(invocation);
        if report.ended.keeps_the_process() {
            self.keep(key, instance);
        }
        Ok(report)
    }

    fn start(&self, invocation: &Invocation<'_>) -> Result<Instance, String> {
        let configuration = &invocation.configuration;
        let folders = self
            .folders
            .of(configuration)
            .map_err(|error| format!("impossible de décompresser la fonction : {error}"))?;
        let runtime = configuration.runtime.as_deref().unwrap_or_default();
        let program = interpreter::find(runtime, &self.runtimes, &folders)?;
        let surroundings = Surroundings {
            invocation,
            folders: &folders,
            endpoint: self.endpoint.get().map_or("", String::as_str),
            program: &program,
        };
        Instance::start(&surroundings).map_err(|error| format!("impossible de lancer la fonction : {error}"))
    }

    fn take(&self, key: &str) -> Option<Instance> {
        let mut warm = self.lock_warm();
        warm.retain_mut(|(_, instance)| instance.is_alive());
        let place = warm.iter().rposition(|(known, _)| known == key)?;
        Some(warm.remove(place).1)
    }

    fn keep(&self, key: String, instance: Instance) {
        let mut warm = self.lock_warm();
        warm.push((key, instance));
        if warm.len() > MOST_WARM {
            warm.remove(0);
        }
    }

    /// Notes that a function runs once more, unless `most` calls of it run already; while the guard lives.
    pub(super) fn enter(self: &Arc<Self>, function: &str, most: i64) -> Option<Entered> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(function.to_owned()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Entered {
            runner: Arc::clone(self),
            function: function.to_owned(),
        })
    }
}

/// A call that runs.
pub(super) struct Entered {
    runner: Arc<Runner>,
    function: String,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut running = self.runner.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(&self.function) {
            *count -= 1;
        }
    }
}
