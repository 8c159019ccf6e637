//! Running functions: processes that speak to a Runtime API of ours, kept warm from one call to the next.
//!
//! A function's code runs as a child process of the simulator, with the learner's rights on this machine: nothing runs
//! unless the simulator was started for it.

mod environment;
mod instance;
mod interpreter;
mod log;
mod mounts;
mod outcome;
mod peer;
mod place;
mod pool;
mod process;
mod queue;
mod runtime_api;
mod tree;
mod unpack;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::functions::Configuration;
use crate::cloud::Cloud;
use environment::Surroundings;
use instance::Instance;
pub(crate) use interpreter::python_here;
use interpreter::{Interpreters, Missing};
pub(super) use log::tail;
use outcome::Ended;
pub(super) use outcome::Report;
use pool::{Kind, Pool};
use process::Alive;
use queue::Queue;
pub(super) use queue::{Event, Sent};
use unpack::Folders;
pub(crate) use unpack::unpack;

/// Why a function does not run.
pub(super) enum CannotRun {
    /// Something is missing here that Lambda has: in French, with what to do about it.
    Here(String),
    /// Its role cannot be assumed any more.
    Role,
}

/// What was to be started.
enum Started {
    Instance(Box<Instance>),
    /// It ended before it began.
    Ended(Ended),
}

/// A call of a function, with all that running it takes.
pub(super) struct Invocation<'a> {
    /// The function's name.
    pub(super) name: &'a str,
    /// Its ARN, without a qualifier.
    pub(super) function: String,
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
    /// The simulated time.
    pub(super) now: OffsetDateTime,
    /// Makes credentials of the function's role, as STS shows them.
    pub(super) credentials: &'a dyn Fn() -> Option<Value>,
    /// Whether the credentials of an access key will be good to the end of this call.
    pub(super) lasts: &'a dyn Fn(&str) -> bool,
}

/// Where the simulator is that functions are run for.
#[derive(Debug)]
struct Place {
    /// Its address.
    endpoint: String,
    /// Its cloud, as long as it is there.
    cloud: Weak<Cloud>,
}

/// How an event is tried: what is to be tried again is returned.
type Attempt = fn(&Cloud, Event) -> Option<Event>;

/// What runs functions.
#[derive(Debug)]
pub(crate) struct Runner {
    /// Where packages are unpacked; gone with the runner.
    folders: Folders,
    /// What runs the runtimes' functions.
    interpreters: Interpreters,
    /// Where AWS is, once it is known.
    place: OnceLock<Place>,
    /// Processes that wait.
    pool: Pool,
    /// The processes that there are.
    alive: Arc<Alive>,
    /// How many calls of each function run now.
    running: Mutex<HashMap<String, i64>>,
    /// Events that nobody waits for.
    queue: Arc<Queue>,
    /// Whether the thread runs that tries events and ends idle processes.
    keeper: OnceLock<()>,
}

impl Runner {
    /// A runner that keeps the runtimes' own parts in a folder.
    pub(crate) fn new(runtimes: &Path) -> io::Result<Self> {
        Ok(Self {
            folders: Folders::new()?,
            interpreters: Interpreters::new(runtimes),
            place: OnceLock::new(),
            pool: Pool::default(),
            alive: Arc::default(),
            running: Mutex::default(),
            queue: Arc::default(),
            keeper: OnceLock::new(),
        })
    }

    /// Tells functions where AWS is.
    pub(crate) fn serve(&self, endpoint: &str, cloud: &Arc<Cloud>) {
        // Told once, at the start.
        let _ = self.place.set(Place {
            endpoint: endpoint.to_owned(),
            cloud: Arc::downgrade(cloud),
        });
    }

    /// Forgets the events that wait, and ends every process that does.
    pub(crate) fn clear(&self) {
        self.queue.clear();
        self.pool.clear();
    }

    /// Ends every process, for good.
    pub(crate) fn stop(&self) {
        self.queue.close();
        self.pool.clear();
        self.alive.end();
    }

    /// Looks at what has fallen due: the clock was moved.
    pub(crate) fn wake(&self) {
        self.queue.wake();
    }

    /// Ends the processes of a function that was deleted.
    pub(super) fn forget(&self, function: &str) {
        self.pool.forget(function);
    }

    /// Whether functions of a runtime can run here at all.
    ///
    /// # Errors
    /// When they cannot: in French.
    pub(super) fn runs(configuration: &Configuration) -> Result<(), String> {
        interpreter::supported(configuration.runtime.as_deref())
    }

    /// Runs a call to its end, in a process that waits or in a new one.
    ///
    /// # Errors
    /// When nothing can run it here.
    pub(super) fn run(&self, invocation: &Invocation<'_>, attempt: Attempt) -> Result<Report, CannotRun> {
        let kind = Kind {
            function: invocation.function.clone(),
            version: invocation.version.clone(),
            deployment: invocation.configuration.deployment.clone(),
        };
        let lasts = |instance: &Instance| instance.access_key().is_some_and(invocation.lasts);
        let started = match self.pool.take(&kind, lasts) {
            Some(instance) => Started::Instance(Box::new(instance)),
            None => self.start(invocation)?,
        };
        let (mut instance, mut report) = match started {
            Started::Instance(mut instance) => {
                let report = instance.call(invocation, false);
                (instance, report)
            }
            Started::Ended(ended) => return Ok(Report::without_process(ended)),
        };
        if report.ended == Ended::InitTimedOut
            && let Started::Instance(another) = self.start(invocation)?
        {
            instance = another;
            report
                .log
                .extend(log::init_timed_out(instance::BEGIN_WITHIN).into_bytes());
            instance.note(&report.log);
            report = instance.call(invocation, true);
        }
        if report.ended.keeps_the_process() && !self.queue.is_closed() && instance.rest() {
            self.pool
                .keep(kind, *instance, self.now().unwrap_or(invocation.now));
            self.keep_watch(attempt);
        }
        Ok(report)
    }

    fn start(&self, invocation: &Invocation<'_>) -> Result<Started, CannotRun> {
        let here = |reason: String| CannotRun::Here(reason);
        if self.queue.is_closed() {
            return Err(here("le simulateur s’arrête".to_owned()));
        }
        let configuration = &invocation.configuration;
        Self::runs(configuration).map_err(here)?;
        let credentials = (invocation.credentials)().ok_or(CannotRun::Role)?;
        let folders = self
            .folders
            .of(configuration)
            .map_err(|error| here(format!("impossible de décompresser la fonction : {error}")))?;
        let runtime = configuration.runtime.as_deref().unwrap_or_default();
        let program = match self.interpreters.find(runtime, &folders) {
            Ok(program) => program,
            Err(Missing::Entrypoint(how)) => return Ok(Started::Ended(Ended::NoEntrypoint(how))),
            Err(Missing::Here(reason)) => return Err(CannotRun::Here(reason)),
        };
        let surroundings = Surroundings {
            invocation,
            folders: &folders,
            endpoint: self.place.get().map_or("", |place| place.endpoint.as_str()),
            program: &program,
            credentials,
        };
        Instance::start(&surroundings, &self.alive)
            .map(|instance| Started::Instance(Box::new(instance)))
            .map_err(|error| here(format!("impossible de lancer la fonction : {error}")))
    }

    fn now(&self) -> Option<OffsetDateTime> {
        let cloud = self.place.get()?.cloud.upgrade()?;
        Some(cloud.clock.now())
    }

    /// Takes an event that nobody waits for.
    pub(super) fn accept(&self, event: Event, attempt: Attempt) {
        self.queue.add(event);
        self.keep_watch(attempt);
    }

    /// From now on, events are tried when they are due, and processes that waited too long are ended: by a thread of
    /// its own, which sleeps until then, or until the clock is moved.
    fn keep_watch(&self, attempt: Attempt) {
        let Some(place) = self.place.get() else {
            return;
        };
        self.keeper.get_or_init(|| {
            let (queue, cloud) = (Arc::clone(&self.queue), Weak::clone(&place.cloud));
            let handle = Handle::current();
            let thread = std::thread::Builder::new().name("lambda".to_owned());
            // Without a thread, events stay where they are: a machine at its end has other worries.
            let _ = thread.spawn(move || while watch(&queue, &cloud, &handle, attempt) {});
        });
        self.queue.wake();
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

/// Does what is due, then waits for the next that will be; `false` once there is no simulator any more.
fn watch(queue: &Arc<Queue>, cloud: &Weak<Cloud>, handle: &Handle, attempt: Attempt) -> bool {
    let (seen, next) = {
        let Some(cloud) = cloud.upgrade() else {
            return false;
        };
        let Some(runner) = cloud.lambda.runner() else {
            return false;
        };
        let now = cloud.clock.now();
        let (due, seen) = queue.take_due(now);
        for event in due {
            let (queue, cloud) = (Arc::clone(queue), Arc::clone(&cloud));
            handle.spawn_blocking(move || queue.done(attempt(&cloud, event)));
        }
        runner.pool.stop_idle(now);
        let next = [queue.next_due(), runner.pool.next_end()];
        let next = next.into_iter().flatten().min().map(|next| next - now);
        // A clock that stands still is woken when it is moved.
        (seen, next.filter(|_| !cloud.clock.frozen()))
    };
    let longest = next.map(|next| Duration::try_from(next).unwrap_or_default());
    queue.wait(seen, longest)
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
