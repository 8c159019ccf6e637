//! Metering transactions: one is cancelled as a whole, with a reason for each part.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::check_indexes;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::dynamodb::rehearsal::Write;
use crate::services::dynamodb::store::Account;
use crate::services::dynamodb::throughput::{Direction, Place, Short};
use crate::services::dynamodb::{home, names};

/// The parts of a transaction: what each does, and its input.
pub(in crate::services::dynamodb) fn parts(input: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = input["TransactItems"].as_array().into_iter().flatten();
    items.filter_map(|item| {
        item.as_object()?
            .iter()
            .next()
            .map(|(name, part)| (name.as_str(), part))
    })
}

/// For `TransactGetItems`.
pub(in crate::services::dynamodb) fn transact_read(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    transact(cloud, call, Direction::Read)
}

/// For `TransactWriteItems`.
pub(in crate::services::dynamodb) fn transact_write(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    transact(cloud, call, Direction::Write)
}

/// Beyond this many bytes, a transaction may be refused for its size, which comes before its capacity.
const LARGE: usize = 4 << 20;

fn transact(cloud: &Cloud, call: &Call, direction: Direction) -> Result<(), AwsError> {
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    let checked = parts(&call.input).map(|(name, part)| check(&account, name, part, direction, now));
    let checked: Vec<Result<(), Short>> = checked.collect();
    if checked.iter().all(Result::is_ok) || call.body.len() > LARGE {
        return Ok(());
    }
    let none = || json!({ "Code": "None" });
    let reason = |part: &Result<(), Short>| part.as_ref().err().map_or_else(none, Short::cancellation);
    Err(cancelled(&checked.iter().map(reason).collect::<Vec<_>>()))
}

fn check(
    account: &Account,
    name: &str,
    part: &Value,
    direction: Direction,
    now: OffsetDateTime,
) -> Result<(), Short> {
    let table = names::read(part["TableName"].as_str().unwrap_or_default()).table;
    home::learn(account, table, now);
    let operation = match name {
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        _ => "DeleteItem",
    };
    let write = Write {
        operation,
        table,
        input: part,
    };
    let key = super::key(account, &write);
    account
        .throughput
        .admit(Place::table(table), direction, key, now)?;
    match name {
        "Put" | "Update" | "Delete" => check_indexes(account, write, now),
        _ => Ok(()),
    }
}

fn cancelled(reasons: &[Value]) -> AwsError {
    let codes = reasons.iter().filter_map(|reason| reason["Code"].as_str());
    let codes: Vec<&str> = codes.collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    let code = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    AwsError::new(400, code, message)
        .message_as("Message")
        .with("CancellationReasons", reasons)
}
