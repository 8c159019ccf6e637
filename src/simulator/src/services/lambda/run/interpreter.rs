//! What runs a runtime's functions here: `pythonX.Y` with AWS's own runtime client, or the function's `bootstrap`.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::super::functions::Configuration;
use super::mounts::{Mounts, OPT, TASK};
use super::unpack::Unpacked;

/// What a function's process is.
#[derive(Debug, Clone)]
pub(super) enum Program {
    /// A Python of this machine, with AWS's runtime client.
    Python(Python),
    /// The file `bootstrap` of the package, or of a layer.
    Bootstrap {
        /// Whether it is the package's own.
        own: bool,
    },
}

/// Why nothing runs a function.
#[derive(Debug)]
pub(super) enum Missing {
    /// Something is missing here that Lambda has: in French, with what to do about it.
    Here(String),
    /// The package has nothing to begin with: in Lambda's words.
    Entrypoint(String),
}

/// A Python of this machine.
#[derive(Debug, Clone)]
pub(super) struct Python {
    /// The program.
    path: PathBuf,
    /// The folder of what Lambda's Python has of its own: the runtime client and the SDK.
    packages: PathBuf,
    /// `3.13` and what was found instead, where it is another version.
    pub(super) mismatch: Option<(String, String)>,
}

/// Begins AWS's runtime client as Lambda does, without the packages of this machine's Python: Lambda's has none but its
/// own. After the handler come the folder of the runtime's own parts, then those of the code and of the layers, in the order
/// in which modules are looked for: only from when the client is there, so that no module of theirs takes the place of one
/// that it needs.
const BEGIN: &str = "import site, sys\n\
                     site.setquit(), site.setcopyright(), site.sethelper()\n\
                     sys.path[:] = [sys.argv[2], *filter(None, sys.path)]\n\
                     from awslambdaric.__main__ import main\n\
                     sys.path[:1] = sys.argv[3:]\n\
                     sys.path.extend({sys.argv[2]}.difference(sys.path))\n\
                     del sys.argv[2:]\n\
                     main(sys.argv)";

/// The variable that names a program to run the runtime with.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper>
const WRAPPER: &str = "AWS_LAMBDA_EXEC_WRAPPER";

/// What Lambda's Python has of its own.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included>
const PACKAGES: [&str; 2] = ["awslambdaric", "boto3"];

impl Program {
    /// The folder of the runtime's own parts.
    pub(super) fn packages(&self) -> Option<&Path> {
        match self {
            Self::Python(python) => Some(&python.packages),
            Self::Bootstrap { .. } => None,
        }
    }

    /// The program's path, where it is one of this machine.
    pub(super) fn of_machine(&self) -> Option<&Path> {
        match self {
            Self::Python(python) => Some(&python.path),
            Self::Bootstrap { .. } => None,
        }
    }

    /// The command that runs a version.
    pub(super) fn command(&self, mounts: &Mounts<'_>, configuration: &Configuration) -> Command {
        match self {
            Self::Python(python) => {
                let wrapper = configuration.environment.as_ref();
                let wrapper = wrapper.and_then(|variables| variables.get(WRAPPER)?.as_str());
                let mut command = match wrapper {
                    Some(wrapper) => {
                        let mut command = mounts.command(Path::new(wrapper));
                        command.arg(&python.path);
                        command
                    }
                    None => mounts.command(&python.path),
                };
                let handler = configuration.handler.as_deref().unwrap_or_default();
                command.args(["-S", "-B", "-c", BEGIN, handler]);
                let runtime = configuration.runtime.as_deref().unwrap_or_default();
                let packages = format!("python/lib/{runtime}/site-packages");
                let layers = mounts.layers();
                command.arg(mounts.runtime().unwrap_or(&python.packages));
                command.arg(mounts.task());
                command.args([layers.join(packages), layers.join("python")]);
                command
            }
            Self::Bootstrap { own } => {
                let folder = if *own { mounts.task() } else { mounts.layers() };
                mounts.command(&folder.join("bootstrap"))
            }
        }
    }
}

/// Refuses what runs nowhere but on AWS, in French.
pub(super) fn supported(runtime: Option<&str>) -> Result<(), String> {
    match runtime {
        Some(runtime) if runtime.starts_with("python") || runtime.starts_with("provided") => Ok(()),
        Some(other) => Err(format!(
            "le simulateur n’exécute que les fonctions `python3.x` et `provided.al2023` ; celle-ci est `{other}`"
        )),
        None => Err(
            "le simulateur n’exécute pas les fonctions dont le code est une image de conteneur".to_owned(),
        ),
    }
}

/// The Pythons of this machine that were looked for, by version.
#[derive(Debug)]
pub(super) struct Interpreters {
    /// Where the runtimes' own parts are kept.
    runtimes: PathBuf,
    known: Mutex<BTreeMap<String, Python>>,
}

impl Interpreters {
    /// Keeps the runtimes' own parts in a folder.
    pub(super) fn new(runtimes: &Path) -> Self {
        Self {
            runtimes: runtimes.to_owned(),
            known: Mutex::default(),
        }
    }

    /// Finds what runs functions of a runtime.
    ///
    /// # Errors
    /// When nothing does.
    pub(super) fn find(&self, runtime: &str, folders: &Unpacked) -> Result<Program, Missing> {
        match runtime.strip_prefix("python") {
            Some(version) => self.python(version).map(Program::Python).map_err(Missing::Here),
            None => bootstrap(folders).map_err(Missing::Entrypoint),
        }
    }

    fn python(&self, version: &str) -> Result<Python, String> {
        // Held while the client is installed: once is enough.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(python) = known.get(version).filter(|python| python.path.exists()) {
            return Ok(python.clone());
        }
        let (path, found) = python_here(version).ok_or_else(|| {
            format!("ni `python{version}` ni `python3` n’est dans le PATH : installe Python")
        })?;
        let packages = runtime_packages(&path, &found, &self.runtimes)?;
        let python = Python {
            path,
            packages,
            mismatch: (found != version).then(|| (version.to_owned(), found)),
        };
        known.insert(version.to_owned(), python.clone());
        Ok(python)
    }
}

/// The bootstrap: the function's own comes first, then the one of a layer.
fn bootstrap(folders: &Unpacked) -> Result<Program, String> {
    let places = [(true, &folders.task, TASK), (false, &folders.layers, OPT)];
    for (own, folder, shown) in places {
        let there = std::fs::metadata(folder.join("bootstrap"));
        let Some(file) = there.ok().filter(std::fs::Metadata::is_file) else {
            continue;
        };
        if file.permissions().mode() & 0o111 == 0 {
            return Err(format!("fork/exec {shown}/bootstrap: permission denied"));
        }
        return Ok(Program::Bootstrap { own });
    }
    Err(format!(
        "Couldn't find valid bootstrap(s): [{TASK}/bootstrap {OPT}/bootstrap]"
    ))
}

/// A Python's place, and its version.
type Found = (PathBuf, String);

/// The Python of that version, or whichever is here. One that was found is not looked for again.
pub(crate) fn python_here(version: &str) -> Option<Found> {
    static FOUND: Mutex<BTreeMap<String, Found>> = Mutex::new(BTreeMap::new());
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = found.get(version).filter(|(path, _)| path.exists()) {
        return Some(known.clone());
    }
    let python = ask_version(&format!("python{version}")).or_else(|| ask_version("python3"))?;
    found.insert(version.to_owned(), python.clone());
    Some(python)
}

/// Where a Python is, and its version; a name on the PATH may stand for nothing.
fn ask_version(program: &str) -> Option<Found> {
    let script = "import sys; print(sys.executable); print('%d.%d' % sys.version_info[:2])";
    let output = Command::new(program)
        .args(["-I", "-c", script])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let path = PathBuf::from(lines.next().filter(|path| !path.is_empty())?);
    Some((path, lines.next()?.to_owned()))
}

/// The folder of Lambda's own packages for a Python, installed there the first time.
fn runtime_packages(python: &Path, version: &str, runtimes: &Path) -> Result<PathBuf, String> {
    let folder = runtimes.join(format!("python{version}"));
    if PACKAGES.iter().all(|package| folder.join(package).is_dir()) {
        return Ok(folder);
    }
    let new = runtimes.join(format!("python{version}.new"));
    // What an interrupted installation left, or an earlier version with less in it.
    let _ = std::fs::remove_dir_all(&new);
    let output = Command::new(python)
        .args([
            "-I",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--target",
        ])
        .arg(&new)
        .args(PACKAGES)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("pip ne démarre pas : {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let mut lines = words.lines().rev();
        let last = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
        return Err(format!(
            "le client d’exécution de Lambda (awslambdaric) ne s’installe pas pour Python {version} : {last}. Il faut `pip` \
             et un accès au réseau, la première fois"
        ));
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::rename(&new, &folder).map_err(|error| format!("{} : {error}", folder.display()))?;
    Ok(folder)
}
