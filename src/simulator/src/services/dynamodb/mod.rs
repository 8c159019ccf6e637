//! DynamoDB, executed by dynoxide and metered here.
//!
//! Not simulated: backups, exports and imports, global tables, auto scaling, the daily limit of throughput decreases.

mod access;
mod capacity;
mod codec;
mod indexes;
mod metering;
mod partiql;
mod provision;
mod store;
mod throttle;

use dynoxide::Database;
use dynoxide::types::{Item, item_size, table_write_capacity_units};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(crate) use store::{DynamoDb, Snapshot, StoreError};

use crate::REGION;
use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service, owned_by_caller, unmetered};
use capacity::{Direction, Place};

/// An operation of dynoxide that nothing meters.
macro_rules! plain {
    ($name:literal, $method:ident, $access:ident) => {
        plain!($name, $method, $access, |_, _| {})
    };
    ($name:literal, $method:ident, $access:ident, $after:expr) => {
        Operation {
            name: $name,
            access: |_, call| access::$access(call, concat!("dynamodb:", $name)),
            meter: unmetered,
            execute: |cloud, call| manage(cloud, call, $name, Database::$method, $after),
        }
    };
}

/// An operation of dynoxide on items, which consumes capacity.
macro_rules! metered {
    ($name:literal, $method:ident, $access:ident, $meter:ident, $direction:ident) => {
        Operation {
            name: $name,
            access: |_, call| access::$access(call, concat!("dynamodb:", $name)),
            meter: metering::$meter,
            execute: |cloud, call| consume(cloud, call, $name, Direction::$direction, Database::$method),
        }
    };
}

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "dynamodb",
    protocol: Protocol::Json {
        version: "1.0",
        targets: &["DynamoDB_20120810", "DynamoDBStreams_20120810"],
    },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[
        metered!("GetItem", get_item, table, read, Read),
        metered!("PutItem", put_item, table, write, Write),
        metered!("UpdateItem", update_item, table, write, Write),
        metered!("DeleteItem", delete_item, table, write, Write),
        metered!("Query", query, table, read, Read),
        metered!("Scan", scan, table, read, Read),
        metered!("BatchGetItem", batch_get_item, batch, batch_get, Read),
        metered!("BatchWriteItem", batch_write_item, batch, batch_write, Write),
        metered!(
            "TransactGetItems",
            transact_get_items,
            transaction,
            transact_read,
            Read
        ),
        metered!(
            "TransactWriteItems",
            transact_write_items,
            transaction,
            transact_write,
            Write
        ),
        metered!("ExecuteStatement", execute_statement, partiql, partiql, Read),
        metered!(
            "BatchExecuteStatement",
            batch_execute_statement,
            partiql,
            partiql,
            Read
        ),
        metered!("ExecuteTransaction", execute_transaction, partiql, partiql, Read),
        plain!("CreateTable", create_table, table, relearn),
        plain!("UpdateTable", update_table, table, relearn),
        plain!("DeleteTable", delete_table, table, forget),
        plain!("DescribeTable", describe_table, table),
        plain!("ListTables", list_tables, account),
        plain!("UpdateTimeToLive", update_time_to_live, table),
        plain!("DescribeTimeToLive", describe_time_to_live, table),
        plain!("TagResource", tag_resource, table),
        plain!("UntagResource", untag_resource, table),
        plain!("ListTagsOfResource", list_tags_of_resource, table),
        plain!("SearchVectors", search_vectors, table),
        plain!("ListStreams", list_streams, table),
        plain!("DescribeStream", describe_stream, table),
        plain!("GetShardIterator", get_shard_iterator, table),
        Operation {
            name: "GetRecords",
            access: |_, call| access::account(call, "dynamodb:GetRecords"),
            meter: unmetered,
            execute: get_records,
        },
        Operation {
            name: "DescribeLimits",
            access: |_, call| access::account(call, "dynamodb:DescribeLimits"),
            meter: unmetered,
            execute: describe_limits,
        },
    ],
};

fn reply(output: &Value, consumed_capacity: Option<f64>) -> Reply {
    Reply {
        consumed_capacity,
        ..Reply::new(output.to_string())
    }
}

/// An operation on tables; `after` is done once it succeeded.
fn manage<Q, R>(
    cloud: &Cloud,
    call: &mut Call,
    name: &str,
    act: fn(&Database, Q) -> dynoxide::Result<R>,
    after: fn(&Cloud, &str),
) -> Outcome
where
    Q: DeserializeOwned,
    R: Serialize,
{
    codec::globalise(call);
    let table = call.input["TableName"].as_str().map(str::to_owned);
    let mut output = codec::run(&cloud.dynamodb.database, name, call.input.take(), act)?;
    codec::localise(cloud, &mut output);
    if let Some(table) = table {
        after(cloud, &table);
    }
    Ok(reply(&output, None))
}

fn relearn(cloud: &Cloud, table: &str) {
    metering::relearn(cloud, table);
}

fn forget(cloud: &Cloud, table: &str) {
    cloud.dynamodb.capacity.forget(table);
}

/// An operation on items: debits what it consumed, and shows of it what the caller asked for.
fn consume<Q, R>(
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
    codec::globalise(call);
    let shown = metering::ask_for_everything(call);
    let conditional = call
        .input
        .get("ConditionExpression")
        .or(call.input.get("Expected"))
        .is_some();
    let write = if conditional {
        call.input.clone()
    } else {
        Value::Null
    };
    let mut output = codec::run(&cloud.dynamodb.database, name, call.input.take(), act)
        .inspect_err(|error| debit_failure(cloud, error, &write))?;
    let consumed = metering::debit(cloud, &output["ConsumedCapacity"], direction);
    metering::trim(&mut output, shown);
    hand_back(&mut output, call.postponed.take(), direction);
    Ok(reply(&output, consumed))
}

/// A write whose condition fails consumes capacity all the same, by the larger of the item as it is and as it would
/// have been.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>
fn debit_failure(cloud: &Cloud, error: &AwsError, write: &Value) {
    let Some(table) = write["TableName"].as_str() else {
        return;
    };
    if error.short_code() != "ConditionalCheckFailedException" {
        return;
    }
    let Some(description) = indexes::describe(cloud, table) else {
        return;
    };
    let size = |item: Value| {
        serde_json::from_value::<Item>(item)
            .ok()
            .map(|item| item_size(&item))
    };
    let former = indexes::former_item(cloud, table, &description, write).and_then(size);
    let new = write.get("Item").cloned().and_then(size);
    let units = table_write_capacity_units(former, new);
    cloud
        .dynamodb
        .capacity
        .debit(&Place::table(table), Direction::Write, units, cloud.clock.now());
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

fn get_records(cloud: &Cloud, call: &mut Call) -> Outcome {
    let mut output = codec::run(
        &cloud.dynamodb.database,
        "GetRecords",
        call.input.take(),
        Database::get_records,
    )?;
    for record in output["Records"].as_array_mut().into_iter().flatten() {
        record["awsRegion"] = REGION.into();
    }
    Ok(reply(&output, None))
}

/// The default quotas.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>
#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Operation")]
fn describe_limits(_: &Cloud, _: &mut Call) -> Outcome {
    let limits = json!({
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    });
    Ok(reply(&limits, None))
}
