//! What has a throughput of its own: a table, or one of its global secondary indexes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::decreases::Decreases;
use super::demand::Peaks;
use super::flow::{Flow, Limit};
use super::gauge::Track;
use super::keys::{Key, Keys};
use super::units::{Direction, Units};

/// A table's capacity mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// `PROVISIONED`.
    Provisioned,
    /// `PAY_PER_REQUEST`.
    OnDemand,
}

/// What is set, and what is remembered, of a part's throughput.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The attributes of its partition key.
    pub(crate) partition: Vec<String>,
    /// The provisioned units a second; 0 on demand.
    pub(crate) provisioned: Units<i64>,
    /// The maxima that were set, on demand.
    pub(crate) maximum: Units<Option<i64>>,
    /// The warm throughput, which never gets less.
    pub(crate) warm: Units<i64>,
    /// How often it was decreased.
    pub(crate) decreases: Decreases,
    /// When it was last increased.
    pub(crate) last_increase: Option<OffsetDateTime>,
    pub(super) peaks: Units<Peaks>,
}

/// A table or a global secondary index, with what is left of its capacity.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// What is set.
    pub(crate) settings: Settings,
    flows: Units<Flow>,
    keys: Keys,
}

impl Part {
    /// One whose buckets are full.
    pub(super) fn new(mode: Mode, mut settings: Settings, now: OffsetDateTime) -> Self {
        let flows = Units::each(|direction| Flow::new(mode, &mut settings, direction, now));
        Self {
            settings,
            flows,
            keys: Keys::default(),
        }
    }

    /// Goes on as its settings, which were changed, say.
    pub(super) fn adjust(&mut self, mode: Mode, now: OffsetDateTime) {
        for direction in Direction::BOTH {
            let flow = self.flows.of_mut(direction);
            flow.adjust(mode, &mut self.settings, direction, now);
        }
    }

    /// What is left to an operation on this key (or on many), and what it is that leaves no more.
    pub(super) fn level(
        &mut self,
        direction: Direction,
        key: Option<Key>,
        now: OffsetDateTime,
    ) -> (f64, Limit) {
        let flow = self.flows.of_mut(direction);
        let whole = flow.level(&mut self.settings, direction, now);
        let Some(key) = key else { return whole };
        let own = self.keys.level(key, direction, now);
        // A key's level is told only where it is what stops the operation: the table's own limit comes first.
        if whole.0 > 0.0 && own < whole.0 {
            (own, Limit::KeyRange)
        } else {
            whole
        }
    }

    /// Units a second, how many are held at most, how many are left, and how that came about.
    pub(super) fn gauge(&mut self, direction: Direction, now: OffsetDateTime) -> (f64, f64, f64, &Track) {
        let flow = self.flows.of_mut(direction);
        flow.gauge(&mut self.settings, direction, now)
    }

    /// Takes what was consumed.
    pub(super) fn take(&mut self, direction: Direction, key: Option<Key>, units: f64, now: OffsetDateTime) {
        let flow = self.flows.of_mut(direction);
        flow.take(&mut self.settings, direction, units, now);
        if let Some(key) = key {
            self.keys.take(key, direction, units, now);
        }
    }

    /// Whether there is any operation that it could not take.
    pub(super) fn strained(&mut self, direction: Direction, now: OffsetDateTime) -> bool {
        self.level(direction, None, now).0 <= 0.0 || self.keys.any_short(direction, now)
    }

    /// What was consumed in a minute.
    pub(crate) fn consumed(&self, direction: Direction, minute: i64) -> f64 {
        self.flows.of(direction).usage.of(minute)
    }

    /// What an operation can count on at once: the warm throughput, which grows with the on-demand peak.
    pub(super) fn warm(&mut self, mode: Mode, now: OffsetDateTime) -> Units<i64> {
        if mode == Mode::OnDemand {
            for direction in Direction::BOTH {
                let rate = super::flow::on_demand_rate(&mut self.settings, direction, now);
                let warm = self.settings.warm.of_mut(direction);
                #[expect(clippy::cast_possible_truncation, reason = "a rate is at most the quota")]
                let rate = rate as i64;
                *warm = (*warm).max(rate);
            }
        }
        self.settings.warm
    }
}
