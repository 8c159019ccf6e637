//! What can be scaled: a table with one line for each dimension of a namespace.

use std::ops::RangeInclusive;

use time::OffsetDateTime;

use super::dynamodb;
use crate::cloud::Cloud;

/// A dimension of a kind of resource.
pub(super) struct Dimension {
    /// `dynamodb`.
    pub(super) namespace: &'static str,
    /// `dynamodb:table:ReadCapacityUnits`.
    pub(super) name: &'static str,
    /// How activities call it: `read capacity units`.
    pub(super) unit: &'static str,
    /// The predefined metric that a policy tracks: `DynamoDBReadCapacityUtilization`, a percentage.
    pub(super) metric: &'static str,
    /// The metric's target values that are taken.
    pub(super) targets: RangeInclusive<f64>,
    /// How far below the target, in points, the metric is when it is time to scale in.
    pub(super) margin: f64,
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
    /// The metric in a minute, with the capacity as it is now.
    pub(super) utilization: fn(&Cloud, &Resource<'_>, i64) -> f64,
    /// Sets the capacity as of a simulated time, or says in AWS's words why not.
    pub(super) set: fn(&Cloud, &Resource<'_>, i64, OffsetDateTime) -> Result<(), String>,
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
];

/// The dimension of that name, if it is of this namespace and has such resources.
pub(super) fn of(namespace: &str, resource: &str, name: &str) -> Option<&'static Dimension> {
    let dimension = DIMENSIONS.iter().find(|dimension| dimension.name == name)?;
    (dimension.namespace == namespace && (dimension.names)(resource)).then_some(dimension)
}
