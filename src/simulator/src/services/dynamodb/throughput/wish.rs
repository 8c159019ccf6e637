//! What is asked of the throughput of one table or index.

use serde_json::Value;
use time::OffsetDateTime;

use super::exclusive::refused;
use super::limits;
use super::part::{Mode, Part, Settings};
use super::table::first_warm;
use super::units::{Direction, Units};
use crate::error::AwsError;

/// What is asked for one table or index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish {
    /// `ProvisionedThroughput`.
    pub(super) provisioned: Option<Units<i64>>,
    /// `OnDemandThroughput`; -1 takes a maximum away.
    pub(super) maximum: Units<Option<i64>>,
    /// `WarmThroughput`.
    pub(super) warm: Units<Option<i64>>,
}

impl Wish {
    /// What a table's, an index's or an update's JSON says.
    pub(crate) fn read(asked: &Value) -> Self {
        let member = |group: &str, name: String| asked[group][name].as_i64();
        let provisioned = Units::each(|direction| {
            member(
                "ProvisionedThroughput",
                format!("{}CapacityUnits", direction.word()),
            )
        });
        let provisioned = match (provisioned.read, provisioned.write) {
            (Some(read), Some(write)) => Some(Units { read, write }),
            _ => None,
        };
        Self {
            provisioned,
            maximum: Units::each(|direction| {
                member(
                    "OnDemandThroughput",
                    format!("Max{}RequestUnits", direction.word()),
                )
            }),
            warm: Units::each(|direction| {
                member("WarmThroughput", format!("{}UnitsPerSecond", direction.word()))
            }),
        }
    }

    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        let maximum = self.maximum.read.or(self.maximum.write);
        self.provisioned.is_none() && maximum.is_none() && !self.warms()
    }

    /// Whether a warm throughput is asked for.
    pub(super) fn warms(&self) -> bool {
        self.warm.read.or(self.warm.write).is_some()
    }

    /// Checks it against the quotas; the index of that name, or the table.
    pub(super) fn check_limits(&self, index: Option<&str>) -> Result<(), AwsError> {
        if let Some(units) = self.provisioned {
            limits::check_provisioned(units, index)?;
        }
        let (maximum, warm) = match index {
            Some(index) => (format!("index : {index}"), format!("index {index}")),
            None => ("table".to_owned(), "table".to_owned()),
        };
        for direction in Direction::BOTH {
            let word = direction.word();
            if let Some(units) = *self.maximum.of(direction) {
                let of = format!("OnDemandThroughput for {maximum}");
                limits::check_member(&format!("Max{word}RequestUnits"), &of, direction, units)?;
            }
            if let Some(units) = *self.warm.of(direction) {
                let of = format!("WarmThroughput for {warm}");
                limits::check_member(&format!("{word}UnitsPerSecond"), &of, direction, units)?;
            }
        }
        Ok(())
    }

    /// Refuses a warm throughput below what it must not be below.
    pub(super) fn check_warm(
        &self,
        index: Option<&str>,
        least: Units<i64>,
        because: &str,
    ) -> Result<(), AwsError> {
        let of = index.map_or_else(|| "table".to_owned(), |index| format!("index {index}"));
        for direction in Direction::BOTH {
            if self
                .warm
                .of(direction)
                .is_some_and(|asked| asked < *least.of(direction))
            {
                let (word, because) = (direction.word(), because.replace("{}", direction.word()));
                return Err(refused(&format!(
                    "Requested {word}UnitsPerSecond for WarmThroughput for {of} is lower than {because}"
                )));
            }
        }
        Ok(())
    }

    /// The settings of a new part.
    pub(super) fn settings(&self, mode: Mode, partition: Vec<String>) -> Settings {
        let provisioned = self
            .provisioned
            .filter(|_| mode == Mode::Provisioned)
            .unwrap_or_default();
        let first = first_warm(mode, provisioned);
        Settings {
            partition,
            provisioned,
            maximum: Units::each(|direction| self.maximum.of(direction).filter(|units| *units > 0)),
            warm: Units::each(|direction| {
                self.warm
                    .of(direction)
                    .unwrap_or_default()
                    .max(*first.of(direction))
            }),
            ..Settings::default()
        }
    }

    /// Whether it asks for less than there is.
    pub(super) fn decreases(&self, settings: &Settings) -> bool {
        let lower = |units: Units<i64>| {
            Direction::BOTH
                .iter()
                .any(|one| units.of(*one) < settings.provisioned.of(*one))
        };
        self.provisioned.is_some_and(lower)
    }

    /// Makes it so for a part.
    pub(super) fn apply(&self, part: &mut Part, mode: Mode, now: OffsetDateTime) {
        let decreases = self.decreases(&part.settings);
        let settings = &mut part.settings;
        if let Some(units) = self.provisioned.filter(|_| mode == Mode::Provisioned) {
            let higher = |one: &Direction| units.of(*one) > settings.provisioned.of(*one);
            if Direction::BOTH.iter().any(higher) {
                settings.last_increase = Some(now);
            }
            if decreases {
                settings.decreases.count(now);
            }
            settings.provisioned = units;
        }
        for direction in Direction::BOTH {
            if let Some(units) = *self.maximum.of(direction) {
                *settings.maximum.of_mut(direction) = Some(units).filter(|units| *units > 0);
            }
            let warm = settings.warm.of_mut(direction);
            *warm = (*warm).max(self.warm.of(direction).unwrap_or_default());
            *warm = (*warm).max(*settings.provisioned.of(direction));
        }
        part.adjust(mode, now);
    }
}
