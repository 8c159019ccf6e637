//! What Lambda remembers, account by account.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;

use super::archive::Archive;
use super::functions::Function;
use super::policy::Policy;
use super::run::Runner;

/// A package that something holds. Saved, it is its hash: packages are files of their own.
#[derive(Debug, Clone)]
pub(super) struct Held(pub(super) Arc<Archive>);

impl Serialize for Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SAVED.with_borrow_mut(|saved| saved.push(Arc::clone(&self.0)));
        self.0.sha256().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Held {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sha256 = String::deserialize(deserializer)?;
        LOADED.with_borrow(|loaded| {
            let found = loaded.get(&sha256).cloned();
            found
                .map(Self)
                .ok_or_else(|| D::Error::custom(format!("no package with the hash {sha256}")))
        })
    }
}

thread_local! {
    /// The packages met while the state is written.
    static SAVED: std::cell::RefCell<Vec<Arc<Archive>>> = const { std::cell::RefCell::new(Vec::new()) };
    /// The packages there are while it is read.
    static LOADED: std::cell::RefCell<BTreeMap<String, Arc<Archive>>> =
        const { std::cell::RefCell::new(BTreeMap::new()) };
}

/// A layer: its versions that are there, and the last number that was given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Layer {
    /// The last number given; none is given twice.
    pub(super) last: u64,
    /// The versions that were not deleted.
    pub(super) versions: BTreeMap<u64, LayerVersion>,
}

/// A version of a layer. It never changes, but for its policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LayerVersion {
    /// `LayerVersionArn`.
    pub(super) arn: String,
    /// `Description`.
    pub(super) description: Option<String>,
    /// `LicenseInfo`.
    pub(super) license: Option<String>,
    /// `CompatibleRuntimes`.
    pub(super) runtimes: Option<Vec<String>>,
    /// `CompatibleArchitectures`.
    pub(super) architectures: Option<Vec<String>>,
    /// `CreatedDate`.
    pub(super) created: OffsetDateTime,
    /// Its package.
    pub(super) content: Held,
    /// Who else may use it.
    pub(super) policy: Option<Policy>,
}

/// One account's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Account {
    /// Its layers, by name.
    pub(super) layers: BTreeMap<String, Layer>,
    /// Its functions, by name.
    pub(super) functions: BTreeMap<String, Function>,
}

impl Account {
    /// A version of a layer.
    pub(super) fn layer_version(&self, name: &str, version: u64) -> Option<&LayerVersion> {
        self.layers.get(name)?.versions.get(&version)
    }

    /// The same, to change its policy.
    pub(super) fn layer_version_mut(&mut self, name: &str, version: u64) -> Option<&mut LayerVersion> {
        self.layers.get_mut(name)?.versions.get_mut(&version)
    }

    /// Every package that it has.
    fn packages(&self) -> impl Iterator<Item = &Archive> {
        let layers = self.layers.values().flat_map(|layer| layer.versions.values());
        let layers = layers.map(|version| &*version.content.0);
        layers.chain(self.functions.values().flat_map(Function::packages))
    }

    /// What its packages weigh, in bytes: each version of a layer and of a function counts.
    pub(super) fn code_size(&self) -> u64 {
        let layers = self.layers.values().flat_map(|layer| layer.versions.values());
        let layers = layers.map(|version| version.content.0.size() as u64);
        let functions = self.functions.values().map(Function::code_size);
        layers.sum::<u64>() + functions.sum::<u64>()
    }
}

/// Every account's, by its number.
pub(super) type Accounts = BTreeMap<String, Account>;

/// What Lambda remembers.
#[derive(Debug, Default)]
pub(crate) struct Lambda {
    accounts: Mutex<Accounts>,
    /// What runs functions, where they run.
    runner: OnceLock<Arc<Runner>>,
}

/// A saved state of [`Lambda`].
pub(crate) struct Snapshot(Accounts);

/// The file of all but the packages, and the folder of those.
const FILE: &str = "lambda.json";
const PACKAGES: &str = "packages";

impl Lambda {
    pub(super) fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with what an account has.
    pub(super) fn with<T>(&self, account: &str, act: impl FnOnce(&mut Account) -> T) -> T {
        let mut accounts = self.lock();
        if let Some(known) = accounts.get_mut(account) {
            return act(known);
        }
        act(accounts.entry(account.to_owned()).or_default())
    }

    /// From now on, functions run.
    pub(crate) fn run_with(&self, runner: Runner) {
        // Called once, before anything is served.
        let _ = self.runner.set(Arc::new(runner));
    }

    /// What runs functions, where they run.
    pub(crate) fn runner(&self) -> Option<&Arc<Runner>> {
        self.runner.get()
    }

    fn replace(&self, accounts: Accounts) {
        *self.lock() = accounts;
        if let Some(runner) = self.runner() {
            runner.clear();
        }
    }

    /// A package that a URL names, wherever it is.
    pub(crate) fn package(&self, name: &str) -> Option<Bytes> {
        let accounts = self.lock();
        let mut packages = accounts.values().flat_map(Account::packages);
        packages
            .find(|package| super::shown::package_name(package) == name)
            .map(|package| package.bytes().clone())
    }

    /// Names a principal otherwise in the policies of functions; those of layers name accounts only.
    pub(crate) fn rename_principal(&self, former: &str, new: &str) {
        let mut accounts = self.lock();
        let functions = accounts
            .values_mut()
            .flat_map(|account| account.functions.values_mut());
        functions.for_each(|function| function.rename_principal(former, new));
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.replace(Accounts::new());
    }

    /// Saves the state; packages are shared.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.lock().clone())
    }

    /// Puts a saved state back.
    pub(crate) fn restore(&self, saved: &Snapshot) {
        self.replace(saved.0.clone());
    }

    /// Writes the state into a folder: packages first, each once and under its hash, then what names them.
    pub(crate) fn save(&self, folder: &Path) -> io::Result<()> {
        SAVED.with_borrow_mut(Vec::clear);
        let json = serde_json::to_vec(&*self.lock())?;
        let packages = SAVED.with_borrow_mut(std::mem::take);
        let kept = folder.join(PACKAGES);
        std::fs::create_dir_all(&kept)?;
        let mut names = BTreeSet::new();
        for package in packages {
            let name = file_name(package.sha256());
            let path = kept.join(&name);
            if names.insert(name) && !path.exists() {
                write_whole(&path, package.bytes())?;
            }
        }
        write_whole(&folder.join(FILE), &json)?;
        for entry in std::fs::read_dir(&kept)? {
            let entry = entry?;
            if !entry
                .file_name()
                .to_str()
                .is_some_and(|name| names.contains(name))
            {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Reads what [`Lambda::save`] wrote.
    pub(crate) fn load(&self, folder: &Path) -> io::Result<()> {
        let json = match std::fs::read(folder.join(FILE)) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut packages = BTreeMap::new();
        for entry in std::fs::read_dir(folder.join(PACKAGES))? {
            let package = Archive::kept(Bytes::from(std::fs::read(entry?.path())?))?;
            packages.insert(package.sha256().to_owned(), package);
        }
        LOADED.set(packages);
        let accounts = serde_json::from_slice(&json);
        LOADED.take();
        self.replace(accounts?);
        Ok(())
    }
}

/// A hash in base64 as a file's name.
fn file_name(sha256: &str) -> String {
    sha256.replace('/', "_").replace('+', "-")
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    std::fs::write(&new, bytes)?;
    std::fs::rename(&new, path)
}
