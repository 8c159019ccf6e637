//! Switches between the capacity modes, of which there are only so many in a day.

use time::{Duration, OffsetDateTime};

use super::limits;
use super::part::Mode;
use super::table::{Table, first_warm};
use super::units::Units;
use crate::error::AwsError;

/// How often a table may go from provisioned to on demand within [`SWITCH_WINDOW`].
const SWITCHES: usize = 4;

/// A rolling day.
const SWITCH_WINDOW: Duration = Duration::hours(24);

/// Refuses one switch too many to on demand.
pub(super) fn check(target: Option<Mode>, table: &Table, now: OffsetDateTime) -> Result<(), AwsError> {
    if target != Some(Mode::OnDemand) || table.mode == Mode::OnDemand {
        return Ok(());
    }
    let within: Vec<_> = table
        .switches
        .iter()
        .filter(|at| now - **at < SWITCH_WINDOW)
        .collect();
    let (Some(first), Some(last)) = (within.first(), within.last()) else {
        return Ok(());
    };
    if within.len() < SWITCHES {
        return Ok(());
    }
    Err(limits::exceeded(format!(
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to {SWITCHES} times in 1 day(s). Last \
         update at {}. Next update can be made at {}.",
        short(**last),
        short(**first + SWITCH_WINDOW),
    )))
}

/// Goes over to the other capacity mode.
pub(super) fn switch(table: &mut Table, mode: Mode, now: OffsetDateTime) {
    if mode == Mode::OnDemand {
        table.switches.retain(|at| now - *at < SWITCH_WINDOW);
        table.switches.push(now);
        table.on_demand_since = Some(now);
    }
    table.mode = mode;
    for part in std::iter::once(&mut table.own).chain(table.indexes.values_mut()) {
        part.settings.maximum = Units::default();
        if mode == Mode::OnDemand {
            part.settings.provisioned = Units::default();
            let first = first_warm(mode, Units::default());
            part.settings.warm =
                Units::each(|direction| *part.settings.warm.of(direction).max(first.of(direction)));
        }
        part.adjust(mode, now);
    }
}

/// `Sat Feb 23 03:07:45 UTC 2019`.
fn short(time: OffsetDateTime) -> String {
    let format = time::macros::format_description!(
        "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] UTC [year]"
    );
    time.format(format).unwrap_or_default()
}
