//! Preparation: builds, once per toolchain and version of the prelude, what cells link against.
//!
//! In the folder that the caller gives: `KEY/`, what the engine and a stock evcxr kernel need, and while
//! it is being prepared `crates-KEY/`, the build, which an interrupted preparation takes up again.

mod another;
mod build;
mod clean;
mod error;
mod manifest;
pub(crate) mod metadata;
mod outline;
mod sources;
mod spare;
mod store;
mod toolchain;

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

pub use another::{Another, for_another};
pub use clean::{Cleaned, clean};
pub use error::PrepareError;
pub(crate) use manifest::{FILE, Manifest};
pub(crate) use sources::shown;
pub(crate) use spare::{WRAPPER, rustc as wrap_rustc};
use toolchain::Toolchain;
pub(crate) use toolchain::search_path;

/// Set, it is the folder of the preparation, in place of the caller's default.
pub const FOLDER_VARIABLE: &str = "CAHIER_PREPARATION_DIR";
/// Where a preparation serves everybody on a machine; its owner makes it, once.
pub const SYSTEM_FOLDER: &str = "/usr/local/share/cahier/prepare";
/// Where a preparation lies in an archive of Cahier, from the folder on that the program's own folder `bin` is in.
pub const BESIDE: &str = "share/cahier/prepare";
/// Set, the build is kept beside what came of it: where the prelude itself changes often, only it is
/// built anew. It weighs a gigabyte.
const KEEP_VARIABLE: &str = "CAHIER_PREPARATION_GARDER";
/// The file that one preparation at a time holds.
const LOCK: &str = "lock";
/// Preparations of other versions that are kept beside the present one.
const KEPT: usize = 3;

/// Whether cells can run.
#[derive(Debug)]
pub enum Status {
    /// They can.
    Prepared(Prepared),
    /// [`prepare`] has to run first.
    Missing,
    /// Not on this machine as it is.
    Impossible(PrepareError),
}

/// A preparation that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its folder.
    pub folder: PathBuf,
    /// The compiler it was made with, as `rustc --version` says it.
    pub rustc: String,
    /// Whether the standard library's sources are there. Without them, rust-analyzer does not infer
    /// the types of variables: `let` needs its type written.
    pub rust_src: bool,
}

/// How far a preparation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another process prepares the same folder; this one waits for it.
    Waiting,
    /// The standard library's sources are being fetched by rustup.
    RustSource,
    /// They could not be had, for this reason; the preparation goes on.
    NoRustSource(String),
    /// Crates are being compiled.
    Crates {
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
        /// The last one done.
        name: String,
    },
}

/// The folder of the preparation: the variable [`FOLDER_VARIABLE`], or one of those that [`shared`] names where that holds
/// one for the present toolchain, or `prepare` in the data folder.
pub fn folder(data_folder: &Path) -> PathBuf {
    chosen()
        .or_else(|| shared().find(|folder| load(folder).is_ok()))
        .unwrap_or_else(|| in_data(data_folder))
}

/// The folder of the preparation that is nobody else's, which may be cleaned: the variable [`FOLDER_VARIABLE`], or `prepare`
/// in the data folder.
pub fn own_folder(data_folder: &Path) -> PathBuf {
    chosen().unwrap_or_else(|| in_data(data_folder))
}

fn chosen() -> Option<PathBuf> {
    let folder = std::env::var_os(FOLDER_VARIABLE)?;
    (!folder.is_empty()).then(|| PathBuf::from(folder))
}

fn in_data(data_folder: &Path) -> PathBuf {
    data_folder.join("prepare")
}

/// The preparations that came with the program, or that serve everybody here: [`BESIDE`] it, and [`SYSTEM_FOLDER`].
fn shared() -> impl Iterator<Item = PathBuf> {
    let program = std::env::current_exe().ok();
    let beside = program.and_then(|program| Some(program.parent()?.parent()?.join(BESIDE)));
    beside
        .into_iter()
        .chain([PathBuf::from(SYSTEM_FOLDER)])
        .filter(|folder| folder.is_dir())
}

/// Whether `folder` holds a preparation for this program and the present toolchain.
pub fn status(folder: &Path) -> Status {
    match load(folder) {
        Ok(manifest) => Status::Prepared(manifest.prepared()),
        Err(PrepareError::Missing) => Status::Missing,
        Err(error) => Status::Impossible(error),
    }
}

/// The manifest of the preparation in `folder`.
pub(crate) fn load(folder: &Path) -> Result<Manifest, PrepareError> {
    let toolchain = Toolchain::find(folder)?;
    let manifest = present(folder, &toolchain).ok_or(PrepareError::Missing)?;
    // Each cell is linked: without a linker, the learner's code would look wrong.
    Toolchain::check_linker()?;
    Ok(manifest)
}

/// Prepares `folder`; an interrupted preparation resumes, one that is done returns at once. `program` is
/// the `cahier` program, which calls [`crate::hook()`] first thing in its `main`.
///
/// # Errors
/// What is missing on this machine, in words for the learner.
pub fn prepare(
    folder: &Path,
    program: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Prepared, PrepareError> {
    let toolchain = Toolchain::find(folder)?;
    let done = || {
        let found = present(folder, &toolchain)?;
        (found.rust_src || !toolchain.has_rust_src()).then(|| found.prepared())
    };
    // One that others made may be in a folder that only they can write.
    if let Some(prepared) = done() {
        return Ok(prepared);
    }
    fs::create_dir_all(folder).map_err(|error| PrepareError::folder(folder, error))?;
    let _lock = lock(folder, &mut || progress(Progress::Waiting))?;
    if let Some(prepared) = done() {
        return Ok(prepared);
    }
    let keyed = keyed(folder, &toolchain);
    Toolchain::check_linker()?;
    let rust_src = toolchain.fetch_rust_src(progress);
    let crates = folder.join(format!(
        "{}{}",
        clean::BUILD,
        sources::crates_key(&toolchain.identity)
    ));
    let manifest = build::build(&toolchain, program, &crates, &keyed, rust_src, progress)?;
    if std::env::var_os(KEEP_VARIABLE).is_none() {
        let _ = fs::remove_dir_all(&crates);
    }
    remove_old(folder, &[&crates, &keyed]);
    Ok(manifest.prepared())
}

/// What is prepared in `folder` for `toolchain`, if anything is.
fn present(folder: &Path, toolchain: &Toolchain) -> Option<Manifest> {
    let file = keyed(folder, toolchain).join(FILE);
    Manifest::read(&file)
        .map(|manifest| manifest.at(&file).with(toolchain))
        .filter(Manifest::is_whole)
}

/// Keeps others from preparing in `folder` as long as the answer lives; tells when it has to wait for them.
fn lock(folder: &Path, waiting: &mut dyn FnMut()) -> Result<File, PrepareError> {
    let lock = File::create(folder.join(LOCK)).map_err(|error| PrepareError::folder(folder, error))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        waiting();
        lock.lock().map_err(|error| PrepareError::folder(folder, error))?;
    }
    Ok(lock)
}

fn keyed(folder: &Path, toolchain: &Toolchain) -> PathBuf {
    folder.join(sources::key(&toolchain.identity))
}

/// What a stock `evcxr_jupyter` needs in its environment to link its cells against the preparation
/// in `folder`: a client made in one cell then works in the next. `home` is a folder for what goes with
/// that, and `program` the `cahier` program.
///
/// # Errors
/// When nothing is prepared in `folder`.
pub fn stock_environment(
    folder: &Path,
    home: &Path,
    program: &Path,
) -> Result<Vec<(String, String)>, PrepareError> {
    let manifest = load(folder)?;
    let bin = home.join("bin");
    let config = manifest.prepared().folder.join("evcxr");
    fs::create_dir_all(home)
        .and_then(|()| crate::client::link_programs(&bin, program))
        .and_then(|()| manifest.write_to(&home.join(FILE)))
        .map_err(|error| PrepareError::folder(home, error))?;
    let path = crate::client::path(&manifest, bin);
    let mut variables: Vec<(OsString, OsString)> = crate::cargo::environment(&manifest, home);
    variables.push(("PATH".into(), path));
    variables.push(("EVCXR_CONFIG_DIR".into(), config.into_os_string()));
    let text = |word: OsString| word.to_string_lossy().into_owned();
    Ok(variables
        .into_iter()
        .map(|(name, value)| (text(name), text(value)))
        .collect())
}

/// Removes preparations of other versions, but for the latest few: each weighs hundreds of megabytes,
/// and another program may still be using one.
fn remove_old(folder: &Path, kept: &[&Path]) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let others = entries
        .flatten()
        .filter(|entry| clean::is_ours(&entry.path()) && !kept.contains(&entry.path().as_path()));
    let mut dated: Vec<_> = others
        .filter_map(|entry| {
            let about = entry.metadata().ok().filter(fs::Metadata::is_dir)?;
            Some((about.modified().ok()?, entry.path()))
        })
        .collect();
    dated.sort();
    let surplus = dated.len().saturating_sub(KEPT);
    for (_, path) in dated.into_iter().take(surplus) {
        let _ = fs::remove_dir_all(path);
    }
}
