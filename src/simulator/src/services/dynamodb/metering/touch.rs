//! Which partition keys of which tables and indexes an operation touches: what it consumes is spread over them.

use serde_json::Value;

use crate::services::dynamodb::key_condition;
use crate::services::dynamodb::names;
use crate::services::dynamodb::store::Account;
use crate::services::dynamodb::throughput::{Key, Table};

/// One key of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::dynamodb) struct Touch {
    /// The table's name.
    pub(super) table: String,
    /// The global secondary index's name.
    pub(super) index: Option<String>,
    /// The key.
    pub(super) key: Key,
}

/// Every key that a request touches, as far as the request tells.
pub(in crate::services::dynamodb) fn all(account: &Account, input: &Value) -> Vec<Touch> {
    let mut touches = Vec::new();
    if let Some(table) = input["TableName"].as_str() {
        one(account, table, input, &mut touches);
    }
    for (table, request) in input["RequestItems"].as_object().into_iter().flatten() {
        let writes = request.as_array().into_iter().flatten();
        let writes = writes.filter_map(|write| write.get("PutRequest").or(write.get("DeleteRequest")));
        writes.for_each(|write| one(account, table, write, &mut touches));
        for key in request["Keys"].as_array().into_iter().flatten() {
            item(account, table, key, false, &mut touches);
        }
    }
    let parts = input["TransactItems"].as_array().into_iter().flatten();
    for part in parts.filter_map(|part| part.as_object()?.values().next()) {
        if let Some(table) = part["TableName"].as_str() {
            one(account, table, part, &mut touches);
        }
    }
    touches
}

/// What one item's operation, or a query, touches.
fn one(account: &Account, table: &str, input: &Value, touches: &mut Vec<Touch>) {
    if let Some(put) = input.get("Item") {
        item(account, table, put, true, touches);
    } else if let Some(key) = input.get("Key") {
        item(account, table, key, false, touches);
    } else {
        query(account, table, input, touches);
    }
}

/// The table's key of an item, and the keys of the indexes that it will be in.
fn item(account: &Account, given: &str, item: &Value, whole: bool, touches: &mut Vec<Touch>) {
    let name = names::read(given).table;
    let touch = |index: Option<&str>, key| Touch {
        table: name.to_owned(),
        index: index.map(str::to_owned),
        key,
    };
    account.throughput.with(name, |table: &mut Table| {
        let own = table
            .part(None)
            .and_then(|part| Key::of(item, &part.settings.partition));
        touches.extend(own.map(|key| touch(None, key)));
        let indexes = table.indexes().filter(|_| whole);
        touches.extend(indexes.filter_map(|(index, part)| {
            let key = Key::of(item, &part.settings.partition)?;
            Some(touch(Some(index), key))
        }));
    });
}

/// The key that a query asks for; a local secondary index has the table's.
fn query(account: &Account, given: &str, input: &Value, touches: &mut Vec<Touch>) {
    let name = names::read(given).table;
    account.throughput.with(name, |table: &mut Table| {
        let index = input["IndexName"]
            .as_str()
            .filter(|index| table.part(Some(index)).is_some());
        let key = table
            .part(index)
            .and_then(|part| key_condition::key(input, &part.settings.partition));
        touches.extend(key.map(|key| Touch {
            table: name.to_owned(),
            index: index.map(str::to_owned),
            key,
        }));
    });
}

/// The keys of one place among these.
pub(super) fn at<'a>(
    touches: &'a [Touch],
    table: &'a str,
    index: Option<&'a str>,
) -> impl Iterator<Item = Key> + Clone + 'a {
    let here = move |touch: &&Touch| touch.table == table && touch.index.as_deref() == index;
    touches.iter().filter(here).map(|touch| touch.key)
}
