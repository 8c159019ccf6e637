//! What a malformed request of DynamoDB is told: AWS's words, and none of what executes it.

use serde_json::{Value, json};

use super::client::World;

fn told(world: &World, operation: &str, input: &Value) -> (String, String) {
    let answer = world.dynamodb(operation, input);
    let body = answer.json();
    let message = body["message"].as_str().or(body["Message"].as_str());
    (answer.error(), message.unwrap_or_default().to_owned())
}

#[test]
fn a_condition_that_cannot_be_meant_is_refused_before_anything_is_written() {
    let world = World::frozen();
    world.notes(50, 50);
    let item = json!({"id": {"S": "a"}});
    let put = |condition: &str| {
        json!({
            "TableName": "notes", "Item": item, "ConditionExpression": condition,
        })
    };
    let (code, message) = told(&world, "PutItem", &put("id = id"));
    assert_eq!(code, "ValidationException");
    assert!(message.ends_with("operator: =, first operand: [id]"), "{message}");
    let part = json!({"TransactItems": [{"Put": put("id <> id")}]});
    assert_eq!(told(&world, "TransactWriteItems", &part).0, "ValidationException");
    let both = json!({"PutRequest": {"Item": item}, "DeleteRequest": {"Key": item}});
    let batch = json!({"RequestItems": {"notes": [both]}});
    assert_eq!(told(&world, "BatchWriteItem", &batch).0, "ValidationException");
    let query = json!({
        "TableName": "notes", "KeyConditionExpression": "id = :a OR id = :b",
        "ExpressionAttributeValues": {":a": {"S": "a"}, ":b": {"S": "b"}},
    });
    assert_eq!(
        told(&world, "Query", &query).1,
        "Invalid operator used in KeyConditionExpression: OR"
    );
    assert_eq!(world.ok("Scan", &json!({"TableName": "notes"}))["Count"], 0);
}

#[test]
fn a_value_of_another_json_type_is_a_serialization_exception_in_aws_s_words() {
    let world = World::frozen();
    world.notes(50, 50);
    for (value, words) in [
        (json!({"S": 1}), "NUMBER_VALUE cannot be converted to String"),
        (
            json!({"B": "%"}),
            "Base64 encoded length is expected a multiple of 4 bytes but found: 1",
        ),
        (json!({"L": [{"SS": "a"}]}), "Unexpected field type"),
    ] {
        let put = json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "v": value}});
        let expected = ("SerializationException".to_owned(), words.to_owned());
        assert_eq!(told(&world, "PutItem", &put), expected);
        let update = json!({
            "TableName": "notes", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET v = :v",
            "ExpressionAttributeValues": {":v": value},
        });
        assert_eq!(told(&world, "UpdateItem", &update), expected);
    }
    let flag = json!({"TableName": "notes", "Key": {"id": {"S": "a"}}, "ConsistentRead": "oui"});
    let (code, message) = told(&world, "GetItem", &flag);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("SerializationException", "Unexpected token received from parser")
    );
}

#[test]
fn a_set_with_a_member_twice_is_told_alike_by_every_write() {
    let world = World::frozen();
    world.notes(50, 50);
    let item = json!({"id": {"S": "a"}, "v": {"SS": ["a", "a"]}});
    let expected = "One or more parameter values were invalid: Input collection [a, a] contains duplicates.";
    let put = json!({"TableName": "notes", "Item": item});
    assert_eq!(told(&world, "PutItem", &put).1, expected);
    let batch = json!({"RequestItems": {"notes": [{"PutRequest": {"Item": item}}]}});
    assert_eq!(told(&world, "BatchWriteItem", &batch).1, expected);
}

#[test]
fn a_token_that_comes_with_another_request_is_told_as_such() {
    let world = World::frozen();
    world.notes(50, 50);
    let put = |id: &str| {
        let item = json!({"id": {"S": id}});
        json!({"ClientRequestToken": "jeton", "TransactItems": [{"Put": {"TableName": "notes", "Item": item}}]})
    };
    world.ok("TransactWriteItems", &put("a"));
    let (code, message) = told(&world, "TransactWriteItems", &put("b"));
    assert_eq!(code, "IdempotentParameterMismatchException");
    assert!(message.starts_with("DynamoDB rejected the request"), "{message}");
}
