//! Scheduled actions: new bounds of a target at a time.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html>

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::input::{asked, invalid, key, namespace, not_found, not_simulated, page, text};
use super::policies::uuid;
use super::schedule::Schedule;
use super::state::{Key, Scheduled, Target};
use super::targets::dimension;
use crate::REGION;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::dynamodb::date;

/// `PutScheduledAction`: a new one, or a change of the one of that name.
pub(super) fn put(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let (name, key) = (text(input, "ScheduledActionName")?, key(input)?);
    dimension(&key)?;
    let timezone = input["Timezone"].as_str().unwrap_or("UTC");
    if !matches!(timezone, "UTC" | "Etc/UTC") {
        return Err(not_simulated(&format!("The time zone {timezone}")));
    }
    let now = cloud.clock.now();
    cloud.autoscaling.with(account, |all| {
        let target = all
            .target(&key)
            .ok_or_else(|| not_found("scalable target registered", &key))?;
        let known = target.scheduled.get(name);
        let action = changed(account, &key, name, input, known, now)?;
        target.scheduled.insert(name.to_owned(), action);
        Ok(json!({}))
    })
}

/// The action as the request makes it.
fn changed(
    account: &str,
    key: &Key,
    name: &str,
    input: &Value,
    known: Option<&Scheduled>,
    now: OffsetDateTime,
) -> Result<Scheduled, AwsError> {
    let text = input["Schedule"]
        .as_str()
        .or(known.map(|known| known.text.as_str()));
    let schedule = text.and_then(Schedule::read);
    if schedule.is_none() && text.is_some_and(Schedule::is_beyond) {
        return Err(not_simulated("A cron expression with L, W or #"));
    }
    let (Some(text), Some(schedule)) = (text, schedule) else {
        return Err(invalid("Schedule expression is not valid"));
    };
    if let Schedule::At(at) = schedule
        && at <= now
    {
        return Err(invalid(
            "Schedule expression is not valid: the time is in the past",
        ));
    }
    let action = &input["ScalableTargetAction"];
    let bound = |member: &str, known: Option<i64>| action[member].as_i64().or(known);
    let min = bound("MinCapacity", known.and_then(|known| known.min));
    let max = bound("MaxCapacity", known.and_then(|known| known.max));
    if min.or(max).is_none() {
        return Err(invalid(
            "MinCapacity or MaxCapacity must be specified in ScalableTargetAction",
        ));
    }
    if let (Some(min), Some(max)) = (min, max)
        && max < min
    {
        return Err(invalid("Maximum capacity cannot be less than minimum capacity"));
    }
    let arn = || {
        format!(
            "arn:aws:autoscaling:{REGION}:{account}:scheduledAction:{}:resource/{}/{}:scheduledActionName/{name}",
            uuid(),
            key.namespace,
            key.resource
        )
    };
    Ok(Scheduled {
        arn: known.map_or_else(arn, |known| known.arn.clone()),
        created: now,
        text: text.to_owned(),
        schedule,
        start: moment(&input["StartTime"]),
        end: moment(&input["EndTime"]),
        min,
        max,
    })
}

/// A date of the JSON protocol: seconds since 1970.
fn moment(value: &Value) -> Option<OffsetDateTime> {
    let seconds = value.as_f64().filter(|seconds| seconds.abs() < 1e11)?;
    Some(OffsetDateTime::UNIX_EPOCH + time::Duration::seconds_f64(seconds))
}

/// `DescribeScheduledActions`.
pub(super) fn describe(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    namespace(input)?;
    let named = |name: &String| {
        let names = input["ScheduledActionNames"].as_array();
        names.is_none_or(|names| names.is_empty() || names.iter().any(|other| other == name.as_str()))
    };
    let targets = cloud.autoscaling.with(account, |all| all.targets.clone());
    let targets = targets.iter().filter(|target| asked(input, &target.key));
    let actions = targets.flat_map(|target| {
        let actions = target.scheduled.iter().filter(|(name, _)| named(name));
        actions.map(move |(name, action)| shown(target, name, action))
    });
    page(input, "ScheduledActions", actions)
}

fn shown(target: &Target, name: &str, action: &Scheduled) -> Value {
    let mut shown = json!({
        "ScheduledActionName": name,
        "ScheduledActionARN": action.arn,
        "ServiceNamespace": target.key.namespace,
        "ResourceId": target.key.resource,
        "ScalableDimension": target.key.dimension,
        "Schedule": action.text,
        "CreationTime": date(action.created),
    });
    let mut bounds = Map::new();
    bounds.extend(action.min.map(|min| ("MinCapacity".to_owned(), min.into())));
    bounds.extend(action.max.map(|max| ("MaxCapacity".to_owned(), max.into())));
    shown["ScalableTargetAction"] = bounds.into();
    for (member, time) in [("StartTime", action.start), ("EndTime", action.end)] {
        if let Some(time) = time {
            shown[member] = date(time);
        }
    }
    shown
}

/// `DeleteScheduledAction`.
pub(super) fn delete(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let (name, key) = (text(input, "ScheduledActionName")?, key(input)?);
    dimension(&key)?;
    let removed = cloud
        .autoscaling
        .with(account, |all| all.target(&key)?.scheduled.remove(name));
    if removed.is_some() {
        return Ok(json!({}));
    }
    let mut refused = not_found("scheduled action found", &key);
    refused.message = format!("{}, scheduled action name: {name}", refused.message);
    Err(refused)
}
