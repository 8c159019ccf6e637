//! Metering batches: what has no capacity left is handed back as unprocessed; if nothing has, the batch is refused.

use std::collections::BTreeSet;

use dynoxide::types::{Item, item_size, read_capacity_units_with_consistency, write_capacity_units};
use serde_json::Value;
use time::OffsetDateTime;

use super::check_indexes;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::dynamodb::rehearsal::Write;
use crate::services::dynamodb::store::Account;
use crate::services::dynamodb::throughput::{Direction, Place, Short};
use crate::services::dynamodb::{home, names};

/// A kind of batch.
struct Batch {
    direction: Direction,
    /// The most items; beyond, dynoxide refuses the batch whole.
    most: usize,
    /// A table's list of items in its request.
    list: fn(&mut Value) -> Option<&mut Vec<Value>>,
    /// What an item costs at the least, given its table's request.
    cost: fn(&Value, &Value) -> f64,
}

const WRITE: Batch = Batch {
    direction: Direction::Write,
    most: 25,
    list: Value::as_array_mut,
    cost: |_, write| {
        let item = serde_json::from_value::<Item>(write["PutRequest"]["Item"].clone());
        write_capacity_units(item.map_or(0, |item| item_size(&item)))
    },
};

const READ: Batch = Batch {
    direction: Direction::Read,
    most: 100,
    list: |request| request.get_mut("Keys")?.as_array_mut(),
    cost: |request, _| read_capacity_units_with_consistency(0, request["ConsistentRead"] == true),
};

/// For `BatchWriteItem`: hands back `UnprocessedItems`.
pub(in crate::services::dynamodb) fn batch_write(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    split(cloud, call, &WRITE)
}

/// For `BatchGetItem`: hands back `UnprocessedKeys`.
pub(in crate::services::dynamodb) fn batch_get(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    split(cloud, call, &READ)
}

/// The items of one table, let in one by one.
struct Gate<'a> {
    account: &'a Account,
    batch: &'a Batch,
    table: &'a str,
    /// What the items let in will have taken at the least.
    taken: f64,
    now: OffsetDateTime,
}

impl Gate<'_> {
    /// Lets one item in, or says what stops it.
    fn admit(&mut self, request: &Value, item: &Value) -> Result<(), Short> {
        let (operation, input) = match (item.get("PutRequest"), item.get("DeleteRequest")) {
            (Some(put), _) => ("PutItem", put),
            (_, Some(delete)) => ("DeleteItem", delete),
            _ => ("GetItem", item),
        };
        let write = Write {
            operation,
            table: self.table,
            input,
        };
        let direction = self.batch.direction;
        let key = self.key(&write);
        let (place, throughput) = (Place::table(self.table), &self.account.throughput);
        let (left, limit) = throughput.level(place, direction, key, self.now);
        if left - self.taken <= 0.0 {
            return Err(throughput.short(place, direction, limit));
        }
        if direction == Direction::Write {
            check_indexes(self.account, write, self.now)?;
        }
        self.taken += (self.batch.cost)(request, item);
        Ok(())
    }

    fn key(&self, write: &Write<'_>) -> Option<crate::services::dynamodb::throughput::Key> {
        let of_read = serde_json::json!({ "Key": write.input });
        match write.operation {
            "GetItem" => super::key(
                self.account,
                &Write {
                    input: &of_read,
                    ..*write
                },
            ),
            _ => super::key(self.account, write),
        }
    }
}

/// Takes out of `RequestItems` what must wait.
fn split(cloud: &Cloud, call: &mut Call, batch: &Batch) -> Result<(), AwsError> {
    let (account, now) = (home::of(cloud, call)?, cloud.clock.now());
    let Some(Value::Object(requests)) = call.input.get_mut("RequestItems") else {
        return Ok(());
    };
    let mut later = serde_json::Map::new();
    let (mut first_short, mut kept, mut total) = (None, 0, 0);
    let before = requests.clone();
    for (given, request) in requests.iter_mut() {
        let table = names::read(given).table;
        home::learn(&account, table, now);
        let mut gate = Gate {
            account: &account,
            batch,
            table,
            taken: 0.0,
            now,
        };
        let whole = request.clone();
        let Some(items) = (batch.list)(request) else {
            return Ok(());
        };
        total += items.len();
        let (mut admitted, mut waiting) = (Vec::new(), Vec::new());
        for item in items.drain(..) {
            match gate.admit(&whole, &item) {
                Ok(()) => admitted.push(item),
                Err(short) => {
                    first_short.get_or_insert(short);
                    waiting.push(item);
                }
            }
        }
        kept += admitted.len();
        *items = admitted;
        if !waiting.is_empty() {
            let mut rest = whole;
            if let Some(list) = (batch.list)(&mut rest) {
                *list = waiting;
            }
            later.insert(given.clone(), rest);
        }
    }
    let Some(short) = first_short else { return Ok(()) };
    if total > batch.most || duplicated(&before, batch) {
        *requests = before;
        return Ok(());
    }
    if kept == 0 {
        return Err(short.error(&account.id));
    }
    requests.retain(|_, request| (batch.list)(request).is_some_and(|items| !items.is_empty()));
    call.postponed = later.into();
    Ok(())
}

/// Whether a table's list holds the same item twice, which makes the whole batch invalid.
fn duplicated(requests: &serde_json::Map<String, Value>, batch: &Batch) -> bool {
    requests.values().any(|request| {
        let mut request = request.clone();
        let items = (batch.list)(&mut request).cloned().unwrap_or_default();
        let distinct: BTreeSet<String> = items.iter().map(Value::to_string).collect();
        distinct.len() < items.len()
    })
}
