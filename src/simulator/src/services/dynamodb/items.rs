//! Operations on items: what each consumed is debited, and shown as far as the caller asked for it.

use dynoxide::Database;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::checks;
use super::home;
use super::metering;
use super::names::Names;
use super::projection;
use super::rehearsal::{self, Write};
use super::reply;
use super::store::Account;
use super::throughput::{Direction, Place};
use super::tokens;
use crate::call::{Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;

/// Does an operation of dynoxide on items.
pub(super) fn consume<Q, R>(
    cloud: &Cloud,
    call: &mut Call,
    name: &str,
    direction: Direction,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
) -> Outcome
where
    Q: DeserializeOwned,
    R: Serialize,
{
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    let names = Names::take(&mut call.input)?;
    checks::check(&call.input)?;
    let shown = metering::ask_for_everything(call);
    let touches = metering::touches(&account, &call.input);
    let kept = projection::widen(&account, &mut call.input);
    let attempt = conditional(&call.input).then(|| call.input.clone());
    let output = tokens::run(&account, name, call.input.take(), call.time, act);
    let mut output = output.inspect_err(|error| {
        if let Some(input) = &attempt {
            debit_failure(&account, name, input, error, now);
        }
    })?;
    let consumed = metering::debit(&account, &output["ConsumedCapacity"], direction, &touches, now);
    metering::trim(&mut output, shown);
    kept.inspect(|kept| projection::narrow(&mut output, kept));
    names.put_back(&mut output);
    hand_back(&mut output, call.postponed.take(), direction);
    Ok(reply(&output, consumed))
}

/// Whether a write may be refused for what the item is.
fn conditional(input: &Value) -> bool {
    let condition = |input: &Value| input.get("ConditionExpression").is_some();
    condition(input)
        || input.get("Expected").is_some()
        || metering::parts(input).any(|(name, part)| name == "ConditionCheck" || condition(part))
}

/// A write whose condition fails consumes capacity all the same, by the larger of the item as it is and as it would
/// have been; in a transaction, each part does, and twice.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
fn debit_failure(account: &Account, name: &str, input: &Value, error: &AwsError, now: OffsetDateTime) {
    match error.short_code() {
        "ConditionalCheckFailedException" => {
            let operation = match name {
                "PutItem" => "PutItem",
                "UpdateItem" => "UpdateItem",
                _ => "DeleteItem",
            };
            debit_attempt(account, operation, input, 1.0, now);
        }
        "TransactionCanceledException" => {
            for (part, input) in metering::parts(input) {
                let operation = match part {
                    "Put" => "PutItem",
                    "Update" => "UpdateItem",
                    // A check costs what the item's deletion would.
                    _ => "DeleteItem",
                };
                debit_attempt(account, operation, input, 2.0, now);
            }
        }
        _ => {}
    }
}

fn debit_attempt(account: &Account, operation: &'static str, input: &Value, times: f64, now: OffsetDateTime) {
    let Some(table) = input["TableName"].as_str() else {
        return;
    };
    home::learn(account, table, now);
    let write = Write {
        operation,
        table,
        input,
    };
    let consumed = rehearsal::of(account, write).map(|outcome| outcome.consumed);
    let units = consumed.and_then(|consumed| consumed["Table"]["CapacityUnits"].as_f64());
    if let Some(units) = units {
        let place = Place::table(table);
        account
            .throughput
            .debit(place, Direction::Write, None, units * times, now);
    }
}

/// Adds what metering made wait to what the reply says is unprocessed.
fn hand_back(output: &mut Value, postponed: Value, direction: Direction) {
    let Value::Object(postponed) = postponed else {
        return;
    };
    let member = match direction {
        Direction::Read => "UnprocessedKeys",
        Direction::Write => "UnprocessedItems",
    };
    if !output[member].is_object() {
        output[member] = json!({});
    }
    for (table, waiting) in postponed {
        output[member][table] = waiting;
    }
}
