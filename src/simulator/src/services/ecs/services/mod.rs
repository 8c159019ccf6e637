//! ECS services on Fargate: they keep as many tasks as they are meant to, and replace them by deployments.
//!
//! Not simulated: load balancers, service discovery and Service Connect (what is asked of them is kept and shown), the DAEMON
//! strategy, blue/green, linear and canary deployments, task sets, alarms. Container instances are none, so that a service of
//! the EC2 launch type finds no place for its tasks.

pub(super) mod access;
mod breaker;
mod choose;
mod control;
mod create;
mod delete;
mod deploy;
mod deployments;
mod describe;
mod events;
mod history;
mod launching;
mod load;
mod look;
mod names;
mod revision;
mod rolling;
pub(crate) mod scaling;
mod settings;
mod shown;
mod state;
mod throttle;
mod update;

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::engine::Engine;
use super::state::{StopCode, Tags, Task, TaskKey};
use deploy::Failure;
use launching::Home;
use load::Reserved;
use look::{look, wake_soon};
use state::{Held, ServiceStatus};

pub(super) use control::load;
pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use deployments::{describe_deployments, describe_revisions, list_deployments};
pub(super) use describe::{describe, list, list_by_namespace};
pub(super) use state::EcsService;
pub(super) use update::update;

/// What a service is told of one of its tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It runs.
    Running,
    /// It is meant to stop.
    Stopping,
    /// It is over.
    Stopped,
    /// A container with a health check was found in good or bad health.
    Health(bool),
}

/// Told by the engine that one of a service's tasks changed; the task's service is `name`.
pub(super) fn task_changed(
    engine: &mut Engine<'_>,
    account: &str,
    cluster: &str,
    name: &str,
    task: &str,
    change: Change,
) {
    let home = Home { account, cluster };
    with(engine, &home, name, |engine, service| {
        if !service.tasks.contains_key(task) {
            return;
        }
        match change {
            Change::Running => running(service, task, engine.now),
            Change::Stopping | Change::Stopped => ended(engine, &home, service, task),
            Change::Health(_) => {
                let known = engine.state.task(&home.task(task));
                if let (Some(held), Some(known)) = (service.tasks.get_mut(task), known) {
                    held.health = health(known, held.checks);
                    if held.proves() {
                        let deployment = held.deployment.clone();
                        service.healthy(&deployment);
                    }
                }
            }
        }
        wake_soon(engine, &home, service);
    });
}

/// Told by the engine that something that was written down for the service is due: the scheduler looks at it.
pub(super) fn due(engine: &mut Engine<'_>, account: &str, cluster: &str, name: &str, _: &str) {
    let home = Home { account, cluster };
    with(engine, &home, name, |engine, service| {
        // It may have looked since this was written down.
        if service.look.is_some_and(|at| at <= engine.now) {
            service.look = None;
            look(engine, &home, service);
        }
    });
}

/// Changes until when a task of a service is protected against being stopped by it; says until when it is.
pub(super) fn protection(
    engine: &mut Engine<'_>,
    key: &TaskKey,
    name: &str,
    change: impl FnOnce(&mut Option<OffsetDateTime>),
) -> Option<OffsetDateTime> {
    let home = Home {
        account: &key.account,
        cluster: &key.cluster,
    };
    let mut until = None;
    with(engine, &home, name, |engine, service| {
        let Some(held) = service.tasks.get_mut(&key.id) else {
            return;
        };
        let before = held.protected;
        change(&mut held.protected);
        until = held.protected;
        if before != until {
            // What was kept only for it may go now.
            wake_soon(engine, &home, service);
        }
    });
    until
}

/// Whether a service is there: a cluster with it cannot be deleted.
pub(super) fn active(service: &EcsService) -> bool {
    service.status != ServiceStatus::Inactive
}

/// The ARNs of the task definitions that a service has, or may come back to.
pub(super) fn definitions(service: &EcsService) -> Vec<String> {
    let known = service.deployments.iter().chain(&service.completed);
    known
        .map(|deployment| deployment.revision.definition.clone())
        .collect()
}

/// A service's tags.
pub(super) fn tags(service: &mut EcsService) -> &mut Tags {
    &mut service.tags
}

/// Does something with a service, which is not among its cluster's while that goes on.
fn with(
    engine: &mut Engine<'_>,
    home: &Home<'_>,
    name: &str,
    act: impl FnOnce(&mut Engine<'_>, &mut EcsService),
) {
    let services = |engine: &mut Engine<'_>, act: &mut dyn FnMut(&mut BTreeMap<String, EcsService>)| {
        if let Some(cluster) = engine.state.cluster(home.account, home.cluster) {
            act(&mut cluster.services);
        }
    };
    let mut taken = None;
    services(engine, &mut |services| taken = services.remove_entry(name));
    if let Some((name, mut service)) = taken {
        act(engine, &mut service);
        let mut back = Some((name, service));
        services(engine, &mut |services| services.extend(back.take()));
    }
}

/// A task came to run.
fn running(service: &mut EcsService, task: &str, now: OffsetDateTime) {
    let Some(held) = service.tasks.get_mut(task).filter(|held| held.started.is_none()) else {
        return;
    };
    held.started = Some(now);
    let (deployment, size, proves) = (held.deployment.clone(), held.size, held.proves());
    let before = service.load.reserved();
    let reserved = Reserved {
        tasks: before.tasks + 1,
        cpu: before.cpu + u64::from(size.0),
        memory: before.memory + u64::from(size.1),
    };
    service.load.reserve(reserved, now);
    service.succeeded(&deployment, now);
    if proves {
        service.healthy(&deployment);
    }
}

/// A task ended, or is ending, and not because its service wanted that.
fn ended(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService, id: &str) {
    let now = engine.now;
    let code = engine.state.task(&home.task(id)).and_then(|task| task.stop_code);
    let Some(held) = let_go(service, id, now) else {
        return;
    };
    let wanted = matches!(code, Some(StopCode::UserInitiated | StopCode::SpotInterruption));
    match held.started {
        _ if wanted => {}
        None => service.failed(&held.deployment, Failure::Start, now),
        Some(_) => service.exited(&held.deployment, now),
    }
    service.unsettle(now);
}

/// A task is no longer one of its service's.
fn let_go(service: &mut EcsService, id: &str, now: OffsetDateTime) -> Option<Held> {
    let held = service.tasks.remove(id)?;
    if held.started.is_some() {
        let before = service.load.reserved();
        let reserved = Reserved {
            tasks: before.tasks.saturating_sub(1),
            cpu: before.cpu.saturating_sub(u64::from(held.size.0)),
            memory: before.memory.saturating_sub(u64::from(held.size.1)),
        };
        service.load.reserve(reserved, now);
    }
    Some(held)
}

/// What the health checks of a task's containers found: bad, if one of them did; good, if all that there are did.
fn health(task: &Task, checks: usize) -> Option<bool> {
    let known = || task.containers.iter().filter_map(|container| container.healthy);
    if known().any(|healthy| !healthy) {
        return Some(false);
    }
    (known().count() == checks).then_some(true)
}
