//! What a write would do, tried on a copy of the one item that it touches: which indexes it would change, and what it
//! would consume. Asked only while an index has no capacity left, and where a condition has failed.

use dynoxide::Database;
use serde_json::{Map, Value, json};

use super::codec;
use super::store::Account;

/// A write of one item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Write<'a> {
    /// `PutItem`, `UpdateItem` or `DeleteItem`.
    pub(super) operation: &'static str,
    /// The table's name.
    pub(super) table: &'a str,
    /// The input: `Item` or `Key`, and what goes with it.
    pub(super) input: &'a Value,
}

/// What it would do.
#[derive(Debug)]
pub(super) struct Outcome {
    /// `ConsumedCapacity`, with each index.
    pub(super) consumed: Value,
    /// The item before.
    pub(super) former: Value,
    /// The item after.
    pub(super) after: Value,
}

/// Members of a write that say when it is done and what is answered, not what it does.
const CONDITIONS: [&str; 6] = [
    "ConditionExpression",
    "Expected",
    "ConditionalOperator",
    "ReturnValues",
    "ReturnValuesOnConditionCheckFailure",
    "ReturnItemCollectionMetrics",
];

/// Tries a write without its condition; `None` when it would be refused anyway.
pub(super) fn of(account: &Account, write: Write<'_>) -> Option<Outcome> {
    let meta = account.database.get_table_metadata(write.table).ok()??;
    let schema = |text: &str| serde_json::from_str::<Value>(text).ok();
    let keys = schema(&meta.key_schema)?;
    let scratch = scratch(account)?;
    let mut table = json!({
        "TableName": write.table,
        "KeySchema": keys,
        "AttributeDefinitions": schema(&meta.attribute_definitions)?,
        "BillingMode": "PAY_PER_REQUEST",
    });
    let indexes = [
        ("GlobalSecondaryIndexes", &meta.gsi_definitions),
        ("LocalSecondaryIndexes", &meta.lsi_definitions),
    ];
    for (member, definitions) in indexes {
        if let Some(definitions) = definitions.as_deref().and_then(schema) {
            table[member] = without_throughput(definitions);
        }
    }
    codec::run(&scratch, table, Database::create_table).ok()?;
    let key = key(&keys, write.input)?;
    let former = item(account, write.table, &key);
    if former.is_object() {
        let put = json!({ "TableName": write.table, "Item": former });
        codec::run(&scratch, put, Database::put_item).ok()?;
    }
    let consumed = run(&scratch, write)?;
    let after = item(&scratch, write.table, &key);
    Some(Outcome {
        consumed,
        former,
        after,
    })
}

fn scratch(account: &Account) -> Option<Account> {
    Some(Account::new(&account.id, Database::memory().ok()?))
}

fn without_throughput(mut definitions: Value) -> Value {
    for definition in definitions.as_array_mut().into_iter().flatten() {
        definition
            .as_object_mut()
            .map(|members| members.remove("ProvisionedThroughput"));
    }
    definitions
}

/// The key of the item that a write touches.
pub(super) fn key(schema: &Value, input: &Value) -> Option<Value> {
    if let Some(key) = input.get("Key") {
        return Some(key.clone());
    }
    let item = input.get("Item")?;
    let names = schema
        .as_array()?
        .iter()
        .filter_map(|key| key["AttributeName"].as_str());
    let pairs = names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
    Some(Value::Object(pairs.collect::<Map<_, _>>()))
}

fn item(account: &Account, table: &str, key: &Value) -> Value {
    let input = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
    let output = codec::run(account, input, Database::get_item);
    output.map(|mut output| output["Item"].take()).unwrap_or_default()
}

fn run(scratch: &Account, write: Write<'_>) -> Option<Value> {
    let mut input = write.input.clone();
    let members = input.as_object_mut()?;
    members.retain(|name, _| !CONDITIONS.contains(&name.as_str()));
    members.insert("TableName".to_owned(), write.table.into());
    members.insert("ReturnConsumedCapacity".to_owned(), "INDEXES".into());
    forget_unused(members);
    let output = match write.operation {
        "PutItem" => codec::run(scratch, input, Database::put_item),
        "UpdateItem" => codec::run(scratch, input, Database::update_item),
        _ => codec::run(scratch, input, Database::delete_item),
    };
    output.ok()?.get("ConsumedCapacity").cloned()
}

/// Drops the names and values that only the condition used: unused ones are refused.
fn forget_unused(members: &mut Map<String, Value>) {
    let update = members
        .get("UpdateExpression")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    for map in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        let Some(Value::Object(placeholders)) = members.get_mut(map) else {
            continue;
        };
        placeholders.retain(|placeholder, _| uses(&update, placeholder));
        if placeholders.is_empty() {
            members.remove(map);
        }
    }
}

fn uses(expression: &str, placeholder: &str) -> bool {
    let part_of_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    expression.match_indices(placeholder).any(|(at, _)| {
        let rest = &expression[at + placeholder.len()..];
        !rest.starts_with(part_of_name)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_placeholder_is_not_found_in_a_longer_one() {
        assert!(uses("SET a = :v, b = :v1", ":v"));
        assert!(!uses("SET a = :v1", ":v"));
        assert!(!uses("", ":v"));
    }

    #[test]
    fn a_write_is_tried_without_touching_the_table() {
        let account = Account::new("123456789012", Database::memory().unwrap());
        let table = json!({
            "TableName": "notes",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "v", "AttributeType": "S"},
            ],
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            "GlobalSecondaryIndexes": [{
                "IndexName": "par-v",
                "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            }],
        });
        codec::run(&account, table, Database::create_table).unwrap();
        let put = json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "v": {"S": "x"}}});
        codec::run(&account, put, Database::put_item).unwrap();
        let update = |expression: &str| {
            json!({
                "Key": {"id": {"S": "a"}}, "UpdateExpression": expression, "ConditionExpression": "other = :no",
                "ExpressionAttributeValues": {":x": {"S": "y"}, ":no": {"S": "z"}},
            })
        };
        let tried = |input: &Value| {
            let write = Write {
                operation: "UpdateItem",
                table: "notes",
                input,
            };
            of(&account, write).unwrap()
        };
        let moved = tried(&update("SET v = :x"));
        assert_eq!(
            moved.consumed["GlobalSecondaryIndexes"]["par-v"]["CapacityUnits"],
            json!(2.0)
        );
        assert_eq!(
            (&moved.former["v"]["S"], &moved.after["v"]["S"]),
            (&json!("x"), &json!("y"))
        );
        let beside = tried(&update("SET t = :x"));
        assert!(beside.consumed.get("GlobalSecondaryIndexes").is_none());
        assert_eq!(item(&account, "notes", &json!({"id": {"S": "a"}}))["v"]["S"], "x");
    }
}
