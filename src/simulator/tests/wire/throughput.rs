//! How throughput is set, changed, described and limited: decreases, modes, warm throughput, quotas, hot keys.

use serde_json::{Value, json};

use super::client::{Answer, World};

fn describe(world: &World) -> Value {
    world.ok("DescribeTable", &json!({"TableName": "notes"}))["Table"].clone()
}

fn update(world: &World, mut change: Value) -> Answer {
    change["TableName"] = "notes".into();
    world.dynamodb("UpdateTable", &change)
}

pub(super) fn provision(world: &World, read: u32, write: u32) -> Answer {
    update(
        world,
        json!({"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}),
    )
}

/// Creates `notes`, on demand, with whatever else is given.
pub(super) fn on_demand(world: &World, more: &Value) -> Answer {
    let mut table = json!({
        "TableName": "notes",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    });
    let members = table.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    world.dynamodb("CreateTable", &table)
}

/// Creates `notes` with 100 units, and an index `par-ville` with as many.
pub(super) fn indexed(world: &World) {
    let hundred = json!({"ReadCapacityUnits": 100, "WriteCapacityUnits": 100});
    world.indexed_notes(&hundred, &hundred, "KEYS_ONLY");
}

pub(super) fn update_index(world: &World, read: u32, write: u32) -> Answer {
    let throughput = json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    let update = json!({"IndexName": "par-ville", "ProvisionedThroughput": throughput});
    update_indexes(world, &json!([{ "Update": update }]))
}

fn update_indexes(world: &World, updates: &Value) -> Answer {
    update(world, json!({ "GlobalSecondaryIndexUpdates": updates }))
}

#[test]
fn an_update_answers_what_still_is_and_the_next_description_says_what_is_then() {
    let world = World::frozen();
    world.notes(5, 5);
    let answer = provision(&world, 10, 4).json()["TableDescription"].clone();
    assert_eq!(answer["TableStatus"], "UPDATING");
    let shown = &answer["ProvisionedThroughput"];
    assert_eq!(
        (
            &shown["ReadCapacityUnits"],
            &shown["WriteCapacityUnits"],
            &shown["NumberOfDecreasesToday"]
        ),
        (&json!(5), &json!(5), &json!(0))
    );
    let now = world.simulator.clock().now;
    for member in ["LastIncreaseDateTime", "LastDecreaseDateTime"] {
        assert!((shown[member].as_f64().unwrap() - now).abs() < 0.01, "{member}");
    }
    let table = describe(&world);
    assert_eq!(table["TableStatus"], "ACTIVE");
    let shown = &table["ProvisionedThroughput"];
    assert_eq!(
        (
            &shown["ReadCapacityUnits"],
            &shown["WriteCapacityUnits"],
            &shown["NumberOfDecreasesToday"]
        ),
        (&json!(10), &json!(4), &json!(1))
    );
}

#[test]
fn the_fifth_decrease_of_a_day_waits_an_hour_and_an_index_is_counted_apart() {
    let world = World::frozen();
    // The hour that is waited for must not end on the next day.
    let hour = u64::from(time::OffsetDateTime::now_utc().hour());
    world.advance((24 - hour) * 3600);
    indexed(&world);
    for units in [99, 98, 97, 96] {
        assert_eq!(provision(&world, units, 100).status, 200);
    }
    let refused = provision(&world, 95, 200);
    assert_eq!(refused.error(), "LimitExceededException");
    let message = refused.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("Number of decreases today: 4."), "{message}");
    assert_eq!(provision(&world, 96, 200).status, 200, "an increase is free");
    assert_eq!(update_index(&world, 50, 100).status, 200);
    let index = &describe(&world)["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"];
    assert_eq!(index["NumberOfDecreasesToday"], 1);
    world.advance(3600);
    assert_eq!(provision(&world, 95, 200).status, 200);
    assert_eq!(provision(&world, 94, 200).error(), "LimitExceededException");
}

#[test]
fn an_index_has_a_throughput_of_its_own_to_be_changed() {
    let world = World::frozen();
    indexed(&world);
    let answer = update_index(&world, 150, 100).json()["TableDescription"].clone();
    assert_eq!(answer["TableStatus"], "ACTIVE");
    let index = &answer["GlobalSecondaryIndexes"][0];
    assert_eq!(index["IndexStatus"], "UPDATING");
    assert_eq!(index["ProvisionedThroughput"]["ReadCapacityUnits"], 100);
    let index = describe(&world)["GlobalSecondaryIndexes"][0].clone();
    assert_eq!(index["IndexStatus"], "ACTIVE");
    assert_eq!(index["ProvisionedThroughput"]["ReadCapacityUnits"], 150);
    assert_eq!(index["WarmThroughput"]["ReadUnitsPerSecond"], 150);
    let refused = update_index(&world, 150, 100).json()["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        refused.starts_with("The provisioned throughput for the index par-ville will not change."),
        "{refused}"
    );
}

#[test]
fn an_index_comes_and_goes_with_its_throughput() {
    let world = World::frozen();
    indexed(&world);
    let definition = |name: &str, more: &Value| {
        let mut create = json!({
            "IndexName": name,
            "KeySchema": [{"AttributeName": "jour", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        });
        create
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({
            "AttributeDefinitions": [{"AttributeName": "jour", "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [{ "Create": create }],
        })
    };
    let refused = update(&world, definition("par-jour", &json!({})));
    assert!(
        refused
            .body
            .contains("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: par-jour")
    );
    let throughput = json!({"ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}});
    let answer = update(&world, definition("par-jour", &throughput)).json()["TableDescription"].clone();
    assert_eq!(answer["TableStatus"], "UPDATING", "{answer}");
    let created = answer["GlobalSecondaryIndexes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|index| index["IndexName"] == "par-jour")
        .unwrap();
    assert_eq!(
        (&created["IndexStatus"], &created["Backfilling"]),
        (&json!("CREATING"), &json!(false))
    );
    assert_eq!(created["ProvisionedThroughput"]["WriteCapacityUnits"], 8);
    let answer = update_indexes(&world, &json!([{"Delete": {"IndexName": "par-jour"}}]));
    let answer = answer.json()["TableDescription"].clone();
    assert_eq!(answer["TableStatus"], "UPDATING");
    let statuses: Vec<_> = answer["GlobalSecondaryIndexes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|index| index["IndexStatus"].clone())
        .collect();
    assert_eq!(statuses, [json!("ACTIVE"), json!("DELETING")]);
    assert_eq!(
        describe(&world)["GlobalSecondaryIndexes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn one_update_makes_one_change() {
    let world = World::frozen();
    indexed(&world);
    let both = json!({"DeletionProtectionEnabled": true, "TableClass": "STANDARD"});
    assert!(
        update(&world, both)
            .body
            .contains("TableClass modification must be the only operation in the request")
    );
    let update = |name: &str| json!({"IndexName": name});
    let cases = [
        (json!([{}]), "must not be null"),
        (
            json!([{"Update": update("par-ville"), "Delete": update("par-ville")}]),
            "Only one global secondary index action",
        ),
        (
            json!([{"Delete": update("par-ville")}, {"Delete": update("par-ville")}]),
            "Only one global secondary index update per index",
        ),
    ];
    for (updates, said) in cases {
        let refused = update_indexes(&world, &updates);
        assert!(refused.body.contains(said), "{updates}: {}", refused.body);
    }
    let two = json!([{"Delete": update("par-ville")}, {"Delete": update("autre")}]);
    assert_eq!(update_indexes(&world, &two).error(), "LimitExceededException");
}

#[test]
fn a_table_goes_to_on_demand_four_times_in_a_rolling_day_and_back_at_any_time() {
    let world = World::frozen();
    world.notes(5, 5);
    let to_demand = || update(&world, json!({"BillingMode": "PAY_PER_REQUEST"}));
    let back = || {
        let throughput = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
        update(
            &world,
            json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}),
        )
    };
    for _ in 0..4 {
        assert_eq!(to_demand().status, 200);
        assert_eq!(back().status, 200);
        world.advance(3600);
    }
    let refused = to_demand();
    assert_eq!(refused.error(), "LimitExceededException");
    assert!(
        refused.body.contains("Update to PayPerRequest mode are limited"),
        "{}",
        refused.body
    );
    world.advance(20 * 3600 + 1);
    assert_eq!(to_demand().status, 200);
}

#[test]
fn a_description_tells_since_when_a_table_is_or_was_on_demand() {
    let world = World::frozen();
    world.notes(5, 5);
    assert!(describe(&world).get("BillingModeSummary").is_none());
    let answer = update(&world, json!({"BillingMode": "PAY_PER_REQUEST"})).json()["TableDescription"].clone();
    assert_eq!(
        answer["BillingModeSummary"],
        json!({"BillingMode": "PAY_PER_REQUEST"})
    );
    let table = describe(&world);
    let since = table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"].clone();
    assert!((since.as_f64().unwrap() - world.simulator.clock().now).abs() < 0.01);
    assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
    assert_eq!(
        table["WarmThroughput"],
        json!({"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"})
    );
    let throughput = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    update(
        &world,
        json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}),
    );
    let table = describe(&world);
    assert_eq!(
        table["BillingModeSummary"],
        json!({"BillingMode": "PROVISIONED", "LastUpdateToPayPerRequestDateTime": since})
    );
    assert_eq!(
        table["WarmThroughput"]["WriteUnitsPerSecond"], 4000,
        "what is warm stays warm"
    );
}

#[test]
fn warm_throughput_is_raised_and_never_lowered() {
    let world = World::frozen();
    world.notes(3, 2);
    assert_eq!(
        describe(&world)["WarmThroughput"],
        json!({"ReadUnitsPerSecond": 3, "WriteUnitsPerSecond": 2, "Status": "ACTIVE"})
    );
    let answer = update(&world, json!({"WarmThroughput": {"ReadUnitsPerSecond": 50}}));
    let shown = answer.json()["TableDescription"].clone();
    assert_eq!(shown["TableStatus"], "ACTIVE");
    assert_eq!(
        shown["WarmThroughput"],
        json!({"ReadUnitsPerSecond": 3, "WriteUnitsPerSecond": 2, "Status": "UPDATING"})
    );
    assert_eq!(describe(&world)["WarmThroughput"]["ReadUnitsPerSecond"], 50);
    let refused = update(&world, json!({"WarmThroughput": {"ReadUnitsPerSecond": 49}}));
    assert_eq!(
        refused.json()["message"],
        "One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported"
    );
    let refused = on_demand(
        &world,
        &json!({"TableName": "autre", "WarmThroughput": {"ReadUnitsPerSecond": 1}}),
    );
    assert!(
        refused
            .body
            .contains("is lower than initial throughput for OnDemand"),
        "{}",
        refused.body
    );
}

#[test]
fn the_quotas_of_a_table_and_of_the_account_are_kept() {
    let world = World::frozen();
    world.notes(40_000, 5);
    let refused = provision(&world, 40_001, 5);
    assert_eq!(refused.error(), "LimitExceededException");
    assert!(
        refused
            .body
            .contains("is above the per table maximum for the account in eu-west-3")
    );
    let create = |name: &str, read: u32| {
        world.dynamodb(
            "CreateTable",
            &json!({
                "TableName": name,
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": 1},
            }),
        )
    };
    assert_eq!(create("deux", 30_000).status, 200);
    let refused = create("trois", 10_001);
    assert_eq!(refused.error(), "LimitExceededException");
    assert!(
        refused
            .body
            .contains("reserved by the account: 70000. Limit: 80000. Requested: 10001."),
        "{}",
        refused.body
    );
    assert_eq!(create("trois", 10_000).status, 200);
    let refused = on_demand(
        &world,
        &json!({"TableName": "quatre", "OnDemandThroughput": {"MaxReadRequestUnits": 40_001}}),
    );
    assert!(
        refused
            .body
            .contains("exceeds TableMaxReadCapacityUnits of the account in region eu-west-3"),
        "{}",
        refused.body
    );
}

#[test]
fn a_maximum_on_demand_is_set_member_by_member_and_taken_away_by_minus_one() {
    let world = World::frozen();
    on_demand(
        &world,
        &json!({"OnDemandThroughput": {"MaxReadRequestUnits": 100}}),
    );
    update(
        &world,
        json!({"OnDemandThroughput": {"MaxWriteRequestUnits": 50}}),
    );
    assert_eq!(
        describe(&world)["OnDemandThroughput"],
        json!({"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50})
    );
    let answer = update(&world, json!({"OnDemandThroughput": {"MaxReadRequestUnits": -1}}));
    let shown = &answer.json()["TableDescription"]["OnDemandThroughput"];
    assert_eq!(
        *shown,
        json!({"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 50})
    );
    assert_eq!(
        describe(&world)["OnDemandThroughput"],
        json!({"MaxWriteRequestUnits": 50})
    );
}

#[test]
fn a_deleted_table_is_told_in_short_and_forgotten() {
    let world = World::frozen();
    world.notes(5, 5);
    provision(&world, 4, 5);
    let answer = world.ok("DeleteTable", &json!({"TableName": "notes"}))["TableDescription"].clone();
    assert_eq!(answer["TableStatus"], "DELETING");
    assert!(
        answer.get("KeySchema").is_none() && answer.get("CreationDateTime").is_none(),
        "{answer}"
    );
    world.notes(5, 5);
    assert_eq!(
        describe(&world)["ProvisionedThroughput"]["NumberOfDecreasesToday"],
        0
    );
}

#[test]
fn what_common_tools_ask_of_a_table_is_answered() {
    let world = World::frozen();
    world.notes(5, 5);
    let backups = world.ok("DescribeContinuousBackups", &json!({"TableName": "notes"}));
    assert_eq!(
        backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
        "DISABLED"
    );
    let missing = world.dynamodb("DescribeContinuousBackups", &json!({"TableName": "autre"}));
    assert_eq!(missing.error(), "TableNotFoundException");
    let endpoints = world.ok("DescribeEndpoints", &json!({}));
    assert_eq!(endpoints["Endpoints"][0]["Address"], world.host());
    let limits = world.ok("DescribeLimits", &json!({}));
    assert_eq!(
        (
            &limits["AccountMaxWriteCapacityUnits"],
            &limits["TableMaxWriteCapacityUnits"]
        ),
        (&json!(80_000), &json!(40_000))
    );
}
