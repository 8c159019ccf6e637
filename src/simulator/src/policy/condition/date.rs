//! Points in time of the date operators: ISO 8601 as the W3C writes it, or seconds since 1970.
//!
//! <https://www.w3.org/TR/NOTE-datetime>

use time::{Date, Duration, Month, PrimitiveDateTime, Time, UtcOffset};

/// Whether a text is a date that a policy may hold.
pub(in super::super) fn is_date(text: &str) -> bool {
    parse(text).is_some()
}

/// The nanoseconds since 1970 of a text; without an offset it is UTC.
pub(super) fn parse(text: &str) -> Option<i128> {
    let epoch = text.strip_prefix('-').unwrap_or(text);
    let written_as_number = !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit());
    if written_as_number && epoch.len() != 4 {
        return text
            .parse::<i64>()
            .ok()
            .map(|seconds| i128::from(seconds) * 1_000_000_000);
    }
    let text = text.to_ascii_lowercase();
    let (date, time) = text
        .split_once('t')
        .map_or((text.as_str(), None), |(date, time)| (date, Some(time)));
    let date = day(date)?;
    let (time, offset) = time.map_or(Some((Time::MIDNIGHT, UtcOffset::UTC)), clock)?;
    let moment = PrimitiveDateTime::new(date, time).assume_utc();
    let moment = moment.checked_sub(Duration::seconds(i64::from(offset.whole_seconds())))?;
    Some(moment.unix_timestamp_nanos())
}

/// `2026`, `2026-11` or `2026-11-22`.
fn day(text: &str) -> Option<Date> {
    let mut fields = text.split('-');
    let year = digits(fields.next()?, 1, 4)?;
    let month = fields.next().map_or(Some(1), |field| digits(field, 1, 2))?;
    let day = fields.next().map_or(Some(1), |field| digits(field, 1, 2))?;
    if fields.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()
}

/// `12:00z`, `12:00:30.5+01:00`; an empty text is midnight.
fn clock(text: &str) -> Option<(Time, UtcOffset)> {
    let at = text.find(['z', '+', '-']).unwrap_or(text.len());
    let (time, offset) = text.split_at(at);
    let offset = self::offset(offset)?;
    if time.is_empty() {
        return Some((Time::MIDNIGHT, offset));
    }
    let mut fields = time.split(':');
    let hour = byte(fields.next()?)?;
    let minute = fields.next().map_or(Some(0), byte)?;
    let (second, nanosecond) = fields.next().map_or(Some((0, 0)), seconds)?;
    if fields.next().is_some() {
        return None;
    }
    Some((
        Time::from_hms_nano(hour, minute, second, nanosecond).ok()?,
        offset,
    ))
}

fn seconds(text: &str) -> Option<(u8, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let scaled = format!("{fraction:0<9}");
    Some((byte(whole)?, digits(&scaled, 9, 9)?))
}

/// Nothing, `z`, `+01` or `-01:30`.
fn offset(text: &str) -> Option<UtcOffset> {
    let Some(sign) = text.chars().next().filter(|_| text != "z") else {
        return Some(UtcOffset::UTC);
    };
    let (hours, minutes) = text.get(1..)?.split_once(':').unwrap_or((text.get(1..)?, "00"));
    let (hours, minutes) = (digits(hours, 2, 2)?, digits(minutes, 2, 2)?);
    let sign = if sign == '-' { -1 } else { 1 };
    let (hours, minutes) = (i8::try_from(hours).ok()?, i8::try_from(minutes).ok()?);
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

fn byte(text: &str) -> Option<u8> {
    digits(text, 1, 2).and_then(|number| u8::try_from(number).ok())
}

/// A number written with that many digits.
fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let right = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| right)
}
