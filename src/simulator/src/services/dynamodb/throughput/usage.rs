//! What was consumed in each of the last minutes: what auto scaling looks at, and where on-demand peaks come from.

use std::collections::VecDeque;

use time::OffsetDateTime;

/// How many minutes are kept: the longest look back of auto scaling, and the minute under way.
const MINUTES: usize = 16;

/// The number of the minute that a time lies in, since 1970.
pub(crate) fn minute(time: OffsetDateTime) -> i64 {
    time.unix_timestamp().div_euclid(60)
}

/// Units consumed, by minute; a minute without any has no entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Usage {
    minutes: VecDeque<(i64, f64)>,
}

impl Usage {
    /// Adds to the minute under way. When that is a new one, gives the last one that had any, which is now over.
    pub(super) fn add(&mut self, units: f64, now: OffsetDateTime) -> Option<(i64, f64)> {
        let current = minute(now);
        match self.minutes.back_mut() {
            Some((last, sum)) if *last >= current => {
                *sum += units;
                None
            }
            last => {
                let over = last.copied();
                self.minutes.push_back((current, units));
                if self.minutes.len() > MINUTES {
                    self.minutes.pop_front();
                }
                over
            }
        }
    }

    /// The units of one minute.
    pub(super) fn of(&self, minute: i64) -> f64 {
        let found = self.minutes.iter().rev().find(|(number, _)| *number == minute);
        found.map_or(0.0, |(_, sum)| *sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;
    use time::macros::datetime;

    #[test]
    fn a_minute_is_a_sum_and_the_oldest_make_room() {
        let noon = datetime!(2026-11-22 12:00 UTC);
        let mut usage = Usage::default();
        assert_eq!(usage.add(1.0, noon), None);
        assert_eq!(usage.add(2.0, noon + Duration::seconds(59)), None);
        assert_eq!(
            usage.add(4.0, noon + Duration::seconds(60)),
            Some((minute(noon), 3.0))
        );
        assert!((usage.of(minute(noon)) - 3.0).abs() < 1e-9);
        assert!(usage.of(minute(noon) + 7).abs() < 1e-9);
        for later in 2..40 {
            usage.add(1.0, noon + Duration::minutes(later));
        }
        assert!(usage.of(minute(noon)).abs() < 1e-9);
        assert!((usage.of(minute(noon) + 39) - 1.0).abs() < 1e-9);
    }
}
