//! Services as answers show them.

use serde_json::{Value, json};

use super::super::date;
use super::super::names::cluster_arn;
use super::super::state::StrategyItem;
use super::super::tags;
use super::launching::Home;
use super::names::{deployment_arn, revision_arn};
use super::state::{Deployment, EcsService, Event, PropagateTags, Revision, Rollout, ServiceStatus};

/// The platform version that `LATEST` stands for.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html>
const LATEST: &str = "1.4.0";

/// A service; with its tags, where they are asked for.
pub(super) fn service(home: &Home<'_>, service: &EcsService, with_tags: bool) -> Value {
    let settings = &service.settings;
    let (pending, running) = counts(service, None);
    let mut shown = json!({
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": cluster_arn(home.account, home.cluster),
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": running,
        "pendingCount": pending,
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": settings.breaker.shown(),
            "maximumPercent": settings.maximum_percent,
            "minimumHealthyPercent": settings.minimum_healthy_percent,
            "strategy": "ROLLING",
            "bakeTimeInMinutes": 0,
        },
        "deployments": service.deployments.iter().enumerate()
            .map(|(at, each)| deployment(service, each, at == 0))
            .collect::<Vec<_>>(),
        "roleArn": format!(
            "arn:aws:iam::{}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            home.account
        ),
        "events": service.events.iter().map(event).collect::<Vec<_>>(),
        "createdAt": date(service.created),
        "placementConstraints": [],
        "placementStrategy": [],
        "healthCheckGracePeriodSeconds": settings.grace_period,
        "schedulingStrategy": "REPLICA",
        "deploymentController": { "type": "ECS" },
        "createdBy": service.created_by,
        "enableECSManagedTags": settings.managed_tags,
        "propagateTags": propagate_tags(settings.propagate_tags),
        "enableExecuteCommand": settings.execute_command,
        "availabilityZoneRebalancing": settings.rebalancing,
        "resourceManagementType": "CUSTOMER",
    });
    if let Some(revision) = service.shown_revision() {
        add(&mut shown, revision, revision.platform_version.as_deref());
        shown["taskDefinition"] = json!(revision.definition);
        shown["loadBalancers"] = revision.load_balancers.clone();
        shown["serviceRegistries"] = revision.registries.clone();
    }
    if service.status == ServiceStatus::Active {
        add_current(home, &mut shown, service);
    }
    if with_tags && !service.tags.is_empty() {
        shown["tags"] = tags::shown(&service.tags);
    }
    shown
}

/// The service deployment that goes on, and the revisions that have tasks.
fn add_current(home: &Home<'_>, shown: &mut Value, service: &EcsService) {
    if let Some(record) = service
        .current_record()
        .filter(|record| record.finished.is_none())
    {
        shown["currentServiceDeployment"] = json!(deployment_arn(home, &service.name, &record.id));
    }
    let revisions = service.deployments.iter().enumerate().map(|(at, each)| {
        let (pending, running) = counts(service, Some(&each.id));
        json!({
            "arn": revision_arn(home, &service.name, &each.revision.number),
            "requestedTaskCount": requested(service, each, at == 0),
            "pendingTaskCount": pending,
            "runningTaskCount": running,
        })
    });
    shown["currentServiceRevisions"] = revisions.collect();
}

fn deployment(service: &EcsService, deployment: &Deployment, primary: bool) -> Value {
    let (pending, running) = counts(service, Some(&deployment.id));
    let mut shown = json!({
        "id": deployment.id,
        "status": if primary { "PRIMARY" } else { "ACTIVE" },
        "taskDefinition": deployment.revision.definition,
        "desiredCount": requested(service, deployment, primary),
        "pendingCount": pending,
        "runningCount": running,
        "failedTasks": deployment.failed,
        "createdAt": date(deployment.created),
        "updatedAt": date(deployment.updated),
        "rolloutState": rollout(deployment.rollout),
        "rolloutStateReason": deployment.reason,
    });
    add(
        &mut shown,
        &deployment.revision,
        deployment.revision.resolved_platform(),
    );
    shown
}

/// How many tasks a deployment is meant to have.
pub(super) fn requested(service: &EcsService, deployment: &Deployment, primary: bool) -> i64 {
    if primary {
        service.desired
    } else {
        deployment.target
    }
}

/// What a revision says of where its tasks run.
pub(super) fn add(shown: &mut Value, revision: &Revision, platform: Option<&str>) {
    if revision.strategy.is_empty() {
        shown["launchType"] = json!(revision.launch_type);
    } else {
        shown["capacityProviderStrategy"] = strategy(&revision.strategy);
    }
    if let Some(platform) = platform {
        shown["platformVersion"] = json!(platform);
        shown["platformFamily"] = "Linux".into();
    }
    shown["networkConfiguration"] = revision.network.clone();
    if !revision.service_connect.is_null() {
        shown["serviceConnectConfiguration"] = revision.service_connect.clone();
    }
}

/// A capacity provider strategy.
pub(super) fn strategy(items: &[StrategyItem]) -> Value {
    json!(items)
}

fn event(event: &Event) -> Value {
    json!({ "id": event.id, "createdAt": date(event.at), "message": event.message })
}

fn rollout(rollout: Rollout) -> &'static str {
    match rollout {
        Rollout::InProgress => "IN_PROGRESS",
        Rollout::Completed => "COMPLETED",
        Rollout::Failed => "FAILED",
    }
}

fn propagate_tags(propagate: PropagateTags) -> &'static str {
    match propagate {
        PropagateTags::None => "NONE",
        PropagateTags::TaskDefinition => "TASK_DEFINITION",
        PropagateTags::Service => "SERVICE",
    }
}

/// How many of a service's tasks (of one deployment) are starting, and how many run.
pub(super) fn counts(service: &EcsService, deployment: Option<&str>) -> (usize, usize) {
    let tasks = service.tasks.values();
    let tasks = tasks.filter(|held| deployment.is_none_or(|id| held.deployment == id));
    tasks.fold((0, 0), |(pending, running), held| match held.started {
        None => (pending + 1, running),
        Some(_) => (pending, running + 1),
    })
}

impl Revision {
    /// The platform version that its tasks run on.
    pub(super) fn resolved_platform(&self) -> Option<&str> {
        let asked = self.platform_version.as_deref()?;
        Some(if asked == "LATEST" { LATEST } else { asked })
    }
}

impl EcsService {
    /// What the service is like, also once it is over.
    fn shown_revision(&self) -> Option<&Revision> {
        let last = || self.history.back().map(|record| &record.target);
        self.primary().map(|primary| &primary.revision).or_else(last)
    }
}
