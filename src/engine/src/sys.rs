//! The few system calls that the standard library has no safe name for, each behind a safe one.
#![expect(
    unsafe_code,
    reason = "prctl, kill, setpgid, dup2, _exit, dlopen, pre_exec have no safe name in std"
)]

use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd};
use std::path::Path;
use std::process::Command;

use libloading::Library;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Asks the kernel to kill this process when the thread that started it ends.
pub(crate) fn die_with_parent() {
    // SAFETY: PR_SET_PDEATHSIG takes a signal number and touches no memory of ours.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
}

/// Has the process that `command` starts killed when this thread ends.
pub(crate) fn dies_with_parent(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    // SAFETY: what runs between fork and exec is one system call, which touches no memory.
    unsafe {
        command.pre_exec(|| {
            die_with_parent();
            Ok(())
        })
    };
}

/// Gives this process, and those that it starts from now on, memory in small pieces: its allocator asks for pages of 2 MiB,
/// of which a large part stays empty. A tenth of what a learner's processes take, for which nothing is noticeably slower.
pub fn save_memory() {
    // SAFETY: PR_SET_THP_DISABLE takes a flag and touches no memory of ours; its other arguments must be 0.
    unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) };
}

/// Makes this process the leader of a new process group.
pub(crate) fn lead_a_group() {
    // SAFETY: takes two numbers; 0 stands for this process.
    unsafe { libc::setpgid(0, 0) };
}

/// Kills a whole process group; one that is gone is no error.
pub(crate) fn kill_group(leader: u32) {
    // 0 and 1 would mean our own group and every process.
    if let Ok(id) = i32::try_from(leader)
        && id > 1
    {
        // SAFETY: takes two numbers.
        unsafe { libc::kill(-id, libc::SIGKILL) };
    }
}

/// Kills one process.
pub(crate) fn kill(process: u32) {
    if let Ok(id) = i32::try_from(process)
        && id > 1
    {
        // SAFETY: takes two numbers.
        unsafe { libc::kill(id, libc::SIGKILL) };
    }
}

/// Whether a process runs: one that ended and was not waited for yet does not.
pub(crate) fn is_alive(process: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_its_name = state.rsplit(") ").next().unwrap_or_default();
    !after_its_name.is_empty() && !after_its_name.starts_with(['Z', 'X'])
}

/// Ends this process at once: no destructor and no exit handler, which a busy thread could block.
pub(crate) fn exit_now(status: i32) -> ! {
    // SAFETY: does not return, and frees nothing that another thread could still read.
    unsafe { libc::_exit(status) }
}

/// Puts an empty file in the place of standard input.
pub(crate) fn empty_stdin() -> io::Result<()> {
    take_stdin(Path::new("/dev/null"))
}

/// Puts another file in the place of standard input.
pub(crate) fn take_stdin(file: &Path) -> io::Result<()> {
    let file = File::open(file)?;
    // Where a cell had closed standard input, the file has just taken its number, and must leave it.
    let held = file.as_fd().try_clone_to_owned()?;
    drop(file);
    replace(io::stdin().as_fd(), held.as_fd())
}

/// Bytes that this process may write to now, as [`limit_memory`] counts them.
pub(crate) fn data_size() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size = status.lines().find_map(|line| line.strip_prefix("VmData:"));
    let kibibytes = size.and_then(|size| size.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() << 10
}

/// Limits the memory that this process, and each that it starts, may write to: what is only reserved, such as the
/// libraries' address space, is not counted. A system that refuses has no limit of its own to offer.
pub(crate) fn limit_memory(bytes: u64) {
    let before = getrlimit(Resource::Data);
    let bytes = before.maximum.map_or(bytes, |maximum| maximum.min(bytes));
    let _ = setrlimit(
        Resource::Data,
        Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        },
    );
}

/// Makes a descriptor stand for what another one stands for.
pub(crate) fn replace(descriptor: BorrowedFd<'_>, by: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: takes two numbers; what the first one stood for is closed, and nothing else.
    if unsafe { libc::dup2(by.as_raw_fd(), descriptor.as_raw_fd()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The library that cells link against, loaded before the first of them.
pub(crate) struct Support {
    library: Library,
    _std: Library,
}

impl Support {
    /// Loads the standard library, which the other one finds by its name wherever that is, and the library
    /// itself, and hands it the mark that announces its reports.
    pub(crate) fn load([std, path]: [&Path; 2], mark: &[u8]) -> Result<Self, libloading::Error> {
        // SAFETY: the library that this program's own code stands on, too.
        let std = unsafe { Library::new(std) }?;
        // SAFETY: our own library, whose initialisers are those of Rust's standard library.
        let library = unsafe { Library::new(path) }?;
        // SAFETY: this is how the prelude declares it.
        let prepare = unsafe { library.get::<unsafe extern "C" fn(*const u8, usize)>(b"cahier_prepare") }?;
        // SAFETY: pointer and length are those of one slice, which lives through the call; the one other thread that there is
        // reads orders, and no environment.
        unsafe { prepare(mark.as_ptr(), mark.len()) };
        Ok(Self { library, _std: std })
    }

    /// Writes out what the cell printed without a line end.
    pub(crate) fn flush(&self) {
        // SAFETY: this is how the prelude declares it.
        if let Ok(flush) = unsafe { self.library.get::<extern "C" fn()>(b"cahier_flush") } {
            flush();
        }
    }
}

/// The cells' variables, behind the pointer that each cell takes and gives back.
pub(crate) struct Cells {
    store: *mut c_void,
    // Never unloaded: variables, threads and destructors of one cell outlive it.
    libraries: Vec<std::mem::ManuallyDrop<Library>>,
}

impl Cells {
    /// No cell has run yet.
    pub(crate) fn new() -> Self {
        Self {
            store: std::ptr::null_mut(),
            libraries: Vec::new(),
        }
    }

    /// Loads a compiled cell and runs it: the first of the functions that is there.
    pub(crate) fn run(&mut self, library: &Path, functions: &[&str]) -> Result<(), libloading::Error> {
        type Cell = extern "C" fn(*mut c_void) -> *mut c_void;
        // SAFETY: running the learner's code is what this process is for; nothing else lives in it.
        let library = unsafe { Library::new(library) }?;
        // SAFETY: evcxr generates the function with this very signature.
        let find = |name: &&str| unsafe { library.get::<Cell>(name.as_bytes()) };
        let mut found = functions.iter().map(find);
        let first = found.next().unwrap_or(Err(libloading::Error::DlSymUnknown));
        let cell = found.fold(first, Result::or)?;
        self.store = cell(self.store);
        self.libraries.push(std::mem::ManuallyDrop::new(library));
        Ok(())
    }
}
