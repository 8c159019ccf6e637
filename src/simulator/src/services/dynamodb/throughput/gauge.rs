//! How full a token bucket was from one operation to the next: what is drawn of it. AWS shows nobody its buckets.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::part::{Mode, Part};
use super::table::Table;
use super::units::Direction;

/// How many operations are remembered; the oldest make room.
const REMEMBERED: usize = 500;

/// The levels before and after each of the last operations.
#[derive(Debug, Clone, Default)]
pub(super) struct Track {
    points: VecDeque<(OffsetDateTime, f64, f64)>,
}

impl Track {
    /// Remembers an operation.
    pub(super) fn note(&mut self, now: OffsetDateTime, before: f64, after: f64) {
        if self.points.len() == REMEMBERED {
            self.points.pop_front();
        }
        self.points.push_back((now, before, after));
    }

    /// `[seconds since 1970, level before, level after]` of each.
    fn points(&self) -> Vec<Value> {
        let each = self.points.iter();
        each.map(|(time, before, after)| json!([seconds(*time), before, after]))
            .collect()
    }
}

/// What `GET /_cahier/dynamodb/throughput/TABLE` answers.
pub(super) fn describe(name: &str, table: &mut Table, now: OffsetDateTime) -> Value {
    let mode = match table.mode {
        Mode::Provisioned => "PROVISIONED",
        Mode::OnDemand => "PAY_PER_REQUEST",
    };
    let own = part(&mut table.own, now);
    let indexes = table.indexes.iter_mut();
    let indexes: Map<String, Value> = indexes
        .map(|(name, index)| (name.clone(), part(index, now)))
        .collect();
    json!({ "table": name, "mode": mode, "time": seconds(now), "own": own, "indexes": indexes })
}

fn part(part: &mut Part, now: OffsetDateTime) -> Value {
    let mut flow = |direction| {
        let (rate, holds, level, track) = part.gauge(direction, now);
        json!({ "per_second": rate, "holds": holds, "level": level, "points": track.points() })
    };
    json!({ "read": flow(Direction::Read), "write": flow(Direction::Write) })
}

/// Seconds since 1970, with their fraction.
#[expect(clippy::cast_precision_loss, reason = "a millisecond is enough")]
fn seconds(time: OffsetDateTime) -> f64 {
    (time.unix_timestamp_nanos() / 1_000_000) as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::{REMEMBERED, describe};
    use crate::services::dynamodb::throughput::Table;
    use crate::services::dynamodb::throughput::units::Direction;
    use serde_json::json;
    use time::Duration;
    use time::macros::datetime;

    #[test]
    fn a_bucket_tells_its_level_before_and_after_each_operation() {
        let noon = datetime!(2026-11-22 12:00 UTC);
        let described =
            json!({ "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 1 } });
        let mut table = Table::of(&described, noon);
        table.own.take(Direction::Write, None, 100.0, noon);
        table
            .own
            .take(Direction::Write, None, 250.0, noon + Duration::seconds(50));
        let told = describe("mesures", &mut table, noon + Duration::seconds(60));
        let write = &told["own"]["write"];
        assert_eq!(write["per_second"], 1.0);
        assert_eq!(write["holds"], 300.0);
        assert_eq!(write["level"], 10.0);
        let start = super::seconds(noon);
        assert_eq!(
            write["points"],
            json!([[start, 300.0, 200.0], [start + 50.0, 250.0, 0.0]])
        );
        assert_eq!(told["own"]["read"]["points"], json!([]));
        assert_eq!(told["mode"], "PROVISIONED");
    }

    #[test]
    fn the_oldest_operations_make_room() {
        let noon = datetime!(2026-11-22 12:00 UTC);
        let mut table = Table::of(
            &json!({ "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" } }),
            noon,
        );
        for _ in 0..REMEMBERED + 3 {
            table.own.take(Direction::Read, None, 1.0, noon);
        }
        let told = describe("mesures", &mut table, noon);
        let points = told["own"]["read"]["points"].as_array().map(Vec::len);
        assert_eq!(points, Some(REMEMBERED));
        assert_eq!(told["mode"], "PAY_PER_REQUEST");
    }
}
