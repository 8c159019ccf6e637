//! Application Auto Scaling of tables and indexes, as simulated time passes.

use serde_json::{Value, json};

use super::client::{Answer, World};

fn call(world: &World, operation: &str, input: &Value) -> Answer {
    let target = format!("AnyScaleFrontendService.{operation}");
    let headers = [
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", target.as_str()),
    ];
    world.signed(
        "application-autoscaling",
        "POST",
        "/",
        &headers,
        &input.to_string(),
    )
}

fn ok(world: &World, operation: &str, input: &Value) -> Value {
    let answer = call(world, operation, input);
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    answer.json()
}

/// The writes of `notes`, and whatever else is given.
fn writes(more: &Value) -> Value {
    let mut input = json!({
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/notes",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    });
    let members = input.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    input
}

fn register(world: &World, min: u32, max: u32) {
    ok(
        world,
        "RegisterScalableTarget",
        &writes(&json!({"MinCapacity": min, "MaxCapacity": max})),
    );
}

fn policy(more: &Value) -> Value {
    let mut configuration = json!({
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
    });
    let members = configuration.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    writes(&json!({
        "PolicyName": "écritures",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": configuration,
    }))
}

/// A table of 10 writes a second that scales from 5 to 40 at 70 %, at the beginning of a minute.
fn scaled() -> World {
    let world = World::frozen();
    world.notes(10, 10);
    world.advance(u64::try_from(60 - world.simulator.now().unix_timestamp() % 60).unwrap());
    register(&world, 5, 40);
    ok(&world, "PutScalingPolicy", &policy(&json!({})));
    world.advance(60);
    world
}

fn provisioned(world: &World) -> Value {
    let table = world.ok("DescribeTable", &json!({"TableName": "notes"}));
    table["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"].clone()
}

/// Writes so many units, then lets the minute pass.
fn busy_minute(world: &World, units: usize) {
    for id in 0..units / 100 {
        assert_eq!(world.put(&format!("clé-{id}"), 102_000).status, 200);
    }
    world.advance(60);
}

fn activities(world: &World) -> Vec<Value> {
    let found = ok(
        world,
        "DescribeScalingActivities",
        &json!({"ServiceNamespace": "dynamodb"}),
    );
    found["ScalingActivities"].as_array().unwrap().clone()
}

#[test]
fn two_busy_minutes_scale_out_to_the_target() {
    let world = scaled();
    busy_minute(&world, 900);
    assert_eq!(provisioned(&world), 10, "one minute is not enough");
    busy_minute(&world, 900);
    // 900 units in a minute are 15 a second, which are 70 % of 22.
    assert_eq!(provisioned(&world), 22);
    let activity = &activities(&world)[0];
    assert_eq!(activity["Description"], "Setting write capacity units to 22.");
    assert_eq!(activity["StatusCode"], "Successful");
    assert_eq!(
        activity["StatusMessage"],
        "Successfully set write capacity units to 22. Change successfully fulfilled by dynamodb."
    );
    let cause = activity["Cause"].as_str().unwrap();
    assert!(
        cause.starts_with("monitor alarm TargetTracking-table/notes-AlarmHigh-"),
        "{cause}"
    );
    assert!(
        cause.ends_with(" in state ALARM triggered policy écritures"),
        "{cause}"
    );
}

#[test]
fn the_bounds_are_kept() {
    let world = scaled();
    busy_minute(&world, 1800);
    busy_minute(&world, 1700);
    assert_eq!(provisioned(&world), 40);
    world.advance(3600);
    assert_eq!(provisioned(&world), 5);
}

#[test]
fn fifteen_quiet_minutes_scale_in_and_count_as_a_decrease() {
    let world = scaled();
    world.advance(14 * 60);
    assert_eq!(provisioned(&world), 10);
    world.advance(60);
    assert_eq!(provisioned(&world), 5);
    let table = world.ok("DescribeTable", &json!({"TableName": "notes"}))["Table"].clone();
    assert_eq!(table["ProvisionedThroughput"]["NumberOfDecreasesToday"], 1);
}

#[test]
fn a_day_without_decreases_left_is_told_as_a_failure_once() {
    let world = scaled();
    for units in [9, 8, 7, 6] {
        let throughput = json!({"ReadCapacityUnits": 10, "WriteCapacityUnits": units});
        world.ok(
            "UpdateTable",
            &json!({"TableName": "notes", "ProvisionedThroughput": throughput}),
        );
    }
    let day = world.simulator.now().date();
    world.advance(17 * 60);
    if world.simulator.now().date() == day {
        assert_eq!(provisioned(&world), 6);
        let activities = activities(&world);
        assert_eq!(
            (activities.len(), &activities[0]["StatusCode"]),
            (1, &json!("Failed"))
        );
        let message = activities[0]["StatusMessage"].as_str().unwrap();
        assert!(
            message.starts_with("Failed to set write capacity units to 5. Reason: Subscriber limit exceeded"),
            "{message}"
        );
    }
    world.advance(3600);
    assert_eq!(provisioned(&world), 5);
}

#[test]
fn a_target_out_of_its_bounds_is_brought_back_without_a_policy() {
    let world = World::frozen();
    world.notes(10, 10);
    register(&world, 20, 40);
    assert_eq!(provisioned(&world), 10);
    world.advance(60);
    assert_eq!(provisioned(&world), 20);
    assert_eq!(activities(&world)[0]["Cause"], "minimum capacity was set to 20");
    register(&world, 1, 15);
    world.advance(60);
    assert_eq!(provisioned(&world), 15);
    assert_eq!(activities(&world)[0]["Cause"], "maximum capacity was set to 15");
}

#[test]
fn scaling_that_is_suspended_disabled_or_cooling_down_waits() {
    let world = scaled();
    ok(
        &world,
        "PutScalingPolicy",
        &policy(&json!({"DisableScaleIn": true, "ScaleOutCooldown": 600})),
    );
    world.advance(3600);
    assert_eq!(provisioned(&world), 10, "scaling in is disabled");
    for _ in 0..2 {
        busy_minute(&world, 600);
    }
    assert_eq!(provisioned(&world), 15);
    for _ in 0..3 {
        busy_minute(&world, 900);
    }
    assert_eq!(provisioned(&world), 15, "ten minutes after scaling out");
    let suspended = json!({"SuspendedState": {"DynamicScalingOutSuspended": true}});
    ok(&world, "RegisterScalableTarget", &writes(&suspended));
    world.advance(600);
    for _ in 0..3 {
        busy_minute(&world, 900);
    }
    assert_eq!(provisioned(&world), 15, "scaling out is suspended");
}

#[test]
fn a_global_secondary_index_scales_by_itself() {
    let world = World::frozen();
    let hundred = json!({"ReadCapacityUnits": 100, "WriteCapacityUnits": 100});
    world.indexed_notes(&hundred, &hundred, "ALL");
    let reads = json!({
        "ServiceNamespace": "dynamodb", "ResourceId": "table/notes/index/par-ville",
        "ScalableDimension": "dynamodb:index:ReadCapacityUnits", "MinCapacity": 150, "MaxCapacity": 200,
    });
    ok(&world, "RegisterScalableTarget", &reads);
    world.advance(60);
    let table = world.ok("DescribeTable", &json!({"TableName": "notes"}))["Table"].clone();
    let index = &table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"];
    assert_eq!(
        (&index["ReadCapacityUnits"], &index["WriteCapacityUnits"]),
        (&json!(150), &json!(100))
    );
    assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 100);
}

#[test]
fn a_schedule_sets_new_bounds_at_its_time() {
    let world = scaled();
    let action = |schedule: &str, min: u32| {
        writes(&json!({
            "ScheduledActionName": "soldes", "Schedule": schedule,
            "ScalableTargetAction": {"MinCapacity": min, "MaxCapacity": 50},
        }))
    };
    let refused = call(&world, "PutScheduledAction", &action("tomorrow", 30));
    assert_eq!(refused.error(), "ValidationException");
    ok(&world, "PutScheduledAction", &action("rate(10 minutes)", 30));
    let found = ok(
        &world,
        "DescribeScheduledActions",
        &json!({"ServiceNamespace": "dynamodb"}),
    );
    assert_eq!(found["ScheduledActions"][0]["Schedule"], "rate(10 minutes)");
    world.advance(11 * 60);
    assert_eq!(provisioned(&world), 30);
    ok(
        &world,
        "DeleteScheduledAction",
        &writes(&json!({"ScheduledActionName": "soldes"})),
    );
    let found = ok(
        &world,
        "DescribeScheduledActions",
        &json!({"ServiceNamespace": "dynamodb"}),
    );
    assert_eq!(found["ScheduledActions"], json!([]));
}

#[test]
fn targets_and_policies_are_described_and_go_together() {
    let world = scaled();
    let targets = ok(
        &world,
        "DescribeScalableTargets",
        &json!({"ServiceNamespace": "dynamodb"}),
    );
    let target = &targets["ScalableTargets"][0];
    assert_eq!(
        (&target["MinCapacity"], &target["MaxCapacity"]),
        (&json!(5), &json!(40))
    );
    assert!(
        target["RoleARN"]
            .as_str()
            .unwrap()
            .ends_with("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
    );
    let policies = ok(
        &world,
        "DescribeScalingPolicies",
        &json!({"ServiceNamespace": "dynamodb", "ResourceId": "table/notes"}),
    );
    let policy = &policies["ScalingPolicies"][0];
    assert_eq!(
        policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"],
        70.0
    );
    assert_eq!(policy["Alarms"].as_array().unwrap().len(), 4);
    let arn = target["ScalableTargetARN"].clone();
    ok(
        &world,
        "TagResource",
        &json!({"ResourceARN": arn, "Tags": {"k": "v"}}),
    );
    assert_eq!(
        ok(&world, "ListTagsForResource", &json!({"ResourceARN": arn})),
        json!({"Tags": {"k": "v"}})
    );
    ok(
        &world,
        "UntagResource",
        &json!({"ResourceARN": arn, "TagKeys": ["k"]}),
    );
    ok(&world, "DeregisterScalableTarget", &writes(&json!({})));
    let policies = ok(
        &world,
        "DescribeScalingPolicies",
        &json!({"ServiceNamespace": "dynamodb"}),
    );
    assert_eq!(policies, json!({"ScalingPolicies": []}));
    let refused = call(&world, "DeregisterScalableTarget", &writes(&json!({})));
    assert_eq!(refused.error(), "ObjectNotFoundException");
}

#[test]
fn what_cannot_be_a_target_or_a_policy_is_refused() {
    let world = World::frozen();
    world.notes(10, 10);
    let bounds = json!({"MinCapacity": 5, "MaxCapacity": 40});
    let refused = |operation: &str, input: &Value| {
        let answer = call(&world, operation, input);
        (
            answer.error(),
            answer.json()["message"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let mut other = writes(&bounds);
    other["ResourceId"] = "table/autre".into();
    let (error, message) = refused("RegisterScalableTarget", &other);
    assert_eq!(
        (error.as_str(), message.as_str()),
        (
            "ValidationException",
            "DynamoDB table does not exist: table/autre"
        )
    );
    other["ResourceId"] = "notes".into();
    let (_, message) = refused("RegisterScalableTarget", &other);
    assert_eq!(
        message,
        "Unsupported service namespace, resource type or scalable dimension"
    );
    let (_, message) = refused(
        "RegisterScalableTarget",
        &writes(&json!({"MinCapacity": 9, "MaxCapacity": 8})),
    );
    assert_eq!(message, "Maximum capacity cannot be less than minimum capacity");
    let (error, message) = refused("PutScalingPolicy", &policy(&json!({})));
    assert_eq!(error, "ObjectNotFoundException");
    assert_eq!(
        message,
        "No scalable target registered for service namespace: dynamodb, resource ID: table/notes, scalable dimension: dynamodb:table:WriteCapacityUnits"
    );
    register(&world, 5, 40);
    for target in [19.0, 91.0] {
        assert_eq!(
            refused("PutScalingPolicy", &policy(&json!({"TargetValue": target}))).0,
            "ValidationException"
        );
    }
    ok(&world, "PutScalingPolicy", &policy(&json!({"TargetValue": 50.0})));
    let mut second = policy(&json!({}));
    second["PolicyName"] = "autre".into();
    let (_, message) = refused("PutScalingPolicy", &second);
    assert_eq!(
        message,
        "Only one TargetTrackingScaling policy for a given metric specification is allowed."
    );
}

#[test]
fn a_snapshot_and_a_reset_hold_the_targets() {
    let world = scaled();
    let saved = world.simulator.snapshot();
    ok(&world, "DeregisterScalableTarget", &writes(&json!({})));
    assert!(world.simulator.restore(saved));
    let count = |world: &World| {
        let targets = ok(
            world,
            "DescribeScalableTargets",
            &json!({"ServiceNamespace": "dynamodb"}),
        );
        targets["ScalableTargets"].as_array().unwrap().len()
    };
    assert_eq!(count(&world), 1);
    world.simulator.reset();
    assert_eq!(count(&world), 0);
}
