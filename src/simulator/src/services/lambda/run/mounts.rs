//! Where a function finds its parts, and what it shares with this machine: in namespaces of its own, where the system lets
//! a process have them, its code is at AWS's paths, `/tmp` is its own, and no process of it outlives it; else it has the
//! folders that its parts were unpacked into.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::unpack::Unpacked;

/// Where Lambda has layers, a function's code, and the runtime's own parts.
pub(super) const OPT: &str = "/opt";
pub(super) const TASK: &str = "/var/task";
const RUNTIME: &str = "/var/runtime";
/// Where a function may write.
const TMP: &str = "/tmp";

/// Puts a folder at a path, where nobody can write as on Lambda, if the system has that.
const BIND: &str = "bind() { mount -o bind,ro \"$1\" \"$2\" 2>/dev/null || mount --bind \"$1\" \"$2\"; }; ";

/// Puts the layers at `/opt`.
const MOUNT_LAYERS: &str = "bind \"$1\" /opt";

/// Puts the folder `$4`, which has empty folders of these names, over `/var`, then the code and the runtime's parts there.
const MOUNT_CODE: &str = "mount -t overlay overlay -o lowerdir=\"$4\":/var /var && bind \"$2\" /var/task && \
                          bind \"$3\" /var/runtime && cd /var/task && unset OLDPWD";

/// Puts an empty folder of the size `$5` at `/tmp`. It is the last one: the folders above may lie below the former `/tmp`.
const MOUNT_TMP: &str = "mount -t tmpfs -o mode=1777,size=\"$5\" tmpfs /tmp";

/// Becomes the program.
const BECOME: &str = "shift 5; exec \"$@\"";

/// Runs the program under a shell that is the first process of a PID namespace: in that place, a program itself would hear
/// no signal. When the shell ends, so does everything in the namespace. Its standard input is a line to the simulator: when
/// that is cut, the simulator is gone, and all that the shell waits for is ended; whatever is not in a namespace must never
/// come that far. It says on the line whether a signal ended the program: its own status alone does not tell that.
const WATCH_OVER: &str = "shift 5; [ $$ = 1 ] || exit 1; exec 3<&0 4>&2 </dev/null 2>&3; \
                          (read -r _ <&3; [ $$ = 1 ] && kill -KILL -1) >/dev/null 4>&- & \
                          (exec \"$@\" 2>&4 3>&- 4>&-); exit $?";

/// How much of AWS's paths a process of this system can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// All of them.
    Whole,
    /// That of the layers: an older kernel lets nobody put a folder over `/var`.
    Layers,
    /// None.
    Nothing,
}

/// How much of a process of this system can be kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// Its mounts and its processes, which see only one another.
    Processes,
    /// The same, but `/proc` is the machine's: a container may let nobody mount another.
    ProcessesUnseen,
    /// Its mounts.
    Mounts,
    /// Nothing.
    Nothing,
}

impl Apart {
    /// `unshare`'s options.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Processes => &["--pid", "--fork", "--kill-child", "--mount-proc"],
            Self::ProcessesUnseen => &["--pid", "--fork", "--kill-child"],
            Self::Mounts | Self::Nothing => &[],
        }
    }

    fn has_processes(self) -> bool {
        matches!(self, Self::Processes | Self::ProcessesUnseen)
    }
}

/// What this system lets a process have.
#[derive(Debug, Clone, Copy)]
struct System {
    apart: Apart,
    reach: Reach,
}

/// Where a process finds its parts.
#[derive(Debug)]
pub(super) struct Mounts<'a> {
    folders: &'a Unpacked,
    /// The folder of the runtime's own parts, if it has any.
    packages: Option<&'a Path>,
    system: System,
    /// Whether its `/tmp` is its own.
    own_tmp: bool,
    /// The size of `/tmp`, in MiB.
    storage: i64,
}

impl<'a> Mounts<'a> {
    /// The best that this system has for a program of this machine.
    pub(super) fn new(
        folders: &'a Unpacked,
        packages: Option<&'a Path>,
        program: Option<&Path>,
        storage: i64,
    ) -> Self {
        let mut system = ask_system(folders);
        let below = |folder: &str| program.is_some_and(|program| program.starts_with(folder));
        // What would be hidden cannot run.
        if below(OPT) {
            system.reach = Reach::Nothing;
        }
        Self {
            folders,
            packages,
            system,
            own_tmp: system.reach == Reach::Whole && !below(TMP),
            storage,
        }
    }

    /// The layers: `/opt`.
    pub(super) fn layers(&self) -> &Path {
        match self.system.reach {
            Reach::Nothing => &self.folders.layers,
            _ => Path::new(OPT),
        }
    }

    /// The code: `/var/task`.
    pub(super) fn task(&self) -> &Path {
        match self.system.reach {
            Reach::Whole => Path::new(TASK),
            _ => &self.folders.task,
        }
    }

    /// The runtime's own parts: `/var/runtime`.
    pub(super) fn runtime(&self) -> Option<&Path> {
        match self.system.reach {
            Reach::Whole => self.packages.map(|_| Path::new(RUNTIME)),
            _ => self.packages,
        }
    }

    /// Whether its processes are in a namespace of their own: then its standard input is a line to the simulator, by which
    /// it hears of the simulator's end.
    pub(super) fn has_processes(&self) -> bool {
        self.system.apart.has_processes()
    }

    /// A command that runs a program there.
    pub(super) fn command(&self, program: &Path) -> Command {
        let System { apart, reach } = self.system;
        if apart == Apart::Nothing {
            let mut command = Command::new(program);
            command.current_dir(&self.folders.task);
            return command;
        }
        let tmp = if self.own_tmp { MOUNT_TMP } else { "true" };
        let run = if apart.has_processes() { WATCH_OVER } else { BECOME };
        let script = format!("{BIND}{} && {tmp} || exit 1; {run}", mounting(reach));
        let mut command = in_namespace(apart, &script, self.folders, self.packages, self.storage);
        command.arg(program).current_dir(&self.folders.task);
        command
    }
}

fn mounting(reach: Reach) -> String {
    match reach {
        Reach::Whole => format!("{MOUNT_LAYERS} && {MOUNT_CODE}"),
        Reach::Layers => MOUNT_LAYERS.to_owned(),
        Reach::Nothing => "true".to_owned(),
    }
}

/// A command in namespaces of its own; what comes after is the script's further arguments.
fn in_namespace(
    apart: Apart,
    script: &str,
    folders: &Unpacked,
    packages: Option<&Path>,
    storage: i64,
) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount"])
        .args(apart.options())
        .args(["--", "/bin/sh", "-c", script, "sh"])
        .arg(&folders.layers)
        .arg(&folders.task)
        .arg(packages.unwrap_or(&folders.task))
        .arg(&folders.skeleton)
        .arg(format!("{storage}m"));
    command
}

/// What this system lets a process have. Asked once, with the folders of the first function.
fn ask_system(folders: &Unpacked) -> System {
    static ANSWER: OnceLock<System> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let works = |apart: Apart, script: &str| {
            let tried = in_namespace(apart, &format!("{BIND}{script}"), folders, None, 1)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            tried.is_ok_and(|status| status.success())
        };
        let aparts = [Apart::Processes, Apart::ProcessesUnseen, Apart::Mounts];
        let apart = aparts.into_iter().find(|apart| works(*apart, "true"));
        let Some(apart) = apart else {
            return System {
                apart: Apart::Nothing,
                reach: Reach::Nothing,
            };
        };
        let reaches = [Reach::Whole, Reach::Layers].into_iter();
        let reach = reaches
            .map(|reach| (reach, mounting(reach)))
            .find(|(reach, script)| match reach {
                Reach::Whole => works(apart, &format!("{script} && {MOUNT_TMP}")),
                _ => works(apart, script),
            });
        System {
            apart,
            reach: reach.map_or(Reach::Nothing, |(reach, _)| reach),
        }
    })
}

/// The folders that are laid over `/var`, by their names there.
pub(super) fn skeleton(root: &Path) -> std::io::Result<PathBuf> {
    let folder = root.join("var");
    for path in [TASK, RUNTIME] {
        let name = path.trim_start_matches("/var/");
        std::fs::create_dir_all(folder.join(name))?;
    }
    Ok(folder)
}
