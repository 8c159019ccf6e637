//! Conditions on keys that move with time: what such a key has now, it no longer has when the call is made again.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::policy::condition::{Base, Comparison, Condition, Operator};
use crate::policy::context::Context;

/// How much room a new deadline leaves.
const ROOM: Duration = Duration::days(1);

/// The most that AWS lets a presigned URL live, in milliseconds as `s3:signatureAge` counts.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
const OLDEST_URL: i64 = 604_800_000;

/// How old the signature of a header may be, in milliseconds.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>
const OLDEST_HEADER: i64 = 900_000;

/// The longest session of `GetSessionToken`, in seconds.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const LONGEST_SESSION: i64 = 129_600;

/// A deadline that has passed, as another operator and a value with room; `None` for a key that stands still, and for a
/// bound that time itself leads to.
pub(super) fn with_room(
    condition: &Condition,
    actual: &str,
    context: &Context,
) -> Option<(Operator, String)> {
    let operator = condition.operator;
    let (Base::Numeric(how) | Base::Date(how)) = operator.base else {
        return None;
    };
    let how = match how {
        Comparison::Equals | Comparison::LessThanEquals => Comparison::LessThanEquals,
        Comparison::LessThan => Comparison::LessThan,
        Comparison::GreaterThan | Comparison::GreaterThanEquals => return None,
    };
    let base = match operator.base {
        Base::Date(_) => Base::Date(how),
        _ => Base::Numeric(how),
    };
    let value = later(&condition.key, actual, context)?;
    Some((operator.with_base(base), value))
}

fn later(key: &str, actual: &str, context: &Context) -> Option<String> {
    let number = || actual.parse::<i64>().ok();
    let below = |limit: i64| number().filter(|age| *age < limit).map(|_| limit.to_string());
    match key.to_ascii_lowercase().as_str() {
        "aws:currenttime" => {
            let now = OffsetDateTime::parse(actual, &Rfc3339).ok()?;
            let deadline = now.replace_nanosecond(0).ok()?.checked_add(ROOM)?;
            deadline.format(&Rfc3339).ok()
        }
        "aws:epochtime" => Some(number()?.checked_add(ROOM.whole_seconds())?.to_string()),
        "aws:multifactorauthage" => below(LONGEST_SESSION),
        "s3:signatureage" => {
            let of_url = context.get("s3:authType").first().map(String::as_str) != Some("REST-HEADER");
            below(if of_url { OLDEST_URL } else { OLDEST_HEADER })
        }
        _ => None,
    }
}
