//! The quotas on throughput, and how AWS refuses what is beyond them.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>

use serde_json::{Value, json};

use super::units::{Direction, Units};
use crate::REGION;
use crate::error::AwsError;

/// The most units a second of a table, and of an index, in either direction and mode.
pub(crate) const PER_TABLE: i64 = 40_000;

/// The most provisioned units of the account's tables and indexes together.
pub(crate) const PER_ACCOUNT: i64 = 80_000;

/// How these sentences end.
const REFER: &str =
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";

/// What `DescribeLimits` answers.
pub(crate) fn describe() -> Value {
    json!({
        "AccountMaxReadCapacityUnits": PER_ACCOUNT,
        "AccountMaxWriteCapacityUnits": PER_ACCOUNT,
        "TableMaxReadCapacityUnits": PER_TABLE,
        "TableMaxWriteCapacityUnits": PER_TABLE,
    })
}

/// A `LimitExceededException`.
pub(crate) fn exceeded(message: impl Into<String>) -> AwsError {
    let code = "com.amazonaws.dynamodb.v20120810#LimitExceededException";
    AwsError::new(400, code, message)
}

/// Refuses more provisioned units than a table, or the index of that name, may have.
pub(super) fn check_provisioned(units: Units<i64>, index: Option<&str>) -> Result<(), AwsError> {
    for direction in Direction::BOTH {
        let (asked, word) = (*units.of(direction), direction.word());
        if asked > PER_TABLE {
            let (of, kind) = match index {
                Some(index) => (format!(" for index {index}"), "index"),
                None => (String::new(), "table"),
            };
            return Err(exceeded(format!(
                "The requested {word}CapacityUnits{of}, {asked}, is above the per {kind} maximum for the account in \
                 {REGION}. Per {kind} maximum: {PER_TABLE}. {REFER}"
            )));
        }
    }
    Ok(())
}

/// Refuses what would take the account beyond its quota: it has reserved `reserved`, and asks for `more`.
pub(super) fn check_account(reserved: Units<i64>, more: Units<i64>) -> Result<(), AwsError> {
    for direction in Direction::BOTH {
        let (reserved, more, word) = (*reserved.of(direction), *more.of(direction), direction.word());
        if more > 0 && reserved.saturating_add(more) > PER_ACCOUNT {
            return Err(exceeded(format!(
                "This request would have caused the {word}CapacityUnits limit to be exceeded for the account in \
                 {REGION}. Current {word}CapacityUnits reserved by the account: {reserved}. Limit: {PER_ACCOUNT}. \
                 Requested: {more}. {REFER}"
            )));
        }
    }
    Ok(())
}

/// Refuses a member such as `MaxReadRequestUnits` of an `OnDemandThroughput` beyond the quota; `of` is how AWS says
/// of what it is: `OnDemandThroughput for table`.
pub(super) fn check_member(member: &str, of: &str, direction: Direction, value: i64) -> Result<(), AwsError> {
    if value <= PER_TABLE {
        return Ok(());
    }
    Err(exceeded(format!(
        "Subscriber limit exceeded: Requested {member} for {of} exceeds TableMax{}CapacityUnits of the account in region {REGION}",
        direction.word()
    )))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_table_an_index_and_the_account_have_their_maxima() {
        let units = Units {
            read: 5,
            write: 40_001,
        };
        assert_eq!(
            check_provisioned(units, None).unwrap_err().message,
            "The requested WriteCapacityUnits, 40001, is above the per table maximum for the account in eu-west-3. Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        );
        let refused = check_provisioned(units, Some("par-ville")).unwrap_err().message;
        assert!(refused.starts_with(
            "The requested WriteCapacityUnits for index par-ville, 40001, is above the per index"
        ));
        let (reserved, more) = (
            Units {
                read: 60_000,
                write: 0,
            },
            Units {
                read: 20_001,
                write: 0,
            },
        );
        let refused = check_account(reserved, more).unwrap_err().message;
        assert!(refused.contains("reserved by the account: 60000. Limit: 80000. Requested: 20001."));
        assert!(
            check_account(
                reserved,
                Units {
                    read: 20_000,
                    write: 80_000
                }
            )
            .is_ok()
        );
    }
}
