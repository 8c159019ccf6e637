//! What can be scaled: a table with one line for each dimension of a namespace.

use std::ops::RangeInclusive;

use time::OffsetDateTime;

use super::{dynamodb, ecs};
use crate::cloud::Cloud;

/// A dimension of a kind of resource.
pub(super) struct Dimension {
    /// `dynamodb`.
    pub(super) namespace: &'static str,
    /// `dynamodb:table:ReadCapacityUnits`.
    pub(super) name: &'static str,
    /// How activities call it: `read capacity units`.
    pub(super) unit: &'static str,
    /// The predefined metrics that policies track, most of them in percent: `DynamoDBReadCapacityUtilization`.
    pub(super) metrics: &'static [&'static str],
    /// The metrics' target values that are taken.
    pub(super) targets: RangeInclusive<f64>,
    /// How many minutes in a row a metric is above its target when it is time to scale out.
    pub(super) out: i64,
    /// Below what a metric is, by its target, when it is time to scale in.
    pub(super) low: fn(f64) -> f64,
    /// The cooldown of a policy that sets none, in seconds.
    pub(super) cooldown: i64,
    /// The least capacity.
    pub(super) least: i64,
    /// The service-linked role, from the service's name on.
    pub(super) role: &'static str,
    /// The alarms of a policy, by the part of their names that tells them apart.
    pub(super) alarms: &'static [&'static str],
    /// Whether the resource id is one of this dimension's.
    pub(super) names: fn(&str) -> bool,
    /// Why a resource cannot be a target, in AWS's words.
    pub(super) missing: fn(&Cloud, &str, &str) -> Option<String>,
    /// The capacity now; none where it cannot be scaled.
    pub(super) capacity: fn(&Cloud, &Resource<'_>) -> Option<i64>,
    /// What is at work of the capacity: where policies scale from.
    pub(super) working: fn(&Cloud, &Resource<'_>) -> i64,
    /// A metric in a minute, with the capacity as it is now; none where there is no data.
    pub(super) utilization: fn(&Cloud, &Resource<'_>, &str, i64) -> Option<f64>,
    /// Whether nothing may be scaled in now.
    pub(super) holding: fn(&Cloud, &Resource<'_>) -> bool,
    /// When a target's bounds are kept by themselves.
    pub(super) bounds: Bounds,
    /// Lets the resources live up to the end of a minute.
    pub(super) reach: fn(&Cloud, OffsetDateTime),
    /// Whether the metrics follow from what a log of calls does again: then so does scaling.
    pub(super) repeatable: bool,
    /// Sets the capacity as of a simulated time, or says in AWS's words why not.
    pub(super) set: fn(&Cloud, &Resource<'_>, i64, OffsetDateTime) -> Result<(), String>,
}

/// When a target's bounds are kept without a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds {
    /// Always.
    Always,
    /// When they are set; from then on it takes a policy.
    WhenSet,
}

/// A resource of an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    /// The account's number.
    pub(super) account: &'a str,
    /// `table/notes`.
    pub(super) id: &'a str,
    /// Which dimension of it.
    pub(super) dimension: &'a str,
}

/// Every dimension that can be scaled.
pub(super) static DIMENSIONS: &[Dimension] = &[
    dynamodb::TABLE_READ,
    dynamodb::TABLE_WRITE,
    dynamodb::INDEX_READ,
    dynamodb::INDEX_WRITE,
    ecs::SERVICE,
];

/// The dimension of that name, if it is of this namespace and has such resources.
pub(super) fn of(namespace: &str, resource: &str, name: &str) -> Option<&'static Dimension> {
    let dimension = DIMENSIONS.iter().find(|dimension| dimension.name == name)?;
    (dimension.namespace == namespace && (dimension.names)(resource)).then_some(dimension)
}
