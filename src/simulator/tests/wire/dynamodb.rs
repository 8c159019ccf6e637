//! DynamoDB's operations, protocol and consumed capacity.

use serde_json::{Value, json};

use super::client::World;

#[test]
fn a_table_has_an_arn_of_this_account_and_is_soon_active() {
    let world = World::frozen();
    world.notes(5, 5);
    let table = &world.ok("DescribeTable", &json!({"TableName": "notes"}))["Table"];
    assert_eq!(
        table["TableArn"],
        "arn:aws:dynamodb:eu-west-3:123456789012:table/notes"
    );
    assert_eq!(table["TableStatus"], "ACTIVE");
    let by_arn = world.ok("DescribeTable", &json!({"TableName": table["TableArn"]}));
    assert_eq!(by_arn["Table"]["TableName"], "notes");
}

#[test]
fn a_table_is_dated_by_the_simulated_clock() {
    let world = World::frozen();
    world.advance(1_000_000);
    world.notes(5, 5);
    let created = world.ok("DescribeTable", &json!({"TableName": "notes"}))["Table"]["CreationDateTime"]
        .as_f64()
        .unwrap();
    let now = world.simulator.clock().now;
    assert!((now - created).abs() < 5.0, "{created} at {now}");
}

#[test]
fn an_answer_has_the_headers_that_sdks_check() {
    let world = World::frozen();
    let answer = world.dynamodb("ListTables", &json!({}));
    assert_eq!(answer.header("content-type"), Some("application/x-amz-json-1.0"));
    assert_eq!(answer.header("x-amzn-requestid").map(str::len), Some(52));
    let checksum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, answer.body.as_bytes());
    assert_eq!(answer.header("x-amz-crc32"), Some(checksum.to_string().as_str()));
}

#[test]
fn an_unknown_operation_is_named_as_one_and_journalled() {
    let world = World::frozen();
    let answer = world.dynamodb("BakeCake", &json!({}));
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (400, "UnknownOperationException")
    );
    assert_eq!(world.simulator.journal()[0].operation, "BakeCake");
}

#[test]
fn an_unsigned_call_misses_its_token() {
    let world = World::frozen();
    let host = world.host();
    let headers = [
        ("host", host.as_str()),
        ("x-amz-target", "DynamoDB_20120810.ListTables"),
    ];
    let answer = world.plain("POST", "/", &headers, "{}");
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (400, "MissingAuthenticationTokenException")
    );
}

#[test]
fn consumed_capacity_is_shown_as_it_was_asked_for() {
    let world = World::frozen();
    world.notes(50, 50);
    let put = |mode: Option<&str>| {
        let mut input =
            json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "t": {"S": "x".repeat(3500)}}});
        if let Some(mode) = mode {
            input["ReturnConsumedCapacity"] = mode.into();
        }
        world.ok("PutItem", &input)
    };
    assert_eq!(put(None), json!({}));
    assert_eq!(put(Some("NONE")), json!({}));
    assert_eq!(
        put(Some("TOTAL")),
        json!({"ConsumedCapacity": {"TableName": "notes", "CapacityUnits": 4.0}})
    );
    let indexes = put(Some("INDEXES"));
    assert_eq!(indexes["ConsumedCapacity"]["Table"]["CapacityUnits"], json!(4.0));
    let input = json!({"TableName": "notes", "Item": {"id": {"S": "a"}}, "ReturnConsumedCapacity": "SOME"});
    assert_eq!(world.dynamodb("PutItem", &input).error(), "ValidationException");
}

#[test]
fn reads_cost_by_four_kilobytes_and_by_consistency() {
    let world = World::frozen();
    world.notes(50, 50);
    world.put("a", 9_000);
    let get = |consistent: bool| {
        let input = json!({"TableName": "notes", "Key": {"id": {"S": "a"}}, "ConsistentRead": consistent, "ReturnConsumedCapacity": "TOTAL"});
        world.ok("GetItem", &input)["ConsumedCapacity"]["CapacityUnits"].clone()
    };
    assert_eq!((get(true), get(false)), (json!(3.0), json!(1.5)));
    let transaction = world.ok("TransactGetItems", &json!({
        "TransactItems": [{"Get": {"TableName": "notes", "Key": {"id": {"S": "a"}}}}], "ReturnConsumedCapacity": "TOTAL",
    }));
    assert_eq!(transaction["ConsumedCapacity"][0]["CapacityUnits"], json!(6.0));
    assert!(transaction["ConsumedCapacity"][0].get("Table").is_none());
}

#[test]
fn a_batch_shows_its_capacity_as_a_list() {
    let world = World::frozen();
    world.notes(50, 50);
    let write = |id: &str| json!({"PutRequest": {"Item": {"id": {"S": id}}}});
    let output = world.ok(
        "BatchWriteItem",
        &json!({
            "RequestItems": {"notes": [write("a"), write("b")]}, "ReturnConsumedCapacity": "TOTAL",
        }),
    );
    assert_eq!(
        output["ConsumedCapacity"],
        json!([{"TableName": "notes", "CapacityUnits": 2.0}])
    );
    assert_eq!(output["UnprocessedItems"], json!({}));
}

#[test]
fn every_operation_of_the_table_answers() {
    let world = World::frozen();
    world.notes(5, 5);
    let arn = "arn:aws:dynamodb:eu-west-3:123456789012:table/notes";
    let table = |more: Value| {
        let mut input = json!({"TableName": "notes"});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    world.ok(
        "TagResource",
        &json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}),
    );
    assert_eq!(
        world.ok("ListTagsOfResource", &json!({"ResourceArn": arn}))["Tags"][0]["Value"],
        "v"
    );
    world.ok("UntagResource", &json!({"ResourceArn": arn, "TagKeys": ["k"]}));
    world.ok(
        "UpdateTimeToLive",
        &table(json!({"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "fin"}})),
    );
    world.ok("DescribeTimeToLive", &table(json!({})));
    world.ok(
        "ExecuteStatement",
        &json!({"Statement": "INSERT INTO \"notes\" VALUE {'id': 'p'}"}),
    );
    let found = world.ok(
        "ExecuteStatement",
        &json!({"Statement": "SELECT * FROM \"notes\" WHERE id = 'p'"}),
    );
    assert_eq!(found["Items"][0]["id"]["S"], "p");
    world.ok(
        "Query",
        &table(json!({"KeyConditionExpression": "id = :i", "ExpressionAttributeValues": {":i": {"S": "p"}}})),
    );
    assert_eq!(world.ok("Scan", &table(json!({})))["Count"], 1);
    world.ok("UpdateItem", &table(json!({"Key": {"id": {"S": "p"}}, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}})));
    world.ok("DeleteItem", &table(json!({"Key": {"id": {"S": "p"}}})));
    assert_eq!(
        world.ok("DescribeLimits", &json!({}))["AccountMaxReadCapacityUnits"],
        80_000
    );
    world.ok("ListStreams", &json!({}));
    world.ok("DeleteTable", &table(json!({})));
    assert_eq!(
        world.dynamodb("DescribeTable", &table(json!({}))).error(),
        "ResourceNotFoundException"
    );
}

#[test]
fn an_item_dies_when_its_time_to_live_is_over() {
    let world = World::frozen();
    world.notes(5, 5);
    world.ok(
        "UpdateTimeToLive",
        &json!({"TableName": "notes", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "fin"}}),
    );
    let end = world.simulator.now().unix_timestamp() + 100;
    world.ok(
        "PutItem",
        &json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "fin": {"N": end.to_string()}}}),
    );
    let count = || world.ok("Scan", &json!({"TableName": "notes"}))["Count"].clone();
    world.advance(50);
    assert_eq!(count(), 1);
    world.advance(100);
    assert_eq!(count(), 0);
}

fn told(world: &World, operation: &str, input: &Value) -> String {
    let answer = world.dynamodb(operation, input);
    assert_eq!(answer.error(), "ValidationException", "{}", answer.body);
    answer.json()["message"].as_str().unwrap().to_owned()
}

#[test]
fn time_to_live_is_not_enabled_twice() {
    let world = World::frozen();
    world.notes(5, 5);
    let update = |attribute: &str, enabled: bool| json!({"TableName": "notes", "TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": enabled}});
    let refused = |input: &Value| told(&world, "UpdateTimeToLive", input);
    assert_eq!(refused(&update("fin", false)), "TimeToLive is already disabled");
    world.ok("UpdateTimeToLive", &update("fin", true));
    assert_eq!(refused(&update("fin", true)), "TimeToLive is already enabled");
    let other = "TimeToLive is active on a different AttributeName: current AttributeName is fin";
    assert_eq!(refused(&update("autre", true)), other);
    assert_eq!(refused(&update("autre", false)), other);
    let soon = "Time to live has been modified multiple times within a fixed interval";
    world.advance(3_599);
    assert_eq!(refused(&update("fin", false)), soon);
    world.advance(1);
    world.ok("UpdateTimeToLive", &update("fin", false));
    assert_eq!(refused(&update("autre", true)), soon);
}

#[test]
fn tags_are_a_table_s_and_plain() {
    let world = World::frozen();
    world.notes(5, 5);
    let arn = "arn:aws:dynamodb:eu-west-3:123456789012:table/notes";
    let tag = |arn: &str, key: &str| json!({"ResourceArn": arn, "Tags": [{"Key": key, "Value": "x"}]});
    world.ok("TagResource", &tag(arn, "équipe bleue"));
    let refused = |input: &Value| told(&world, "TagResource", input);
    assert!(refused(&tag("notes", "a")).contains("ARNs must start with 'arn:': notes"));
    assert!(
        refused(&tag(&format!("{arn}/index/i"), "a")).starts_with("Invalid TableArn: Invalid ResourceArn")
    );
    assert!(
        refused(&tag(arn, "a!")).contains("Value 'a!' at 'tags.1.member.key' failed to satisfy constraint")
    );
}

#[test]
fn an_older_query_of_a_local_index_fetches_what_the_index_does_not_hold() {
    let world = World::frozen();
    let create = json!({
        "TableName": "locale", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": "p", "AttributeType": "S"},
            {"AttributeName": "s", "AttributeType": "S"},
            {"AttributeName": "l", "AttributeType": "S"},
        ],
        "LocalSecondaryIndexes": [{
            "IndexName": "par-l", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
        }],
    });
    world.ok("CreateTable", &create);
    let item =
        json!({"p": {"S": "a"}, "s": {"S": "1"}, "l": {"S": "x"}, "d": {"S": "loin"}, "e": {"S": "non"}});
    world.ok("PutItem", &json!({"TableName": "locale", "Item": item}));
    let query = |attributes: Value| {
        world.ok(
            "Query",
            &json!({
                "TableName": "locale", "IndexName": "par-l", "AttributesToGet": attributes,
                "KeyConditions": {"p": {"AttributeValueList": [{"S": "a"}], "ComparisonOperator": "EQ"}},
                "ReturnConsumedCapacity": "INDEXES",
            }),
        )
    };
    let fetched = query(json!(["d", "l"]));
    assert_eq!(fetched["Items"], json!([{"d": {"S": "loin"}, "l": {"S": "x"}}]));
    let units = |answer: &Value| answer["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap();
    let held = query(json!(["l"]));
    assert_eq!(held["Items"], json!([{"l": {"S": "x"}}]));
    assert!((units(&held) - 0.5).abs() < 1e-9 && (units(&fetched) - 1.0).abs() < 1e-9);
}

#[test]
fn a_transaction_beyond_four_megabytes_is_refused_for_its_size() {
    let world = World::frozen();
    world.notes(5, 5);
    let put = |id: usize| {
        let item = json!({"id": {"S": id.to_string()}, "t": {"S": "x".repeat(390_000)}});
        json!({"Put": {"TableName": "notes", "Item": item}})
    };
    let first = json!({"TransactItems": [put(0), put(1)]});
    world.ok("TransactWriteItems", &first);
    let all = json!({"TransactItems": (0..11).map(put).collect::<Vec<_>>()});
    assert!(told(&world, "TransactWriteItems", &all).contains("exceeding the 4MB limit"));
}
