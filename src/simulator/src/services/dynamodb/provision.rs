//! How a table and its global secondary indexes are provisioned, as its description says it.

use std::collections::HashMap;

/// What an on-demand table takes without throttling, in units per second.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html>
const ON_DEMAND: Rates = Rates {
    read: 12_000.0,
    write: 4_000.0,
};

/// Units per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rates {
    /// Read capacity units.
    pub(super) read: f64,
    /// Write capacity units.
    pub(super) write: f64,
}

/// What limits a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Its provisioned throughput.
    Provisioned,
    /// On demand: what DynamoDB takes by itself.
    OnDemand,
    /// On demand: the maximum that was set.
    OnDemandMaximum,
}

/// A table as it was provisioned.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Provision {
    /// What limits it.
    pub(super) limit: Limit,
    /// The table's own rates.
    pub(super) table: Rates,
    /// Each global secondary index's. Local ones draw on the table's.
    pub(super) indexes: HashMap<String, Rates>,
}

impl Provision {
    /// What a table's description says.
    pub(super) fn of(description: &serde_json::Value) -> Self {
        let on_demand = description["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
        let rates = |part: &serde_json::Value| {
            if on_demand {
                maximum(part).0
            } else {
                provisioned(part)
            }
        };
        let limit = match (on_demand, maximum(description).1) {
            (false, _) => Limit::Provisioned,
            (true, false) => Limit::OnDemand,
            (true, true) => Limit::OnDemandMaximum,
        };
        let indexes = description["GlobalSecondaryIndexes"]
            .as_array()
            .into_iter()
            .flatten();
        let indexes =
            indexes.filter_map(|index| Some((index["IndexName"].as_str()?.to_owned(), rates(index))));
        Self {
            limit,
            table: rates(description),
            indexes: indexes.collect(),
        }
    }
}

fn provisioned(part: &serde_json::Value) -> Rates {
    let units = |name: &str| part["ProvisionedThroughput"][name].as_f64().unwrap_or_default();
    Rates {
        read: units("ReadCapacityUnits"),
        write: units("WriteCapacityUnits"),
    }
}

/// The rates of an on-demand part, and whether a maximum was set.
fn maximum(part: &serde_json::Value) -> (Rates, bool) {
    let set = |name: &str| {
        part["OnDemandThroughput"][name]
            .as_f64()
            .filter(|units| *units > 0.0)
    };
    let (read, write) = (set("MaxReadRequestUnits"), set("MaxWriteRequestUnits"));
    let rates = Rates {
        read: read.unwrap_or(ON_DEMAND.read),
        write: write.unwrap_or(ON_DEMAND.write),
    };
    (rates, read.or(write).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_description_gives_the_rates_of_the_table_and_its_indexes() {
        let provision = Provision::of(&json!({
            "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
            "GlobalSecondaryIndexes": [
                {"IndexName": "i", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}
            ],
        }));
        assert_eq!(provision.limit, Limit::Provisioned);
        assert_eq!(
            provision.table,
            Rates {
                read: 3.0,
                write: 4.0
            }
        );
        assert_eq!(
            provision.indexes["i"],
            Rates {
                read: 1.0,
                write: 2.0
            }
        );
    }

    #[test]
    fn a_maximum_of_an_on_demand_table_is_its_rate() {
        let provision = Provision::of(&json!({
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": -1},
        }));
        assert_eq!(provision.limit, Limit::OnDemandMaximum);
        assert_eq!(
            provision.table,
            Rates {
                read: 10.0,
                write: 4000.0
            }
        );
    }
}
