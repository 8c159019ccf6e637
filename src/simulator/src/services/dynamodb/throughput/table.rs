//! A table's throughput: its capacity mode, its own part, and one for each of its global secondary indexes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::demand;
use super::part::{Mode, Part, Settings};
use super::units::{Direction, Units};

/// One table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Its capacity mode.
    pub(crate) mode: Mode,
    /// When it was created; unknown for tables saved before this was written down.
    pub(crate) created: Option<OffsetDateTime>,
    /// `LastUpdateToPayPerRequestDateTime`: since when it is on demand, or last was.
    pub(crate) on_demand_since: Option<OffsetDateTime>,
    /// When its time to live was last changed.
    pub(crate) time_to_live_changed: Option<OffsetDateTime>,
    /// Its last switches from provisioned to on demand.
    pub(super) switches: Vec<OffsetDateTime>,
    /// The table itself; local secondary indexes draw on it.
    pub(super) own: Part,
    /// Its global secondary indexes.
    pub(super) indexes: BTreeMap<String, Part>,
}

/// What is written down of a table; buckets are full again when it is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Saved {
    mode: Mode,
    created: Option<OffsetDateTime>,
    on_demand_since: Option<OffsetDateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_to_live_changed: Option<OffsetDateTime>,
    switches: Vec<OffsetDateTime>,
    own: Settings,
    indexes: BTreeMap<String, Settings>,
}

impl Table {
    /// What a description says.
    pub(crate) fn of(description: &Value, now: OffsetDateTime) -> Self {
        let on_demand = description["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
        let mode = if on_demand {
            Mode::OnDemand
        } else {
            Mode::Provisioned
        };
        let part = |described: &Value| Part::new(mode, settings(mode, described), now);
        let indexes = description["GlobalSecondaryIndexes"]
            .as_array()
            .into_iter()
            .flatten();
        let indexes =
            indexes.filter_map(|index| Some((index["IndexName"].as_str()?.to_owned(), part(index))));
        Self {
            mode,
            created: None,
            on_demand_since: on_demand.then_some(now),
            time_to_live_changed: None,
            switches: Vec::new(),
            own: part(description),
            indexes: indexes.collect(),
        }
    }

    /// What was written down.
    pub(crate) fn load(saved: Saved, now: OffsetDateTime) -> Self {
        let part = |settings| Part::new(saved.mode, settings, now);
        Self {
            mode: saved.mode,
            created: saved.created,
            on_demand_since: saved.on_demand_since,
            time_to_live_changed: saved.time_to_live_changed,
            switches: saved.switches,
            own: part(saved.own),
            indexes: saved
                .indexes
                .into_iter()
                .map(|(name, settings)| (name, part(settings)))
                .collect(),
        }
    }

    /// What is to be written down.
    pub(crate) fn save(&self) -> Saved {
        let indexes = self.indexes.iter();
        Saved {
            mode: self.mode,
            created: self.created,
            on_demand_since: self.on_demand_since,
            time_to_live_changed: self.time_to_live_changed,
            switches: self.switches.clone(),
            own: self.own.settings.clone(),
            indexes: indexes
                .map(|(name, part)| (name.clone(), part.settings.clone()))
                .collect(),
        }
    }

    /// The table itself, or its global secondary index of that name.
    pub(crate) fn part(&self, index: Option<&str>) -> Option<&Part> {
        match index {
            None => Some(&self.own),
            Some(index) => self.indexes.get(index),
        }
    }

    /// The same, to be used.
    pub(crate) fn part_mut(&mut self, index: Option<&str>) -> Option<&mut Part> {
        match index {
            None => Some(&mut self.own),
            Some(index) => self.indexes.get_mut(index),
        }
    }

    /// Its part and those of its indexes.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Part> {
        std::iter::once(&self.own).chain(self.indexes.values())
    }

    /// Its global secondary indexes, by name.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = (&str, &Part)> {
        self.indexes.iter().map(|(name, part)| (name.as_str(), part))
    }

    /// The provisioned units that it reserves of the account's quota.
    pub(super) fn reserved(&self) -> Units<i64> {
        Units::each(|direction| {
            let units = self.parts().map(|part| *part.settings.provisioned.of(direction));
            units.fold(0, i64::saturating_add)
        })
    }

    /// The global secondary indexes that could not take every operation now.
    pub(crate) fn strained(&mut self, direction: Direction, now: OffsetDateTime) -> Vec<String> {
        let strained = self.indexes.iter_mut().filter_map(|(name, part)| {
            let short = part.strained(direction, now);
            short.then(|| name.clone())
        });
        strained.collect()
    }
}

/// The warm throughput that a part starts with: what on demand takes, or what is provisioned.
pub(super) fn first_warm(mode: Mode, provisioned: Units<i64>) -> Units<i64> {
    match mode {
        Mode::Provisioned => provisioned,
        Mode::OnDemand => Units::each(demand::initial),
    }
}

/// The settings of a part that its description tells.
fn settings(mode: Mode, described: &Value) -> Settings {
    let provisioned = Units::each(|direction| {
        let member = format!("{}CapacityUnits", direction.word());
        described["ProvisionedThroughput"][member]
            .as_i64()
            .unwrap_or_default()
    });
    let maximum = Units::each(|direction| {
        let member = format!("Max{}RequestUnits", direction.word());
        described["OnDemandThroughput"][member]
            .as_i64()
            .filter(|units| *units > 0)
    });
    Settings {
        partition: partition_key(&described["KeySchema"]),
        provisioned,
        maximum,
        warm: first_warm(mode, provisioned),
        ..Settings::default()
    }
}

/// The names of a key schema's partition key.
pub(super) fn partition_key(schema: &Value) -> Vec<String> {
    let keys = schema.as_array().into_iter().flatten();
    keys.filter(|key| key["KeyType"] == "HASH")
        .filter_map(|key| key["AttributeName"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    #[test]
    fn a_description_gives_the_settings_of_the_table_and_its_indexes() {
        let table = Table::of(
            &json!({
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
                "GlobalSecondaryIndexes": [{
                    "IndexName": "i",
                    "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                }],
            }),
            NOON,
        );
        assert_eq!(table.mode, Mode::Provisioned);
        assert_eq!(table.own.settings.provisioned, Units { read: 3, write: 4 });
        assert_eq!(table.own.settings.partition, ["id"]);
        let index = &table.part(Some("i")).unwrap().settings;
        assert_eq!(
            (index.provisioned, index.warm),
            (Units { read: 1, write: 2 }, Units { read: 1, write: 2 })
        );
        assert_eq!(table.reserved(), Units { read: 4, write: 6 });
    }

    #[test]
    fn a_table_on_demand_takes_what_a_new_one_takes_and_its_maximum_limits_it() {
        let mut table = Table::of(
            &json!({
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": -1},
            }),
            NOON,
        );
        let (left, _) = table.own.level(Direction::Write, None, NOON);
        assert!((left - 4000.0).abs() < 1e-6);
        let (left, limit) = table.own.level(Direction::Read, None, NOON);
        assert!((left - 3000.0).abs() < 1e-6, "300 seconds of the maximum");
        assert_eq!(limit, super::super::Limit::Maximum);
    }

    #[test]
    fn what_is_written_down_comes_back() {
        let description = json!({
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "GlobalSecondaryIndexes": [{"IndexName": "i"}],
        });
        let mut table = Table::of(&description, NOON);
        table.time_to_live_changed = Some(NOON);
        let text = serde_json::to_string(&table.save()).unwrap();
        let back = Table::load(serde_json::from_str(&text).unwrap(), NOON);
        assert_eq!((back.mode, back.on_demand_since), (Mode::OnDemand, Some(NOON)));
        assert_eq!(back.time_to_live_changed, Some(NOON));
        assert!(back.part(Some("i")).is_some());
    }
}
