//! The names of streams and of their shards: dynoxide numbers a stream by the second and calls its one shard after the
//! table, AWS dates the one and gives the other 20 digits and 8 more of base 16.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html>

use time::OffsetDateTime;
use time::macros::format_description;

use super::names;
use super::store::Account;

/// When a stream of dynoxide's was enabled: it writes `1432155070.252000000`.
fn enabled(label: &str) -> Option<OffsetDateTime> {
    let (seconds, nanoseconds) = label.split_once('.')?;
    let (seconds, nanoseconds) = (seconds.parse::<i128>().ok()?, nanoseconds.parse::<i128>().ok()?);
    OffsetDateTime::from_unix_timestamp_nanos(seconds * 1_000_000_000 + nanoseconds).ok()
}

/// dynoxide's label of a stream as AWS writes it; `None` for what is none.
pub(super) fn label(given: &str) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]");
    enabled(given)?.format(format).ok()
}

/// The ARN of a stream, its label AWS's.
pub(super) fn dated(arn: &str) -> Option<String> {
    let (table, given) = arn.rsplit_once("/stream/")?;
    Some(format!("{table}/stream/{}", label(given)?))
}

/// dynoxide's label of a table's stream.
fn own_label(account: &Account, table: &str) -> Option<String> {
    account.database.get_table_metadata(table).ok()??.stream_label
}

/// The ARN of a stream, its label dynoxide's; `None` where the table has no such stream now.
pub(super) fn numbered(account: &Account, arn: &str) -> Option<String> {
    let (resource, given) = arn.rsplit_once("/stream/")?;
    let own = own_label(account, names::table_of_arn(arn)?)?;
    let known = own == given || label(&own).as_deref() == Some(given);
    known.then(|| format!("{resource}/stream/{own}"))
}

/// The shard of a table's stream: when it was enabled, and what tells it from the others of that moment.
pub(super) fn shard(account: &Account, table: &str) -> Option<String> {
    let own = own_label(account, table)?;
    let milliseconds = enabled(&own)?.unix_timestamp_nanos() / 1_000_000;
    // FNV-1a: the same shard has the same name each time that it is asked for.
    let hash = table.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    Some(format!("shardId-{milliseconds:020}-{hash:08x}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_label_is_the_moment_to_the_millisecond() {
        let dated_label = "2015-05-20T20:51:10.252";
        assert_eq!(label("1432155070.252999938").unwrap(), dated_label);
        assert_eq!(label(dated_label), None);
        let arn = |label: &str| format!("arn:aws:dynamodb:eu-west-3:1:table/t/stream/{label}");
        assert_eq!(dated(&arn("1432155070.252999938")).unwrap(), arn(dated_label));
        assert_eq!(dated("arn:aws:dynamodb:eu-west-3:1:table/t"), None);
    }
}
