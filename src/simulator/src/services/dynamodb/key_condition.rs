//! The partition key that a query asks for, read from its key condition.

use serde_json::{Map, Value};

use super::expression::words;
use super::throughput::Key;

/// The key, when the condition says it; what does not will be refused.
pub(super) fn key(query: &Value, partition: &[String]) -> Option<Key> {
    Key::of(&values(query, partition)?, partition)
}

/// The partition key's attributes with the values that are asked for.
pub(super) fn values(query: &Value, partition: &[String]) -> Option<Value> {
    let mut item = Map::new();
    for name in partition {
        let value = legacy(query, name).or_else(|| expressed(query, name))?;
        item.insert(name.clone(), value.clone());
    }
    Some(Value::Object(item))
}

/// `KeyConditions`: the older form.
fn legacy<'a>(query: &'a Value, name: &str) -> Option<&'a Value> {
    let condition = query.get("KeyConditions")?.get(name)?;
    condition["AttributeValueList"].get(0)
}

/// `name = :value` in `KeyConditionExpression`, either way round.
fn expressed<'a>(query: &'a Value, name: &str) -> Option<&'a Value> {
    let words = words(query["KeyConditionExpression"].as_str()?);
    let names = |word: &str| word == name || query["ExpressionAttributeNames"][word] == name;
    let value = |word: &str| query["ExpressionAttributeValues"].get(word);
    words.windows(3).find_map(|window| match window {
        [left, "=", right] if names(left) => value(right),
        [left, "=", right] if names(right) => value(left),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(query: &Value) -> bool {
        let partition = ["id".to_owned()];
        let expected = Key::of(&json!({"id": {"S": "x"}}), &partition);
        key(query, &partition) == expected && expected.is_some()
    }

    #[test]
    fn the_key_is_found_however_the_condition_is_written() {
        let values = json!({":x": {"S": "x"}, ":n": {"N": "1"}});
        for expression in ["id = :x", "id=:x AND n > :n", "n > :n and :x = id", "(#i = :x)"] {
            assert!(
                found(&json!({
                    "KeyConditionExpression": expression, "ExpressionAttributeNames": {"#i": "id"},
                    "ExpressionAttributeValues": values,
                })),
                "{expression}"
            );
        }
        assert!(found(
            &json!({"KeyConditions": {"id": {"AttributeValueList": [{"S": "x"}], "ComparisonOperator": "EQ"}}})
        ));
    }

    #[test]
    fn what_does_not_say_it_has_none() {
        for query in [
            json!({}),
            json!({"KeyConditionExpression": "id > é :x", "ExpressionAttributeValues": {}}),
        ] {
            assert_eq!(key(&query, &["id".to_owned()]), None);
        }
    }
}
