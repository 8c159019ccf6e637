//! Where a function finds its parts: at AWS's paths in a mount namespace of its own, where the system lets a process have
//! one; else in the folders that they were unpacked into.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::unpack::Unpacked;

/// Where Lambda has layers, a function's code, and the runtime's own parts.
const OPT: &str = "/opt";
const TASK: &str = "/var/task";
const RUNTIME: &str = "/var/runtime";

/// Puts a folder at a path, where nobody can write as on Lambda, if the system has that.
const BIND: &str = "bind() { mount -o bind,ro \"$1\" \"$2\" 2>/dev/null || mount --bind \"$1\" \"$2\"; }";

/// Puts the layers at `/opt`.
const MOUNT_LAYERS: &str = "bind \"$1\" /opt";

/// Puts the folder `$4`, which has empty folders of these names, over `/var`, then the code and the runtime's parts there.
const MOUNT_CODE: &str = "mount -t overlay overlay -o lowerdir=\"$4\":/var /var && bind \"$2\" /var/task && \
                          bind \"$3\" /var/runtime && cd /var/task && unset OLDPWD";

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

/// Where a process finds its parts.
#[derive(Debug)]
pub(super) struct Mounts<'a> {
    folders: &'a Unpacked,
    /// The folder of the runtime's own parts, if it has any.
    packages: Option<&'a Path>,
    reach: Reach,
}

impl<'a> Mounts<'a> {
    /// The best that this system has for a program of this machine.
    pub(super) fn new(folders: &'a Unpacked, packages: Option<&'a Path>, program: Option<&Path>) -> Self {
        let hidden = program.is_some_and(|program| program.starts_with(OPT));
        let reach = if hidden { Reach::Nothing } else { reach(folders) };
        Self {
            folders,
            packages,
            reach,
        }
    }

    /// The layers: `/opt`.
    pub(super) fn layers(&self) -> &Path {
        match self.reach {
            Reach::Nothing => &self.folders.layers,
            _ => Path::new(OPT),
        }
    }

    /// The code: `/var/task`.
    pub(super) fn task(&self) -> &Path {
        match self.reach {
            Reach::Whole => Path::new(TASK),
            _ => &self.folders.task,
        }
    }

    /// The runtime's own parts: `/var/runtime`.
    pub(super) fn runtime(&self) -> Option<&Path> {
        match self.reach {
            Reach::Whole => self.packages.map(|_| Path::new(RUNTIME)),
            _ => self.packages,
        }
    }

    /// A command that runs a program there.
    pub(super) fn command(&self, program: &Path) -> Command {
        let script = match self.reach {
            Reach::Whole => format!("{BIND}; {MOUNT_LAYERS} && {MOUNT_CODE} && shift 4 && exec \"$@\""),
            Reach::Layers => format!("{BIND}; {MOUNT_LAYERS} && shift 4 && exec \"$@\""),
            Reach::Nothing => {
                let mut command = Command::new(program);
                command.current_dir(&self.folders.task);
                return command;
            }
        };
        let mut command = in_namespace(&script, self.folders, self.packages);
        command.arg(program).current_dir(&self.folders.task);
        command
    }
}

/// A command in a user and mount namespace of its own; what comes after is the script's further arguments.
fn in_namespace(script: &str, folders: &Unpacked, packages: Option<&Path>) -> Command {
    let mut command = Command::new("unshare");
    command
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "--",
            "/bin/sh",
            "-c",
            script,
            "sh",
        ])
        .arg(&folders.layers)
        .arg(&folders.task)
        .arg(packages.unwrap_or(&folders.task))
        .arg(&folders.skeleton);
    command
}

/// What this system lets a process have. Asked once, with the folders of the first function.
fn reach(folders: &Unpacked) -> Reach {
    static ANSWER: OnceLock<Reach> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let works = |script: &str| {
            let tried = in_namespace(script, folders, None)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            tried.is_ok_and(|status| status.success())
        };
        if works(&format!("{BIND}; {MOUNT_LAYERS} && {MOUNT_CODE}")) {
            Reach::Whole
        } else if works(&format!("{BIND}; {MOUNT_LAYERS}")) {
            Reach::Layers
        } else {
            Reach::Nothing
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
