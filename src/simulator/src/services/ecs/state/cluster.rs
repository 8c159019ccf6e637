//! Clusters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::super::services::EcsService;
use super::{Tags, Task};

/// A cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Cluster {
    /// Its name.
    pub(in super::super) name: String,
    /// Its ARN.
    pub(in super::super) arn: String,
    /// When it was created.
    pub(in super::super) created: OffsetDateTime,
    /// `false` once it was deleted: it stays discoverable for a while.
    pub(in super::super) active: bool,
    /// `settings`, as they are shown.
    pub(in super::super) settings: Value,
    /// `configuration`, as it was given.
    pub(in super::super) configuration: Value,
    /// `serviceConnectDefaults`, as they are shown.
    pub(in super::super) service_connect: Value,
    /// Its capacity providers.
    pub(in super::super) providers: Vec<String>,
    /// `defaultCapacityProviderStrategy`.
    pub(in super::super) strategy: Vec<StrategyItem>,
    /// Its tags.
    pub(in super::super) tags: Tags,
    /// Its tasks that are shown, by their ids.
    pub(in super::super) tasks: BTreeMap<String, Task>,
    /// Its services, by their names.
    pub(in super::super) services: BTreeMap<String, EcsService>,
}

/// A line of a capacity provider strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct StrategyItem {
    /// `FARGATE` or `FARGATE_SPOT`.
    pub(in super::super) capacity_provider: String,
    /// Its share of the tasks beyond the bases.
    pub(in super::super) weight: i64,
    /// How many tasks it has at least.
    pub(in super::super) base: i64,
}
