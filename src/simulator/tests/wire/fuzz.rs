//! DynamoDB fed with what no client sends, over the wire: every answer is DynamoDB's, and nothing dies.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::client::World;

/// Values of attributes: of every type, well formed and not.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just(String::new()),
        "[a-z]{1,3}",
        "\\PC{0,8}",
        "[+-]?[0-9]{1,45}(\\.[0-9]{0,45})?([eE][+-]?[0-9]{1,4})?",
        "[A-Za-z0-9+/=]{0,9}",
    ];
    let kind = prop_oneof![
        Just("S"),
        Just("N"),
        Just("B"),
        Just("SS"),
        Just("NS"),
        Just("BS"),
        Just("BOOL"),
        Just("NULL"),
        Just("Z"),
    ];
    let scalar = prop_oneof![
        8 => text.prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    let content = prop_oneof![3 => scalar.clone(), 1 => vec(scalar, 0..4).prop_map(Value::from)];
    let leaf = prop_oneof![
        12 => (kind.clone(), content.clone()).prop_map(|(kind, content)| json!({ kind: content })),
        1 => Just(json!({})),
        1 => content.clone(),
        1 => (kind.clone(), kind, content).prop_map(|(one, other, content)| json!({ one: content, other: content })),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|values| json!({ "L": values })),
            btree_map("[a-z]{0,2}", inner, 0..4).prop_map(|values| json!({ "M": values })),
        ]
    })
}

/// Items and keys, most with the table's key.
fn item() -> impl Strategy<Value = Value> {
    let good = "[a-c]{1,2}".prop_map(|id| json!({ "S": id }));
    let id = prop_oneof![4 => good.prop_map(Some), 1 => value().prop_map(Some), 1 => Just(None)];
    (id, btree_map("[a-z]{0,3}", value(), 0..4)).prop_map(|(id, mut members)| {
        id.and_then(|id| members.insert("id".to_owned(), id));
        json!(members)
    })
}

/// Expressions, some of them none.
fn expression() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("id"),
        Just("#a"),
        Just(":v"),
        Just("="),
        Just("<"),
        Just("AND"),
        Just("NOT"),
        Just("("),
        Just(")"),
        Just("SET"),
        Just("REMOVE"),
        Just("ADD"),
        Just("DELETE"),
        Just(","),
        Just("+"),
        Just("a.b"),
        Just("a[0]"),
        Just("size"),
        Just("begins_with"),
        Just("if_not_exists"),
        Just("BETWEEN"),
        Just("IN"),
        Just("é"),
    ];
    vec(word, 0..8).prop_map(|words| words.join(" "))
}

/// Calls: an operation and its input.
fn call() -> impl Strategy<Value = (&'static str, Value)> {
    let put = item().prop_map(|item| ("PutItem", json!({ "TableName": "notes", "Item": item })));
    let get = item().prop_map(|key| ("GetItem", json!({ "TableName": "notes", "Key": key })));
    let update = (item(), expression(), expression(), value()).prop_map(|(key, update, condition, value)| {
        let input = json!({
            "TableName": "notes", "Key": key, "UpdateExpression": update, "ConditionExpression": condition,
            "ExpressionAttributeNames": { "#a": "a" }, "ExpressionAttributeValues": { ":v": value },
        });
        ("UpdateItem", input)
    });
    let query = (expression(), value()).prop_map(|(expression, value)| {
        let input = json!({
            "TableName": "notes", "KeyConditionExpression": expression, "ExpressionAttributeValues": { ":v": value },
        });
        ("Query", input)
    });
    let batch = vec(item(), 0..30).prop_map(|items| {
        let puts = items
            .into_iter()
            .map(|item| json!({ "PutRequest": { "Item": item } }));
        (
            "BatchWriteItem",
            json!({ "RequestItems": { "notes": puts.collect::<Vec<_>>() } }),
        )
    });
    let transaction = vec(item(), 0..5).prop_map(|items| {
        let puts = items
            .into_iter()
            .map(|item| json!({ "Put": { "TableName": "notes", "Item": item } }));
        (
            "TransactWriteItems",
            json!({ "TransactItems": puts.collect::<Vec<_>>() }),
        )
    });
    let statement = expression().prop_map(|text| {
        let text = format!("SELECT * FROM \"notes\" WHERE {text}");
        ("ExecuteStatement", json!({ "Statement": text }))
    });
    // Members of the wrong type, in operations of every kind.
    let operation = prop_oneof![
        Just("CreateTable"),
        Just("UpdateTable"),
        Just("DescribeTable"),
        Just("Scan"),
        Just("BatchGetItem"),
        Just("TransactGetItems"),
        Just("TagResource"),
        Just("PutResourcePolicy"),
        Just("GetRecords"),
    ];
    let member = prop_oneof![
        Just("TableName"),
        Just("KeySchema"),
        Just("ProvisionedThroughput"),
        Just("RequestItems"),
        Just("Limit"),
        Just("TransactItems"),
        Just("ResourceArn"),
        Just("Tags"),
        Just("Policy"),
        Just("ShardIterator"),
        Just("GlobalSecondaryIndexUpdates"),
        Just("AttributeDefinitions"),
        Just("ExclusiveStartKey"),
    ];
    let wrong = (operation, btree_map(member, value(), 0..4))
        .prop_map(|(operation, members)| (operation, json!(members)));
    prop_oneof![put, get, update, query, batch, transaction, statement, wrong]
}

#[test]
fn whatever_comes_is_answered_in_dynamodb_s_way() {
    let world = World::frozen();
    world.notes(30_000, 30_000);
    let config = Config {
        cases: 1_000,
        failure_persistence: None,
        ..Config::default()
    };
    let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, chance);
    let answered = runner.run(&call(), |(operation, input)| {
        let answer = world.dynamodb(operation, &input);
        world.advance(1);
        let body = serde_json::from_str::<Value>(&answer.body);
        let code = body.as_ref().ok().and_then(|body| body["__type"].as_str());
        let known = match answer.status {
            200 => code.is_none(),
            400 => code.is_some_and(|code| code.contains('#') && code.ends_with("Exception")),
            _ => false,
        };
        prop_assert!(known, "{operation} {input}: {} {}", answer.status, answer.body);
        Ok(())
    });
    answered.unwrap();
}
