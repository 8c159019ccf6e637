//! `CreateCluster`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::capacity;
use super::super::errors::invalid;
use super::super::input::text;
use super::super::state::Cluster;
use super::super::{Answer, Work, names, tags};
use super::describe::shown;
use super::settings;

/// `CreateCluster`: the cluster of that name, which may be there already.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>
pub(in super::super) fn create(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let name = text(input, "clusterName").unwrap_or("default").to_owned();
    let sound = |name: &str| {
        (1..=255).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !sound(&name) {
        return Err(invalid(
            "Invalid request retrieving cluster: ClusterName must match ^[a-zA-Z0-9\\-_]{1,255}$",
        ));
    }
    let tags = tags::read(&input["tags"])?;
    let providers = capacity::providers(&input["capacityProviders"])?;
    let strategy = capacity::Strategy::read(&input["defaultCapacityProviderStrategy"])?;
    strategy.uses_only(&providers)?;
    let configuration = settings::configuration(&input["configuration"])?;
    let account_id = work.call.account().to_owned();
    let account = work.engine.state.account(&account_id);
    let usual = account.settings.container_insights();
    let given = settings::read(&input["settings"], usual)?;
    if let Some(known) = account.clusters.get(&name).filter(|cluster| cluster.active) {
        return Ok(json!({ "cluster": shown(known, &all()) }));
    }
    let cluster = Cluster {
        arn: names::cluster_arn(&account_id, &name),
        name: name.clone(),
        created: work.call.time,
        active: true,
        settings: given,
        configuration,
        service_connect: input["serviceConnectDefaults"].clone(),
        providers,
        strategy: strategy.items,
        tags,
        tasks: BTreeMap::new(),
        services: BTreeMap::new(),
    };
    let output = json!({ "cluster": shown(&cluster, &all()) });
    account.clusters.insert(name, cluster);
    Ok(output)
}

/// A cluster that is created is shown with all that it is set to.
fn all() -> Value {
    json!({ "include": ["SETTINGS", "CONFIGURATIONS", "TAGS"] })
}
