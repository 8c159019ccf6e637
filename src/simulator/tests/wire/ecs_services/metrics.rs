//! The metrics that policies track, and those that they cannot.

use serde_json::{Value, json};

use super::Site;
use super::merged;
use super::scaling::{autoscaling, desired, followed, minutes, ok};

const LABEL: &str = "app/site/0123456789abcdef/targetgroup/web/0123456789abcdef";

fn policy(target: f64, metric: &Value) -> Value {
    json!({
        "PolicyName": "x", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": merged(json!({"TargetValue": target}), metric),
    })
}

fn predefined(metric: &str, label: Option<&str>) -> Value {
    json!({"PredefinedMetricSpecification": {"PredefinedMetricType": metric, "ResourceLabel": label}})
}

#[test]
fn requests_in_a_minute_are_shared_by_the_targets() {
    let site = followed();
    let requests = predefined("ALBRequestCountPerTarget", Some(LABEL));
    ok(&site, "PutScalingPolicy", &policy(300.0, &requests));
    minutes(&site, 1);
    let body = json!({"cluster": "site", "service": "web", "requests": 1500}).to_string();
    assert_eq!(site.world.control("POST", "/_cahier/ecs/load", &body).status, 200);
    minutes(&site, 3);
    // 750 for each of two tasks; five have 300 each.
    assert_eq!(desired(&site), 5);
    minutes(&site, 30);
    assert_eq!(desired(&site), 5);
}

/// The status, the code and the message of a policy's refusal.
fn refused(site: &Site, input: &Value) -> (u16, String, String) {
    let (status, answer) = autoscaling(site, "PutScalingPolicy", input);
    let text = |member: &str| answer[member].as_str().unwrap_or_default().to_owned();
    (status, text("__type"), text("message"))
}

#[test]
fn what_aws_has_and_the_simulation_has_not_is_said_to_be_missing_here() {
    let site = followed();
    let step = json!({"AdjustmentType": "ChangeInCapacity", "StepAdjustments": []});
    let custom = json!({"CustomizedMetricSpecification": {"MetricName": "m", "Namespace": "n"}});
    for (input, what) in [
        (
            json!({"PolicyName": "x", "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": step}),
            "Step scaling",
        ),
        (
            json!({"PolicyName": "x", "StepScalingPolicyConfiguration": step}),
            "Step scaling",
        ),
        (
            json!({"PolicyName": "x", "PolicyType": "PredictiveScaling"}),
            "Predictive scaling",
        ),
        (policy(50.0, &custom), "A customized metric"),
    ] {
        let told = (
            501,
            "NotImplemented".to_owned(),
            format!("{what} is not simulated."),
        );
        assert_eq!(refused(&site, &input), told);
    }
    let function = json!({
        "ServiceNamespace": "lambda", "ResourceId": "function:f:1", "MinCapacity": 1, "MaxCapacity": 2,
        "ScalableDimension": "lambda:function:ProvisionedConcurrency",
    });
    assert_eq!(autoscaling(&site, "RegisterScalableTarget", &function).0, 501);
}

#[test]
fn what_no_policy_can_track_is_refused_with_its_bounds() {
    let site = followed();
    let cpu = predefined("ECSServiceAverageCPUUtilization", None);
    let (status, code, message) = refused(&site, &policy(0.0, &cpu));
    assert_eq!((status, code.as_str()), (400, "ValidationException"));
    assert_eq!(
        message,
        "Target value must be between 8.515920e-109 and 1.174271e+108, inclusive"
    );
    for label in [None, Some("net/site/0/targetgroup/web/0")] {
        let requests = predefined("ALBRequestCountPerTarget", label);
        assert_eq!(refused(&site, &policy(300.0, &requests)).0, 400, "{label:?}");
    }
    let labelled = predefined("ECSServiceAverageCPUUtilization", Some(LABEL));
    assert_eq!(refused(&site, &policy(50.0, &labelled)).0, 400);
    let other = json!({"PolicyName": "x", "PolicyType": "Autre"});
    assert!(refused(&site, &other).2.contains("Value 'Autre' at 'policyType'"));
}
