//! `DescribeClusters`, `ListClusters`.

use serde_json::{Value, json};

use super::super::input::{Page, includes, texts};
use super::super::names::{cluster_arn, cluster_name};
use super::super::state::{Cluster, Status};
use super::super::{Answer, Work, services, tags};

/// `DescribeClusters`: what is not there is among the failures.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html>
pub(in super::super) fn describe(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let mut asked = texts(input, "clusters");
    if asked.is_empty() {
        asked.push("default");
    }
    let account_id = work.call.account();
    let account = work.engine.state.account(account_id);
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for name in asked {
        let name = cluster_name(Some(name));
        match account.clusters.get(name) {
            Some(cluster) => clusters.push(shown(cluster, input)),
            None => failures.push(json!({ "arn": cluster_arn(account_id, name), "reason": "MISSING" })),
        }
    }
    Ok(json!({ "clusters": clusters, "failures": failures }))
}

/// `ListClusters`: the active ones.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html>
pub(in super::super) fn list(work: &mut Work<'_>) -> Answer {
    let page = Page::of(&work.call.input)?;
    let account = work.engine.state.account(work.call.account());
    let active = account.clusters.values().filter(|cluster| cluster.active);
    page.cut(
        "clusterArns",
        active.map(|cluster| cluster.arn.clone().into()).collect(),
    )
}

/// A cluster with what `include` asks for.
pub(super) fn shown(cluster: &Cluster, input: &Value) -> Value {
    let count = |wanted: fn(Status) -> bool| cluster.tasks.values().filter(|task| wanted(task.last)).count();
    let running = count(|status| status == Status::Running);
    let pending = count(|status| status < Status::Running);
    let active_services = cluster
        .services
        .values()
        .filter(|service| services::active(service))
        .count();
    let mut shown = json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": if cluster.active { "ACTIVE" } else { "INACTIVE" },
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": running,
        "pendingTasksCount": pending,
        "activeServicesCount": active_services,
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": cluster.providers,
        "defaultCapacityProviderStrategy": cluster.strategy,
    });
    if includes(input, "STATISTICS") {
        shown["statistics"] = json!([
            { "name": "runningEC2TasksCount", "value": "0" },
            { "name": "runningFargateTasksCount", "value": running.to_string() },
            { "name": "pendingEC2TasksCount", "value": "0" },
            { "name": "pendingFargateTasksCount", "value": pending.to_string() },
            { "name": "activeEC2ServiceCount", "value": "0" },
            { "name": "activeFargateServiceCount", "value": active_services.to_string() },
            { "name": "drainingEC2ServiceCount", "value": "0" },
            { "name": "drainingFargateServiceCount", "value": "0" },
        ]);
    }
    if includes(input, "TAGS") {
        shown["tags"] = tags::shown(&cluster.tags);
    }
    if includes(input, "SETTINGS") {
        shown["settings"] = cluster.settings.clone();
    }
    if includes(input, "CONFIGURATIONS") && !cluster.configuration.is_null() {
        shown["configuration"] = cluster.configuration.clone();
    }
    if !cluster.service_connect.is_null() {
        shown["serviceConnectDefaults"] = cluster.service_connect.clone();
    }
    shown
}
