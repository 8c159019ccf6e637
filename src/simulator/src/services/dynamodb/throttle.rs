//! How DynamoDB says that a capacity is used up.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughputExceededException.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html>

use serde_json::{Value, json};

use super::capacity::{Direction, Place};
use super::codec::table_arn;
use super::provision::Limit;
use crate::error::AwsError;

/// A table or index without capacity left, for one direction.
#[derive(Debug, Clone)]
pub(super) struct Short {
    /// Which.
    pub(super) place: Place,
    /// Reading or writing.
    pub(super) direction: Direction,
    /// What limits it.
    pub(super) limit: Limit,
}

impl Short {
    /// The refusal of an operation.
    pub(super) fn error(&self) -> AwsError {
        let provisioned = self.limit == Limit::Provisioned;
        let (code, member) = if provisioned {
            ("ProvisionedThroughputExceededException", "ThrottlingReasons")
        } else {
            ("ThrottlingException", "throttlingReasons")
        };
        AwsError::new(
            400,
            format!("com.amazonaws.dynamodb.v20120810#{code}"),
            self.message(),
        )
        .with(
            member,
            json!([{ "reason": self.reason(), "resource": self.arn() }]),
        )
    }

    /// The refusal of a transaction's part, with its code.
    pub(super) fn cancellation(&self) -> Value {
        let code = if self.limit == Limit::Provisioned {
            "ProvisionedThroughputExceeded"
        } else {
            "ThrottlingError"
        };
        json!({ "Code": code, "Message": self.message() })
    }

    fn message(&self) -> &'static str {
        match (self.limit, &self.place.index) {
            (Limit::Provisioned, None) => {
                "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
                 provisioning level with the UpdateTable API."
            }
            (Limit::Provisioned, Some(_)) => {
                "The level of configured provisioned throughput for one or more global secondary indexes of the table \
                 was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary \
                 indexes with the UpdateTable API."
            }
            (_, None) => {
                "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling \
                 your table or index so please try again shortly. If exceptions persist, check if you have a hot key: \
                 https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html."
            }
            (_, Some(_)) => {
                "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is \
                 automatically scaling your index so please try again shortly."
            }
        }
    }

    fn reason(&self) -> String {
        let resource = if self.place.index.is_some() {
            "Index"
        } else {
            "Table"
        };
        let direction = match self.direction {
            Direction::Read => "Read",
            Direction::Write => "Write",
        };
        let limit = match self.limit {
            Limit::Provisioned => "ProvisionedThroughputExceeded",
            Limit::OnDemand => "KeyRangeThroughputExceeded",
            Limit::OnDemandMaximum => "MaxOnDemandThroughputExceeded",
        };
        format!("{resource}{direction}{limit}")
    }

    fn arn(&self) -> String {
        let table = table_arn(&self.place.table);
        match &self.place.index {
            Some(index) => format!("{table}/index/{index}"),
            None => table,
        }
    }
}
