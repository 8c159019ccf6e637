//! Streams of tables: shards, iterators, records, and the permissions they take.

use serde_json::{Value, json};

use super::client::World;

fn followed(world: &World, name: &str) -> String {
    let create = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    let created = world.ok("CreateTable", &create);
    created["TableDescription"]["LatestStreamArn"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Whether a text has digits where the pattern has zeros, and the pattern's own signs elsewhere.
fn like(text: &str, pattern: &str) -> bool {
    let same =
        |(sign, expected): (char, char)| sign == expected || (expected == '0' && sign.is_ascii_digit());
    text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(same)
}

fn invalid(world: &World, operation: &str, input: &Value, words: &str) {
    let answer = world.dynamodb(operation, input);
    assert_eq!(
        answer.error(),
        "ValidationException",
        "{operation}: {}",
        answer.body
    );
    assert!(answer.body.contains(words), "{operation}: {}", answer.body);
}

#[test]
fn a_stream_has_one_open_shard_that_can_be_read_from_its_start() {
    let world = World::frozen();
    let stream = followed(&world, "suivie");
    let describe = |more: Value| {
        let mut input = json!({"StreamArn": stream});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        world.ok("DescribeStream", &input)["StreamDescription"].clone()
    };
    let described = describe(json!({}));
    assert_eq!(described["StreamArn"], stream);
    let label = described["StreamLabel"].as_str().unwrap();
    assert!(like(label, "0000-00-00T00:00:00.000"), "{label}");
    assert!(
        stream.ends_with(&format!("table/suivie/stream/{label}")),
        "{stream}"
    );
    let table = world.ok("DescribeTable", &json!({"TableName": "suivie"}))["Table"].clone();
    assert_eq!(
        (&table["LatestStreamArn"], &table["LatestStreamLabel"]),
        (&json!(stream), &json!(label))
    );
    assert_eq!(
        described["KeySchema"],
        json!([{"AttributeName": "id", "KeyType": "HASH"}])
    );
    let (shard, range) = (
        &described["Shards"][0]["ShardId"],
        &described["Shards"][0]["SequenceNumberRange"],
    );
    let name = shard.as_str().unwrap();
    assert!(
        like(&name[..29], "shardId-00000000000000000000-") && name.len() == 37,
        "{name}"
    );
    assert!(range.get("EndingSequenceNumber").is_none());
    assert_eq!(
        describe(json!({"ExclusiveStartShardId": shard}))["Shards"],
        json!([])
    );
    let at = json!({
        "StreamArn": stream, "ShardId": shard, "ShardIteratorType": "AT_SEQUENCE_NUMBER",
        "SequenceNumber": range["StartingSequenceNumber"],
    });
    let iterator = world.ok("GetShardIterator", &at)["ShardIterator"].clone();
    world.ok(
        "PutItem",
        &json!({"TableName": "suivie", "Item": {"id": {"S": "a"}}}),
    );
    let records = world.ok("GetRecords", &json!({"ShardIterator": iterator}));
    assert_eq!(records["Records"][0]["eventName"], "INSERT");
    assert_eq!(records["Records"][0]["awsRegion"], "eu-west-3");
}

#[test]
fn streams_are_listed_page_by_page() {
    let world = World::frozen();
    let arns = [followed(&world, "une"), followed(&world, "deux")];
    let first = world.ok("ListStreams", &json!({"Limit": 1}));
    let last = &first["LastEvaluatedStreamArn"];
    let second = world.ok(
        "ListStreams",
        &json!({"Limit": 1, "ExclusiveStartStreamArn": last}),
    );
    assert!(second.get("LastEvaluatedStreamArn").is_none());
    let labels = [&first, &second].map(|page| page["Streams"][0]["StreamLabel"].as_str().unwrap().to_owned());
    assert!(
        labels.iter().all(|label| like(label, "0000-00-00T00:00:00.000")),
        "{labels:?}"
    );
    let mut found =
        [&first, &second].map(|page| page["Streams"][0]["StreamArn"].as_str().unwrap().to_owned());
    let mut arns = arns;
    arns.sort();
    found.sort();
    assert_eq!(found, arns);
}

#[test]
fn what_is_wrong_with_a_stream_is_told() {
    let world = World::frozen();
    let stream = followed(&world, "suivie");
    invalid(
        &world,
        "ListStreams",
        &json!({"Limit": 0}),
        "Member must have value greater than or equal to 1",
    );
    invalid(
        &world,
        "ListStreams",
        &json!({"Limit": 101}),
        "less than or equal to 100",
    );
    invalid(
        &world,
        "DescribeStream",
        &json!({"StreamArn": "x".repeat(40)}),
        "Invalid StreamArn",
    );
    let specification = |enabled: bool| {
        let mut specification = json!({"StreamEnabled": enabled});
        if enabled {
            specification["StreamViewType"] = "KEYS_ONLY".into();
        }
        json!({"TableName": "suivie", "StreamSpecification": specification})
    };
    invalid(
        &world,
        "UpdateTable",
        &specification(true),
        "Table already has an enabled stream",
    );
    let other = json!({"StreamArn": stream, "ShardId": "shardId-00000000000000000009", "ShardIteratorType": "LATEST"});
    let answer = world.dynamodb("GetShardIterator", &other);
    assert_eq!(answer.error(), "ResourceNotFoundException", "{}", answer.body);
    let other = json!({"StreamArn": format!("{stream}0")});
    let answer = world.dynamodb("DescribeStream", &other);
    assert_eq!(answer.error(), "ResourceNotFoundException", "{}", answer.body);
    world.ok("UpdateTable", &specification(false));
    invalid(
        &world,
        "UpdateTable",
        &specification(false),
        "Table has no stream to disable",
    );
}

#[test]
fn the_records_of_a_stream_take_a_permission_on_the_stream() {
    let world = World::frozen();
    let create = json!({
        "TableName": "suivie", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    let created = world.ok("CreateTable", &create);
    let stream = created["TableDescription"]["LatestStreamArn"].as_str().unwrap();
    let user = world.reader(
        "alice",
        &json!([{
            "Effect": "Allow", "Resource": stream,
            "Action": ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"],
        }]),
    );
    world.ok(
        "PutItem",
        &json!({"TableName": "suivie", "Item": {"id": {"S": "a"}}}),
    );
    let ask = |operation: &str, input: Value| {
        let answer = world.dynamodb_as(&user, operation, &input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.json()
    };
    let described = ask("DescribeStream", json!({"StreamArn": stream}));
    let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
    let iterator = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = ask("GetShardIterator", iterator)["ShardIterator"].clone();
    assert!(iterator.as_str().unwrap().starts_with(&format!("{stream}|1|")));
    let records = ask("GetRecords", json!({"ShardIterator": iterator}));
    assert_eq!(records["Records"][0]["dynamodb"]["NewImage"]["id"]["S"], "a");
    let next = records["NextShardIterator"].clone();
    assert_eq!(
        ask("GetRecords", json!({"ShardIterator": next}))["Records"],
        json!([])
    );
}
