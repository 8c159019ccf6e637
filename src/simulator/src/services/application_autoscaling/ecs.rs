//! ECS services as scalable targets: how many tasks they want.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html>

use time::OffsetDateTime;

use super::dimension::{Bounds, Dimension, Resource};
use crate::cloud::Cloud;
use crate::services::ecs::{self, scaling};

/// The desired count of a service.
///
/// Its alarms are those that Application Auto Scaling makes for such a policy: three minutes above the target, fifteen below
/// nine tenths of it. The cooldowns' defaults are of
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html>.
pub(super) const SERVICE: Dimension = Dimension {
    namespace: "ecs",
    name: "ecs:service:DesiredCount",
    unit: "desired count",
    metrics: &["ECSServiceAverageCPUUtilization", MEMORY, REQUESTS],
    targets: 8.515_92e-109..=1.174_271e108,
    out: 3,
    low: |target| 0.9 * target,
    cooldown: 300,
    least: 0,
    role: "ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
    alarms: &["AlarmHigh", "AlarmLow"],
    names: |resource| split(resource).is_some(),
    missing,
    capacity: |cloud, resource| service(resource).and_then(|service| scaling::desired(cloud, &service)),
    // As many as run, not as many as are wanted: those that cannot start must not call for more.
    working: |cloud, resource| service(resource).map_or(0, |service| scaling::running(cloud, &service)),
    utilization,
    // Nothing is scaled in while a deployment is in progress.
    holding: |cloud, resource| service(resource).is_some_and(|service| scaling::deploying(cloud, &service)),
    bounds: Bounds::WhenSet,
    reach: |cloud, end| {
        ecs::advance(cloud, end);
    },
    repeatable: true,
    set,
};

/// The metric of memory, and that of a load balancer's requests in a minute; the other one is that of vCPUs.
const MEMORY: &str = "ECSServiceAverageMemoryUtilization";
pub(super) const REQUESTS: &str = "ALBRequestCountPerTarget";

/// The cluster and the service of `service/CLUSTER/NAME`.
fn split(resource: &str) -> Option<(&str, &str)> {
    let (cluster, service) = resource.strip_prefix("service/")?.split_once('/')?;
    (!cluster.is_empty() && !service.is_empty() && !service.contains('/')).then_some((cluster, service))
}

fn service<'a>(resource: &Resource<'a>) -> Option<scaling::Named<'a>> {
    let (cluster, name) = split(resource.id)?;
    Some(scaling::Named {
        account: resource.account,
        cluster,
        name,
    })
}

fn missing(cloud: &Cloud, account: &str, resource: &str) -> Option<String> {
    let (cluster, name) = split(resource)?;
    let named = scaling::Named {
        account,
        cluster,
        name,
    };
    let exists = scaling::desired(cloud, &named).is_some();
    (!exists).then(|| format!("ECS service doesn't exist: {resource}"))
}

fn utilization(cloud: &Cloud, resource: &Resource<'_>, metric: &str, minute: i64) -> Option<f64> {
    let used = scaling::utilization(cloud, &service(resource)?, minute)?;
    Some(match metric {
        MEMORY => used.memory,
        REQUESTS => used.requests,
        _ => used.cpu,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Dimension")]
fn set(cloud: &Cloud, resource: &Resource<'_>, count: i64, at: OffsetDateTime) -> Result<(), String> {
    if let Some(service) = service(resource) {
        scaling::set(cloud, &service, count, at);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::dimension;

    #[test]
    fn a_service_is_named_by_its_cluster_and_its_name() {
        let known = |resource| dimension::of("ecs", resource, "ecs:service:DesiredCount").is_some();
        assert!(known("service/site/web"));
        for resource in [
            "service/web",
            "service//web",
            "service/site/",
            "service/site/web/x",
            "table/web",
        ] {
            assert!(!known(resource), "{resource}");
        }
        assert!(dimension::of("dynamodb", "service/site/web", "ecs:service:DesiredCount").is_none());
    }
}
