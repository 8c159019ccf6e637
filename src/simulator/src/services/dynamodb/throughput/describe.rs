//! Throughput in the description of a table: what dynoxide's own lacks or has no means to know.
//!
//! An answer to `UpdateTable` shows a change under way: the status, and the throughput that still is.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::change::Change;
use super::part::{Mode, Part, Settings};
use super::table::Table;
use super::units::{Direction, Units};
use super::wish::Wish;

/// A date as JSON has it: seconds since 1970, to the millisecond.
pub(crate) fn date(time: OffsetDateTime) -> Value {
    let milliseconds = (time - OffsetDateTime::UNIX_EPOCH).whole_milliseconds();
    #[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53 ms")]
    let seconds = milliseconds as f64 / 1000.0;
    seconds.into()
}

fn set(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
}

/// `ProvisionedThroughputDescription`.
fn provisioned(settings: &Settings, now: OffsetDateTime) -> Value {
    let mut described = json!({
        "NumberOfDecreasesToday": settings.decreases.today(now),
        "ReadCapacityUnits": settings.provisioned.read,
        "WriteCapacityUnits": settings.provisioned.write,
    });
    if let Some(members) = described.as_object_mut() {
        set(members, "LastIncreaseDateTime", settings.last_increase.map(date));
        set(
            members,
            "LastDecreaseDateTime",
            settings.decreases.last().map(date),
        );
    }
    described
}

/// `OnDemandThroughput`, when a maximum is set.
fn on_demand(maximum: Units<Option<i64>>) -> Option<Value> {
    let mut members = Map::new();
    for direction in Direction::BOTH {
        let name = format!("Max{}RequestUnits", direction.word());
        set(&mut members, &name, maximum.of(direction).map(Value::from));
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

fn warm(units: Units<i64>, status: &str) -> Value {
    json!({ "ReadUnitsPerSecond": units.read, "WriteUnitsPerSecond": units.write, "Status": status })
}

fn dress_part(described: &mut Value, part: &mut Part, mode: Mode, now: OffsetDateTime) {
    let warmth = part.warm(mode, now);
    let Some(members) = described.as_object_mut() else {
        return;
    };
    set(
        members,
        "ProvisionedThroughput",
        Some(provisioned(&part.settings, now)),
    );
    set(members, "OnDemandThroughput", on_demand(part.settings.maximum));
    set(members, "WarmThroughput", Some(warm(warmth, "ACTIVE")));
}

/// `BillingModeSummary`: only where the table is on demand, or ever was.
fn billing(table: &Table) -> Option<Value> {
    let mode = match table.mode {
        Mode::OnDemand => "PAY_PER_REQUEST",
        Mode::Provisioned => "PROVISIONED",
    };
    let since = table.on_demand_since?;
    Some(json!({ "BillingMode": mode, "LastUpdateToPayPerRequestDateTime": date(since) }))
}

fn indexes(described: &mut Value) -> impl Iterator<Item = &mut Value> {
    let indexes = described.get_mut("GlobalSecondaryIndexes");
    indexes.and_then(Value::as_array_mut).into_iter().flatten()
}

fn name(index: &Value) -> String {
    index["IndexName"].as_str().unwrap_or_default().to_owned()
}

/// Completes a table's description.
pub(crate) fn dress(described: &mut Value, table: &mut Table, now: OffsetDateTime) {
    let mode = table.mode;
    let (created, billing) = (table.created, billing(table));
    dress_part(described, &mut table.own, mode, now);
    for index in indexes(described) {
        if let Some(part) = table.part_mut(Some(&name(index))) {
            dress_part(index, part, mode, now);
        }
    }
    if let Some(members) = described.as_object_mut() {
        if let Some(created) = created {
            set(members, "CreationDateTime", Some(date(created)));
        }
        set(members, "BillingModeSummary", billing);
    }
}

/// Completes the answer to `CreateTable`: the table is not there yet, and neither is its warm throughput.
pub(crate) fn dress_created(described: &mut Value, table: &mut Table, warmed: bool, now: OffsetDateTime) {
    dress(described, table, now);
    undate(described);
    if let Some(members) = described.as_object_mut() {
        match members.get_mut("WarmThroughput") {
            Some(warm) if warmed => warm["Status"] = "UPDATING".into(),
            _ => set(members, "WarmThroughput", None),
        }
    }
    for index in indexes(described) {
        index
            .as_object_mut()
            .map(|members| members.remove("WarmThroughput"));
    }
}

/// An answer tells the new mode, and not yet since when.
fn undate(described: &mut Value) {
    if let Some(summary) = described
        .get_mut("BillingModeSummary")
        .and_then(Value::as_object_mut)
    {
        summary.remove("LastUpdateToPayPerRequestDateTime");
    }
}

/// Completes the answer to `UpdateTable`: what was before the change, and what the change is doing.
pub(crate) fn dress_updated(
    described: &mut Value,
    before: &Table,
    change: &Change,
    after: &mut Table,
    now: OffsetDateTime,
) {
    dress(described, after, now);
    let switched = change.mode.is_some();
    if switched {
        undate(described);
    }
    if switched || change.own.provisioned.is_some() || !change.creates.is_empty() {
        described["TableStatus"] = "UPDATING".into();
    }
    underway(described, &before.own, &change.own, switched, now);
    for index in indexes(described) {
        let name = name(index);
        let asked = change.updates.iter().find(|(other, _)| *other == name);
        if let (Some((_, wish)), Some(part)) = (asked, before.part(Some(&name))) {
            underway(index, part, wish, switched, now);
            if !wish.warms() {
                index["IndexStatus"] = "UPDATING".into();
            }
        }
        if change.creates.iter().any(|(other, ..)| *other == name) {
            index["IndexStatus"] = "CREATING".into();
            index["Backfilling"] = false.into();
        }
    }
}

/// Shows of a part what still is: provisioned units and warm throughput as they were; a maximum that is taken away is
/// the -1 that was sent.
fn underway(described: &mut Value, before: &Part, wish: &Wish, switched: bool, now: OffsetDateTime) {
    if wish.provisioned.is_some() && !switched {
        let units = before.settings.provisioned;
        let shown = &mut described["ProvisionedThroughput"];
        shown["ReadCapacityUnits"] = units.read.into();
        shown["WriteCapacityUnits"] = units.write.into();
        shown["NumberOfDecreasesToday"] = before.settings.decreases.today(now).into();
    }
    if wish.warms() {
        described["WarmThroughput"] = warm(before.settings.warm, "UPDATING");
    }
    for direction in Direction::BOTH {
        if *wish.maximum.of(direction) == Some(-1) {
            let member = format!("Max{}RequestUnits", direction.word());
            if !described["OnDemandThroughput"].is_object() {
                described["OnDemandThroughput"] = json!({});
            }
            described["OnDemandThroughput"][member] = (-1).into();
        }
    }
}
