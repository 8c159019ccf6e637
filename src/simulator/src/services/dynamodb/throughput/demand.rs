//! What a table or index on demand takes at once: twice its previous peak, and at least what a new one takes.
//!
//! A peak is the highest minute's average a second. It counts as *previous* half an hour later, so that throttling may
//! occur when traffic more than doubles within 30 minutes.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial>

use serde::{Deserialize, Serialize};

use super::units::Direction;

/// How long a peak is new.
const SETTLING_MINUTES: i64 = 30;

/// What a new one takes, in units a second.
pub(crate) fn initial(direction: Direction) -> i64 {
    match direction {
        Direction::Read => 12_000,
        Direction::Write => 4_000,
    }
}

/// The peaks of one direction.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Peaks {
    previous: f64,
    /// Later peaks, each higher than the one before it: the minute, and its average a second.
    recent: Vec<(i64, f64)>,
}

impl Peaks {
    /// Takes note of a minute that is over.
    pub(super) fn note(&mut self, minute: i64, units: f64) {
        let average = units / 60.0;
        if average > self.previous && self.recent.last().is_none_or(|(_, highest)| average > *highest) {
            self.recent.push((minute, average));
        }
    }

    /// The previous peak, in units a second.
    pub(super) fn previous(&mut self, minute: i64) -> f64 {
        let settled = |(at, _): &(i64, f64)| minute - at >= SETTLING_MINUTES;
        while let Some((_, average)) = self.recent.first().copied().filter(settled) {
            self.previous = self.previous.max(average);
            self.recent.remove(0);
        }
        self.previous
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_previous_half_an_hour_later() {
        let mut peaks = Peaks::default();
        peaks.note(100, 60.0 * 3000.0);
        peaks.note(101, 60.0 * 2000.0);
        peaks.note(110, 60.0 * 3500.0);
        for (minute, previous) in [
            (129, 0.0),
            (130, 3000.0),
            (139, 3000.0),
            (140, 3500.0),
            (9000, 3500.0),
        ] {
            assert!(
                (peaks.previous(minute) - previous).abs() < 1e-9,
                "minute {minute}"
            );
        }
    }
}
