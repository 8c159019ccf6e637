//! What the system tells of the cells' processes: which they are, what memory they hold, which one waits for input.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// What each process may hold that no file stands behind, as its `status` and its `smaps_rollup` name it.
const HELD: [&str; 2] = ["RssAnon:", "RssShmem:"];
const HELD_EXACTLY: [&str; 2] = ["Pss_Anon:", "Pss_Shmem:"];
/// Calls that wait for input, and whose first argument is where they read.
const READS: [i64; 3] = [libc::SYS_read, libc::SYS_readv, libc::SYS_splice];

/// The cells' process, and what it started and that is still of its group.
pub(super) struct Group {
    leader: u32,
    members: Vec<u32>,
}

/// Whether something waits for input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Waits {
    Yes,
    No,
    /// The system does not tell.
    Unknown,
}

impl Group {
    pub(super) fn of(leader: u32) -> Self {
        Self {
            leader,
            members: vec![leader],
        }
    }

    /// Looks anew who is there.
    pub(super) fn refresh(&mut self) {
        let Ok(all) = fs::read_dir("/proc") else { return };
        let processes = all
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        self.members = processes
            .filter(|process| {
                fs::read_to_string(format!("/proc/{process}/stat"))
                    .is_ok_and(|stat| group(&stat) == Some(self.leader))
            })
            .collect();
    }

    pub(super) fn processes(&self) -> usize {
        self.members.len()
    }

    /// Whether they hold more than so many bytes together. What they share after a `fork` is first counted for each;
    /// only where that is too much is it worth the time to count exactly.
    pub(super) fn holds_more_than(&self, limit: u64) -> bool {
        self.held("status", HELD) > limit && self.held("smaps_rollup", HELD_EXACTLY) > limit
    }

    fn held(&self, file: &str, names: [&str; 2]) -> u64 {
        let texts = self
            .members
            .iter()
            .filter_map(|process| fs::read_to_string(format!("/proc/{process}/{file}")).ok());
        texts.map(|text| bytes(&text, names)).sum()
    }

    /// Whether a thread of theirs waits for something to read in `pipe`, which is named as `/proc` names it.
    pub(super) fn waits_for(&self, pipe: &Path) -> Waits {
        match process_waits(self.leader, pipe) {
            Waits::No => {}
            told => return told,
        }
        let mut others = self.members.iter().filter(|member| **member != self.leader);
        if others.any(|member| process_waits(*member, pipe) == Waits::Yes) {
            Waits::Yes
        } else {
            Waits::No
        }
    }
}

fn process_waits(process: u32, pipe: &Path) -> Waits {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
        return Waits::No;
    };
    for thread in threads.flatten() {
        let call = match fs::read_to_string(thread.path().join("syscall")) {
            Ok(call) => call,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Waits::Unknown,
            Err(_) if thread.path().exists() && !thread.path().join("syscall").exists() => {
                return Waits::Unknown;
            }
            // It has just ended.
            Err(_) => continue,
        };
        if let Some(descriptor) = reads(&call)
            && fs::read_link(format!("/proc/{process}/fd/{descriptor}")).is_ok_and(|read| read == pipe)
        {
            return Waits::Yes;
        }
    }
    Waits::No
}

/// The descriptor that a thread waits to read from, where its `syscall` says so.
fn reads(call: &str) -> Option<u32> {
    let mut words = call.split_whitespace();
    let number: i64 = words.next()?.parse().ok()?;
    let descriptor = words.next()?.strip_prefix("0x")?;
    READS
        .contains(&number)
        .then(|| u32::from_str_radix(descriptor, 16).ok())?
}

/// The group of a process, as its `stat` tells it: the third word behind its name, which may hold anything.
fn group(stat: &str) -> Option<u32> {
    stat.rsplit(") ").next()?.split(' ').nth(2)?.parse().ok()
}

/// The sum of some lines such as `RssAnon:      1024 kB`.
fn bytes(text: &str, names: [&str; 2]) -> u64 {
    let kibibytes = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        names
            .contains(&words.next()?)
            .then(|| words.next()?.parse::<u64>().ok())?
    });
    kibibytes.sum::<u64>() << 10
}

#[cfg(test)]
mod tests {
    use super::{Group, HELD, HELD_EXACTLY, Waits, bytes, group, reads};
    use std::io::{PipeReader, Read as _};
    use std::os::fd::AsRawFd as _;

    #[test]
    fn a_thread_that_waits_to_read_tells_from_where() {
        let waiting = format!("{} 0x0 0x7ffd 0x400 0x0 0x0 0x0 0x7ffc 0x7f2a\n", libc::SYS_read);
        assert_eq!(reads(&waiting), Some(0));
        let elsewhere = format!("{} 0x1f 0x7ffd 0x1 0x0 0x0 0x0 0x7ffc 0x7f2a\n", libc::SYS_readv);
        assert_eq!(reads(&elsewhere), Some(31));
        let sends = format!("{} 0x0 0x7ffd 0x400 0x0 0x0 0x0 0x7ffc 0x7f2a\n", libc::SYS_write);
        for other in [sends.as_str(), "running\n", "-1 0x7ffc 0x7f2a\n", "", "0 zéro"] {
            assert_eq!(reads(other), None, "{other}");
        }
    }

    #[test]
    fn the_group_of_a_process_is_found_behind_whatever_it_is_called() {
        assert_eq!(group("12 (sh) S 1 10 10 0 -1"), Some(10));
        assert_eq!(group("12 (a) S 7 (b)) R 1 11 10 0 -1"), Some(11));
        assert_eq!(group(""), None);
    }

    #[test]
    fn memory_that_no_file_stands_behind_is_added_up() {
        let status =
            "Name:\tx\nVmRSS:\t    5000 kB\nRssAnon:\t    1000 kB\nRssFile:\t 3000 kB\nRssShmem:\t  24 kB\n";
        assert_eq!(bytes(status, HELD), 1024 * 1024);
        assert_eq!(bytes(status, HELD_EXACTLY), 0);
    }

    #[test]
    fn this_process_is_found_in_its_group_and_holds_something() {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let mut own = Group::of(group(&stat).unwrap_or_default());
        own.refresh();
        assert!(own.members.contains(&std::process::id()), "{:?}", own.members);
        assert!(own.holds_more_than(1) && !own.holds_more_than(u64::MAX));
    }

    #[test]
    #[allow(clippy::unwrap_used)]
    fn a_thread_that_waits_at_a_pipe_is_seen_and_nobody_is_at_another() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let (other, _kept) = std::io::pipe().unwrap();
        let name =
            |pipe: &PipeReader| std::fs::read_link(format!("/proc/self/fd/{}", pipe.as_raw_fd())).unwrap();
        let (name, other) = (name(&reader), name(&other));
        let waiting = std::thread::spawn(move || reader.read(&mut [0]).unwrap());
        let own = Group::of(std::process::id());
        while own.waits_for(&name) != Waits::Yes {
            std::thread::yield_now();
        }
        assert_eq!(own.waits_for(&other), Waits::No);
        drop(writer);
        assert_eq!(waiting.join().unwrap(), 0);
    }
}
