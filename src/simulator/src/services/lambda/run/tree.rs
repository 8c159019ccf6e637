//! The processes of an instance: what it started, and what those started.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use rustix::process::{Pid, Signal, kill_process};

/// The processes of an instance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree {
    /// The process that the simulator started.
    root: u32,
    /// Whether they are in a PID namespace. Then the root only waits for its first process, whose first child watches
    /// whether the simulator still lives; the function's are the others, and whatever loses its parent becomes one of them.
    namespace: bool,
}

impl Tree {
    /// Those of a process that the simulator started.
    pub(super) fn new(root: u32, namespace: bool) -> Self {
        Self { root, namespace }
    }

    /// The function's own, each before its children.
    pub(super) fn processes(self) -> Vec<u32> {
        let mut found = Vec::new();
        self.visit(&mut |id| found.push(id));
        found
    }

    /// Halts them all. A process is halted before its children are looked for: it makes no more of them.
    pub(super) fn freeze(self) {
        self.visit(&mut |id| send(id, Signal::STOP));
    }

    /// Lets them all go on.
    pub(super) fn thaw(self) {
        self.visit(&mut |id| send(id, Signal::CONT));
    }

    fn visit(self, act: &mut impl FnMut(u32)) {
        if !self.namespace {
            return descend(self.root, act);
        }
        let Some(first) = children(self.root).first().copied() else {
            return;
        };
        for id in children(first).into_iter().skip(1) {
            descend(id, act);
        }
    }
}

/// A process, then its children and theirs.
fn descend(id: u32, act: &mut impl FnMut(u32)) {
    act(id);
    for child in children(id) {
        descend(child, act);
    }
}

fn send(id: u32, signal: Signal) {
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // It may be gone already.
        let _ = kill_process(id, signal);
    }
}

/// The children of a process, whichever of its threads started them, the eldest first.
fn children(id: u32) -> Vec<u32> {
    static LISTED: LazyLock<bool> = LazyLock::new(|| {
        let me = std::process::id();
        Path::new(&format!("/proc/{me}/task/{me}/children")).exists()
    });
    if !*LISTED {
        return children_by_parent(id);
    }
    let threads = fs::read_dir(format!("/proc/{id}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let mut found = Vec::new();
    for thread in threads {
        let listed = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(listed.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    }
    found
}

/// The same, where the kernel lists nobody's children: among all processes.
fn children_by_parent(id: u32) -> Vec<u32> {
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // After the name, which may hold anything: the state, then the parent.
        let parent = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1));
        parent.is_some_and(|parent| parent == id.to_string())
    };
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut found: Vec<u32> = all.filter(is_child).collect();
    found.sort_unstable();
    found
}

/// What a process's `/proc/ID/status` or `/proc/ID/smaps_rollup` says of a size, in KiB.
fn size(id: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The most memory that processes are known to have held, in KiB: what they hold together now, pages that they share
/// counted once, or the peak of one of them.
pub(super) fn memory(processes: &[u32]) -> u64 {
    let peaks = processes.iter().filter_map(|id| size(*id, "status", "VmHWM:"));
    let peak = peaks.max().unwrap_or(0);
    if processes.len() < 2 {
        return peak;
    }
    let held = processes.iter().filter_map(|id| {
        let shared_out = size(*id, "smaps_rollup", "Pss:");
        shared_out.or_else(|| size(*id, "status", "VmRSS:"))
    });
    peak.max(held.sum())
}

/// Whether one of the processes holds a socket.
pub(super) fn hold_socket(processes: &[u32], inode: &str) -> bool {
    let wanted = format!("socket:[{inode}]");
    processes.iter().any(|id| {
        let open = fs::read_dir(format!("/proc/{id}/fd"));
        let mut open = open.into_iter().flatten().flatten();
        open.any(|entry| {
            fs::read_link(entry.path()).is_ok_and(|target| target.as_os_str() == wanted.as_str())
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn children_of_every_thread_belong_to_a_tree() {
        let me = std::process::id();
        let mut child = std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
                let processes = Tree::new(me, false).processes();
                assert_eq!(processes[0], me);
                assert!(processes.contains(&child.id()));
                assert!(children_by_parent(me).contains(&child.id()));
                let alone = memory(&[child.id()]);
                assert!(alone > 0 && memory(&[me, child.id()]) >= alone);
                drop(child.stdin.take());
                child
            });
            thread.join().unwrap()
        });
        child.wait().unwrap();
    }

    #[test]
    fn a_tree_that_was_frozen_goes_on() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let tree = Tree::new(child.id(), false);
        let state = || {
            let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
            stat.rsplit(") ").next().unwrap().chars().next().unwrap()
        };
        tree.freeze();
        while state() != 'T' {
            std::thread::yield_now();
        }
        tree.thaw();
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
    }
}
