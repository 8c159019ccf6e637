//! Which account's tables a request is for, and what is known of a table.

use std::sync::Arc;

use dynoxide::Database;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::codec;
use super::names;
use super::store::Account;
use super::throughput::Table;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::application_autoscaling;

/// The account of the tables that a request names: an ARN's, else the caller's.
pub(super) fn account_id(call: &Call) -> &str {
    let input = &call.input;
    let member = |name: &str| input[name].as_str();
    if let Some(account) = member("TableName").and_then(|given| names::read(given).account) {
        return account;
    }
    let arn = member("ResourceArn")
        .or(member("StreamArn"))
        .or(member("ShardIterator"));
    let requests = input["RequestItems"].as_object().into_iter().flatten();
    let requests = requests.map(|(given, _)| given.as_str());
    let parts = input["TransactItems"].as_array().into_iter().flatten();
    let parts = parts.filter_map(|part| part.as_object()?.values().next()?["TableName"].as_str());
    arn.into_iter()
        .chain(requests)
        .chain(parts)
        .find_map(names::account_of_arn)
        .unwrap_or(call.account())
}

/// The tables of that account, scaled as they should be by now.
pub(super) fn of(cloud: &Cloud, call: &Call) -> Result<Arc<Account>, AwsError> {
    application_autoscaling::catch_up(cloud);
    open(cloud, account_id(call))
}

/// The tables of an account.
pub(super) fn open(cloud: &Cloud, account: &str) -> Result<Arc<Account>, AwsError> {
    let account = cloud.dynamodb.account(account);
    account.map_err(|error| codec::internal(&error.to_string()))
}

/// The table that a request names.
pub(super) fn table(call: &Call) -> &str {
    let given = call.input["TableName"].as_str();
    given.map(|given| names::read(given).table).unwrap_or_default()
}

/// A table's description as dynoxide has it, or `None` when there is no such table.
pub(super) fn describe(account: &Account, table: &str) -> Option<Value> {
    let input = json!({ "TableName": table });
    let output = codec::run(account, input, Database::describe_table).ok()?;
    output.get("Table").cloned()
}

/// Whether there is such a table.
pub(super) fn exists(account: &Account, table: &str) -> bool {
    let known = account.database.get_table_metadata(table);
    known.is_ok_and(|known| known.is_some())
}

/// Takes note of a table's throughput, the first time that it is used.
pub(super) fn learn(account: &Account, table: &str, now: OffsetDateTime) {
    if !account.throughput.knows(table)
        && let Some(description) = describe(account, table)
    {
        account.throughput.learn(table, Table::of(&description, now));
    }
}
