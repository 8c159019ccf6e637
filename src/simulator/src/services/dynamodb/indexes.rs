//! Which global secondary indexes a write would change. Asked only while one of them has no capacity left.

use dynoxide::Database;
use serde_json::{Map, Value, json};

use super::codec;
use crate::cloud::Cloud;

/// A table's description, or `None` when there is no such table.
pub(super) fn describe(cloud: &Cloud, table: &str) -> Option<Value> {
    let input = json!({ "TableName": table });
    let output = codec::run(
        &cloud.dynamodb.database,
        "DescribeTable",
        input,
        Database::describe_table,
    )
    .ok()?;
    output.get("Table").cloned()
}

/// The first of these indexes that the write would change: the item is in it, or would be.
pub(super) fn changed(cloud: &Cloud, table: &str, write: &Value, among: &[String]) -> Option<String> {
    if among.is_empty() {
        return None;
    }
    let description = describe(cloud, table)?;
    let former = former_item(cloud, table, &description, write);
    let all = description["GlobalSecondaryIndexes"].as_array()?;
    let touched = all.iter().find(|index| {
        let named = index["IndexName"]
            .as_str()
            .is_some_and(|name| among.iter().any(|other| other == name));
        named && touches(&key_names(index), former.as_ref(), write)
    })?;
    touched["IndexName"].as_str().map(str::to_owned)
}

fn key_names(part: &Value) -> Vec<String> {
    let keys = part["KeySchema"].as_array().into_iter().flatten();
    keys.filter_map(|key| key["AttributeName"].as_str().map(str::to_owned))
        .collect()
}

fn touches(keys: &[String], former: Option<&Value>, write: &Value) -> bool {
    let holds = |item: &Value| keys.iter().all(|key| item.get(key).is_some());
    let update = update_text(write);
    former.is_some_and(holds) || holds(&write["Item"]) || keys.iter().any(|key| update.contains(key.as_str()))
}

/// Everything in an update that may name an attribute.
fn update_text(write: &Value) -> String {
    let members = ["UpdateExpression", "ExpressionAttributeNames", "AttributeUpdates"];
    members
        .iter()
        .filter_map(|member| write.get(*member))
        .map(Value::to_string)
        .collect()
}

/// The item as it is before the write.
pub(super) fn former_item(cloud: &Cloud, table: &str, description: &Value, write: &Value) -> Option<Value> {
    let key = if let Some(key) = write.get("Key") {
        key.clone()
    } else {
        let item = write.get("Item")?;
        let names = key_names(description).into_iter();
        let pairs = names.filter_map(|name| item.get(&name).cloned().map(|value| (name, value)));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    let input = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
    let output = codec::run(&cloud.dynamodb.database, "GetItem", input, Database::get_item).ok()?;
    output.get("Item").cloned()
}
