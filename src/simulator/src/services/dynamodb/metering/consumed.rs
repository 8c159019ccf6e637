//! What an operation consumed: taken out of the buckets, and shown as far as the caller asked for it.
//!
//! dynoxide is always asked for what each table and index consumed.

use serde_json::Value;
use time::OffsetDateTime;

use super::touch::{self, Touch};
use crate::call::Call;
use crate::services::dynamodb::home;
use crate::services::dynamodb::store::Account;
use crate::services::dynamodb::throughput::{Direction, Place};

/// Debits what an operation consumed, and gives the sum for the journal. `consumed` is one `ConsumedCapacity` or a
/// list of them.
pub(in crate::services::dynamodb) fn debit(
    account: &Account,
    consumed: &Value,
    direction: Direction,
    touches: &[Touch],
    now: OffsetDateTime,
) -> Option<f64> {
    let entries = match consumed {
        Value::Array(entries) => entries.as_slice(),
        Value::Object(_) => std::slice::from_ref(consumed),
        _ => return None,
    };
    let ledger = Ledger {
        account,
        direction,
        touches,
        now,
    };
    for entry in entries {
        if let Some(table) = entry["TableName"].as_str() {
            home::learn(account, table, now);
            ledger.debit(table, entry);
        }
    }
    let totals = entries.iter().filter_map(|entry| entry["CapacityUnits"].as_f64());
    Some(totals.sum())
}

struct Ledger<'a> {
    account: &'a Account,
    /// The operation's own, where a detail does not tell.
    direction: Direction,
    touches: &'a [Touch],
    now: OffsetDateTime,
}

impl Ledger<'_> {
    fn debit(&self, table: &str, entry: &Value) {
        let indexed = ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"];
        let details = indexed.iter().any(|member| entry.get(*member).is_some());
        match entry.get("Table") {
            Some(own) => self.take(Place::table(table), own),
            None if !details => self.take(Place::table(table), entry),
            // A query of an index draws on nothing else.
            None => {}
        }
        for (_, local) in members(&entry["LocalSecondaryIndexes"]) {
            self.take(Place::table(table), local);
        }
        for (index, global) in members(&entry["GlobalSecondaryIndexes"]) {
            self.take(Place::index(table, index), global);
        }
    }

    /// Debits one detail: by direction where it tells them apart, else all of it in the operation's own direction.
    fn take(&self, place: Place<'_>, detail: &Value) {
        let units = |member: &str| detail[member].as_f64();
        let (read, write) = (units("ReadCapacityUnits"), units("WriteCapacityUnits"));
        let undirected = units("CapacityUnits").filter(|_| read.or(write).is_none());
        let told = [
            (Direction::Read, read),
            (Direction::Write, write),
            (self.direction, undirected),
        ];
        for (direction, units) in told {
            if let Some(units) = units.filter(|units| *units > 0.0) {
                self.spread(place, direction, units);
            }
        }
    }

    /// Debits the place, and each of its keys an equal share.
    fn spread(&self, place: Place<'_>, direction: Direction, units: f64) {
        let keys = touch::at(self.touches, place.table, place.index);
        let throughput = &self.account.throughput;
        let count = keys.clone().fold(0.0, |count, _| count + 1.0);
        if count == 0.0 {
            throughput.debit(place, direction, None, units, self.now);
        }
        for key in keys {
            throughput.debit(place, direction, Some(key), units / count, self.now);
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// What a caller asked to be shown of the capacity consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::dynamodb) enum Shown {
    /// Nothing.
    Nothing,
    /// The total of each table.
    Total,
    /// Each index too.
    Indexes,
}

/// Reads what the caller asked for, and asks dynoxide for everything. A value that is none of the three is left for
/// dynoxide to refuse.
pub(in crate::services::dynamodb) fn ask_for_everything(call: &mut Call) -> Shown {
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
pub(in crate::services::dynamodb) fn trim(reply: &mut Value, shown: Shown) {
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
