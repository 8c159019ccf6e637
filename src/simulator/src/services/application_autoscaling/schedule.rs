//! When a scheduled action is due: `at(…)`, `rate(…)`, `cron(…)`, in UTC.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html>

use std::ops::Range;

use serde::{Deserialize, Serialize};
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use crate::services::dynamodb::minute;

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

/// The places of the days of the month and of the week.
const DAY: usize = 2;
const WEEKDAY: usize = 4;

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
            let minutes = match unit {
                "minute" | "minutes" => 1,
                "hour" | "hours" => 60,
                "day" | "days" => 24 * 60,
                _ => return None,
            };
            return Some(Self::Rate(count * minutes));
        }
        let fields: Vec<&str> = inner("cron")?.split_whitespace().collect();
        let fields: [&str; 6] = fields.try_into().ok()?;
        // One of the two kinds of days is left open, and nothing else is.
        let open: Vec<usize> = (0..fields.len()).filter(|place| fields[*place] == "?").collect();
        if open != [DAY] && open != [WEEKDAY] {
            return None;
        }
        let mut read: [Field; 6] = Default::default();
        for ((field, text), range) in read.iter_mut().zip(fields).zip(FIELDS) {
            *field = values(text, range)?;
        }
        Some(Self::Cron(read))
    }

    /// Whether it is a cron expression with what AWS has for the last day of a month (`L`), the nearest weekday (`W`) or the
    /// so-manyth weekday of a month (`#`), which are not simulated.
    pub(super) fn is_beyond(text: &str) -> bool {
        let field = |place: usize| text.split_whitespace().nth(place).unwrap_or_default();
        let weekday = field(WEEKDAY);
        text.starts_with("cron(")
            && (field(DAY).contains(['L', 'W']) || weekday.contains('#') || weekday.ends_with('L'))
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
                let begin = minute(begin);
                let of_day = begin.rem_euclid(A_DAY);
                day_fits(fields, begin.div_euclid(A_DAY))
                    && holds(&fields[0], of_day % 60)
                    && holds(&fields[1], of_day / 60)
            }
        }
    }

    /// The minutes (counted since 1970) within `minutes` at whose beginning it is due, the latest first; `from` is where a
    /// rate begins.
    pub(super) fn latest(
        &self,
        minutes: Range<i64>,
        from: OffsetDateTime,
    ) -> Box<dyn Iterator<Item = i64> + '_> {
        match self {
            Self::At(at) => Box::new(Some(minute(*at)).filter(|at| minutes.contains(at)).into_iter()),
            Self::Rate(every) => {
                let first = minute(from + Duration::minutes(1) - Duration::nanoseconds(1));
                let last = (minutes.end - 1 - first).div_euclid(*every) * every + first;
                let floor = minutes.start.max(first);
                let (last, every) = (last, *every);
                let back = std::iter::successors(Some(last), move |at| at.checked_sub(every));
                Box::new(back.take_while(move |at| *at >= floor))
            }
            Self::Cron(fields) => {
                let days = minutes.start.div_euclid(A_DAY)..=(minutes.end - 1).div_euclid(A_DAY);
                let days = days.rev().filter(|day| day_fits(fields, *day));
                let each = days.flat_map(|day| of_day(fields).map(move |at| day * A_DAY + at));
                Box::new(each.filter(move |at| minutes.contains(at)))
            }
        }
    }

    /// Whether it is done once it was due.
    pub(super) fn once(&self) -> bool {
        matches!(self, Self::At(_))
    }
}

/// The minutes of a day.
const A_DAY: i64 = 24 * 60;

fn holds(field: &Field, part: impl TryInto<i32>) -> bool {
    let part = part.try_into().ok();
    field
        .as_ref()
        .is_none_or(|values| part.is_some_and(|part| values.contains(&part)))
}

/// Whether a cron expression may be due on a day, counted since 1970.
fn day_fits(fields: &[Field; 6], day: i64) -> bool {
    let Some(date) = time::macros::date!(1970 - 01 - 01).checked_add(Duration::days(day)) else {
        return false;
    };
    holds(&fields[DAY], date.day())
        && holds(&fields[3], u8::from(date.month()))
        && holds(&fields[WEEKDAY], date.weekday().number_from_sunday())
        && holds(&fields[5], date.year())
}

/// The minutes of a day at which a cron expression is due, the latest first.
fn of_day(fields: &[Field; 6]) -> impl Iterator<Item = i64> + '_ {
    let hours = (0..24).rev().filter(|hour| holds(&fields[1], *hour));
    hours.flat_map(|hour| {
        let minutes = (0..60).rev().filter(|minute| holds(&fields[0], *minute));
        minutes.map(move |minute| 60 * hour + minute)
    })
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
        if to < from {
            return None;
        }
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
            "cron(0 12 * * * *)",
            "cron(0 12 ? * ? *)",
            "cron(? 12 * * ? *)",
            "cron(0 17-9 * * ? *)",
            "rate(5 minutess)",
            "daily",
        ] {
            assert_eq!(Schedule::read(text), None, "{text}");
        }
    }
    #[test]
    fn the_latest_minutes_are_those_that_are_due_one_by_one() {
        let range = minute(NOON)..minute(NOON) + 3 * A_DAY + 7;
        let from = NOON + Duration::seconds(90);
        for text in [
            "at(2026-11-23T08:30:10)",
            "at(2026-11-22T11:30:10)",
            "rate(7 hours)",
            "rate(5 minutes)",
            "cron(0/20 8,18 * * ? *)",
            "cron(30 6 ? * MON *)",
            "cron(30 6 23 11 ? 2027)",
        ] {
            let schedule = Schedule::read(text).unwrap();
            let begin = |at: i64| OffsetDateTime::UNIX_EPOCH + Duration::minutes(at);
            let mut each: Vec<i64> = range
                .clone()
                .filter(|at| match &schedule {
                    // It is made up for, later.
                    Schedule::At(time) => minute(*time) == *at,
                    other => other.due(begin(at + 1), from),
                })
                .collect();
            each.reverse();
            assert_eq!(
                schedule.latest(range.clone(), from).collect::<Vec<_>>(),
                each,
                "{text}"
            );
        }
    }
}
