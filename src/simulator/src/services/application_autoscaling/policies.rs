//! Scaling policies: target tracking of a predefined metric.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html>

use serde_json::{Value, json};

use super::dimension::Dimension;
use super::ecs::REQUESTS;
use super::input::{asked, invalid, key, namespace, not_found, not_simulated, page, text};
use super::state::{Key, Policy, Target};
use super::targets::dimension;
use crate::REGION;
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::dynamodb::date;

/// The longest cooldown, in seconds.
const LONGEST_COOLDOWN: i64 = 86_400;

/// A number such as `5c3e4c6d-04db-4432-b8bb-c89d3acc8f30`.
pub(super) fn uuid() -> String {
    let hex = |length| chance::text(b"0123456789abcdef", length);
    format!("{}-{}-4{}-8{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
}

/// `PutScalingPolicy`: a new policy, or a change of the one of that name.
pub(super) fn put(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let (name, key) = (text(input, "PolicyName")?, key(input)?);
    let dimension = dimension(&key)?;
    let configuration = configuration(input, dimension)?;
    let now = cloud.clock.now();
    cloud.autoscaling.with(account, |all| {
        let target = all
            .target(&key)
            .ok_or_else(|| not_found("scalable target registered", &key))?;
        let metric = configuration["PredefinedMetricSpecification"]["PredefinedMetricType"].as_str();
        let same = |(other, policy): (&String, &Policy)| other != name && Some(policy.metric()) == metric;
        if target.policies.iter().any(same) {
            return Err(invalid(
                "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
            ));
        }
        let fresh = || Policy {
            arn: arn(account, &key, name),
            created: now,
            configuration: Value::Null,
            alarms: alarms(dimension, &key.resource),
        };
        let policy = target.policies.entry(name.to_owned()).or_insert_with(fresh);
        policy.configuration = configuration;
        Ok(json!({ "PolicyARN": policy.arn, "Alarms": shown_alarms(account, policy) }))
    })
}

fn arn(account: &str, key: &Key, name: &str) -> String {
    format!(
        "arn:aws:autoscaling:{REGION}:{account}:scalingPolicy:{}:resource/{}/{}:policyName/{name}",
        uuid(),
        key.namespace,
        key.resource
    )
}

/// The alarms' kinds and names.
fn alarms(dimension: &Dimension, resource: &str) -> Vec<(String, String)> {
    let kinds = dimension.alarms.iter();
    kinds
        .map(|kind| {
            (
                (*kind).to_owned(),
                format!("TargetTracking-{resource}-{kind}-{}", uuid()),
            )
        })
        .collect()
}

fn shown_alarms(account: &str, policy: &Policy) -> Vec<Value> {
    let alarms = policy.alarms.iter().map(|(_, name)| {
        let arn = format!("arn:aws:cloudwatch:{REGION}:{account}:alarm:{name}");
        json!({ "AlarmName": name, "AlarmARN": arn })
    });
    alarms.collect()
}

/// The configuration, if it is one that this dimension takes.
fn configuration(input: &Value, dimension: &Dimension) -> Result<Value, AwsError> {
    target_tracking(input)?;
    let configuration = &input["TargetTrackingScalingPolicyConfiguration"];
    let Some(target) = configuration["TargetValue"].as_f64() else {
        return Err(invalid(
            "1 validation error detected: Value null at 'targetTrackingScalingPolicyConfiguration.targetValue' failed to \
             satisfy constraint: Member must not be null",
        ));
    };
    metric(configuration, dimension)?;
    if !dimension.targets.contains(&target) {
        let [least, most] = [dimension.targets.start(), dimension.targets.end()].map(|bound| number(*bound));
        return Err(invalid(format!(
            "Target value must be between {least} and {most}, inclusive"
        )));
    }
    cooldowns(configuration)?;
    Ok(configuration.clone())
}

/// The kinds of policies that there are on AWS.
const KINDS: [&str; 3] = ["StepScaling", "TargetTrackingScaling", "PredictiveScaling"];

/// Refuses other policies than those of target tracking. A policy that names no kind is one of step scaling on AWS; here it is
/// what its configuration makes of it.
fn target_tracking(input: &Value) -> Result<(), AwsError> {
    let kind = input["PolicyType"].as_str();
    if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{kind}' at 'policyType' failed to satisfy constraint: Member must satisfy enum \
             value set: [{}]",
            KINDS.join(", ")
        )));
    }
    if kind == Some("PredictiveScaling") || !input["PredictiveScalingPolicyConfiguration"].is_null() {
        return Err(not_simulated("Predictive scaling"));
    }
    if kind == Some("StepScaling") || !input["StepScalingPolicyConfiguration"].is_null() {
        return Err(not_simulated("Step scaling"));
    }
    Ok(())
}

/// Refuses what no policy of a dimension tracks.
fn metric(configuration: &Value, dimension: &Dimension) -> Result<(), AwsError> {
    if !configuration["CustomizedMetricSpecification"].is_null() {
        return Err(not_simulated("A customized metric"));
    }
    let specification = &configuration["PredefinedMetricSpecification"];
    let metric = specification["PredefinedMetricType"].as_str();
    if metric.is_some_and(|metric| metric.ends_with("HighResolution")) {
        return Err(not_simulated("A metric of high resolution"));
    }
    if metric.is_none_or(|metric| !dimension.metrics.contains(&metric)) {
        return Err(invalid(format!(
            "Unsupported metric specification for scalable dimension {}: expected the predefined metric {}",
            dimension.name,
            dimension.metrics.join(" or ")
        )));
    }
    let group = specification["ResourceLabel"].as_str();
    match (metric == Some(REQUESTS), group) {
        (true, None) => Err(invalid(format!(
            "ResourceLabel must be specified for the predefined metric {REQUESTS}"
        ))),
        (true, Some(label)) if !(label.starts_with("app/") && label.contains("/targetgroup/")) => {
            Err(invalid(format!("Invalid resource label: {label}")))
        }
        (false, Some(_)) => Err(invalid(format!(
            "ResourceLabel may only be specified for the predefined metric {REQUESTS}"
        ))),
        _ => Ok(()),
    }
}

/// A bound as AWS's documentation writes it: `90`, `1.174271e+108`.
fn number(bound: f64) -> String {
    let text = format!("{bound:.6e}");
    match text.split_once('e') {
        Some((digits, power)) if power.len() > 1 && !power.starts_with('-') => format!("{digits}e+{power}"),
        Some((_, power)) if power.len() > 1 => text,
        _ => bound.to_string(),
    }
}

/// A policy's cooldowns, if it has any, are within a day.
fn cooldowns(configuration: &Value) -> Result<(), AwsError> {
    for member in ["ScaleInCooldown", "ScaleOutCooldown"] {
        let cooldown = configuration[member].as_i64().unwrap_or_default();
        if !(0..=LONGEST_COOLDOWN).contains(&cooldown) {
            return Err(invalid(format!(
                "{member} must be between 0 and {LONGEST_COOLDOWN} seconds"
            )));
        }
    }
    Ok(())
}

/// `DescribeScalingPolicies`.
pub(super) fn describe(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    namespace(input)?;
    let named = |name: &String| {
        let names = input["PolicyNames"].as_array();
        names.is_none_or(|names| names.is_empty() || names.iter().any(|other| other == name.as_str()))
    };
    let targets = cloud.autoscaling.with(account, |all| all.targets.clone());
    let targets = targets.iter().filter(|target| asked(input, &target.key));
    let policies = targets.flat_map(|target| {
        let policies = target.policies.iter().filter(|(name, _)| named(name));
        policies.map(move |(name, policy)| shown(account, target, name, policy))
    });
    page(input, "ScalingPolicies", policies)
}

fn shown(account: &str, target: &Target, name: &str, policy: &Policy) -> Value {
    json!({
        "PolicyARN": policy.arn,
        "PolicyName": name,
        "ServiceNamespace": target.key.namespace,
        "ResourceId": target.key.resource,
        "ScalableDimension": target.key.dimension,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": policy.configuration,
        "Alarms": shown_alarms(account, policy),
        "CreationTime": date(policy.created),
    })
}

/// `DeleteScalingPolicy`.
pub(super) fn delete(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let (name, key) = (text(input, "PolicyName")?, key(input)?);
    dimension(&key)?;
    let removed = cloud
        .autoscaling
        .with(account, |all| all.target(&key)?.policies.remove(name));
    if removed.is_some() {
        return Ok(json!({}));
    }
    let mut refused = not_found("scaling policy found", &key);
    refused.message = format!("{}, policy name: {name}", refused.message);
    Err(refused)
}
