//! The host's process as the client holds it: its pipes, its temporary folder, its guard's socket.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use super::listen::{keep_last_words, listen, read_answers};
use super::{Event, Settings};
use crate::prepare::{self, Manifest};
use crate::protocol::{Ended, Order, Request, Start};
use crate::{cargo, hook, sys, whole};

/// Where the guard finds its client, in the host's folder.
const SOCKET: &str = "guard";
/// What [`random_mark`] begins with, and how many hexadecimal digits follow.
const MARK_BEGINS: &str = "cahier-";
const MARK_LENGTH: usize = 32;

/// A running engine host; dropping it ends its process and all that it started.
pub(crate) struct Host {
    child: Child,
    stdin: Option<ChildStdin>,
    folder: TempDir,
    guard: Arc<Mutex<Option<UnixStream>>>,
    words: Arc<Mutex<String>>,
    closed: Arc<AtomicBool>,
    /// Whether it said that cells can run.
    pub(super) ready: bool,
    /// Whether it still has to answer something that nobody waits for.
    pub(super) abandoned: bool,
}

impl Host {
    pub(super) fn start(
        settings: &Settings,
        manifest: &Manifest,
        generation: u64,
        events: &Sender<Event>,
    ) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("cahier-").tempdir()?;
        let bin = folder.path().join("bin");
        link_programs(&bin, &settings.program)?;
        write_config(folder.path())?;
        manifest.write_to(&folder.path().join(prepare::FILE))?;
        if let Some(cells) = settings.cells.clone() {
            std::thread::spawn(move || cargo::clean_cells(&cells));
        }
        let socket = folder.path().join(SOCKET);
        let guard = Arc::new(Mutex::new(None));
        let closed = Arc::new(AtomicBool::new(false));
        let listener = UnixListener::bind(&socket)?;
        listen(
            listener,
            generation,
            Arc::clone(&guard),
            Arc::clone(&closed),
            events.clone(),
        );
        let mut child = command(settings, manifest, folder.path()).spawn()?;
        let stdin = child.stdin.take();
        let words = Arc::new(Mutex::new(String::new()));
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            read_answers(out, generation, events.clone());
            keep_last_words(err, Arc::clone(&words));
        }
        let mut host = Self {
            child,
            stdin,
            folder,
            guard,
            words,
            closed,
            ready: false,
            abandoned: false,
        };
        host.write(&Start {
            program: settings.program.clone(),
            libraries: [manifest.std_library.clone(), manifest.library.clone()],
            socket,
            folder: host.folder.path().to_owned(),
            directory: settings.directory.clone(),
            memory: settings.memory,
            environment: environment(settings),
        })?;
        Ok(host)
    }

    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has nothing to do but wait.
    pub(super) fn is_free(&self) -> bool {
        self.ready && !self.abandoned
    }

    /// Whether its folder is still there: a cell may remove it, and so may a system that cleans up
    /// after days.
    pub(super) fn has_its_folder(&self) -> bool {
        self.folder.path().join(SOCKET).exists()
    }

    pub(super) fn ask(&mut self, request: &Request) -> io::Result<()> {
        self.write(request)
    }

    fn write(&mut self, message: &impl serde::Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.stdin.as_mut().map_or(Ok(()), |stdin| stdin.write_all(&line))
    }

    /// Tells the guard something; one that is gone is being replaced.
    pub(super) fn order(&self, order: &Order) {
        let guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(mut guard), Ok(mut line)) = (guard.as_ref(), serde_json::to_vec(order)) {
            line.push(b'\n');
            let _ = guard.write_all(&line);
        }
    }

    pub(super) fn stop_build(&self) {
        cargo::stop_build(self.folder.path());
    }

    pub(super) fn allow_builds(&self) {
        cargo::allow_builds(self.folder.path());
    }

    /// The generated file that the last panic's line refers to.
    pub(super) fn generated(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join(cargo::COMPILED_TEXT)).ok()
    }

    /// Ends it, if it has not ended by itself, and tells how it did.
    pub(super) fn end(mut self) -> Option<Ended> {
        sys::kill_group(self.child.id());
        self.child.wait().ok().map(Ended::from)
    }

    /// What the host wrote on its standard error.
    pub(super) fn last_words(self) -> String {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Wakes the thread that waits for guards.
        self.closed.store(true, Ordering::SeqCst);
        let _ = UnixStream::connect(self.folder.path().join(SOCKET));
        // The guard first: it kills the cells' process when its client hangs up.
        if let Some(guard) = self.guard.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = guard.shutdown(std::net::Shutdown::Both);
        }
        self.stdin.take();
        cargo::stop_build(self.folder.path());
        // One that was waited for has left its number to others.
        if matches!(self.child.try_wait(), Ok(None)) {
            sys::kill_group(self.child.id());
        }
        let _ = self.child.wait();
    }
}

fn command(settings: &Settings, manifest: &Manifest, folder: &Path) -> Command {
    let mut command = Command::new(&settings.program);
    let bin = folder.join("bin");
    command
        .arg(hook::HOST)
        .current_dir(folder)
        .envs(cargo::environment(manifest, folder))
        .env(cargo::FOLDER, folder)
        .env(
            cargo::MARK,
            settings.cells.as_deref().map_or_else(random_mark, kept_mark),
        )
        .env("PATH", path(manifest, bin))
        .env("EVCXR_CONFIG_DIR", folder)
        .env("EVCXR_TMPDIR", folder)
        .envs(settings.cells.iter().map(|cells| (cargo::COMPILED_CELLS, cells)))
        .env_remove("EVCXR_IS_RUNTIME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // The terminal's Ctrl-C is for the workbook alone.
        .process_group(0);
    command
}

/// Our programs first, then the toolchain of the preparation: rust-analyzer looks there for the standard library, and a
/// program started from a menu has no Rust on its own PATH.
pub(crate) fn path(manifest: &Manifest, bin: PathBuf) -> OsString {
    let toolchain = manifest.rustc.parent().map(Path::to_owned);
    let inherited = prepare::search_path();
    let folders = std::iter::once(bin)
        .chain(toolchain)
        .chain(std::env::split_paths(&inherited));
    std::env::join_paths(folders).unwrap_or(inherited)
}

/// Puts this program under the names that evcxr calls.
pub(crate) fn link_programs(bin: &Path, program: &Path) -> io::Result<()> {
    hook::NAMES
        .iter()
        .try_for_each(|name| link_program(bin, name, program))
}

/// Puts this program under another name into the folder `bin`.
pub(crate) fn link_program(bin: &Path, name: &str, program: &Path) -> io::Result<()> {
    fs::create_dir_all(bin)?;
    let link = bin.join(name);
    if fs::read_link(&link).is_ok_and(|target| target == program) {
        return Ok(());
    }
    // Renamed into place: another process may be calling the old one.
    let new = bin.join(format!("{name}.{}", std::process::id()));
    let _ = fs::remove_file(&new);
    symlink(program, &new)?;
    fs::rename(&new, &link)
}

fn write_config(folder: &Path) -> io::Result<()> {
    fs::write(
        folder.join("evcxr.toml"),
        "[evcxr]\nopt_level = \"0\"\noffline_mode = false\n",
    )
}

/// What the cells' process finds in its environment.
fn environment(settings: &Settings) -> Vec<(String, String)> {
    let inherited = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let removed = |name: &str| {
        name == "EVCXR_IS_RUNTIME"
            || settings
                .remove_env_prefix
                .iter()
                .any(|prefix| name.starts_with(prefix))
    };
    let mut all: BTreeMap<_, _> = inherited.filter(|(name, _)| !removed(name)).collect();
    all.extend(settings.env.iter().cloned());
    all.into_iter().collect()
}

/// The mark of all that is compiled into `cells`: the same text must be the same library the next time.
fn kept_mark(cells: &Path) -> String {
    let file = cells.join("mark");
    let kept = || fs::read_to_string(&file).ok().filter(|mark| is_mark(mark));
    kept().unwrap_or_else(|| {
        let mark = random_mark();
        let written =
            cargo::cells_folder(cells).and_then(|()| whole::write(&file, |to| to.write_all(mark.as_bytes())));
        // Another engine may have started at the same time.
        written.ok().and_then(|()| kept()).unwrap_or(mark)
    })
}

fn is_mark(text: &str) -> bool {
    let word = text.strip_prefix(MARK_BEGINS).unwrap_or_default();
    word.len() == MARK_LENGTH && word.bytes().all(|letter| letter.is_ascii_hexdigit())
}

/// A word that no cell can guess: the standard library seeds its hash maps from the system.
fn random_mark() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let word = || RandomState::new().hash_one(std::process::id());
    format!("{MARK_BEGINS}{:016x}{:016x}", word(), word())
}
