//! Application Auto Scaling of services, by a load that is set.

use serde_json::{Value, json};

use super::{Site, merged};

pub(super) fn autoscaling(site: &Site, operation: &str, input: &Value) -> (u16, Value) {
    let target = format!("AnyScaleFrontendService.{operation}");
    let headers = [
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", target.as_str()),
    ];
    let of_it = json!({
        "ServiceNamespace": "ecs", "ResourceId": "service/site/web", "ScalableDimension": "ecs:service:DesiredCount",
    });
    let body = merged(of_it, input).to_string();
    let answer = site
        .world
        .signed("application-autoscaling", "POST", "/", &headers, &body);
    (answer.status, answer.json())
}

pub(super) fn ok(site: &Site, operation: &str, input: &Value) -> Value {
    let (status, answer) = autoscaling(site, operation, input);
    assert_eq!(status, 200, "{operation}: {answer}");
    answer
}

pub(super) fn register(site: &Site, min: i64, max: i64) {
    ok(
        site,
        "RegisterScalableTarget",
        &json!({"MinCapacity": min, "MaxCapacity": max}),
    );
}

fn policy(site: &Site, metric: &str, target: f64, more: &Value) {
    let configuration = json!({
        "TargetValue": target,
        "PredefinedMetricSpecification": {"PredefinedMetricType": format!("ECSServiceAverage{metric}Utilization")},
    });
    ok(
        site,
        "PutScalingPolicy",
        &json!({
            "PolicyName": metric, "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": merged(configuration, more),
        }),
    );
}

/// The service's CPU is kept at a target.
pub(super) fn follow(site: &Site, min: i64, max: i64, target: f64) {
    register(site, min, max);
    policy(site, "CPU", target, &json!({}));
}

/// Puts a demand on the service.
pub(super) fn load(site: &Site, vcpu: f64, memory_mib: f64) {
    let body =
        json!({"cluster": "site", "service": "web", "vcpu": vcpu, "memory_mib": memory_mib}).to_string();
    let answer = site.world.control("POST", "/_cahier/ecs/load", &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

pub(super) fn desired(site: &Site) -> i64 {
    site.service()["desiredCount"].as_i64().unwrap()
}

pub(super) fn minutes(site: &Site, count: u64) {
    site.world.advance(60 * count);
}

/// To the beginning of the next minute.
pub(super) fn align(site: &Site) {
    let second = site.world.simulator.now().unix_timestamp().rem_euclid(60);
    site.world.advance(u64::try_from(60 - second).unwrap());
}

pub(super) fn activities(site: &Site) -> Vec<Value> {
    let found = ok(site, "DescribeScalingActivities", &json!({}));
    found["ScalingActivities"].as_array().unwrap().clone()
}

/// Two tasks of a quarter of a vCPU, whose CPU is kept at 50 % by one to ten tasks.
pub(super) fn followed() -> Site {
    let site = Site::settled(2, &json!({}));
    follow(&site, 1, 10, 50.0);
    align(&site);
    site
}

#[test]
fn three_busy_minutes_scale_out_in_proportion() {
    let site = followed();
    load(&site, 0.4, 0.0);
    minutes(&site, 2);
    assert_eq!(desired(&site), 2, "two minutes are not enough");
    minutes(&site, 1);
    // 0.4 of 0.5 vCPU are 80 %; 2 × 80 / 50 are 3.2.
    assert_eq!(desired(&site), 4);
    let activity = &activities(&site)[0];
    assert_eq!(activity["Description"], "Setting desired count to 4.");
    assert_eq!(
        activity["StatusMessage"],
        "Successfully set desired count to 4. Change successfully fulfilled by ecs."
    );
    let cause = activity["Cause"].as_str().unwrap();
    assert!(
        cause.starts_with("monitor alarm TargetTracking-service/site/web-AlarmHigh-"),
        "{cause}"
    );
    assert!(cause.ends_with(" in state ALARM triggered policy CPU"), "{cause}");
    minutes(&site, 2);
    assert_eq!(site.service()["runningCount"], 4);
    assert_eq!(site.events()[0], "(service web) has reached a steady state.");
}

#[test]
fn a_load_beyond_the_tasks_is_a_hundred_percent_and_ten_minutes_in_one_step_are_ten_minutes() {
    let site = followed();
    load(&site, 100.0, 0.0);
    minutes(&site, 3);
    assert_eq!(desired(&site), 4);
    minutes(&site, 30);
    assert_eq!(desired(&site), 10);
    let steps = activities(&site);
    let counts: Vec<&Value> = steps.iter().map(|step| &step["Description"]).collect();
    assert_eq!(
        counts,
        [
            "Setting desired count to 10.",
            "Setting desired count to 8.",
            "Setting desired count to 4."
        ]
    );
}

#[test]
fn fifteen_quiet_minutes_scale_in_and_then_it_takes_five_more() {
    let site = Site::settled(8, &json!({}));
    follow(&site, 1, 10, 50.0);
    align(&site);
    load(&site, 0.5, 0.0);
    // 25 % of 2 vCPU.
    minutes(&site, 14);
    assert_eq!(desired(&site), 8);
    minutes(&site, 2);
    assert_eq!(desired(&site), 4);
    load(&site, 0.0, 0.0);
    minutes(&site, 60);
    assert_eq!(desired(&site), 1);
}

#[test]
fn a_load_just_below_the_target_changes_nothing() {
    let site = followed();
    load(&site, 0.23, 0.0);
    // 46 %: nine tenths of the target are 45 %.
    minutes(&site, 120);
    assert_eq!(desired(&site), 2);
}

#[test]
fn while_it_cools_down_only_a_larger_scaling_out_goes_on() {
    let site = Site::settled(2, &json!({}));
    register(&site, 1, 20);
    policy(&site, "CPU", 50.0, &json!({"ScaleOutCooldown": 1800}));
    align(&site);
    load(&site, 0.3, 0.0);
    minutes(&site, 3);
    // 60 % of two tasks.
    assert_eq!(desired(&site), 3);
    load(&site, 0.7, 0.0);
    minutes(&site, 10);
    // 93 % of three, but two are what the cooldown reckons from.
    assert_eq!(desired(&site), 4);
    minutes(&site, 15);
    assert_eq!(desired(&site), 4);
    minutes(&site, 10);
    // 70 % of four.
    assert_eq!(desired(&site), 6);
}

#[test]
fn the_highest_of_several_policies_scales_out_and_all_must_agree_to_scale_in() {
    let site = followed();
    policy(&site, "Memory", 50.0, &json!({}));
    align(&site);
    load(&site, 0.3, 1000.0);
    minutes(&site, 3);
    // CPU at 60 % wants 3, memory at 98 % wants 4.
    assert_eq!(desired(&site), 4);
    minutes(&site, 10);
    load(&site, 0.0, 1000.0);
    minutes(&site, 60);
    assert_eq!(desired(&site), 4, "memory is at 49 %");
    load(&site, 0.0, 0.0);
    minutes(&site, 60);
    assert_eq!(desired(&site), 1);
    let same = json!({
        "PolicyName": "autre", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 40.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        },
    });
    let (status, answer) = autoscaling(&site, "PutScalingPolicy", &same);
    assert_eq!(status, 400);
    assert_eq!(
        answer["message"],
        "Only one TargetTrackingScaling policy for a given metric specification is allowed."
    );
}

#[test]
fn a_policy_that_does_not_scale_in_has_no_say_in_it() {
    let site = Site::settled(4, &json!({}));
    register(&site, 1, 10);
    policy(&site, "CPU", 50.0, &json!({}));
    policy(&site, "Memory", 50.0, &json!({"DisableScaleIn": true}));
    align(&site);
    load(&site, 0.1, 1000.0);
    // Memory is at 49 %.
    minutes(&site, 14);
    assert_eq!(desired(&site), 4);
    minutes(&site, 2);
    assert_eq!(desired(&site), 1);
}

#[test]
fn nothing_is_scaled_in_while_a_deployment_is_in_progress() {
    let site = Site::settled(8, &json!({}));
    follow(&site, 1, 20, 50.0);
    site.register("web", super::CRASHING, &json!({}));
    site.update(&json!({"taskDefinition": "web"}));
    minutes(&site, 60);
    assert_eq!(desired(&site), 8);
    load(&site, 1.9, 0.0);
    minutes(&site, 4);
    assert!(desired(&site) > 8, "scaling out goes on");
}

#[test]
fn bounds_are_kept_when_they_are_set_and_a_count_set_by_hand_stays_until_an_alarm() {
    let site = Site::settled(2, &json!({}));
    register(&site, 3, 5);
    minutes(&site, 1);
    assert_eq!(desired(&site), 3);
    assert_eq!(activities(&site)[0]["Cause"], "minimum capacity was set to 3");
    site.update(&json!({"desiredCount": 1}));
    minutes(&site, 10);
    assert_eq!(desired(&site), 1);
    site.update(&json!({"desiredCount": 9}));
    minutes(&site, 10);
    assert_eq!(desired(&site), 9);
    register(&site, 1, 4);
    minutes(&site, 1);
    assert_eq!(desired(&site), 4);
    assert_eq!(activities(&site)[0]["Cause"], "maximum capacity was set to 4");
}

#[test]
fn without_running_tasks_there_is_no_data_and_nothing_is_scaled() {
    let site = Site::new();
    site.register("plante", super::CRASHING, &json!({}));
    site.create(2, &json!({"taskDefinition": "plante"}));
    follow(&site, 1, 10, 50.0);
    load(&site, 10.0, 0.0);
    minutes(&site, 120);
    assert_eq!(desired(&site), 2);
}

#[test]
fn a_deleted_service_is_scaled_no_more() {
    let site = followed();
    site.ok(
        "DeleteService",
        &json!({"cluster": "site", "service": "web", "force": true}),
    );
    let targets = ok(&site, "DescribeScalableTargets", &json!({}));
    assert_eq!(targets["ScalableTargets"], json!([]));
    minutes(&site, 1);
    let (status, answer) = autoscaling(
        &site,
        "RegisterScalableTarget",
        &json!({"MinCapacity": 1, "MaxCapacity": 2}),
    );
    assert_eq!(status, 400);
    assert_eq!(answer["message"], "ECS service doesn't exist: service/site/web");
}

#[test]
fn targets_and_policies_are_what_they_are_on_aws() {
    let site = followed();
    let targets = ok(&site, "DescribeScalableTargets", &json!({}));
    let role = targets["ScalableTargets"][0]["RoleARN"].as_str().unwrap();
    assert!(
        role.ends_with(
            "aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
        ),
        "{role}"
    );
    let policies = ok(&site, "DescribeScalingPolicies", &json!({}));
    assert_eq!(
        policies["ScalingPolicies"][0]["Alarms"].as_array().unwrap().len(),
        2
    );
    for (metric, target) in [
        ("DynamoDBReadCapacityUtilization", 50.0),
        ("ALBRequestCountPerTarget", 50.0),
        ("ECSServiceAverageCPUUtilization", 0.0),
    ] {
        let policy = json!({
            "PolicyName": "x", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": target, "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            },
        });
        assert_eq!(autoscaling(&site, "PutScalingPolicy", &policy).0, 400, "{metric}");
    }
    let bounds = json!({"MinCapacity": -1, "MaxCapacity": 2});
    assert_eq!(autoscaling(&site, "RegisterScalableTarget", &bounds).0, 400);
    register(&site, 0, 2);
    let other = json!({"ResourceId": "service/web", "MinCapacity": 1, "MaxCapacity": 2});
    let (_, answer) = autoscaling(&site, "RegisterScalableTarget", &other);
    assert_eq!(
        answer["message"],
        "Unsupported service namespace, resource type or scalable dimension"
    );
}

#[test]
fn the_control_route_takes_a_load_of_a_service_that_there_is() {
    let site = Site::settled(1, &json!({}));
    let post = |body: &Value| site.world.control("POST", "/_cahier/ecs/load", &body.to_string());
    assert_eq!(
        post(&json!({"cluster": "site", "service": "web", "vcpu": 1})).status,
        200
    );
    assert_eq!(
        post(&json!({"cluster": "site", "service": "autre", "vcpu": 1})).status,
        404
    );
    assert_eq!(post(&json!({"service": "web", "vcpu": 1})).status, 404);
    for body in [
        json!({}),
        json!({"cluster": "site", "service": "web", "vcpu": -1}),
        json!({"cluster": "site", "service": "web", "vcpu": "beaucoup"}),
    ] {
        assert_eq!(post(&body).status, 400, "{body}");
    }
    assert_eq!(site.world.control("GET", "/_cahier/ecs/load", "").status, 405);
}
