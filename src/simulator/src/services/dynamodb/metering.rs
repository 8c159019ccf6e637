//! The metering station of DynamoDB: lets in what has capacity left, debits what was consumed.
//!
//! dynoxide is always asked for what each table and index consumed; the caller is shown what they asked for.

use dynoxide::types::{Item, item_size, read_capacity_units_with_consistency, write_capacity_units};
use serde_json::{Value, json};

use super::access::{statements, transaction_parts};
use super::capacity::{Direction, Place};
use super::codec::table_name;
use super::indexes;
use super::provision::Provision;
use super::throttle::Short;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// Takes note of a table's provision, the first time it is used.
pub(super) fn learn(cloud: &Cloud, table: &str) {
    if !cloud.dynamodb.capacity.knows(table) {
        relearn(cloud, table);
    }
}

/// Takes note of a table's provision as it is now; a table that does not exist has none.
pub(super) fn relearn(cloud: &Cloud, table: &str) {
    if let Some(description) = indexes::describe(cloud, table) {
        let provision = Provision::of(&description);
        cloud
            .dynamodb
            .capacity
            .provision(table, &provision, cloud.clock.now());
    }
}

fn level(cloud: &Cloud, place: &Place, direction: Direction) -> f64 {
    learn(cloud, &place.table);
    cloud.dynamodb.capacity.level(place, direction, cloud.clock.now())
}

fn short(cloud: &Cloud, place: Place, direction: Direction) -> Short {
    let limit = cloud.dynamodb.capacity.limit(&place.table);
    Short {
        place,
        direction,
        limit,
    }
}

fn check(cloud: &Cloud, place: Place, direction: Direction) -> Result<(), Short> {
    if level(cloud, &place, direction) > 0.0 {
        Ok(())
    } else {
        Err(short(cloud, place, direction))
    }
}

/// The table that a request names.
fn table(call: &Call) -> &str {
    call.input["TableName"]
        .as_str()
        .map(table_name)
        .unwrap_or_default()
}

/// Where a read of this index draws: a global one has a bucket of its own, a local one draws on the table's.
fn read_place(cloud: &Cloud, table: &str, index: Option<&str>) -> Place {
    learn(cloud, table);
    let own = index.map(|index| Place::index(table, index));
    let known = |place: &Place| {
        cloud
            .dynamodb
            .capacity
            .level(place, Direction::Read, cloud.clock.now())
            .is_finite()
    };
    own.filter(known).unwrap_or_else(|| Place::table(table))
}

/// For `GetItem`, `Query` and `Scan`.
pub(super) fn read(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    let place = read_place(cloud, table(call), call.input["IndexName"].as_str());
    check(cloud, place, Direction::Read).map_err(|short| short.error())
}

/// For `PutItem`, `UpdateItem` and `DeleteItem`: an index that the write would change must have capacity left too.
pub(super) fn write(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    let name = table(call);
    let checked = check(cloud, Place::table(name), Direction::Write);
    let checked = checked.and_then(|()| check_indexes(cloud, name, &call.input));
    checked.map_err(|short| short.error())
}

fn check_indexes(cloud: &Cloud, table: &str, write: &Value) -> Result<(), Short> {
    let now = cloud.clock.now();
    let empty = cloud
        .dynamodb
        .capacity
        .short_indexes(table, Direction::Write, now);
    match indexes::changed(cloud, table, write, &empty) {
        Some(index) => Err(short(cloud, Place::index(table, &index), Direction::Write)),
        None => Ok(()),
    }
}

/// For PartiQL: every table that a statement touches must have capacity left.
pub(super) fn partiql(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    for statement in statements(call) {
        let (place, direction) = if statement.reads() {
            (
                read_place(cloud, &statement.table, statement.index.as_deref()),
                Direction::Read,
            )
        } else {
            (Place::table(&statement.table), Direction::Write)
        };
        check(cloud, place, direction).map_err(|short| short.error())?;
    }
    Ok(())
}

/// For `TransactGetItems`.
pub(super) fn transact_read(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    transact(cloud, call, Direction::Read)
}

/// For `TransactWriteItems`.
pub(super) fn transact_write(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    transact(cloud, call, Direction::Write)
}

/// A transaction is cancelled as a whole, with a reason for each part.
fn transact(cloud: &Cloud, call: &Call, direction: Direction) -> Result<(), AwsError> {
    let parts = transaction_parts(call);
    let checked: Vec<_> = parts
        .iter()
        .map(|(_, table)| check(cloud, Place::table(table), direction))
        .collect();
    if checked.iter().all(Result::is_ok) {
        return Ok(());
    }
    let none = || json!({ "Code": "None" });
    let reasons: Vec<Value> = checked
        .iter()
        .map(|part| part.as_ref().err().map_or_else(none, Short::cancellation))
        .collect();
    let codes: Vec<&str> = reasons
        .iter()
        .filter_map(|reason| reason["Code"].as_str())
        .collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    let code = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    Err(AwsError::new(400, code, message)
        .message_as("Message")
        .with("CancellationReasons", reasons))
}

/// The most writes and reads of a batch; beyond, dynoxide refuses it whole.
const BATCH: (usize, usize) = (25, 100);

/// For `BatchWriteItem`: what has no capacity left is handed back as `UnprocessedItems`; if nothing has, the batch is
/// refused.
pub(super) fn batch_write(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    split(
        cloud,
        call,
        Direction::Write,
        BATCH.0,
        |value| value,
        |_, write| {
            let item = serde_json::from_value::<Item>(write["PutRequest"]["Item"].clone());
            write_capacity_units(item.map_or(0, |item| item_size(&item)))
        },
    )
}

/// For `BatchGetItem`, likewise with `UnprocessedKeys`.
pub(super) fn batch_get(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    split(
        cloud,
        call,
        Direction::Read,
        BATCH.1,
        |value| &mut value["Keys"],
        |request, _| read_capacity_units_with_consistency(0, request["ConsistentRead"] == true),
    )
}

/// Takes out of `RequestItems` what must wait. `list` finds a table's list of items, `cost` guesses an item's least
/// cost.
fn split(
    cloud: &Cloud,
    call: &mut Call,
    direction: Direction,
    most: usize,
    list: fn(&mut Value) -> &mut Value,
    cost: fn(&Value, &Value) -> f64,
) -> Result<(), AwsError> {
    let Some(requests) = call.input["RequestItems"].as_object_mut() else {
        return Ok(());
    };
    let mut later = serde_json::Map::new();
    let (mut first_short, mut kept, mut total) = (None, 0, 0);
    let before = requests.clone();
    for (table, request) in requests.iter_mut() {
        let place = Place::table(table_name(table));
        let mut left = level(cloud, &place, direction);
        let whole = request.clone();
        let Some(items) = list(request).as_array_mut() else {
            return Ok(());
        };
        total += items.len();
        let (now, wait): (Vec<Value>, Vec<Value>) = items.drain(..).partition(|item| {
            let refused = if left > 0.0 {
                batch_indexes(cloud, &place.table, item)
            } else {
                Some(place.clone())
            };
            left -= if refused.is_none() {
                cost(&whole, item)
            } else {
                0.0
            };
            first_short = first_short.take().or(refused.clone());
            refused.is_none()
        });
        kept += now.len();
        *items = now;
        if !wait.is_empty() {
            let mut waiting = whole;
            *list(&mut waiting) = wait.into();
            later.insert(table.clone(), waiting);
        }
    }
    let Some(place) = first_short else { return Ok(()) };
    if total > most {
        *requests = before;
        return Ok(());
    }
    if kept == 0 {
        return Err(short(cloud, place, direction).error());
    }
    requests.retain(|_, request| list(request).as_array().is_some_and(|items| !items.is_empty()));
    call.postponed = later.into();
    Ok(())
}

/// The index without capacity that one write of a batch would change.
fn batch_indexes(cloud: &Cloud, table: &str, write: &Value) -> Option<Place> {
    let inner = ["PutRequest", "DeleteRequest"]
        .iter()
        .find_map(|member| write.get(*member))?;
    check_indexes(cloud, table, inner).err().map(|short| short.place)
}

/// Debits what an operation consumed, and gives the sum for the journal. `consumed` is one `ConsumedCapacity` or a
/// list of them.
pub(super) fn debit(cloud: &Cloud, consumed: &Value, direction: Direction) -> Option<f64> {
    let entries: Vec<&Value> = match consumed {
        Value::Array(entries) => entries.iter().collect(),
        Value::Object(_) => vec![consumed],
        _ => return None,
    };
    for entry in &entries {
        let Some(table) = entry["TableName"].as_str() else {
            continue;
        };
        learn(cloud, table);
        let own = if entry["Table"].is_object() {
            &entry["Table"]
        } else {
            *entry
        };
        take(cloud, &Place::table(table), own, direction);
        for (_, local) in members(&entry["LocalSecondaryIndexes"]) {
            take(cloud, &Place::table(table), local, direction);
        }
        for (index, global) in members(&entry["GlobalSecondaryIndexes"]) {
            take(cloud, &Place::index(table, index), global, direction);
        }
    }
    Some(
        entries
            .iter()
            .filter_map(|entry| entry["CapacityUnits"].as_f64())
            .sum(),
    )
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Debits one detail: by direction where it tells them apart, else all of it in the operation's own direction.
fn take(cloud: &Cloud, place: &Place, detail: &Value, direction: Direction) {
    let now = cloud.clock.now();
    let debit = |direction, units| cloud.dynamodb.capacity.debit(place, direction, units, now);
    let (read, write) = (
        detail["ReadCapacityUnits"].as_f64(),
        detail["WriteCapacityUnits"].as_f64(),
    );
    if let Some(units) = read {
        debit(Direction::Read, units);
    }
    if let Some(units) = write {
        debit(Direction::Write, units);
    }
    if let (None, None, Some(units)) = (read, write, detail["CapacityUnits"].as_f64()) {
        debit(direction, units);
    }
}

/// What a caller asked to be shown of the capacity consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// The total of each table.
    Total,
    /// Each index too.
    Indexes,
}

/// Reads what the caller asked for, and asks dynoxide for everything. A value that is none of the three is left for
/// dynoxide to refuse.
pub(super) fn ask_for_everything(call: &mut Call) -> Shown {
    let shown = match call.input.get("ReturnConsumedCapacity") {
        None => Shown::Nothing,
        Some(Value::String(text)) if text == "NONE" => Shown::Nothing,
        Some(Value::String(text)) if text == "TOTAL" => Shown::Total,
        Some(_) => return Shown::Indexes,
    };
    call.input["ReturnConsumedCapacity"] = "INDEXES".into();
    shown
}

/// Cuts a reply down to what was asked for.
pub(super) fn trim(reply: &mut Value, shown: Shown) {
    let Some(members) = reply.as_object_mut() else {
        return;
    };
    match (shown, members.get_mut("ConsumedCapacity")) {
        (Shown::Nothing, _) => {
            members.remove("ConsumedCapacity");
        }
        (Shown::Total, Some(Value::Array(entries))) => entries.iter_mut().for_each(total_only),
        (Shown::Total, Some(entry)) => total_only(entry),
        _ => {}
    }
}

fn total_only(entry: &mut Value) {
    if let Some(members) = entry.as_object_mut() {
        members.retain(|name, _| {
            !matches!(name.as_str(), "Table" | "VectorIndexes") && !name.ends_with("SecondaryIndexes")
        });
    }
}
