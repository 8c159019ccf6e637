//! What auto scaling and the control routes see of a service, and do to it.

use time::OffsetDateTime;

use super::super::engine::Engine;
use super::super::state::State;
use super::launching::Home;
use super::look::wake_soon;
use super::state::{EcsService, Rollout, ServiceStatus};
use crate::cloud::Cloud;

pub(crate) use super::load::{Demand, Used};

/// A service, by what it is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    /// The account's number.
    pub(crate) account: &'a str,
    /// The cluster's name.
    pub(crate) cluster: &'a str,
    /// Its name.
    pub(crate) name: &'a str,
}

impl<'a> Named<'a> {
    fn home(&self) -> Home<'a> {
        Home {
            account: self.account,
            cluster: self.cluster,
        }
    }

    fn find<'s>(&self, state: &'s mut State) -> Option<&'s mut EcsService> {
        let found = self.home().service(state, self.name);
        found.filter(|service| service.status == ServiceStatus::Active)
    }
}

/// Asks something of an active service.
fn ask<T>(cloud: &Cloud, named: &Named<'_>, question: impl FnOnce(&EcsService) -> T) -> Option<T> {
    let mut state = cloud.ecs.lock();
    named.find(&mut state).map(|service| question(service))
}

/// How many tasks it wants; none where there is no such service, or not any more.
pub(crate) fn desired(cloud: &Cloud, named: &Named<'_>) -> Option<i64> {
    ask(cloud, named, |service| service.desired)
}

/// How many tasks run.
pub(crate) fn running(cloud: &Cloud, named: &Named<'_>) -> i64 {
    let count = ask(cloud, named, |service| service.load.reserved().tasks);
    count
        .and_then(|count| i64::try_from(count).ok())
        .unwrap_or_default()
}

/// Whether a deployment is in progress.
pub(crate) fn deploying(cloud: &Cloud, named: &Named<'_>) -> bool {
    let deploying = ask(cloud, named, |service| {
        let primary = service.primary();
        primary.is_some_and(|primary| primary.rollout == Rollout::InProgress)
    });
    deploying == Some(true)
}

/// How much of what its tasks reserve was used in a minute, on average; none where no task ran.
pub(crate) fn utilization(cloud: &Cloud, named: &Named<'_>, minute: i64) -> Option<Used> {
    ask(cloud, named, |service| service.load.average(minute)).flatten()
}

/// Sets how many tasks it wants, as of a moment.
pub(crate) fn set(cloud: &Cloud, named: &Named<'_>, count: i64, at: OffsetDateTime) {
    change(cloud, named, at, |service| service.want(count, at));
}

/// Puts a demand on it, as of a moment; `false` where there is no such service.
pub(crate) fn demand(cloud: &Cloud, named: &Named<'_>, demand: Demand, at: OffsetDateTime) -> bool {
    change(cloud, named, at, |service| service.load.demand(demand, at))
}

fn change(
    cloud: &Cloud,
    named: &Named<'_>,
    at: OffsetDateTime,
    change: impl FnOnce(&mut EcsService),
) -> bool {
    let mut state = cloud.ecs.lock();
    if named.find(&mut state).is_none() {
        return false;
    }
    let mut engine = Engine::new(cloud, &mut state, at);
    super::with(&mut engine, &named.home(), named.name, |engine, service| {
        change(service);
        wake_soon(engine, &named.home(), service);
    });
    true
}

impl EcsService {
    /// From now on it wants so many tasks.
    pub(super) fn want(&mut self, count: i64, now: OffsetDateTime) {
        if self.desired == count {
            return;
        }
        self.desired = count;
        self.unsettle(now);
        if let Some(primary) = self.deployments.first_mut() {
            primary.updated = now;
        }
    }
}
