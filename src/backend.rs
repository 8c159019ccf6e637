//! The world that cells talk to, the simulator or a real account, and the environment that leads them there.

use crate::failure::Failure;
use crate::place::Place;
use crate::replay;
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
    /// Inherited variables that start with one of these are removed first.
    pub remove: Vec<&'static str>,
}

/// What leads SDKs to credentials. The cells of a run find none of it: the prelude has them, in clients that are watched.
const LEADS_TO_CREDENTIALS: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
];
/// The keys among them, which a profile that is named makes void.
const KEYS: &[&str] = LEADS_TO_CREDENTIALS.split_at(4).0;
/// What the prelude finds them in.
const SET_ASIDE: &str = "CAHIER_IDENTIFIANTS";
/// What cells of a run are told. A simulator that one of them starts has none of it: its cells would write what they create
/// into the ledger by which a real account is cleaned.
const OF_A_RUN: [&str; 8] = [
    SET_ASIDE,
    "CAHIER_MONDE",
    "CAHIER_PASSAGE",
    "CAHIER_PLAFOND",
    crate::aws::names::CHOSEN,
    "CAHIER_PROPAGATION",
    "CAHIER_REGISTRE",
    "CAHIER_TARIFS",
];
/// How long IAM may take to tell every service what it was told, in seconds; something that stands for AWS takes none.
const PROPAGATION: &str = "10";

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
                    remove: [&["AWS_"][..], &OF_A_RUN].concat(),
                }
            }
            Self::Aws(account) => {
                // Without it, a cell that finds no endpoint would start a simulator of its own.
                set.push(("CAHIER_MONDE".to_owned(), "aws".to_owned()));
                if inherited("AWS_ENDPOINT_URL")
                    .or_else(|| inherited("CAHIER_PROPAGATION"))
                    .is_none()
                {
                    set.push(("CAHIER_PROPAGATION".to_owned(), PROPAGATION.to_owned()));
                }
                set.extend(account.variables());
                Environment {
                    set,
                    remove: Vec::new(),
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
        for (name, _) in std::env::vars_os() {
            if self.removes(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
    }

    fn removes(&self, name: &str) -> bool {
        self.remove.iter().any(|prefix| name.starts_with(prefix))
    }

    /// Sets credentials aside for the prelude: a client that a cell builds by itself finds `refusal` in their place, a
    /// configuration file.
    pub fn withhold(&mut self, refusal: &Path) {
        let named = self.set.iter().any(|(name, _)| name == "AWS_PROFILE");
        let mut aside = serde_json::Map::new();
        for name in LEADS_TO_CREDENTIALS {
            let set = self.set.iter().rfind(|(one, _)| one == name);
            let value = match set {
                Some((_, value)) => Some(value.clone()),
                None if self.removes(name) => None,
                None => inherited(name),
            };
            let void = named && KEYS.contains(&name);
            if let Some(value) = value.filter(|_| !void) {
                aside.insert(name.to_owned(), value.into());
            }
        }
        self.set
            .retain(|(name, _)| !LEADS_TO_CREDENTIALS.contains(&name.as_str()));
        self.remove.extend(LEADS_TO_CREDENTIALS);
        let pair = |name: &str, value: String| (name.to_owned(), value);
        self.set.extend([
            pair(SET_ASIDE, serde_json::Value::Object(aside).to_string()),
            pair("AWS_CONFIG_FILE", refusal.display().to_string()),
            pair("AWS_SHARED_CREDENTIALS_FILE", EMPTY_FILE.to_owned()),
        ]);
    }
}

/// What this process inherited, where it is not empty.
fn inherited(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
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

    fn replays(&self, again: bool) {
        replay::tell(again);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::Value;

    fn of<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
        let found = environment.set.iter().rfind(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    fn withheld(set: &[(&str, &str)]) -> (Environment, Value) {
        let mut environment = Environment {
            set: set
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            remove: vec!["AWS_"],
        };
        environment.withhold(Path::new("/refus"));
        let aside = serde_json::from_str(of(&environment, SET_ASIDE).unwrap()).unwrap();
        (environment, aside)
    }

    #[test]
    fn what_leads_to_credentials_is_set_aside_and_a_refusal_stands_in_its_place() {
        let (environment, aside) = withheld(&[
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_REGION", "r"),
        ]);
        assert_eq!(
            (
                of(&environment, "AWS_ACCESS_KEY_ID"),
                of(&environment, "AWS_SECRET_ACCESS_KEY")
            ),
            (None, None)
        );
        assert_eq!(
            (
                of(&environment, "AWS_CONFIG_FILE"),
                of(&environment, "AWS_REGION")
            ),
            (Some("/refus"), Some("r"))
        );
        assert_eq!(
            (
                aside["AWS_ACCESS_KEY_ID"].as_str(),
                aside["AWS_SECRET_ACCESS_KEY"].as_str()
            ),
            (Some("AKIA"), Some("s"))
        );
        assert!(environment.removes("AWS_SESSION_TOKEN") && environment.removes("AWS_PROFILE"));
    }

    #[test]
    fn cells_of_a_simulator_inherit_nothing_of_a_run_on_a_real_account() {
        let backend = Backend::Simulator(start_simulator(Config::default()).unwrap());
        let environment = backend.environment(Path::new("/cahier"), Path::new("/data"));
        let run = crate::aws::run::Run::new(Path::new("/data"), 1.0);
        for (name, _) in run.variables() {
            assert!(environment.removes(&name), "{name}");
        }
        assert!(environment.removes(SET_ASIDE) && environment.removes("CAHIER_MONDE"));
        assert!(!environment.removes("CAHIER_BIN"));
    }

    #[test]
    fn a_profile_that_is_named_makes_inherited_keys_void() {
        let (_, aside) = withheld(&[("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_PROFILE", "formation")]);
        assert_eq!(
            (aside["AWS_PROFILE"].as_str(), aside["AWS_ACCESS_KEY_ID"].as_str()),
            (Some("formation"), None)
        );
    }
}
