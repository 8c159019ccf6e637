//! Scalable targets: registering, describing, deregistering.

use serde_json::{Value, json};

use super::dimension::{self, Dimension, Resource};
use super::engine;
use super::input::{asked, invalid, key, namespace, not_found, not_simulated, page};
use super::state::{Key, Suspended, Target};
use crate::REGION;
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::dynamodb::date;

/// The dimension that a request names.
pub(super) fn dimension(key: &Key) -> Result<&'static Dimension, AwsError> {
    if !dimension::DIMENSIONS
        .iter()
        .any(|known| known.namespace == key.namespace)
    {
        return Err(not_simulated(&format!(
            "Scaling in the namespace {}",
            key.namespace
        )));
    }
    let found = dimension::of(&key.namespace, &key.resource, &key.dimension);
    found.ok_or_else(|| invalid("Unsupported service namespace, resource type or scalable dimension"))
}

/// `RegisterScalableTarget`: a new target, or changes of one.
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>
pub(super) fn register(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let key = key(input)?;
    let dimension = dimension(&key)?;
    if let Some(missing) = (dimension.missing)(cloud, account, &key.resource) {
        return Err(invalid(missing));
    }
    engine::begin(cloud);
    let known = cloud.autoscaling.with(account, |all| all.target(&key).cloned());
    let target = changed(cloud, account, input, dimension, key, known)?;
    let arn = target.arn.clone();
    cloud
        .autoscaling
        .with(account, |all| match all.target(&target.key) {
            Some(known) => *known = target,
            None => all.targets.push(target),
        });
    Ok(json!({ "ScalableTargetARN": arn }))
}

/// The target as the request makes it.
fn changed(
    cloud: &Cloud,
    account: &str,
    input: &Value,
    dimension: &Dimension,
    key: Key,
    known: Option<Target>,
) -> Result<Target, AwsError> {
    let bound = |member: &str, known: Option<i64>| {
        input[member].as_i64().or(known).ok_or_else(|| {
            invalid(
                "MinCapacity and MaxCapacity must both be specified when registering a new scalable target",
            )
        })
    };
    let min = bound("MinCapacity", known.as_ref().map(|target| target.min))?;
    let max = bound("MaxCapacity", known.as_ref().map(|target| target.max))?;
    if min < dimension.least {
        let least = dimension.least;
        return Err(invalid(format!(
            "Minimum capacity must be greater than or equal to {least}"
        )));
    }
    if max < min {
        return Err(invalid("Maximum capacity cannot be less than minimum capacity"));
    }
    let mut target = known.unwrap_or_else(|| fresh(cloud, account, dimension, key));
    (target.min, target.max) = (min, max);
    target.fresh_bounds = true;
    suspend(&mut target.suspended, &input["SuspendedState"]);
    let tags = input["Tags"].as_object().into_iter().flatten();
    let tags = tags.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    target.tags.extend(tags);
    Ok(target)
}

fn suspend(state: &mut Suspended, asked: &Value) {
    let set = |member: &str, state: &mut bool| {
        if let Some(suspended) = asked[member].as_bool() {
            *state = suspended;
        }
    };
    set("DynamicScalingInSuspended", &mut state.scaling_in);
    set("DynamicScalingOutSuspended", &mut state.scaling_out);
    set("ScheduledScalingSuspended", &mut state.scheduled);
}

/// A target as AWS makes one: with the service-linked role, whatever role was given.
fn fresh(cloud: &Cloud, account: &str, dimension: &Dimension, key: Key) -> Target {
    let id = chance::text(b"0123456789abcdef", 36);
    Target {
        key,
        min: 0,
        max: 0,
        role: format!("arn:aws:iam::{account}:role/aws-service-role/{}", dimension.role),
        arn: format!("arn:aws:application-autoscaling:{REGION}:{account}:scalable-target/{id}"),
        created: cloud.clock.now(),
        suspended: Suspended::default(),
        tags: std::collections::BTreeMap::new(),
        policies: std::collections::BTreeMap::new(),
        scheduled: std::collections::BTreeMap::new(),
        last_out: None,
        last_in: None,
        before_out: 0,
        fresh_bounds: true,
    }
}

/// `DescribeScalableTargets`.
pub(super) fn describe(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    namespace(input)?;
    let targets = cloud.autoscaling.with(account, |all| all.targets.clone());
    let targets = targets.iter().filter(|target| asked(input, &target.key));
    page(input, "ScalableTargets", targets.map(shown))
}

fn shown(target: &Target) -> Value {
    json!({
        "ServiceNamespace": target.key.namespace,
        "ResourceId": target.key.resource,
        "ScalableDimension": target.key.dimension,
        "MinCapacity": target.min,
        "MaxCapacity": target.max,
        "RoleARN": target.role,
        "CreationTime": date(target.created),
        "SuspendedState": target.suspended,
        "ScalableTargetARN": target.arn,
    })
}

/// `DeregisterScalableTarget`: its policies and scheduled actions go with it.
pub(super) fn deregister(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let key = key(input)?;
    dimension(&key)?;
    let removed = cloud.autoscaling.with(account, |all| {
        let before = all.targets.len();
        all.targets.retain(|target| target.key != key);
        before > all.targets.len()
    });
    if removed {
        Ok(json!({}))
    } else {
        Err(not_found("scalable target registered", &key))
    }
}

impl Target {
    /// The resource that it scales.
    pub(super) fn resource<'a>(&'a self, account: &'a str) -> Resource<'a> {
        Resource {
            account,
            id: &self.key.resource,
            dimension: &self.key.dimension,
        }
    }
}
