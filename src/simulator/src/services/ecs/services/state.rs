//! What is remembered of an ECS service.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::super::state::{StrategyItem, Tags};
use super::breaker::Breaker;
use super::history::Record;
use super::load::Load;
use super::throttle::Throttle;

/// How long a task without a health check runs before it counts as healthy, in seconds.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>
pub(super) const SETTLING: i64 = 40;

/// An ECS service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct EcsService {
    /// Its name.
    pub(in super::super) name: String,
    /// Its ARN.
    pub(in super::super) arn: String,
    /// Where it stands.
    pub(in super::super) status: ServiceStatus,
    /// Its tags.
    pub(in super::super) tags: Tags,
    /// When it was created.
    pub(super) created: OffsetDateTime,
    /// Who created it: an ARN.
    pub(super) created_by: String,
    /// How many tasks it wants.
    pub(super) desired: i64,
    /// What holds for all its deployments.
    pub(super) settings: Settings,
    /// Its deployments: the PRIMARY one, then those that it replaces, the newest first.
    pub(super) deployments: Vec<Deployment>,
    /// The last deployment that was completed, which a failed one is rolled back to.
    pub(super) completed: Option<Deployment>,
    /// Its tasks that start or run, by their ids.
    pub(super) tasks: BTreeMap<String, Held>,
    /// What happened, the latest first.
    pub(super) events: VecDeque<Event>,
    /// When each complaint that lasts was last told.
    pub(super) complaints: BTreeMap<String, OffsetDateTime>,
    /// How many things were named after it.
    pub(super) named: u64,
    /// When the scheduler looks at it next.
    pub(super) look: Option<OffsetDateTime>,
    /// When it was last said that it has reached a steady state; nothing since it left that.
    pub(super) steady: Option<OffsetDateTime>,
    /// How many tasks were started when, in the last minute.
    pub(super) launches: VecDeque<(OffsetDateTime, usize)>,
    /// What its tasks have to do.
    pub(super) load: Load,
    /// The request that created it, by which its repetition is known.
    pub(super) request: Value,
    /// The deployments that there were, the latest last.
    pub(super) history: VecDeque<Record>,
}

/// Where a service stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(in super::super) enum ServiceStatus {
    /// It is maintained.
    Active,
    /// It was deleted, and its tasks are being stopped.
    Draining,
    /// It is over.
    Inactive,
}

/// What holds for all deployments of a service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Settings {
    /// `minimumHealthyPercent`.
    pub(super) minimum_healthy_percent: i64,
    /// `maximumPercent`.
    pub(super) maximum_percent: i64,
    /// `deploymentCircuitBreaker`.
    pub(super) breaker: Breaker,
    /// `propagateTags`.
    pub(super) propagate_tags: PropagateTags,
    /// `enableECSManagedTags`.
    pub(super) managed_tags: bool,
    /// `enableExecuteCommand`.
    pub(super) execute_command: bool,
    /// `healthCheckGracePeriodSeconds`.
    pub(super) grace_period: i64,
    /// `availabilityZoneRebalancing`: ENABLED or DISABLED.
    pub(super) rebalancing: String,
}

/// Whose tags a service's tasks get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum PropagateTags {
    /// Nobody's.
    #[default]
    None,
    /// Those of their task definition.
    TaskDefinition,
    /// Those of the service.
    Service,
}

/// What the tasks of a deployment are like: a service revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Revision {
    /// Its number, by which its ARN ends.
    pub(super) number: String,
    /// When it was made.
    pub(super) created: OffsetDateTime,
    /// The ARN of its task definition's revision.
    pub(super) definition: String,
    /// `launchType`, where there is no strategy.
    pub(super) launch_type: Option<String>,
    /// `capacityProviderStrategy`.
    pub(super) strategy: Vec<StrategyItem>,
    /// `platformVersion`, as it was asked for: `LATEST`. Only on Fargate.
    pub(super) platform_version: Option<String>,
    /// `networkConfiguration`, as it is shown.
    pub(super) network: Value,
    /// `loadBalancers`, as they are shown.
    pub(super) load_balancers: Value,
    /// `serviceRegistries`, as they are shown.
    pub(super) registries: Value,
    /// `serviceConnectConfiguration`, as it was given.
    pub(super) service_connect: Value,
}

impl Revision {
    /// The ARNs of its target groups.
    pub(super) fn target_groups(&self) -> impl Iterator<Item = &str> {
        let load_balancers = self.load_balancers.as_array().into_iter().flatten();
        load_balancers.filter_map(|load_balancer| load_balancer["targetGroupArn"].as_str())
    }
}

/// A deployment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Deployment {
    /// `ecs-svc/1234567890123456789`.
    pub(super) id: String,
    /// What its tasks are like.
    pub(super) revision: Revision,
    /// When it was created.
    pub(super) created: OffsetDateTime,
    /// When it last changed.
    pub(super) updated: OffsetDateTime,
    /// `rolloutState`.
    pub(super) rollout: Rollout,
    /// `rolloutStateReason`.
    pub(super) reason: String,
    /// `failedTasks`.
    pub(super) failed: i64,
    /// Whether a task of it came to run: then only health checks count against it.
    pub(super) proven: bool,
    /// How many tasks it is meant to have, once another one replaces it.
    pub(super) target: i64,
    /// Its attempts to start tasks.
    pub(super) throttle: Throttle,
    /// The service deployment that it is shown as.
    pub(super) record: String,
}

/// `rolloutState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Rollout {
    /// It goes on.
    InProgress,
    /// The service reached a steady state.
    Completed,
    /// Too many of its tasks failed.
    Failed,
}

/// A task of a service that starts or runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Held {
    /// The id of its deployment.
    pub(super) deployment: String,
    /// How many tasks the service had started before it.
    pub(super) order: u64,
    /// Its availability zone.
    pub(super) zone: String,
    /// Its capacity provider.
    pub(super) provider: Option<String>,
    /// What it reserves: CPU units and MiB.
    pub(super) size: (u32, u32),
    /// Since when it runs.
    pub(super) started: Option<OffsetDateTime>,
    /// What its health checks found last; `None` where that is not known (yet).
    pub(super) health: Option<bool>,
    /// How many of its containers have a health check.
    pub(super) checks: usize,
    /// Whether it was told to the load balancers.
    pub(super) registered: bool,
    /// Until when neither scaling in nor a deployment stops it.
    #[serde(default)]
    pub(super) protected: Option<OffsetDateTime>,
}

impl Held {
    /// Whether it counts as healthy.
    pub(super) fn is_healthy(&self, now: OffsetDateTime) -> bool {
        match self.settles() {
            _ if self.health == Some(false) => false,
            Some(settles) => now >= settles,
            None => self.started.is_some() && self.health == Some(true),
        }
    }

    /// Whether the failures before it are forgotten: it runs, and its health checks, if there are any, found it healthy.
    pub(super) fn proves(&self) -> bool {
        self.started.is_some() && (self.checks == 0 || self.health == Some(true))
    }

    /// When it counts as healthy by itself, if that does not take a health check.
    pub(super) fn settles(&self) -> Option<OffsetDateTime> {
        let started = self.started.filter(|_| self.checks == 0)?;
        Some(started + Duration::seconds(SETTLING))
    }
}

/// Something that happened to a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Event {
    /// `id`.
    pub(super) id: String,
    /// `createdAt`.
    pub(super) at: OffsetDateTime,
    /// `message`.
    pub(super) message: String,
}

impl EcsService {
    /// The deployment that is being rolled out, or is.
    pub(super) fn primary(&self) -> Option<&Deployment> {
        self.deployments.first()
    }

    /// A deployment by its id.
    pub(super) fn deployment(&mut self, id: &str) -> Option<&mut Deployment> {
        self.deployments.iter_mut().find(|deployment| deployment.id == id)
    }

    /// The ARNs of a deployment's target groups.
    pub(super) fn target_groups(&self, deployment: &str) -> Vec<String> {
        let known = self.deployments.iter().find(|known| known.id == deployment);
        let groups = known.into_iter().flat_map(|known| known.revision.target_groups());
        groups.map(str::to_owned).collect()
    }

    /// A new number for something that is named after it.
    pub(super) fn next(&mut self) -> u64 {
        self.named += 1;
        self.named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);

    #[test]
    fn a_task_without_health_checks_is_healthy_after_forty_seconds() {
        let mut held = Held::default();
        assert!(!held.is_healthy(NOON));
        held.started = Some(NOON);
        assert!(!held.is_healthy(NOON + Duration::seconds(39)));
        assert!(held.is_healthy(NOON + Duration::seconds(40)));
    }

    #[test]
    fn a_task_with_health_checks_is_what_they_find() {
        let mut held = Held {
            checks: 1,
            started: Some(NOON),
            ..Held::default()
        };
        assert!(!held.is_healthy(NOON + Duration::hours(1)));
        held.health = Some(true);
        assert!(held.is_healthy(NOON));
        held.health = Some(false);
        assert!(!held.is_healthy(NOON));
    }
}
