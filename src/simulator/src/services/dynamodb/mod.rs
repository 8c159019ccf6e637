//! DynamoDB, executed by dynoxide and metered here.
//!
//! Not simulated: backups, exports and imports, global tables, Kinesis and `CloudWatch`; storage and its price.

mod access;
mod again;
mod checks;
mod codec;
mod conditions;
mod expression;
mod home;
mod items;
mod key_condition;
mod metering;
mod names;
mod partiql;
mod policies;
mod projection;
mod rehearsal;
pub(crate) mod scaling;
mod shards;
mod store;
mod streams;
mod tables;
mod tags;
mod throughput;
mod tokens;
mod wrong_types;

use dynoxide::Database;
use serde_json::Value;

pub(crate) use store::{DynamoDb, Snapshot, StoreError};
pub(crate) use throughput::{date, minute};

use crate::call::Reply;
use crate::cloud::Cloud;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service, unmetered};
use throughput::Direction;

/// How full the token buckets of a table of the learner's account are and were; `None` where there is no such table.
pub(crate) fn gauge(cloud: &Cloud, table: &str) -> Option<Value> {
    let account = home::open(cloud, crate::ACCOUNT).ok()?;
    let now = cloud.clock.now();
    home::exists(&account, table).then(|| home::learn(&account, table, now))?;
    account.throughput.gauge(table, now)
}

/// An operation of dynoxide that nothing meters.
macro_rules! plain {
    ($name:literal, $method:ident, $access:ident) => {
        plain!($name, $method, $access, manage)
    };
    ($name:literal, $method:ident, $access:ident, $how:ident) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$access(cloud, call, concat!("dynamodb:", $name)),
            meter: unmetered,
            execute: |cloud, call| tables::$how(cloud, call, Database::$method),
        }
    };
}

/// An operation of dynoxide on items, which consumes capacity.
macro_rules! metered {
    ($name:literal, $method:ident, $access:ident, $meter:ident, $direction:ident) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$access(cloud, call, concat!("dynamodb:", $name)),
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
            access: |cloud, call| access::$access(cloud, call, concat!("dynamodb:", $name)),
            meter: unmetered,
            execute: tables::$execute,
        }
    };
    ($name:literal, $access:ident, $module:ident::$execute:ident) => {
        Operation {
            execute: $module::$execute,
            ..own!($name, $access, describe)
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
    resource_policy: policies::owner,
    operations: &[
        metered!("GetItem", get_item, read, read, Read),
        metered!("PutItem", put_item, item, put, Write),
        metered!("UpdateItem", update_item, item, update, Write),
        metered!("DeleteItem", delete_item, item, delete, Write),
        metered!("Query", query, read, read, Read),
        metered!("Scan", scan, read, read, Read),
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
        own!("CreateTable", create_table, create),
        Operation {
            meter: again::note,
            ..own!("UpdateTable", table, update)
        },
        own!("DeleteTable", table, delete),
        own!("DescribeTable", table, describe),
        plain!("ListTables", list_tables, account),
        own!("UpdateTimeToLive", table, update_time_to_live),
        plain!("DescribeTimeToLive", describe_time_to_live, table),
        plain!("TagResource", tag_resource, table, retag),
        plain!("UntagResource", untag_resource, table, retag),
        plain!("ListTagsOfResource", list_tags_of_resource, table),
        plain!("SearchVectors", search_vectors, table),
        own!("ListStreams", account, streams::list),
        own!("DescribeStream", table, streams::describe),
        own!("GetShardIterator", table, streams::get_shard_iterator),
        own!("GetRecords", table, streams::get_records),
        own!("PutResourcePolicy", table, policies::put),
        own!("GetResourcePolicy", table, policies::get),
        own!("DeleteResourcePolicy", table, policies::delete),
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
