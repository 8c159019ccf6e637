//! A function's process: started, watched, ended with all its children.

use std::collections::BTreeSet;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

use super::environment::Surroundings;
use super::log::Written;
use super::mounts::Mounts;
use super::tree::{Tree, memory};

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
    tree: Tree,
    /// What a PID namespace's first process listens to, and says how the function's ended.
    line: Option<UnixStream>,
    /// How it ended, once that is known.
    status: Option<ExitStatus>,
    /// The most memory that it was seen to hold, in KiB.
    peak: u64,
}

impl Process {
    /// Starts what a function's calls run in; what it writes goes to `written`.
    pub(super) fn start(
        surroundings: &Surroundings<'_>,
        runtime_api: &str,
        written: &Written,
        alive: &Arc<Alive>,
    ) -> io::Result<Self> {
        let (program, configuration) = (surroundings.program, &surroundings.invocation.configuration);
        let mounts = Mounts::new(
            surroundings.folders,
            program.packages(),
            program.of_machine(),
            configuration.storage,
        );
        let (line, stdin) = if mounts.has_processes() {
            let (ours, theirs) = UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            (Some(ours), Stdio::from(OwnedFd::from(theirs)))
        } else {
            (None, Stdio::null())
        };
        let mut command = program.command(&mounts, configuration);
        command
            .env_clear()
            .envs(surroundings.variables(runtime_api, &mounts))
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command.spawn()?;
        let group = i32::try_from(child.id()).unwrap_or_default();
        alive.lock().insert(group);
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let process = Self {
            tree: Tree::new(child.id(), mounts.has_processes()),
            child,
            group,
            alive: Arc::clone(alive),
            line,
            status: None,
            peak: 0,
        };
        if let (Some(stdout), Some(stderr)) = (stdout, stderr) {
            written.follow(stdout, stderr)?;
        }
        Ok(process)
    }

    /// Its processes.
    pub(super) fn tree(&self) -> Tree {
        self.tree
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            // A process that cannot be asked is as good as gone.
            let status = self.child.try_wait().unwrap_or(Some(ExitStatus::from_raw(9)));
            self.status = status.map(|status| self.of_function(status));
        }
        self.status
    }

    /// How the function's process ended: the shell that waits for it in a namespace gives a signal as a status, and only
    /// then says a word.
    fn of_function(&self, status: ExitStatus) -> ExitStatus {
        let said = || {
            let mut line = self.line.as_ref()?;
            line.read(&mut [0; 16]).ok()
        };
        match status.code() {
            Some(code @ 129..=192) if said().is_some_and(|count| count > 0) => {
                ExitStatus::from_raw(code - 128)
            }
            _ => status,
        }
    }

    /// The most memory that it is known to have held up to now, with all its children, in KiB.
    pub(super) fn memory(&mut self) -> u64 {
        self.peak = self.peak.max(memory(&self.tree.processes()));
        self.peak
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
