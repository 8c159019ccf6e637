//! What runs a runtime's functions here: `pythonX.Y` with AWS's own runtime client, or the function's `bootstrap`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::unpack::Unpacked;

/// What a function's process is.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// The program.
    pub(super) path: PathBuf,
    /// What it is told before the handler's name; `None` for a bootstrap, which reads it from its environment.
    pub(super) arguments: Option<Vec<String>>,
    /// Folders of Python packages that are the runtime's own.
    pub(super) packages: Option<PathBuf>,
    /// `3.13` where that is asked for and the program is another version: what was found.
    pub(super) mismatch: Option<(String, String)>,
}

/// Finds what runs functions of a runtime.
///
/// # Errors
/// When nothing does here: in French, with what to do about it.
pub(super) fn find(runtime: &str, runtimes: &Path, folders: &Unpacked) -> Result<Program, String> {
    if let Some(version) = runtime.strip_prefix("python") {
        return python(version, runtimes);
    }
    if runtime.starts_with("provided") {
        return bootstrap(folders);
    }
    Err(format!(
        "le simulateur n’exécute que les fonctions `python3.x` et `provided.al2023` ; celle-ci est `{runtime}`"
    ))
}

fn bootstrap(folders: &Unpacked) -> Result<Program, String> {
    // The function's own comes first, then the one of a layer.
    let places = [folders.task.join("bootstrap"), folders.layers.join("bootstrap")];
    let path = places.into_iter().find(|path| path.is_file());
    let path = path.ok_or("il manque le fichier exécutable `bootstrap` à la racine du paquet")?;
    Ok(Program {
        path,
        arguments: None,
        packages: None,
        mismatch: None,
    })
}

fn python(version: &str, runtimes: &Path) -> Result<Program, String> {
    let (path, found) = python_here(version)
        .ok_or_else(|| format!("ni `python{version}` ni `python3` n’est dans le PATH : installe Python"))?;
    let packages = runtime_client(&path, &found, runtimes)?;
    Ok(Program {
        path,
        arguments: Some(vec!["-m".to_owned(), "awslambdaric".to_owned()]),
        packages: Some(packages),
        mismatch: (found != version).then(|| (version.to_owned(), found)),
    })
}

/// A Python's place, and its version.
type Python = (PathBuf, String);

/// The Python of that version, or whichever is here. One that was found is not looked for again.
pub(crate) fn python_here(version: &str) -> Option<Python> {
    static FOUND: Mutex<BTreeMap<String, Python>> = Mutex::new(BTreeMap::new());
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = found.get(version) {
        return Some(known.clone());
    }
    let python = ask_version(&format!("python{version}")).or_else(|| ask_version("python3"))?;
    found.insert(version.to_owned(), python.clone());
    Some(python)
}

/// Where a Python is, and its version; a name on the PATH may stand for nothing.
fn ask_version(program: &str) -> Option<Python> {
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

/// The folder of AWS's runtime client for a Python, installed there the first time.
fn runtime_client(python: &Path, version: &str, runtimes: &Path) -> Result<PathBuf, String> {
    let folder = runtimes.join(format!("python{version}"));
    if folder.join("awslambdaric").is_dir() {
        return Ok(folder);
    }
    let new = runtimes.join(format!("python{version}.new"));
    // What an interrupted installation left.
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
        .arg("awslambdaric")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("pip ne démarre pas : {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let last = words
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default()
            .to_owned();
        return Err(format!(
            "le client d’exécution de Lambda (awslambdaric) ne s’installe pas pour Python {version} : {last}. Il faut `pip` \
             et un accès au réseau, la première fois"
        ));
    }
    std::fs::rename(&new, &folder).map_err(|error| format!("{} : {error}", folder.display()))?;
    Ok(folder)
}
