//! A function's process: started with its layers at `/opt` where the system lets it, watched, ended with all its children.

use std::fs;
use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, kill_process_group};

use super::environment::Surroundings;
use super::log::Written;

/// Where Lambda has layers.
const OPT: &str = "/opt";

/// A process that runs.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts what a function's calls run in.
    pub(super) fn start(
        surroundings: &Surroundings<'_>,
        runtime_api: &str,
        written: &Written,
    ) -> io::Result<Self> {
        let program = surroundings.program;
        let layers = &surroundings.folders.layers;
        let mounted = can_mount() && !program.path.starts_with(OPT);
        let opt = if mounted { Path::new(OPT) } else { layers.as_path() };
        let mut command = if mounted {
            in_namespace(layers, program.path.as_path())
        } else {
            Command::new(&program.path)
        };
        if let Some(arguments) = &program.arguments {
            command.args(arguments);
            command.arg(
                surroundings
                    .invocation
                    .configuration
                    .handler
                    .as_deref()
                    .unwrap_or_default(),
            );
        }
        command
            .env_clear()
            .envs(surroundings.variables(runtime_api, opt))
            .current_dir(&surroundings.folders.task)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn()?;
        if let Some(stdout) = child.stdout.take() {
            written.follow(stdout);
        }
        if let Some(stderr) = child.stderr.take() {
            written.follow(stderr);
        }
        Ok(Self { child })
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        // A process that cannot be asked is as good as gone.
        self.child.try_wait().unwrap_or(Some(ExitStatus::from_raw(9)))
    }

    /// The most memory that it held, in KiB: the largest of its group, since a namespace takes a process of its own.
    pub(super) fn memory(&self) -> u64 {
        let id = self.child.id();
        let peaks = std::iter::once(id).chain(children(id)).filter_map(peak);
        peaks.max().unwrap_or(0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may be gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
        // So that it does not stay as a zombie.
        let _ = self.child.wait();
    }
}

/// Children of a process, and theirs.
fn children(id: u32) -> Vec<u32> {
    let path = format!("/proc/{id}/task/{id}/children");
    let listed = fs::read_to_string(path).unwrap_or_default();
    let direct: Vec<u32> = listed
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect();
    let further: Vec<u32> = direct.iter().flat_map(|id| children(*id)).collect();
    [direct, further].concat()
}

/// The most memory that a process held, in KiB.
fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A command in a mount namespace of its own, where `/opt` is the layers' folder.
fn in_namespace(layers: &Path, program: &Path) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "--"])
        .args(["/bin/sh", "-c", "mount --bind \"$0\" /opt && exec \"$@\""])
        .arg(layers)
        .arg(program);
    command
}

/// Whether this system lets a process have a mount namespace of its own. Asked once.
fn can_mount() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let tried: PathBuf = std::env::temp_dir();
        let done = in_namespace(&tried, Path::new("/bin/true"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|status| status.success())
    })
}

/// How AWS says that a process ended: `exit status 1`, `signal: killed`; nothing for a good end.
pub(super) fn ending(status: ExitStatus) -> Option<String> {
    match (status.code(), status.signal()) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("exit status {code}")),
        (None, Some(9)) => Some("signal: killed".to_owned()),
        (None, Some(11)) => Some("signal: segmentation fault".to_owned()),
        (None, Some(6)) => Some("signal: aborted".to_owned()),
        (None, signal) => Some(format!("signal: {}", signal.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_said_as_aws_says_it() {
        assert_eq!(ending(ExitStatus::from_raw(0)), None);
        assert_eq!(
            ending(ExitStatus::from_raw(1 << 8)),
            Some("exit status 1".to_owned())
        );
        assert_eq!(ending(ExitStatus::from_raw(9)), Some("signal: killed".to_owned()));
    }
}
