//! State that outlives the process: every change is in a log before it is acknowledged, and done again at the next start.
//!
//! What is logged is the call itself, with the seed of its chance and its time: no service knows of it. Changes happen one
//! at a time then, in the order of the log. A record is handed to the operating system before the answer goes out, so that
//! a killed process loses nothing that it acknowledged; once a second the log is forced to the disk, so that a dead
//! machine loses a second at most.
//!
//! A start never gives up a whole folder for one change: what cannot be read or done again is set aside, and told.

mod folder;
mod log;
mod record;
mod warning;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use time::OffsetDateTime;

use crate::call::{Call, Outcome};
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::{self, Operation, Service};
use folder::{Folder, Unavailable};
use log::Log;
use record::{Change, Written};

pub use warning::Warning;

/// How long a log may grow before the whole state is saved instead, in bytes.
const LONGEST_LOG: u64 = 256 << 20;

/// How often the log is forced to the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Why the data folder cannot be used.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another simulator uses it.
    InUse,
    /// It cannot be read or written.
    Io(io::Error),
}

/// The data folder of a running simulator.
pub(crate) struct Durable {
    files: Arc<Mutex<Files>>,
    sync: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

struct Files {
    folder: Folder,
    log: Log,
    /// Whether something was written since the last time that the disk was waited for.
    unsynced: bool,
    /// Whether the memory holds what the log does not: the next change is preceded by a whole save.
    behind: bool,
}

impl Durable {
    /// Takes the folder and puts into the cloud what it holds; says what could not be.
    pub(crate) fn open(cloud: &mut Cloud, path: &Path) -> Result<(Self, Vec<Warning>), OpenError> {
        let mut folder = Folder::hold(path).map_err(|error| match error {
            Unavailable::InUse => OpenError::InUse,
            Unavailable::Io(error) => OpenError::Io(error),
        })?;
        let (log, warnings) = restore(cloud, &mut folder).map_err(OpenError::Io)?;
        let files = Arc::new(Mutex::new(Files {
            folder,
            log,
            unsynced: false,
            behind: false,
        }));
        let sync = keep_synced(&files).map_err(OpenError::Io)?;
        let sync = Some(sync);
        Ok((Self { files, sync }, warnings))
    }

    fn lock(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Executes an operation; what it changed is written down before this returns.
    pub(crate) fn change(
        &self,
        cloud: &Cloud,
        service: &Service,
        operation: &Operation,
        call: &mut Call,
    ) -> Outcome {
        let mut files = self.lock();
        files.catch_up(cloud).map_err(|error| not_written(&error))?;
        let seed = chance::seed();
        let caught_up = cloud.catch_up(cloud.clock.now());
        let written = Written::of(service.name, operation.name, seed, caught_up, call);
        let record = record::encode(&Change::Call(Box::new(written)), &call.body)
            .map_err(|error| not_written(&error))?;
        let reply = chance::seeded(seed, || (operation.execute)(cloud, call))?;
        files
            .append(cloud, &record)
            .map_err(|error| not_written(&error))?;
        Ok(reply)
    }

    /// Moves the clock, and writes that down.
    pub(crate) fn advance(&self, cloud: &Cloud, by: Duration, settled: bool) {
        let mut files = self.lock();
        let real = OffsetDateTime::now_utc();
        cloud.pass(real, by, settled);
        let change = Change::Advance { real, by, settled };
        // A failure leaves the log behind, which the next change mends or reports.
        let _ = record::encode(&change, &[]).and_then(|record| files.append(cloud, &record));
    }

    /// Makes a change that no call makes, then saves the whole state.
    pub(crate) fn replace<T>(&self, cloud: &Cloud, change: impl FnOnce() -> T) -> (T, io::Result<()>) {
        let mut files = self.lock();
        let changed = change();
        files.behind = true;
        let saved = files.catch_up(cloud);
        (changed, saved)
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.sync.take() {
            drop(stop);
            // A panic there has been reported there.
            let _ = thread.join();
        }
    }
}

impl Files {
    /// Saves the whole state if the log lacks something.
    fn catch_up(&mut self, cloud: &Cloud) -> io::Result<()> {
        if !self.behind {
            return Ok(());
        }
        self.log = renew(cloud, &mut self.folder)?;
        self.behind = false;
        Ok(())
    }

    fn append(&mut self, cloud: &Cloud, record: &[u8]) -> io::Result<()> {
        self.unsynced = true;
        if let Err(error) = self.log.append(record) {
            self.behind = true;
            return self.catch_up(cloud).map_err(|_| error);
        }
        if self.log.length() > LONGEST_LOG {
            self.behind = true;
            // Nothing is lost yet if this fails: the log goes on.
            self.behind = self.catch_up(cloud).is_err() && self.behind;
        }
        Ok(())
    }
}

/// Saves the whole state as the next generation, whose log is empty.
fn renew(cloud: &Cloud, folder: &mut Folder) -> io::Result<Log> {
    folder.renew(|state| cloud.save(state))?;
    Log::open(&folder.log(), |_| ()).map(|(log, _)| log)
}

/// Reads the saved state and does again what the log says; whatever changed makes room for a new state.
fn restore(cloud: &mut Cloud, folder: &mut Folder) -> io::Result<(Log, Vec<Warning>)> {
    let state = folder.state();
    if state.is_dir() {
        cloud.load(&state)?;
    }
    let mut refused = Vec::new();
    let read = Log::open(&folder.log(), |record| refused.extend(again(cloud, record).err()));
    cloud.clock.replay(None);
    let (log, aside) = read?;
    let mut warnings = Vec::new();
    if !refused.is_empty() {
        let log = folder.keep_log()?;
        warnings.push(Warning::Refused { calls: refused, log });
    }
    warnings.extend(aside.map(Warning::from));
    // Only now: the log may speak of the key that was handed out when it was written.
    let administrator = cloud.take_up_administrator();
    warnings.extend(administrator.rescued);
    if state.is_dir() && log.length() == 0 && warnings.is_empty() && !administrator.new_key {
        return Ok((log, warnings));
    }
    Ok((renew(cloud, folder)?, warnings))
}

/// Does a change again; else says which one it was, and why not.
fn again(cloud: &Cloud, bytes: &[u8]) -> Result<(), String> {
    let (change, body) = record::decode(bytes).map_err(|error| error.to_string())?;
    match change {
        Change::Advance { real, by, settled } => cloud.pass(real, by, settled),
        Change::Call(written) => {
            let name = written.name();
            call_again(cloud, *written, body).map_err(|why| format!("{name} ({why})"))?;
        }
    }
    Ok(())
}

fn call_again(cloud: &Cloud, written: Written, body: Bytes) -> Result<(), String> {
    let named = services::named(&written.service).and_then(|service| service.operation(&written.operation));
    let operation = named.ok_or("unknown operation")?;
    cloud.clock.replay(Some(written.time));
    let seed = written.seed;
    if let Some(time) = written.caught_up {
        cloud.catch_up(time);
    }
    let mut call = written.call(cloud, body).map_err(|error| error.to_string())?;
    // It succeeded once, on the same state: a refusal now is a fault of this program, and must not pass in silence. Nor
    // may a panic cost all that follows.
    let act = || chance::seeded(seed, || (operation.execute)(cloud, &mut call));
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(refusal)) => Err(refusal.message),
        Err(_) => Err("panic".to_owned()),
    }
}

/// Forces the log to the disk every second, until the sender is dropped.
fn keep_synced(files: &Arc<Mutex<Files>>) -> io::Result<(mpsc::Sender<()>, JoinHandle<()>)> {
    let files = Arc::clone(files);
    let (stop, stopped) = mpsc::channel();
    let sync = move || {
        while stopped.recv_timeout(SYNC_EVERY) == Err(RecvTimeoutError::Timeout) {
            sync_once(&files);
        }
    };
    let thread = std::thread::Builder::new()
        .name("log-sync".to_owned())
        .spawn(sync)?;
    Ok((stop, thread))
}

fn sync_once(files: &Mutex<Files>) {
    let handle = {
        let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
        let unsynced = std::mem::take(&mut files.unsynced);
        unsynced.then(|| files.log.handle())
    };
    if let Some(Ok(handle)) = handle {
        // A disk that fails here fails again at the next write, which says so.
        let _ = handle.sync_data();
    }
}

/// What a caller is told whose change could not be written down.
fn not_written(error: &io::Error) -> AwsError {
    AwsError::new(
        500,
        "InternalServerError",
        format!("The data folder cannot be written: {error}"),
    )
}
