//! The metering station of DynamoDB: lets in what has capacity left.
//!
//! A global secondary index that has none left holds up the writes that would change it (back pressure); which those
//! are, a rehearsal of the write tells.

mod batch;
mod consumed;
mod touch;
mod transact;

use time::OffsetDateTime;

pub(super) use batch::{batch_get, batch_write};
pub(super) use consumed::{ask_for_everything, debit, trim};
pub(super) use touch::all as touches;
pub(super) use transact::{parts, transact_read, transact_write};

use super::access::statements;
use super::home;
use super::rehearsal::{self, Write};
use super::store::Account;
use super::throughput::{Direction, Key, Place, Short};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// For `GetItem`, `Query` and `Scan`. A local secondary index draws on the table's capacity.
pub(super) fn read(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    let (account, table, now) = (home::of(cloud, call)?, home::table(call), cloud.clock.now());
    home::learn(&account, table, now);
    let index = call.input["IndexName"].as_str();
    let own = index.filter(|index| {
        account
            .throughput
            .with(table, |table| table.part(Some(index)).is_some())
            == Some(true)
    });
    let place = Place { table, index: own };
    let touches = touches(&account, &call.input);
    let key = touch::at(&touches, table, own).next();
    let admitted = account.throughput.admit(place, Direction::Read, key, now);
    admitted.map_err(|short| short.error(&account.id))
}

/// For `PutItem`.
pub(super) fn put(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    write(cloud, call, "PutItem")
}

/// For `UpdateItem`.
pub(super) fn update(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    write(cloud, call, "UpdateItem")
}

/// For `DeleteItem`.
pub(super) fn delete(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    write(cloud, call, "DeleteItem")
}

fn write(cloud: &Cloud, call: &mut Call, operation: &'static str) -> Result<(), AwsError> {
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    let write = Write {
        operation,
        table: home::table(call),
        input: &call.input,
    };
    home::learn(&account, write.table, now);
    let key = key(&account, &write);
    let own = Place::table(write.table);
    let admitted = account.throughput.admit(own, Direction::Write, key, now);
    let admitted = admitted.and_then(|()| check_indexes(&account, write, now));
    admitted.map_err(|short| short.error(&account.id))
}

/// The partition key value of the item that a write touches.
fn key(account: &Account, write: &Write<'_>) -> Option<Key> {
    let item = write.input.get("Item").or(write.input.get("Key"))?;
    let key = |table: &mut super::throughput::Table| Key::of(item, &table.part(None)?.settings.partition);
    account.throughput.with(write.table, key).flatten()
}

/// Each index that the write would change must have capacity left, also for the keys that the item has there.
fn check_indexes(account: &Account, write: Write<'_>, now: OffsetDateTime) -> Result<(), Short> {
    let strained = account
        .throughput
        .with(write.table, |table| table.strained(Direction::Write, now));
    let strained = strained.unwrap_or_default();
    if strained.is_empty() {
        return Ok(());
    }
    let Some(outcome) = rehearsal::of(account, write) else {
        return Ok(());
    };
    let changed = |index: &&String| {
        outcome.consumed["GlobalSecondaryIndexes"]
            .get(index.as_str())
            .is_some()
    };
    for index in strained.iter().filter(changed) {
        let keys = account.throughput.with(write.table, |table| {
            let partition = &table.part(Some(index))?.settings.partition;
            Some([&outcome.former, &outcome.after].map(|item| Key::of(item, partition)))
        });
        for key in keys.flatten().into_iter().flatten().flatten() {
            let place = Place::index(write.table, index);
            account
                .throughput
                .admit(place, Direction::Write, Some(key), now)?;
        }
    }
    Ok(())
}

/// For PartiQL: every table that a statement touches must have capacity left.
pub(super) fn partiql(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    for statement in statements(call) {
        home::learn(&account, &statement.table, now);
        let (table, direction) = (statement.table.as_str(), statement.direction());
        let own = |index: &&str| {
            account
                .throughput
                .with(table, |table| table.part(Some(index)).is_some())
                == Some(true)
        };
        let index = statement.index.as_deref().filter(own);
        let admitted = account
            .throughput
            .admit(Place { table, index }, direction, None, now);
        admitted.map_err(|short| short.error(&account.id))?;
    }
    Ok(())
}
