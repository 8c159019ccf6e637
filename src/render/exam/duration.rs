//! Seconds as French durations and moments.

use time::OffsetDateTime;
use time::macros::format_description;

/// The time that is left, as a clock counts it down: `1 h 02 min 07 s`, `9 min 05 s`.
pub fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}\u{a0}s"),
        (0, _) => format!("{minutes}\u{a0}min\u{a0}{seconds:02}\u{a0}s"),
        _ => format!("{hours}\u{a0}h\u{a0}{minutes:02}\u{a0}min\u{a0}{seconds:02}\u{a0}s"),
    }
}

/// A duration in minutes, as one says it: `2 h 10 min`, `45 min`.
pub fn spoken(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}\u{a0}min"),
        (hours, 0) => format!("{hours}\u{a0}h"),
        (hours, minutes) => format!("{hours}\u{a0}h\u{a0}{minutes:02}\u{a0}min"),
    }
}

/// A moment, seconds since 1970: `29/11/2026 20:15 UTC`.
pub(super) fn moment(seconds: i64) -> String {
    let format = format_description!("[day]/[month]/[year] [hour]:[minute] UTC");
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|moment| moment.format(format).ok())
        .unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{clock, moment, spoken};

    #[test]
    fn durations_leave_out_what_is_nothing_before_them() {
        let shown = [0, 59, 60, 545, 3600, 7799]
            .map(clock)
            .map(|text| text.replace('\u{a0}', " "));
        assert_eq!(
            shown,
            [
                "0 s",
                "59 s",
                "1 min 00 s",
                "9 min 05 s",
                "1 h 00 min 00 s",
                "2 h 09 min 59 s"
            ]
        );
        let said = [1, 60, 90, 130]
            .map(spoken)
            .map(|text| text.replace('\u{a0}', " "));
        assert_eq!(said, ["1 min", "1 h", "1 h 30 min", "2 h 10 min"]);
        assert_eq!(moment(0), "01/01/1970 00:00 UTC");
        assert_eq!(moment(i64::MAX), "?");
    }
}
