//! When a scheduled action is due: `at(…)`, `rate(…)`, `cron(…)`, in UTC.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html>

use serde::{Deserialize, Serialize};
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Schedule {
    /// Once.
    At(OffsetDateTime),
    /// Every so many minutes, from the start on.
    Rate(i64),
    /// Minutes, hours, days of the month, months, days of the week, years.
    Cron([Field; 6]),
}

/// The values of one field of a cron expression; none is any.
type Field = Option<Vec<i32>>;

/// The names of months and of days of the week, from 1.
const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The least and greatest value of each field, and the names of its values.
const FIELDS: [(i32, i32, &[&str]); 6] = [
    (0, 59, &[]),
    (0, 23, &[]),
    (1, 31, &[]),
    (1, 12, &MONTHS),
    (1, 7, &DAYS),
    (1970, 2199, &[]),
];

impl Schedule {
    /// Reads one; `None` for what is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let inner = |kind: &str| text.strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(date) = inner("at") {
            let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
            return Some(Self::At(
                PrimitiveDateTime::parse(date, format).ok()?.assume_utc(),
            ));
        }
        if let Some(rate) = inner("rate") {
            let (count, unit) = rate.split_once(' ')?;
            let count = count
                .parse::<i64>()
                .ok()
                .filter(|count| (1..1_000_000).contains(count))?;
            let minutes = match unit.trim_end_matches('s') {
                "minute" => 1,
                "hour" => 60,
                "day" => 24 * 60,
                _ => return None,
            };
            return Some(Self::Rate(count * minutes));
        }
        let fields: Vec<&str> = inner("cron")?.split_whitespace().collect();
        let fields: [&str; 6] = fields.try_into().ok()?;
        let mut read: [Field; 6] = Default::default();
        for ((field, text), range) in read.iter_mut().zip(fields).zip(FIELDS) {
            *field = values(text, range)?;
        }
        Some(Self::Cron(read))
    }

    /// Whether it is due within the minute that ends at `end`; `from` is where a rate begins.
    pub(super) fn due(&self, end: OffsetDateTime, from: OffsetDateTime) -> bool {
        let begin = end - Duration::minutes(1);
        match self {
            // One that lies in a time that was skipped is made up for.
            Self::At(at) => *at < end && *at >= from,
            Self::Rate(minutes) => {
                let since = (begin - from).whole_minutes();
                begin >= from && since % minutes == 0
            }
            Self::Cron(fields) => {
                let week = i32::from(begin.weekday().number_days_from_sunday()) + 1;
                let parts = [
                    i32::from(begin.minute()),
                    i32::from(begin.hour()),
                    i32::from(begin.day()),
                    i32::from(u8::from(begin.month())),
                    week,
                    begin.year(),
                ];
                let holds =
                    |(field, part): (&Field, i32)| field.as_ref().is_none_or(|values| values.contains(&part));
                fields.iter().zip(parts).all(holds)
            }
        }
    }

    /// Whether it is done once it was due.
    pub(super) fn once(&self) -> bool {
        matches!(self, Self::At(_))
    }
}

/// `*`, `?`, `5`, `1,3`, `MON-FRI`, `0/15`, `*/15`.
fn values(text: &str, (least, greatest, names): (i32, i32, &[&str])) -> Option<Field> {
    if matches!(text, "*" | "?") {
        return Some(None);
    }
    let value = |text: &str| {
        let position = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let value = match position {
            Some(position) => i32::try_from(position).ok()? + 1,
            None => text.parse().ok()?,
        };
        (least..=greatest).contains(&value).then_some(value)
    };
    let mut found = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
            None => (part, 0),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (value(from)?, value(to)?),
            None if range == "*" => (least, greatest),
            None if step > 0 => (value(range)?, greatest),
            None => (value(range)?, value(range)?),
        };
        let step = usize::try_from(step.max(1)).ok()?;
        found.extend((from..=to).step_by(step));
    }
    Some(Some(found))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use time::macros::datetime;

    /// A Sunday.
    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn due(text: &str, begin: OffsetDateTime) -> bool {
        Schedule::read(text)
            .unwrap()
            .due(begin + Duration::minutes(1), NOON)
    }

    #[test]
    fn an_hour_a_rate_and_a_cron_expression_say_when() {
        assert!(due("at(2026-11-22T12:00:30)", NOON));
        assert!(!due("at(2026-11-22T12:01:00)", NOON));
        assert!(due("rate(5 minutes)", NOON + Duration::minutes(10)));
        assert!(!due("rate(5 minutes)", NOON + Duration::minutes(11)));
        assert!(due("cron(0 12 * * ? *)", NOON));
        assert!(due(
            "cron(0/15 12-14 ? NOV SUN,MON 2026)",
            NOON + Duration::minutes(45)
        ));
        assert!(!due("cron(0 12 ? * MON-FRI *)", NOON));
        assert!(due("cron(*/10 * 22 11 ? *)", NOON + Duration::minutes(20)));
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "at()",
            "at(tomorrow)",
            "rate(0 minutes)",
            "rate(5 weeks)",
            "cron(* * * *)",
            "cron(60 * * * ? *)",
            "cron(a b c d e f)",
            "daily",
        ] {
            assert_eq!(Schedule::read(text), None, "{text}");
        }
    }
}
