//! A function's process: started, watched, ended with all its children.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

use super::environment::Surroundings;
use super::log::Written;
use super::mounts::Mounts;

/// The process groups that there are.
#[derive(Debug, Default)]
pub(super) struct Alive(Mutex<BTreeSet<i32>>);

impl Alive {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends them all.
    pub(super) fn end(&self) {
        for group in &*self.lock() {
            kill(*group);
        }
    }
}

fn kill(group: i32) {
    if let Some(group) = Pid::from_raw(group) {
        // It may be gone already.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// A process that runs.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: i32,
    alive: Arc<Alive>,
}

impl Process {
    /// Starts what a function's calls run in; what it writes goes to `written`.
    pub(super) fn start(
        surroundings: &Surroundings<'_>,
        runtime_api: &str,
        written: &Written,
        alive: &Arc<Alive>,
    ) -> io::Result<Self> {
        let program = surroundings.program;
        let mounts = Mounts::new(surroundings.folders, program.packages(), program.of_machine());
        let mut command = program.command(&mounts, &surroundings.invocation.configuration);
        command
            .env_clear()
            .envs(surroundings.variables(runtime_api, &mounts))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn()?;
        let group = i32::try_from(child.id()).unwrap_or_default();
        alive.lock().insert(group);
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let process = Self {
            child,
            group,
            alive: Arc::clone(alive),
        };
        if let (Some(stdout), Some(stderr)) = (stdout, stderr) {
            written.follow(stdout, stderr)?;
        }
        Ok(process)
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        // A process that cannot be asked is as good as gone.
        self.child.try_wait().unwrap_or(Some(ExitStatus::from_raw(9)))
    }

    /// The most memory that it held, in KiB: the largest of its group.
    pub(super) fn memory(&self) -> u64 {
        let id = self.child.id();
        let peaks = std::iter::once(id).chain(children(id)).filter_map(peak);
        peaks.max().unwrap_or(0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill(self.group);
        // Before it is waited for: its number may be another's afterwards.
        self.alive.lock().remove(&self.group);
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
