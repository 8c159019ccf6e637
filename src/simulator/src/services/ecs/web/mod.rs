//! What tasks serve: a task that runs a web program answers HTTP on its public address, which is one of this machine's
//! loopback addresses.
//!
//! A port is opened before the call that makes the task RUNNING is answered, and closed when its process ends. Only tasks
//! with a public address serve, and only where their security groups let this machine in.

mod listener;
mod serve;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::engine::page;
use super::state::{Account, Container, Status, Task, TaskDefinition};
use crate::cloud::Cloud;
use crate::services::ec2::{self, Direction};
use listener::{Open, open};

pub(crate) use listener::Listening;
pub(crate) use serve::serve;

/// The most ports that are opened: a process has so many files, and clients need some.
const MOST: usize = 200;

/// A container that serves: its task's ARN, and its place in the task.
type Key = (String, usize);

/// What tasks serve on this machine.
#[derive(Debug, Default)]
pub(crate) struct Web {
    /// Who answers on what is opened; without one, nothing is opened.
    server: OnceLock<UnboundedSender<Listening>>,
    open: Mutex<BTreeMap<Key, Open>>,
}

/// A container that is to be served.
struct Wanted {
    address: Ipv4Addr,
    port: u16,
    page: String,
}

impl Web {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, what is opened is handed to this server.
    pub(super) fn serve_with(&self, server: UnboundedSender<Listening>) {
        // Called once, before anything is served.
        let _ = self.server.set(server);
    }

    /// Opens and closes ports until those are open that accounts' tasks serve on.
    pub(super) fn settle(&self, cloud: &Cloud, accounts: &BTreeMap<String, Account>) {
        let Some(server) = self.server.get() else {
            return;
        };
        let wanted = wanted(cloud, accounts);
        let mut known = self.lock();
        known.retain(|key, open| {
            wanted
                .get(key)
                .is_some_and(|wanted| open.is_for(wanted.address, wanted.port))
        });
        for (key, wanted) in wanted {
            if known.len() >= MOST {
                break;
            }
            known
                .entry(key)
                .or_insert_with(|| open(server, wanted.address, wanted.port, wanted.page));
        }
    }

    /// Where a container is reached, and what is to be known of that.
    pub(super) fn reached(&self, task: &str, container: usize) -> Option<(Option<String>, Option<String>)> {
        let open = self.lock();
        let found = open.get(&(task.to_owned(), container))?;
        Some((found.url(), found.note.clone()))
    }
}

fn wanted(cloud: &Cloud, accounts: &BTreeMap<String, Account>) -> BTreeMap<Key, Wanted> {
    let mut wanted = BTreeMap::new();
    for (id, account) in accounts {
        let clusters = account.clusters.values();
        for task in clusters.flat_map(|cluster| cluster.tasks.values()) {
            let serving = matches!(
                task.last,
                Status::Running | Status::Deactivating | Status::Stopping
            );
            let address = task.network.interface.as_ref().filter(|_| serving);
            let address = address.and_then(|interface| interface.public_address.as_deref()?.parse().ok());
            let Some(address) = address else {
                continue;
            };
            for (place, container) in task.containers.iter().enumerate() {
                let running = container.last == Status::Running;
                let Some(port) = container.process.port.filter(|_| running) else {
                    continue;
                };
                let groups = &task.network.groups;
                if ec2::allows(cloud, id, groups, Direction::Ingress, port, Ipv4Addr::LOCALHOST) {
                    let page = shown(account, task, container);
                    wanted.insert((task.arn.clone(), place), Wanted { address, port, page });
                }
            }
        }
    }
    wanted
}

/// What a container serves.
fn shown(account: &Account, task: &Task, container: &Container) -> String {
    if let Some(content) = &container.process.content {
        return content.clone();
    }
    let definition = account.definition(&task.definition);
    let short = definition.map(TaskDefinition::short).unwrap_or_default();
    page(task, &short, &container.process.title)
}
