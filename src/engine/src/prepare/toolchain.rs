//! The Rust toolchain of this machine: where it is, what it lacks.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{PrepareError, Progress};
use crate::sys;

/// How long rustup may take to fetch the standard library's sources (about 3 MB).
const FETCH: Duration = Duration::from_mins(3);

/// A toolchain that answers.
#[derive(Debug)]
pub(super) struct Toolchain {
    /// The compiler itself.
    pub(super) rustc: PathBuf,
    /// The cargo beside it, or the one of PATH.
    pub(super) cargo: PathBuf,
    /// The folder of the standard library as a shared library.
    pub(super) std_folder: PathBuf,
    /// That library.
    pub(super) std_library: PathBuf,
    /// The platform it builds for.
    pub(super) host: String,
    /// What changes with each version of rustc: the name of its standard library.
    pub(super) identity: String,
    sysroot: PathBuf,
}

impl Toolchain {
    /// Asks the `rustc` of PATH, from `folder` so that no project's own choice of toolchain counts.
    pub(super) fn find(folder: &Path) -> Result<Self, PrepareError> {
        let mut rustc = Command::new(rustc());
        rustc.args([
            "--print",
            "sysroot",
            "--print",
            "target-libdir",
            "--print",
            "host-tuple",
        ]);
        rustc.env_remove("LD_LIBRARY_PATH").current_dir(existing(folder));
        let output = rustc.output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => PrepareError::NoToolchain,
            _ => PrepareError::BrokenToolchain(error.to_string()),
        })?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<&str> = text.lines().collect();
        let [sysroot, std_folder, host] = lines[..] else {
            let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(PrepareError::BrokenToolchain(words));
        };
        let (sysroot, std_folder) = (PathBuf::from(sysroot), PathBuf::from(std_folder));
        let rustc = sysroot.join("bin/rustc");
        let beside = sysroot.join("bin/cargo");
        let cargo = if beside.exists() {
            beside
        } else {
            in_path("cargo").ok_or(PrepareError::NoCargo)?
        };
        let shared_std = shared_std(&std_folder)?;
        let identity = format!("{host} {shared_std}");
        Ok(Self {
            rustc,
            cargo,
            std_library: std_folder.join(shared_std),
            std_folder,
            host: host.to_owned(),
            identity,
            sysroot,
        })
    }

    /// What `rustc --version` says.
    pub(super) fn version(&self) -> String {
        let output = Command::new(&self.rustc).arg("--version").output();
        output
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default()
    }

    /// rustc links through the C compiler.
    pub(super) fn check_linker() -> Result<(), PrepareError> {
        in_path("cc").map(drop).ok_or(PrepareError::NoLinker)
    }

    pub(super) fn has_rust_src(&self) -> bool {
        self.library().join("std/src/lib.rs").exists()
    }

    /// The folder of the standard library's sources.
    pub(super) fn library(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust/library")
    }

    /// Gets the standard library's sources from rustup if they are missing, and tells whether they
    /// are there. Not having them is no error: the rest works.
    pub(super) fn fetch_rust_src(&self, progress: &mut dyn FnMut(Progress)) -> bool {
        if self.has_rust_src() {
            return true;
        }
        progress(Progress::RustSource);
        if let Err(why) = self.rustup_add() {
            progress(Progress::NoRustSource(why));
        }
        self.has_rust_src()
    }

    fn rustup_add(&self) -> Result<(), String> {
        let toolchain = self.sysroot.file_name().unwrap_or_default();
        let mut rustup = Command::new("rustup");
        rustup
            .args(["component", "add", "rust-src", "--toolchain"])
            .arg(toolchain);
        let child = rustup
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let child = child.map_err(|_| "rustup n’est pas installé".to_owned())?;
        let process = child.id();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        match receiver.recv_timeout(FETCH) {
            Ok(Ok(output)) if output.status.success() => Ok(()),
            Ok(Ok(output)) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => {
                sys::kill(process);
                Err("rustup n’a pas répondu à temps".to_owned())
            }
        }
    }
}

/// The `rustc` of PATH, or rustup's, which a program started from a menu does not have there.
fn rustc() -> PathBuf {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let beside = [cargo_home, home]
        .into_iter()
        .flatten()
        .map(|folder| folder.join("bin/rustc"));
    let found = in_path("rustc").or_else(|| beside.into_iter().find(|file| file.is_file()));
    found.unwrap_or_else(|| PathBuf::from("rustc"))
}

/// The nearest folder above that exists: nothing is prepared yet at the first call.
fn existing(folder: &Path) -> &Path {
    let found = folder.ancestors().find(|folder| folder.is_dir());
    found
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("/"))
}

/// Where programs are looked for when PATH says nothing, as shells do.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// PATH, or the usual one where there is none.
pub(crate) fn search_path() -> OsString {
    let path = std::env::var_os("PATH").filter(|path| !path.is_empty());
    path.unwrap_or_else(|| USUAL_PATH.into())
}

fn in_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&search_path())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn shared_std(folder: &Path) -> Result<String, PrepareError> {
    let names = std::fs::read_dir(folder).map_err(|error| PrepareError::folder(folder, error))?;
    let mut names = names
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let found = names.find(|name| {
        name.starts_with("libstd-") && Path::new(name).extension().is_some_and(|kind| kind == "so")
    });
    let missing = || PrepareError::BrokenToolchain(format!("{} ne contient pas libstd.so", folder.display()));
    found.ok_or_else(missing)
}
