//! Tables and global secondary indexes as scalable targets: their provisioned throughput.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html>

use time::OffsetDateTime;

use super::dimension::{Bounds, Dimension, Resource};
use crate::cloud::Cloud;
use crate::services::dynamodb::scaling;

/// How far below its target, in points, a metric is when it is time to scale in. Of a low target, it is half of it (what AWS
/// does there is not documented).
const MARGIN: f64 = 20.0;

/// What the four dimensions have in common: read capacity of a table.
pub(super) const TABLE_READ: Dimension = Dimension {
    namespace: "dynamodb",
    name: "dynamodb:table:ReadCapacityUnits",
    unit: "read capacity units",
    metrics: &["DynamoDBReadCapacityUtilization"],
    targets: 20.0..=90.0,
    out: 2,
    low: |target| (target - MARGIN).max(target / 2.0),
    cooldown: 0,
    least: 1,
    role: "dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    alarms: &[
        "AlarmHigh",
        "AlarmLow",
        "ProvisionedCapacityHigh",
        "ProvisionedCapacityLow",
    ],
    names: |resource| split(resource).is_some_and(|(_, index)| index.is_none()),
    missing,
    capacity,
    working: |cloud, resource| capacity(cloud, resource).unwrap_or_default(),
    utilization: |cloud, resource, _, minute| Some(utilization(cloud, resource, minute)),
    holding: |_, _| false,
    bounds: Bounds::Always,
    reach: |_, _| (),
    // What was read and written is not done again.
    repeatable: false,
    set,
};

/// Write capacity of a table.
pub(super) const TABLE_WRITE: Dimension = Dimension {
    name: "dynamodb:table:WriteCapacityUnits",
    unit: "write capacity units",
    metrics: &["DynamoDBWriteCapacityUtilization"],
    ..TABLE_READ
};

/// Read capacity of an index.
pub(super) const INDEX_READ: Dimension = Dimension {
    name: "dynamodb:index:ReadCapacityUnits",
    names: |resource| split(resource).is_some_and(|(_, index)| index.is_some()),
    ..TABLE_READ
};

/// Write capacity of an index.
pub(super) const INDEX_WRITE: Dimension = Dimension {
    name: "dynamodb:index:WriteCapacityUnits",
    names: |resource| split(resource).is_some_and(|(_, index)| index.is_some()),
    ..TABLE_WRITE
};

/// `table/notes` or `table/notes/index/par-ville`.
fn split(resource: &str) -> Option<(&str, Option<&str>)> {
    let rest = resource.strip_prefix("table/")?;
    match rest.split_once("/index/") {
        Some((table, index)) => Some((table, Some(index))),
        None => (!rest.contains('/')).then_some((rest, None)),
    }
}

fn missing(cloud: &Cloud, account: &str, resource: &str) -> Option<String> {
    let (table, index) = split(resource)?;
    let kind = if index.is_some() { "index" } else { "table" };
    let exists = scaling::exists(cloud, account, table, index);
    (!exists).then(|| format!("DynamoDB {kind} does not exist: {resource}"))
}

fn reads(resource: &Resource<'_>) -> bool {
    resource.dimension.ends_with("ReadCapacityUnits")
}

fn capacity(cloud: &Cloud, resource: &Resource<'_>) -> Option<i64> {
    let (table, index) = split(resource.id)?;
    scaling::provisioned(cloud, resource.account, table, index, reads(resource))
}

fn utilization(cloud: &Cloud, resource: &Resource<'_>, minute: i64) -> f64 {
    let Some((table, index)) = split(resource.id) else {
        return 0.0;
    };
    scaling::utilization(cloud, resource.account, table, index, reads(resource), minute)
}

fn set(cloud: &Cloud, resource: &Resource<'_>, units: i64, at: OffsetDateTime) -> Result<(), String> {
    let Some((table, index)) = split(resource.id) else {
        return Ok(());
    };
    let set = scaling::set(
        cloud,
        resource.account,
        table,
        index,
        (reads(resource), units),
        at,
    );
    set.map_err(|error| {
        format!(
            "{} (Service: AmazonDynamoDBv2; Status Code: {}; Error Code: {})",
            error.message,
            error.status,
            error.short_code()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::dimension;

    #[test]
    fn a_dimension_has_resources_of_its_kind_only() {
        let known = |resource: &str, name: &str| dimension::of("dynamodb", resource, name).is_some();
        assert!(known("table/notes", "dynamodb:table:ReadCapacityUnits"));
        assert!(known(
            "table/notes/index/par-ville",
            "dynamodb:index:WriteCapacityUnits"
        ));
        for (resource, name) in [
            ("notes", "dynamodb:table:ReadCapacityUnits"),
            ("table/notes", "dynamodb:index:ReadCapacityUnits"),
            ("table/notes/index/i", "dynamodb:table:ReadCapacityUnits"),
            ("table/notes", "dynamodb:table:Other"),
        ] {
            assert!(!known(resource, name), "{resource} {name}");
        }
        assert!(dimension::of("ecs", "table/notes", "dynamodb:table:ReadCapacityUnits").is_none());
    }
}
