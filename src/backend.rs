//! The world that cells talk to, the simulator or a real account, and the environment that leads them there.

use crate::failure::Failure;
use crate::place::Place;
use simulator::{Config, Simulator, StartError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use workbook::evidence::{CallRecord, Evidence, SigningKey};
use workbook::world::{SnapshotId, World};

/// The one switch between the two worlds.
#[derive(Clone)]
pub enum Backend {
    /// The simulator of this process.
    Simulator(Arc<Simulator>),
    /// The SDK's own credential chain.
    Aws(Account),
}

/// What the learner said about the real account; everything else is the SDK's own chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// `--profil`.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
}

/// What a child process inherits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Variables to set.
    pub set: Vec<(String, String)>,
    /// Inherited variables that start with this are removed first.
    pub remove_prefix: Option<&'static str>,
}

/// A file that is always there and always empty: no configuration of the learner's is read.
const EMPTY_FILE: &str = "/dev/null";
const LOOPBACK: &str = "127.0.0.1,localhost,::1";

/// Starts a simulator on a loopback port.
///
/// # Errors
/// When the port is taken, or the system refuses.
pub fn start_simulator(config: Config) -> Result<Arc<Simulator>, Failure> {
    let port = config.port;
    match Simulator::start(config) {
        Ok(simulator) => Ok(Arc::new(simulator)),
        Err(StartError::PortInUse { .. }) => Err(Failure::PortInUse(port)),
        Err(StartError::Port { port, source }) => {
            let reason = crate::failure::system(&source);
            Err(Failure::Simulator(format!("le port {port}\u{a0}: {reason}")))
        }
        Err(StartError::Data { folder, source }) => Err(unusable(folder, source)),
        Err(error) => Err(Failure::Simulator(error.to_string())),
    }
}

/// Why the data in `folder` cannot be used: because of the folder, or of what is in it.
fn unusable(folder: PathBuf, source: std::io::Error) -> Failure {
    use std::io::ErrorKind::{self, InvalidData, NotADirectory, Other, UnexpectedEof};
    if folder.exists() && !folder.is_dir() {
        let source = ErrorKind::into(NotADirectory);
        return Failure::Unreadable { path: folder, source };
    }
    match source.kind() {
        InvalidData | UnexpectedEof | Other => Failure::Damaged {
            folder,
            detail: source.to_string(),
        },
        _ => Failure::Unreadable { path: folder, source },
    }
}

impl Backend {
    /// What cells, bash and Python inherit: `program` is this binary, `data` the data folder.
    pub fn environment(&self, program: &Path, data: &Path) -> Environment {
        let mut set = vec![
            ("CAHIER_BIN".to_owned(), program.display().to_string()),
            ("CAHIER_DATA_DIR".to_owned(), data.display().to_string()),
        ];
        match self {
            Self::Simulator(simulator) => {
                set.extend(simulator_variables(simulator));
                Environment {
                    set,
                    remove_prefix: Some("AWS_"),
                }
            }
            Self::Aws(account) => {
                // Without it, a cell that finds no endpoint would start a simulator of its own.
                set.push(("CAHIER_MONDE".to_owned(), "aws".to_owned()));
                set.extend(account.variables());
                Environment {
                    set,
                    remove_prefix: None,
                }
            }
        }
    }

    /// The simulator, unless this is a real account.
    pub fn simulator(&self) -> Option<&Arc<Simulator>> {
        match self {
            Self::Simulator(simulator) => Some(simulator),
            Self::Aws(_) => None,
        }
    }

    /// The keys that URLs may be re-signed with: the simulator's, never a real account's.
    pub fn keys(&self) -> Vec<SigningKey> {
        let key = |simulator: &Arc<Simulator>| SigningKey {
            access_key_id: simulator.access_key_id().to_owned(),
            secret_access_key: simulator.secret_access_key().to_owned(),
        };
        self.simulator().map(key).into_iter().collect()
    }
}

impl Environment {
    /// Gives this environment to `command`.
    pub fn dress(&self, command: &mut Command) {
        if let Some(prefix) = self.remove_prefix {
            for (name, _) in std::env::vars_os() {
                if name.to_string_lossy().starts_with(prefix) {
                    command.env_remove(name);
                }
            }
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
    }
}

impl Account {
    fn variables(&self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        if let Some(profile) = &self.profile {
            variables.push(("AWS_PROFILE".to_owned(), profile.clone()));
        }
        if let Some(region) = &self.region {
            variables.push(("AWS_REGION".to_owned(), region.clone()));
            variables.push(("AWS_DEFAULT_REGION".to_owned(), region.clone()));
        }
        variables
    }
}

/// The variables that lead SDKs to `simulator`, and nothing else to them.
pub fn simulator_variables(simulator: &Simulator) -> Vec<(String, String)> {
    let fixed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let endpoint = simulator.endpoint();
    vec![
        fixed("AWS_ACCESS_KEY_ID", simulator.access_key_id()),
        fixed("AWS_SECRET_ACCESS_KEY", simulator.secret_access_key()),
        fixed("AWS_REGION", simulator.region()),
        fixed("AWS_DEFAULT_REGION", simulator.region()),
        fixed("AWS_ENDPOINT_URL", &endpoint),
        fixed("AWS_CONFIG_FILE", EMPTY_FILE),
        fixed("AWS_SHARED_CREDENTIALS_FILE", EMPTY_FILE),
        fixed("AWS_EC2_METADATA_DISABLED", "true"),
        fixed("AWS_PAGER", ""),
        ("NO_PROXY".to_owned(), with_loopback("NO_PROXY")),
        ("no_proxy".to_owned(), with_loopback("no_proxy")),
        fixed("CAHIER_CONTROL_TOKEN", simulator.control_token()),
    ]
}

fn with_loopback(name: &str) -> String {
    match std::env::var(name) {
        Ok(inherited) if !inherited.is_empty() => format!("{inherited},{LOOPBACK}"),
        _ => LOOPBACK.to_owned(),
    }
}

/// This binary, as other programs must call it.
pub fn program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("cahier"))
}

impl World for Backend {
    fn is_simulator(&self) -> bool {
        self.simulator().is_some()
    }

    fn snapshot(&mut self) -> Option<SnapshotId> {
        self.simulator().map(|simulator| SnapshotId(simulator.snapshot()))
    }

    fn restore(&mut self, snapshot: SnapshotId) {
        if let Some(simulator) = self.simulator() {
            simulator.restore(snapshot.0);
        }
    }

    fn ground(&self) -> Evidence {
        Place::of(self).ground()
    }

    fn calls(&self) -> Option<Vec<CallRecord>> {
        let record = |simulator: &Arc<Simulator>| {
            let calls = simulator.journal();
            calls
                .iter()
                .filter_map(|call| serde_json::to_value(call).ok())
                .filter_map(call_record)
                .collect()
        };
        self.simulator().map(record)
    }
}

/// The journal's machine-readable form is the contract; what a verdict needs is part of it.
fn call_record(entry: serde_json::Value) -> Option<CallRecord> {
    serde_json::from_value(entry).ok()
}
