//! What flows through a table or an index in one direction, and what limits it.

use time::OffsetDateTime;

use super::bucket::Bucket;
use super::demand;
use super::gauge::Track;
use super::limits::PER_TABLE;
use super::part::{Mode, Settings};
use super::units::Direction;
use super::usage::{Usage, minute};

/// Seconds of unused capacity that are kept: the burst.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html>
const BURST_SECONDS: f64 = 300.0;

/// What an operation was stopped by: the last part of a throttling reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The provisioned throughput.
    Provisioned,
    /// What one partition serves; on demand, also what all partitions that there are now serve.
    KeyRange,
    /// The account's quota for a table on demand.
    Account,
    /// The maximum that was set for a table on demand.
    Maximum,
}

/// One direction of a table or index.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    mode: Mode,
    /// What the capacity mode gives.
    main: Bucket,
    /// Of which the rate is for on-demand.
    limit: Limit,
    /// Until when `main` is up to date with the previous peak: a minute.
    seen: i64,
    /// The maximum that was set.
    maximum: Option<Bucket>,
    /// What was consumed.
    pub(super) usage: Usage,
    /// How full it was.
    track: Track,
}

/// What an on-demand table or index takes at once, in units a second.
pub(super) fn on_demand_rate(settings: &mut Settings, direction: Direction, now: OffsetDateTime) -> f64 {
    let doubled = 2.0 * settings.peaks.of_mut(direction).previous(minute(now));
    let least = demand::initial(direction).max(*settings.warm.of(direction));
    doubled.max(units(least)).min(units(PER_TABLE))
}

/// A whole number of units.
#[expect(clippy::cast_precision_loss, reason = "units are far below 2^53")]
pub(super) fn units(whole: i64) -> f64 {
    whole as f64
}

impl Flow {
    /// A new one, with all its capacity.
    pub(super) fn new(
        mode: Mode,
        settings: &mut Settings,
        direction: Direction,
        now: OffsetDateTime,
    ) -> Self {
        let main = match mode {
            Mode::Provisioned => Bucket::full(units(*settings.provisioned.of(direction)), BURST_SECONDS, now),
            Mode::OnDemand => Bucket::full(on_demand_rate(settings, direction, now), 1.0, now),
        };
        let mut flow = Self {
            mode,
            main,
            limit: Limit::Provisioned,
            seen: i64::MIN,
            maximum: None,
            usage: Usage::default(),
            track: Track::default(),
        };
        flow.adjust(mode, settings, direction, now);
        flow
    }

    /// Goes on as it is set now. A change of mode starts over; what was consumed stays known.
    pub(super) fn adjust(
        &mut self,
        mode: Mode,
        settings: &mut Settings,
        direction: Direction,
        now: OffsetDateTime,
    ) {
        if mode != self.mode {
            let usage = std::mem::take(&mut self.usage);
            *self = Self::new(mode, settings, direction, now);
            self.usage = usage;
        }
        let maximum = settings
            .maximum
            .of(direction)
            .filter(|_| mode == Mode::OnDemand)
            .map(units);
        self.maximum = match (self.maximum, maximum) {
            (_, None) => None,
            (None, Some(rate)) => Some(Bucket::full(rate, BURST_SECONDS, now)),
            (Some(mut bucket), Some(rate)) => {
                bucket.change(rate, now);
                Some(bucket)
            }
        };
        self.seen = i64::MIN;
        self.refresh(settings, direction, now);
    }

    /// Follows the rate: provisioned as it is set, on demand with the previous peak.
    fn refresh(&mut self, settings: &mut Settings, direction: Direction, now: OffsetDateTime) {
        if self.seen == minute(now) {
            return;
        }
        self.seen = minute(now);
        let (rate, limit) = match self.mode {
            Mode::Provisioned => (units(*settings.provisioned.of(direction)), Limit::Provisioned),
            Mode::OnDemand => {
                let rate = on_demand_rate(settings, direction, now);
                let quota = rate >= units(PER_TABLE);
                (rate, if quota { Limit::Account } else { Limit::KeyRange })
            }
        };
        match self.mode {
            Mode::Provisioned => self.main.change(rate, now),
            // The partitions were added while nobody looked.
            Mode::OnDemand => self.main.grow(rate, now),
        }
        self.limit = limit;
    }

    /// What is left, and what it is that leaves no more.
    pub(super) fn level(
        &mut self,
        settings: &mut Settings,
        direction: Direction,
        now: OffsetDateTime,
    ) -> (f64, Limit) {
        self.refresh(settings, direction, now);
        let main = (self.main.level(now), self.limit);
        let maximum = self
            .maximum
            .as_mut()
            .map(|bucket| (bucket.level(now), Limit::Maximum));
        maximum.filter(|maximum| maximum.0 < main.0).unwrap_or(main)
    }

    /// Units a second, how many are held at most, how many are left, and how that came about.
    pub(super) fn gauge(
        &mut self,
        settings: &mut Settings,
        direction: Direction,
        now: OffsetDateTime,
    ) -> (f64, f64, f64, &Track) {
        self.refresh(settings, direction, now);
        let level = self.main.level(now);
        (self.main.rate(), self.main.holds(), level, &self.track)
    }

    /// Takes what was consumed.
    pub(super) fn take(
        &mut self,
        settings: &mut Settings,
        direction: Direction,
        units: f64,
        now: OffsetDateTime,
    ) {
        self.refresh(settings, direction, now);
        let before = self.main.level(now);
        self.main.take(units, now);
        self.track.note(now, before, before - units);
        if let Some(maximum) = &mut self.maximum {
            maximum.take(units, now);
        }
        if let Some((minute, sum)) = self.usage.add(units, now) {
            settings.peaks.of_mut(direction).note(minute, sum);
        }
    }
}
