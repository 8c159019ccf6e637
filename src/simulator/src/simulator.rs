//! [`Simulator`]: starts the simulated AWS, says how to reach it, moves its clock, saves its state.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use crate::cloud::Cloud;
use crate::durable::{OpenError, Warning};
use crate::journal::{CallDetails, JournalEntry};
use crate::server::{STACK, Server, bind};
use crate::services::lambda::Runner;
use crate::{ACCOUNT, ClockState, REGION};

/// How the simulator starts.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The port of the loopback address; 0 takes a free one.
    pub port: u16,
    /// Whether the clock stands still but for advances.
    pub frozen: bool,
    /// Where the cloud's data is read from at the start and every change is written to; `None` keeps nothing.
    pub data_dir: Option<PathBuf>,
    /// Whether Lambda's functions run: uploaded code, as processes of this machine. It is the folder in which the
    /// runtimes' own parts are kept; `None` runs nothing.
    pub functions: Option<PathBuf>,
}

/// Why the simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens there.
    #[error("le port {port} est déjà pris par un autre programme")]
    PortInUse {
        /// The port that was asked for.
        port: u16,
    },
    /// The port cannot be listened on for another reason.
    #[error("impossible d'écouter sur le port {port} : {source}")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another simulator writes to the data folder.
    #[error("le dossier {} sert déjà à un autre simulateur", folder.display())]
    DataInUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// The saved data cannot be read.
    #[error("les données enregistrées dans {} sont illisibles : {source}", folder.display())]
    Data {
        /// The data folder.
        folder: PathBuf,
        /// What was wrong.
        source: std::io::Error,
    },
    /// The tables' store cannot be opened, or no thread can be started.
    #[error("le simulateur ne peut pas démarrer : {0}")]
    System(String),
}

/// A simulated AWS account, served on `http://127.0.0.1:PORT` until it is dropped.
pub struct Simulator {
    // Dropped first: requests under way end before the data is written.
    server: Option<Server>,
    pub(crate) cloud: Arc<Cloud>,
    endpoint: String,
    warnings: Vec<Warning>,
}

impl Simulator {
    /// Starts it; it answers as soon as this returns.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let Config {
            port,
            frozen,
            data_dir,
            functions,
        } = config;
        let listener = bind(port).map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => StartError::PortInUse { port },
            _ => StartError::Port { port, source },
        })?;
        let mut cloud = Cloud::new(frozen).map_err(|error| StartError::System(error.to_string()))?;
        let warnings = match data_dir {
            Some(folder) => read(&mut cloud, folder)?,
            None => Vec::new(),
        };
        if let Some(runtimes) = &functions {
            let runner = Runner::new(runtimes).map_err(|error| StartError::System(error.to_string()))?;
            cloud.lambda.run_with(runner);
        }
        let cloud = Arc::new(cloud);
        let server = Server::start(listener, Arc::clone(&cloud))
            .map_err(|error| StartError::System(error.to_string()))?;
        let endpoint = format!("http://{}", server.address());
        if let Some(runner) = cloud.lambda.runner() {
            runner.serve(&endpoint, &cloud);
        }
        Ok(Self {
            server: Some(server),
            cloud,
            endpoint,
            warnings,
        })
    }

    /// What is to be known of the saved data that it started with.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    /// `eu-west-3`.
    pub fn region(&self) -> &'static str {
        REGION
    }

    /// `123456789012`.
    pub fn account(&self) -> &'static str {
        ACCOUNT
    }

    /// The id of the administrator's access key.
    pub fn access_key_id(&self) -> &str {
        &self.cloud.administrator.id
    }

    /// The administrator's secret access key.
    pub fn secret_access_key(&self) -> &str {
        &self.cloud.administrator.secret
    }

    /// What the control routes under `/_cahier/` ask for.
    pub fn control_token(&self) -> &str {
        &self.cloud.control_token
    }

    /// The simulated time.
    pub fn now(&self) -> OffsetDateTime {
        self.cloud.clock.now()
    }

    /// The clock, as `GET /_cahier/clock` shows it.
    pub fn clock(&self) -> ClockState {
        self.cloud.clock.state()
    }

    /// Moves the clock forward. Where there are buckets, it returns only in the next real second, so that the date
    /// in a URL tells whether it was signed before or after.
    pub fn advance(&self, by: Duration) {
        if let Some(wait) = self.cloud.advance(by, true) {
            std::thread::sleep(wait);
        }
    }

    /// Whether the clock stands still but for advances.
    pub fn frozen(&self) -> bool {
        self.cloud.clock.frozen()
    }

    /// Puts everything back to the start, keys included; the clock forgets its advances.
    pub fn reset(&self) {
        // Clearing an in-memory store fails only when memory is out, and then the next call says so.
        let _ = self.cloud.reset();
    }

    /// Saves the state of the cloud under a number; 0, which is never a number, if that fails.
    pub fn snapshot(&self) -> u64 {
        self.cloud.snapshot().unwrap_or(0)
    }

    /// Puts a saved state back, but for the time, which goes on; `false` if it is not kept (the last 32 are).
    pub fn restore(&self, snapshot: u64) -> bool {
        self.cloud.restore(snapshot).unwrap_or(false)
    }

    /// The calls so far (the last 10,000), oldest first.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.cloud.journal.entries()
    }

    /// One call with its authentication and authorisation.
    pub fn call_details(&self, id: u64) -> Option<CallDetails> {
        self.cloud.journal.details(id)
    }

    /// Saves the whole state in the data folder, if there is one, so that the next start need not read a log. Also done
    /// when the simulator is dropped.
    pub fn save(&self) -> std::io::Result<()> {
        self.cloud.save_now()
    }
}

/// Reads the data folder, on a thread whose stack is that of those that did the first time what is done again.
fn read(cloud: &mut Cloud, folder: PathBuf) -> Result<Vec<Warning>, StartError> {
    let outcome = std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK);
        let reader = reader.spawn_scoped(scope, || cloud.keep_in(&folder));
        let panicked = |_| Err(OpenError::Io(std::io::Error::other("panic")));
        reader
            .map_err(OpenError::Io)
            .and_then(|reader| reader.join().unwrap_or_else(panicked))
    });
    outcome.map_err(|error| match error {
        OpenError::InUse => StartError::DataInUse { folder },
        OpenError::Io(source) => StartError::Data { folder, source },
    })
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Functions do not outlive it; who waits for one hears of its end.
        if let Some(runner) = self.cloud.lambda.runner() {
            runner.stop();
        }
        self.server = None;
        // Nobody is left to be told; whoever must know calls `save` first.
        let _ = self.save();
    }
}
