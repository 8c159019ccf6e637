//! How DynamoDB says that a capacity is used up.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html>

use serde_json::{Value, json};

use super::flow::Limit;
use super::part::Mode;
use super::units::Direction;
use crate::error::AwsError;
use crate::services::dynamodb::codec::table_arn;

/// A table or index without capacity left, for one direction.
#[derive(Debug, Clone)]
pub(crate) struct Short {
    /// The table's name.
    pub(super) table: String,
    /// The index's name.
    pub(super) index: Option<String>,
    /// Reading or writing.
    pub(super) direction: Direction,
    /// What stops it.
    pub(super) limit: Limit,
    /// The table's capacity mode.
    pub(super) mode: Mode,
}

impl Short {
    /// The refusal of an operation, in the account that the table is in.
    pub(crate) fn error(&self, account: &str) -> AwsError {
        let (code, member) = match (self.limit, self.mode) {
            (Limit::Account, _) => ("RequestLimitExceeded", "ThrottlingReasons"),
            (_, Mode::Provisioned) => ("ProvisionedThroughputExceededException", "ThrottlingReasons"),
            (_, Mode::OnDemand) => ("ThrottlingException", "throttlingReasons"),
        };
        let reasons = json!([{ "reason": self.reason(), "resource": self.arn(account) }]);
        AwsError::new(
            400,
            format!("com.amazonaws.dynamodb.v20120810#{code}"),
            self.message(),
        )
        .with(member, reasons)
    }

    /// The refusal of a transaction's part, with its code.
    pub(crate) fn cancellation(&self) -> Value {
        let code = match self.mode {
            Mode::Provisioned => "ProvisionedThroughputExceeded",
            Mode::OnDemand => "ThrottlingError",
        };
        json!({ "Code": code, "Message": self.message() })
    }

    fn message(&self) -> &'static str {
        match (self.limit, self.mode, &self.index) {
            (Limit::Account, ..) => {
                "Throughput exceeds the current throughput limit for your account. To request a limit increase, contact \
                 AWS Support at https://aws.amazon.com/support."
            }
            (Limit::Maximum, ..) => {
                "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
            }
            (_, Mode::Provisioned, None) => {
                "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
                 provisioning level with the UpdateTable API."
            }
            (_, Mode::Provisioned, Some(_)) => {
                "The level of configured provisioned throughput for one or more global secondary indexes of the table \
                 was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary \
                 indexes with the UpdateTable API."
            }
            (_, Mode::OnDemand, None) => {
                "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling \
                 your table or index so please try again shortly. If exceptions persist, check if you have a hot key: \
                 https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html."
            }
            (_, Mode::OnDemand, Some(_)) => {
                "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is \
                 automatically scaling your index so please try again shortly."
            }
        }
    }

    fn reason(&self) -> String {
        let resource = if self.index.is_some() { "Index" } else { "Table" };
        let limit = match self.limit {
            Limit::Provisioned => "ProvisionedThroughputExceeded",
            Limit::KeyRange => "KeyRangeThroughputExceeded",
            Limit::Account => "AccountLimitExceeded",
            Limit::Maximum => "MaxOnDemandThroughputExceeded",
        };
        format!("{resource}{}{limit}", self.direction.word())
    }

    fn arn(&self, account: &str) -> String {
        let table = table_arn(account, &self.table);
        match &self.index {
            Some(index) => format!("{table}/index/{index}"),
            None => table,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn said(limit: Limit, mode: Mode, index: Option<&str>) -> (String, String) {
        let short = Short {
            table: "notes".to_owned(),
            index: index.map(str::to_owned),
            direction: Direction::Write,
            limit,
            mode,
        };
        let error = short.error("123456789012");
        let reason = error.extras[0].1[0]["reason"].as_str().unwrap().to_owned();
        (format!("{} {}", error.short_code(), error.extras[0].0), reason)
    }

    #[test]
    fn the_mode_gives_the_exception_and_the_limit_the_reason() {
        let said = |limit, mode, index| {
            let (exception, reason) = said(limit, mode, index);
            format!("{exception} {reason}")
        };
        assert_eq!(
            said(Limit::Provisioned, Mode::Provisioned, Some("i")),
            "ProvisionedThroughputExceededException ThrottlingReasons IndexWriteProvisionedThroughputExceeded"
        );
        assert_eq!(
            said(Limit::KeyRange, Mode::Provisioned, None),
            "ProvisionedThroughputExceededException ThrottlingReasons TableWriteKeyRangeThroughputExceeded"
        );
        assert_eq!(
            said(Limit::Maximum, Mode::OnDemand, None),
            "ThrottlingException throttlingReasons TableWriteMaxOnDemandThroughputExceeded"
        );
        assert_eq!(
            said(Limit::Account, Mode::OnDemand, None),
            "RequestLimitExceeded ThrottlingReasons TableWriteAccountLimitExceeded"
        );
    }
}
