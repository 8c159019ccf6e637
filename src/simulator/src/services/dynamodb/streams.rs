//! Streams: dynoxide has one shard of each, which stays open; what it leaves out of the pages and ranges is added.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>

use dynoxide::Database;
use serde_json::{Value, json};

use super::codec::{self, invalid};
use super::home;
use super::names;
use super::reply;
use super::shards;
use super::store::Account;
use crate::REGION;
use crate::call::{Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;

/// What a shard's range begins with before anything is in it.
const BEGINNING: &str = "100000000000000000001";

/// `ListStreams`.
pub(super) fn list(cloud: &Cloud, call: &mut Call) -> Outcome {
    check_limit(&call.input, 100)?;
    let account = home::of(cloud, call)?;
    names::Names::take(&mut call.input)?;
    if let Some(Value::String(arn)) = call.input.get_mut("ExclusiveStartStreamArn") {
        shards::numbered(&account, arn).inspect(|numbered| arn.clone_from(numbered));
    }
    codec::globalise(&account.id, call);
    let mut output = codec::run(&account, call.input.take(), Database::list_streams)?;
    codec::localise(cloud, &account.id, &mut output);
    Ok(reply(&output, None))
}

/// `DescribeStream`.
pub(super) fn describe(cloud: &Cloud, call: &mut Call) -> Outcome {
    check_arn(&call.input)?;
    check_limit(&call.input, 100)?;
    let account = home::of(cloud, call)?;
    check_stream(&account, &call.input)?;
    codec::globalise(&account.id, call);
    let input = call.input.take();
    let after = input["ExclusiveStartShardId"].as_str().map(str::to_owned);
    let mut output = codec::run(&account, input, Database::describe_stream)?;
    codec::localise(cloud, &account.id, &mut output);
    let stream = &mut output["StreamDescription"];
    let table = stream["TableName"].as_str().unwrap_or_default().to_owned();
    if let Some(table) = home::describe(&account, &table) {
        stream["KeySchema"] = table["KeySchema"].clone();
    }
    if let Some(shards) = stream["Shards"].as_array_mut() {
        let name = shards::shard(&account, &table);
        shards.retain(|_| after.is_none() || after < name);
        for shard in shards {
            shard["ShardId"] = name.as_deref().into();
            let start = shard["SequenceNumberRange"]["StartingSequenceNumber"].take();
            let start = if start.is_null() { BEGINNING.into() } else { start };
            shard["SequenceNumberRange"] = json!({ "StartingSequenceNumber": start });
        }
    }
    Ok(reply(&output, None))
}

/// `GetShardIterator`: an iterator begins with its stream's ARN.
pub(super) fn get_shard_iterator(cloud: &Cloud, call: &mut Call) -> Outcome {
    check_arn(&call.input)?;
    let account = home::of(cloud, call)?;
    let stream = call.input["StreamArn"].as_str().unwrap_or_default().to_owned();
    check_stream(&account, &call.input)?;
    codec::globalise(&account.id, call);
    let mut input = call.input.take();
    name_shard(&account, &mut input)?;
    let mut output = codec::run(&account, input, Database::get_shard_iterator)?;
    prefix(&mut output["ShardIterator"], &stream);
    Ok(reply(&output, None))
}

/// Makes an iterator of dynoxide's AWS's.
fn prefix(iterator: &mut Value, stream: &str) {
    if let Value::String(iterator) = iterator {
        *iterator = format!("{stream}|1|{iterator}");
    }
}

/// `GetRecords`.
pub(super) fn get_records(cloud: &Cloud, call: &mut Call) -> Outcome {
    check_limit(&call.input, 1_000)?;
    let account = home::of(cloud, call)?;
    let mut stream = String::new();
    if let Some(Value::String(iterator)) = call.input.get_mut("ShardIterator")
        && let Some((arn, rest)) = iterator.split_once("|1|")
    {
        (stream, *iterator) = (arn.to_owned(), rest.to_owned());
    }
    let mut output = codec::run(&account, call.input.take(), Database::get_records)?;
    for record in output["Records"].as_array_mut().into_iter().flatten() {
        record["awsRegion"] = REGION.into();
    }
    prefix(&mut output["NextShardIterator"], &stream);
    Ok(reply(&output, None))
}

/// A stream is enabled where there is none, and disabled where there is one.
pub(super) fn check_change(account: &Account, input: &Value) -> Result<(), AwsError> {
    let (Some(asked), Some(table)) = (
        input["StreamSpecification"]["StreamEnabled"].as_bool(),
        input["TableName"].as_str(),
    ) else {
        return Ok(());
    };
    let Some(description) = home::describe(account, table) else {
        return Ok(());
    };
    let enabled = description["StreamSpecification"]["StreamEnabled"] == true;
    match (asked, enabled) {
        (true, true) => Err(invalid(format!(
            "Table already has an enabled stream: TableName: {table}"
        ))),
        (false, false) => Err(invalid(format!(
            "Table has no stream to disable: TableName: {table}"
        ))),
        _ => Ok(()),
    }
}

fn check_arn(input: &Value) -> Result<(), AwsError> {
    match input["StreamArn"].as_str() {
        Some(arn) if names::table_of_arn(arn).is_none() || !arn.contains("/stream/") => {
            Err(invalid("Invalid StreamArn"))
        }
        _ => Ok(()),
    }
}

fn check_limit(input: &Value, most: i64) -> Result<(), AwsError> {
    let bound = match input["Limit"].as_i64() {
        Some(limit) if limit < 1 => "greater than or equal to 1".to_owned(),
        Some(limit) if limit > most => format!("less than or equal to {most}"),
        _ => return Ok(()),
    };
    let limit = &input["Limit"];
    Err(invalid(format!(
        "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value {bound}"
    )))
}

fn not_found(message: impl Into<String>) -> AwsError {
    let code = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
    AwsError::new(400, code, message)
}

/// The stream must be its table's present one.
fn check_stream(account: &Account, input: &Value) -> Result<(), AwsError> {
    match input["StreamArn"].as_str() {
        Some(arn) if shards::numbered(account, arn).is_none() => Err(not_found(format!(
            "Requested resource not found: Stream: {arn} not found"
        ))),
        _ => Ok(()),
    }
}

/// The shard must be the stream's; dynoxide is given its own name of it.
fn name_shard(account: &Account, input: &mut Value) -> Result<(), AwsError> {
    let table = input["StreamArn"].as_str().and_then(names::table_of_arn);
    let (Some(table), Some(asked)) = (table, input["ShardId"].as_str()) else {
        return Ok(());
    };
    if shards::shard(account, table).as_deref() != Some(asked) {
        return Err(not_found("Requested resource not found: Shard does not exist"));
    }
    input["ShardId"] = dynoxide::streams::shard_id(table).into();
    Ok(())
}
