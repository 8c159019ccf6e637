//! DynamoDB, executed by dynoxide and metered here.
//!
//! Not simulated: backups, exports and imports, global tables, Kinesis and CloudWatch; storage and its price.

mod access;
mod codec;
mod home;
mod items;
mod metering;
mod names;
mod partiql;
mod rehearsal;
pub(crate) mod scaling;
mod store;
mod tables;
mod throughput;

use dynoxide::Database;
use serde_json::Value;

pub(crate) use store::{DynamoDb, Snapshot, StoreError};
pub(crate) use throughput::{date, minute};

use crate::call::Reply;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service, owned_by_caller, unmetered};
use throughput::Direction;

/// An operation of dynoxide that nothing meters.
macro_rules! plain {
    ($name:literal, $method:ident, $access:ident) => {
        plain!($name, $method, $access, manage)
    };
    ($name:literal, $method:ident, $access:ident, $how:ident) => {
        Operation {
            name: $name,
            access: |_, call| access::$access(call, concat!("dynamodb:", $name)),
            meter: unmetered,
            execute: |cloud, call| tables::$how(cloud, call, $name, Database::$method),
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
            execute: |cloud, call| {
                items::consume(cloud, call, $name, Direction::$direction, Database::$method)
            },
        }
    };
}

/// An operation on tables that is more than dynoxide's.
macro_rules! own {
    ($name:literal, $access:ident, $execute:ident) => {
        Operation {
            name: $name,
            access: |_, call| access::$access(call, concat!("dynamodb:", $name)),
            meter: unmetered,
            execute: tables::$execute,
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
        metered!("PutItem", put_item, table, put, Write),
        metered!("UpdateItem", update_item, table, update, Write),
        metered!("DeleteItem", delete_item, table, delete, Write),
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
        own!("CreateTable", table, create),
        own!("UpdateTable", table, update),
        own!("DeleteTable", table, delete),
        own!("DescribeTable", table, describe),
        plain!("ListTables", list_tables, account),
        plain!("UpdateTimeToLive", update_time_to_live, table),
        plain!("DescribeTimeToLive", describe_time_to_live, table),
        plain!("TagResource", tag_resource, table, silent),
        plain!("UntagResource", untag_resource, table, silent),
        plain!("ListTagsOfResource", list_tags_of_resource, table),
        plain!("SearchVectors", search_vectors, table),
        plain!("ListStreams", list_streams, table),
        plain!("DescribeStream", describe_stream, table),
        plain!("GetShardIterator", get_shard_iterator, table),
        own!("GetRecords", account, get_records),
        own!("DescribeLimits", account, describe_limits),
        own!("DescribeEndpoints", account, describe_endpoints),
        own!("DescribeContinuousBackups", table, describe_continuous_backups),
    ],
};

fn reply(output: &Value, consumed_capacity: Option<f64>) -> Reply {
    Reply {
        consumed_capacity,
        ..Reply::new(output.to_string())
    }
}
