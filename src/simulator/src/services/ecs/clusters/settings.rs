//! `UpdateCluster`, `UpdateClusterSettings`, `PutClusterCapacityProviders`, and what clusters are set to.

use serde_json::{Value, json};

use super::super::capacity;
use super::super::errors::{client, invalid};
use super::super::input::text;
use super::super::state::Task;
use super::super::{Answer, Work};
use super::{active, describe, named};
use crate::error::AwsError;

/// The one setting of a cluster, and its values.
const INSIGHTS: &str = "containerInsights";
const VALUES: [&str; 3] = ["enhanced", "enabled", "disabled"];

/// `settings` as they are shown; `usual` is the value of a cluster that says nothing.
pub(super) fn read(given: &Value, usual: &str) -> Result<Value, AwsError> {
    let mut value = usual;
    for setting in given.as_array().into_iter().flatten() {
        let name = text(setting, "name").unwrap_or_default();
        if name != INSIGHTS {
            return Err(invalid(format!("{name} should be one of [{INSIGHTS}]")));
        }
        value = text(setting, "value").unwrap_or_default();
        if !VALUES.contains(&value) {
            return Err(invalid(format!("Invalid cluster setting value: {value}")));
        }
    }
    Ok(json!([{ "name": INSIGHTS, "value": value }]))
}

/// `configuration`, as it was given.
pub(super) fn configuration(given: &Value) -> Result<Value, AwsError> {
    let command = &given["executeCommandConfiguration"];
    let logs = !command["logConfiguration"].is_null();
    match text(command, "logging") {
        Some("OVERRIDE") if !logs => Err(client(
            "A CloudWatch log group name or S3 bucket name must be specified when overriding the default log configuration.",
        )),
        Some(logging) if logging != "OVERRIDE" && logs => Err(client(
            "You must set logging to 'OVERRIDE' when you supply a log configuration.",
        )),
        _ => Ok(given.clone()),
    }
}

/// `UpdateCluster`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html>
pub(in super::super) fn update(work: &mut Work<'_>) -> Answer {
    change(work, &["SETTINGS", "CONFIGURATIONS", "TAGS"])
}

/// `UpdateClusterSettings`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html>
pub(in super::super) fn update_settings(work: &mut Work<'_>) -> Answer {
    change(work, &["SETTINGS", "TAGS"])
}

fn change(work: &mut Work<'_>, shown: &[&str]) -> Answer {
    let input = work.call.input.clone();
    let name = named(work)?;
    let configuration = configuration(&input["configuration"])?;
    let cluster = active(work, &name)?;
    if !input["settings"].is_null() {
        cluster.settings = read(&input["settings"], "disabled")?;
    }
    if !configuration.is_null() {
        cluster.configuration = configuration;
    }
    if !input["serviceConnectDefaults"].is_null() {
        cluster.service_connect = input["serviceConnectDefaults"].clone();
    }
    Ok(json!({ "cluster": describe::shown(cluster, &json!({ "include": shown })) }))
}

/// `PutClusterCapacityProviders`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>
pub(in super::super) fn put_providers(work: &mut Work<'_>) -> Answer {
    let input = work.call.input.clone();
    let name = named(work)?;
    let providers = capacity::providers(&input["capacityProviders"])?;
    let strategy = capacity::Strategy::read(&input["defaultCapacityProviderStrategy"])?;
    strategy.uses_only(&providers)?;
    let cluster = active(work, &name)?;
    let still_used = |provider: &&String| {
        let mut tasks = cluster.tasks.values().filter(|task| Task::is_live(task));
        tasks.any(|task| task.provider.as_ref() == Some(*provider))
    };
    let removed = cluster
        .providers
        .iter()
        .filter(|provider| !providers.contains(provider));
    if let Some(used) = removed.into_iter().find(still_used) {
        return Err(AwsError::new(
            400,
            "ResourceInUseException",
            format!("The specified capacity provider is in use and cannot be removed: {used}"),
        ));
    }
    cluster.providers = providers;
    cluster.strategy = strategy.items;
    Ok(json!({ "cluster": describe::shown(cluster, &json!({ "include": ["SETTINGS", "TAGS"] })) }))
}
