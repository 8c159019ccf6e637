//! What auto scaling sees of a table or index, and does to it.

use serde_json::json;
use time::OffsetDateTime;

use super::home;
use super::tables;
use super::throughput::{Direction, Mode, Table, Units};
use crate::cloud::Cloud;
use crate::error::AwsError;

/// Does something with a table that there is.
fn with<T>(
    cloud: &Cloud,
    account: &str,
    table: &str,
    act: impl FnOnce(&mut Table) -> Option<T>,
) -> Option<T> {
    let account = home::open(cloud, account).ok()?;
    home::learn(&account, table, cloud.clock.now());
    account.throughput.with(table, act).flatten()
}

fn direction(reads: bool) -> Direction {
    if reads { Direction::Read } else { Direction::Write }
}

/// Whether there is such a table, or such a global secondary index of it.
pub(crate) fn exists(cloud: &Cloud, account: &str, table: &str, index: Option<&str>) -> bool {
    with(cloud, account, table, |table| table.part(index).map(|_| ())).is_some()
}

/// The provisioned units a second; none for a table on demand.
pub(crate) fn provisioned(
    cloud: &Cloud,
    account: &str,
    table: &str,
    index: Option<&str>,
    reads: bool,
) -> Option<i64> {
    with(cloud, account, table, |table| {
        let units = *table.part(index)?.settings.provisioned.of(direction(reads));
        (table.mode == Mode::Provisioned).then_some(units)
    })
}

/// How much of the provisioned throughput a minute consumed, in percent.
pub(crate) fn utilization(
    cloud: &Cloud,
    account: &str,
    table: &str,
    index: Option<&str>,
    reads: bool,
    minute: i64,
) -> f64 {
    let direction = direction(reads);
    let percent = with(cloud, account, table, |table| {
        let part = table.part(index)?;
        let second = part.consumed(direction, minute) / 60.0;
        #[expect(clippy::cast_precision_loss, reason = "units are far below 2^53")]
        let provisioned = *part.settings.provisioned.of(direction) as f64;
        Some(100.0 * second / provisioned.max(1.0))
    });
    percent.unwrap_or_default()
}

/// Sets the provisioned reads (or writes), as `UpdateTable` does at that time.
pub(crate) fn set(
    cloud: &Cloud,
    account: &str,
    table: &str,
    index: Option<&str>,
    (reads, units): (bool, i64),
    at: OffsetDateTime,
) -> Result<(), AwsError> {
    let account = home::open(cloud, account)?;
    let now = account.throughput.with(table, |table| {
        table.part(index).map(|part| part.settings.provisioned)
    });
    let mut throughput: Units<i64> = now.flatten().unwrap_or_default();
    *throughput.of_mut(direction(reads)) = units;
    let throughput = json!({ "ReadCapacityUnits": throughput.read, "WriteCapacityUnits": throughput.write });
    let input = match index {
        None => json!({ "TableName": table, "ProvisionedThroughput": throughput }),
        Some(index) => {
            let update = json!({ "IndexName": index, "ProvisionedThroughput": throughput });
            json!({ "TableName": table, "GlobalSecondaryIndexUpdates": [{ "Update": update }] })
        }
    };
    tables::update_at(cloud, &account, input, at).map(|_| ())
}
