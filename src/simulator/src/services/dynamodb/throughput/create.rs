//! What `CreateTable` asks for of throughput.

use std::collections::BTreeMap;

use serde_json::Value;
use time::OffsetDateTime;

use super::change::mode;
use super::demand;
use super::exclusive::refused;
use super::limits;
use super::part::{Mode, Part};
use super::table::{Table, partition_key};
use super::units::{Direction, Units};
use super::wish::Wish;
use crate::error::AwsError;

/// Where AWS says what a new table on demand takes.
const INITIAL: &str = "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial";

/// A table that is to be created.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    mode: Mode,
    partition: Vec<String>,
    own: Wish,
    indexes: Vec<(String, Vec<String>, Wish)>,
}

impl Plan {
    /// What a `CreateTable` asks for.
    pub(crate) fn read(input: &Value) -> Self {
        let indexes = input["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
        let index = |asked: &Value| {
            let name = asked["IndexName"].as_str()?.to_owned();
            Some((name, partition_key(&asked["KeySchema"]), Wish::read(asked)))
        };
        Self {
            mode: mode(input).unwrap_or(Mode::Provisioned),
            partition: partition_key(&input["KeySchema"]),
            own: Wish::read(input),
            indexes: indexes.filter_map(index).collect(),
        }
    }

    /// Whether a warm throughput is asked for the table itself.
    pub(crate) fn warms(&self) -> bool {
        self.own.warms()
    }

    fn wishes(&self) -> impl Iterator<Item = (Option<&str>, &Wish)> {
        let indexes = self
            .indexes
            .iter()
            .map(|(name, _, wish)| (Some(name.as_str()), wish));
        std::iter::once((None, &self.own)).chain(indexes)
    }

    /// Whether it may be: `reserved` is what the account's tables have provisioned.
    pub(crate) fn check(&self, input: &Value, reserved: Units<i64>) -> Result<(), AwsError> {
        if self.mode == Mode::Provisioned && input.get("ProvisionedThroughput").is_none() {
            return Err(refused(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
            ));
        }
        for (name, wish) in self.wishes() {
            if let Some(index) = name {
                self.check_maximum(index, wish)?;
            }
            wish.check_limits(name)?;
            let (least, because) = match self.mode {
                Mode::OnDemand => (Units::each(demand::initial), INITIAL),
                Mode::Provisioned => {
                    let units = wish.provisioned.unwrap_or_default();
                    (units, "{}CapacityUnits of ProvisionedThroughput")
                }
            };
            wish.check_warm(name, least, because)?;
        }
        let more = Units::each(|direction| {
            let asked = self.wishes().filter_map(|(_, wish)| wish.provisioned);
            asked
                .map(|units| *units.of(direction))
                .fold(0, i64::saturating_add)
        });
        limits::check_account(reserved, more)
    }

    /// The maximum of an index on demand, which dynoxide does not look at.
    fn check_maximum(&self, index: &str, wish: &Wish) -> Result<(), AwsError> {
        for direction in Direction::BOTH {
            let member = format!("Max{}RequestUnits", direction.word());
            match *wish.maximum.of(direction) {
                Some(_) if self.mode == Mode::Provisioned => {
                    return Err(refused(&format!(
                        "{member} for OnDemandThroughput for index: {index} cannot be specified when table BillingMode \
                         is PROVISIONED."
                    )));
                }
                Some(units) if units < 1 => {
                    return Err(refused(&format!(
                        "Requested {member} for OnDemandThroughput for index : {index} is outside of valid range"
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The table that was created.
    pub(crate) fn table(&self, now: OffsetDateTime) -> Table {
        let part = |wish: &Wish, partition: &Vec<String>| {
            Part::new(self.mode, wish.settings(self.mode, partition.clone()), now)
        };
        let indexes = self.indexes.iter();
        let indexes: BTreeMap<_, _> = indexes
            .map(|(name, partition, wish)| (name.clone(), part(wish, partition)))
            .collect();
        Table {
            mode: self.mode,
            created: Some(now),
            on_demand_since: (self.mode == Mode::OnDemand).then_some(now),
            time_to_live_changed: None,
            switches: Vec::new(),
            own: part(&self.own, &self.partition),
            indexes,
        }
    }
}
