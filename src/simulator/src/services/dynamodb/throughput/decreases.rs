//! How often a provisioned throughput may be decreased.
//!
//! Four decreases a UTC day at any time; after them, one at least 3,600 seconds after the last one, which makes 27 a
//! day. Midnight gives the four back. A table and each of its global secondary indexes are counted apart.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput-decrease>

use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use super::limits;
use crate::error::AwsError;

/// The decreases that a day begins with.
const FREE: u32 = 4;

/// What lies between two decreases after those.
const INTERVAL: Duration = Duration::hours(1);

/// As the refusal writes a time.
const LONG: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday], [month repr:long] [day padding:none], [year] at [hour repr:12 padding:none]:[minute]:[second] \
     [period] Coordinated Universal Time"
);

/// The decreases so far.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Decreases {
    day: Option<Date>,
    count: u32,
    last: Option<OffsetDateTime>,
}

impl Decreases {
    /// `NumberOfDecreasesToday`.
    pub(crate) fn today(&self, now: OffsetDateTime) -> u32 {
        if self.day == Some(now.date()) {
            self.count
        } else {
            0
        }
    }

    /// `LastDecreaseDateTime`, which midnight does not clear.
    pub(crate) fn last(&self) -> Option<OffsetDateTime> {
        self.last
    }

    /// Refuses one that comes too soon, with the time of the next.
    pub(super) fn check(&self, now: OffsetDateTime) -> Result<(), AwsError> {
        let Some(last) = self.last.filter(|_| self.today(now) >= FREE) else {
            return Ok(());
        };
        let midnight = (now.date() + Duration::days(1)).midnight().assume_utc();
        let next = (last + INTERVAL).min(midnight);
        if next <= now {
            return Ok(());
        }
        let long = |time: OffsetDateTime| time.format(LONG).unwrap_or_default();
        Err(limits::exceeded(format!(
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the \
             first {FREE} decreases, each subsequent decrease in the same UTC day can be performed at most once every \
             {} seconds. Number of decreases today: {}. Last decrease at {}. Next decrease can be made at {}",
            INTERVAL.whole_seconds(),
            self.today(now),
            long(last),
            long(next),
        )))
    }

    /// Counts one.
    pub(super) fn count(&mut self, now: OffsetDateTime) {
        self.count = self.today(now) + 1;
        self.day = Some(now.date());
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use time::macros::datetime;

    fn four(at: OffsetDateTime) -> Decreases {
        let mut decreases = Decreases::default();
        for _ in 0..4 {
            assert!(decreases.check(at).is_ok());
            decreases.count(at);
        }
        decreases
    }

    #[test]
    fn the_fifth_of_a_day_waits_an_hour_after_the_last_one() {
        let noon = datetime!(2026-10-09 00:21:34 UTC);
        let mut decreases = four(noon);
        let refused = decreases.check(noon + Duration::seconds(3599)).unwrap_err();
        assert_eq!(refused.short_code(), "LimitExceededException");
        assert_eq!(
            refused.message,
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time. Next decrease can be made at Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time"
        );
        let later = noon + Duration::hours(1);
        assert!(decreases.check(later).is_ok());
        decreases.count(later);
        assert!(decreases.check(later + Duration::minutes(59)).is_err());
        assert_eq!(decreases.today(later), 5);
    }

    #[test]
    fn midnight_gives_the_four_back_and_keeps_the_date_of_the_last() {
        let evening = datetime!(2026-10-08 23:20:48 UTC);
        let decreases = four(evening);
        let refused = decreases.check(evening).unwrap_err().message;
        assert!(refused.ends_with("Friday, October 9, 2026 at 12:00:00 AM Coordinated Universal Time"));
        let midnight = datetime!(2026-10-09 00:00 UTC);
        assert!(decreases.check(midnight).is_ok());
        assert_eq!((decreases.today(midnight), decreases.last()), (0, Some(evening)));
    }

    #[test]
    fn a_day_holds_twenty_seven() {
        let mut decreases = Decreases::default();
        let midnight = datetime!(2026-10-09 00:00 UTC);
        let minutes = (0..24 * 60).map(|minute| midnight + Duration::minutes(minute));
        for minute in minutes {
            while decreases.check(minute).is_ok() {
                decreases.count(minute);
            }
        }
        assert_eq!(decreases.today(midnight), 27);
    }
}
