//! Throughput: what is throttled, how it is said, what gives it back.

use serde_json::{Value, json};

use super::client::{Answer, World};

/// Writes until the table's bucket is below zero: 5 WCU hold 1,500, an item of 400 KB takes 400.
fn exhaust(world: &World) {
    for id in ["1", "2", "3", "4"] {
        assert_eq!(world.put(id, 409_000).status, 200);
    }
}

fn get(world: &World) -> Answer {
    let input = json!({"TableName": "notes", "Key": {"id": {"S": "1"}}, "ConsistentRead": true});
    world.dynamodb("GetItem", &input)
}

#[test]
fn a_table_takes_its_burst_and_then_refuses_with_the_reason() {
    let world = World::frozen();
    world.notes(5, 5);
    exhaust(&world);
    let refused = world.put("5", 10);
    assert_eq!(
        (refused.status, refused.error().as_str()),
        (400, "ProvisionedThroughputExceededException")
    );
    let error = refused.json();
    assert_eq!(
        error["message"],
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
    );
    assert_eq!(
        error["ThrottlingReasons"],
        json!([{"reason": "TableWriteProvisionedThroughputExceeded", "resource": "arn:aws:dynamodb:eu-west-3:123456789012:table/notes"}])
    );
    let key = json!({"TableName": "notes", "Key": {"id": {"S": "5"}}});
    assert_eq!(
        world.ok("GetItem", &key),
        json!({}),
        "nothing of the refused write is there"
    );
}

#[test]
fn only_the_clock_gives_capacity_back() {
    let world = World::frozen();
    world.notes(5, 5);
    exhaust(&world);
    // 1,500 − 4 × 400 = −100: twenty seconds bring it to zero, one more above.
    world.advance(20);
    assert_eq!(world.put("5", 10).status, 400);
    world.advance(1);
    assert_eq!(world.put("5", 10).status, 200);
}

#[test]
fn reads_have_a_bucket_of_their_own() {
    let world = World::frozen();
    world.notes(1, 5);
    exhaust(&world);
    // 1 RCU holds 300, a strong read of 400 KB takes 100.
    for _ in 0..3 {
        assert_eq!(get(&world).status, 200);
    }
    let refused = get(&world);
    assert_eq!(refused.error(), "ProvisionedThroughputExceededException");
    assert_eq!(
        refused.json()["ThrottlingReasons"][0]["reason"],
        "TableReadProvisionedThroughputExceeded"
    );
    world.advance(101);
    assert_eq!(get(&world).status, 200);
}

#[test]
fn more_throughput_fills_the_bucket_faster_but_not_at_once() {
    let world = World::frozen();
    world.notes(5, 5);
    exhaust(&world);
    world.ok("UpdateTable", &json!({"TableName": "notes", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 200}}));
    assert_eq!(world.put("5", 10).status, 400);
    world.advance(1);
    assert_eq!(world.put("5", 10).status, 200);
}

#[test]
fn a_table_on_demand_goes_on_where_a_provisioned_one_is_throttled() {
    let world = World::frozen();
    world.notes(5, 5);
    exhaust(&world);
    world.ok(
        "UpdateTable",
        &json!({"TableName": "notes", "BillingMode": "PAY_PER_REQUEST"}),
    );
    exhaust(&world);
    exhaust(&world);
}

#[test]
fn a_maximum_on_demand_throttles_with_its_own_exception() {
    let world = World::frozen();
    world.ok(
        "CreateTable",
        &json!({
            "TableName": "notes",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "OnDemandThroughput": {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 5},
        }),
    );
    exhaust(&world);
    let refused = world.put("5", 10);
    assert_eq!(refused.error(), "ThrottlingException");
    assert_eq!(
        refused.json()["throttlingReasons"][0]["reason"],
        "TableWriteMaxOnDemandThroughputExceeded"
    );
}

#[test]
fn a_batch_hands_back_what_has_no_capacity_left() {
    let world = World::frozen();
    world.notes(5, 5);
    exhaust(&world);
    world.advance(22);
    // Ten units are left: a write of 8 KB goes, one of 4 KB goes, the third waits.
    let write = |id: &str, bytes: usize| json!({"PutRequest": {"Item": {"id": {"S": id}, "t": {"S": "x".repeat(bytes)}}}});
    let writes = [write("a", 8_000), write("b", 4_000), write("c", 10)];
    let output = world.ok("BatchWriteItem", &json!({"RequestItems": {"notes": writes}}));
    assert_eq!(output["UnprocessedItems"], json!({"notes": [writes[2]]}));
    let refused = world.dynamodb("BatchWriteItem", &json!({"RequestItems": {"notes": [writes[2]]}}));
    assert_eq!(refused.error(), "ProvisionedThroughputExceededException");
}

#[test]
fn a_batch_of_reads_hands_back_its_keys() {
    let world = World::frozen();
    world.notes(1, 100);
    exhaust(&world);
    for _ in 0..3 {
        get(&world);
    }
    // The bucket is 3 × 100 below 300: one second brings one unit, good for one strong read.
    world.advance(1);
    let keys = [json!({"id": {"S": "x"}}), json!({"id": {"S": "y"}})];
    let output = world.ok(
        "BatchGetItem",
        &json!({"RequestItems": {"notes": {"Keys": keys, "ConsistentRead": true}}}),
    );
    assert_eq!(
        output["UnprocessedKeys"],
        json!({"notes": {"Keys": [keys[1]], "ConsistentRead": true}})
    );
}

#[test]
fn a_transaction_is_cancelled_with_a_reason_for_each_part() {
    let world = World::frozen();
    world.notes(5, 5);
    exhaust(&world);
    let put = json!({"Put": {"TableName": "notes", "Item": {"id": {"S": "z"}}}});
    let refused = world.dynamodb("TransactWriteItems", &json!({"TransactItems": [put]}));
    assert_eq!(refused.error(), "TransactionCanceledException");
    let error = refused.json();
    assert_eq!(
        error["CancellationReasons"][0]["Code"],
        "ProvisionedThroughputExceeded"
    );
    assert!(
        error["Message"]
            .as_str()
            .unwrap()
            .ends_with("[ProvisionedThroughputExceeded]")
    );
}

fn indexed(world: &World, index_write: u32) {
    let throughput = |write: u32| json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": write});
    world.indexed_notes(&throughput(1000), &throughput(index_write), "ALL");
}

fn put_city(world: &World, id: &str, city: Option<&str>) -> Answer {
    let mut item = json!({"id": {"S": id}, "t": {"S": "x".repeat(400_000)}});
    if let Some(city) = city {
        item["ville"] = json!({"S": city});
    }
    world.dynamodb("PutItem", &json!({"TableName": "notes", "Item": item}))
}

#[test]
fn an_index_short_of_capacity_throttles_the_writes_that_would_change_it() {
    let world = World::frozen();
    indexed(&world, 1);
    assert_eq!(put_city(&world, "1", Some("Lyon")).status, 200);
    let refused = put_city(&world, "2", Some("Lyon"));
    assert_eq!(refused.error(), "ProvisionedThroughputExceededException");
    assert_eq!(
        refused.json()["ThrottlingReasons"],
        json!([{"reason": "IndexWriteProvisionedThroughputExceeded", "resource": "arn:aws:dynamodb:eu-west-3:123456789012:table/notes/index/par-ville"}])
    );
    assert_eq!(
        put_city(&world, "3", None).status,
        200,
        "an item outside of the index goes on"
    );
    let delete = |id: &str| {
        world
            .dynamodb(
                "DeleteItem",
                &json!({"TableName": "notes", "Key": {"id": {"S": id}}}),
            )
            .status
    };
    assert_eq!((delete("1"), delete("3")), (400, 200));
    world.advance(300);
    assert_eq!(delete("1"), 200);
}

#[test]
fn a_query_of_an_index_draws_on_the_index() {
    let world = World::frozen();
    indexed(&world, 1000);
    put_city(&world, "1", Some("Lyon"));
    let query = || {
        world.dynamodb(
            "Query",
            &json!({
                "TableName": "notes", "IndexName": "par-ville", "KeyConditionExpression": "ville = :v",
                "ExpressionAttributeValues": {":v": {"S": "Lyon"}},
            }),
        )
    };
    // 5 RCU hold 1,500, an eventual read of 400 KB takes about 49.
    let served = (0..40).filter(|_| query().status == 200).count();
    assert_eq!(served, 31);
    assert_eq!(
        query().json()["ThrottlingReasons"][0]["reason"],
        "IndexReadProvisionedThroughputExceeded"
    );
    assert_eq!(get(&world).status, 200, "the table has its own capacity");
}

#[test]
fn a_write_whose_condition_fails_is_paid_for() {
    let world = World::frozen();
    world.notes(5, 5);
    world.put("1", 409_000);
    let again = json!({"TableName": "notes", "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"});
    let codes: Vec<String> = (0..4)
        .map(|_| world.dynamodb("PutItem", &again).error())
        .collect();
    let (failed, throttled) = (
        "ConditionalCheckFailedException",
        "ProvisionedThroughputExceededException",
    );
    assert_eq!(codes, [failed, failed, failed, throttled]);
}

#[test]
fn a_snapshot_holds_the_buckets_and_the_tables_and_leaves_the_clock_where_it_is() {
    let world = World::frozen();
    world.notes(5, 5);
    let full = world.simulator.snapshot();
    exhaust(&world);
    let empty = world.simulator.snapshot();
    assert!(world.simulator.restore(full));
    assert_eq!(world.put("5", 10).status, 200);
    assert!(world.simulator.restore(empty));
    assert_eq!(world.put("5", 10).status, 400);
    world.advance(1000);
    let late = world.simulator.now();
    assert!(world.simulator.restore(full));
    assert_eq!(world.simulator.now(), late);
    let count: Value = world.ok("Scan", &json!({"TableName": "notes"}))["Count"].clone();
    assert_eq!(count, 0);
    exhaust(&world);
    assert!(!world.simulator.restore(12_345));
}
