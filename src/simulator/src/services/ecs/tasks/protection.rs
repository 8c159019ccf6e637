//! `GetTaskProtection`, `UpdateTaskProtection`: tasks of services that neither scaling in nor a deployment stops.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html>

use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

use super::super::errors::invalid;
use super::super::input::texts;
use super::super::names::{last_part, task_arn};
use super::super::services;
use super::super::state::TaskKey;
use super::super::{Answer, Work, clusters, date};

/// The most tasks of a request that looks, and of one that changes.
const MOST_SEEN: usize = 100;
const MOST_CHANGED: usize = 10;

/// For how many minutes a task is protected: usually, and at most.
const USUAL: i64 = 120;
const LONGEST: i64 = 2880;

/// `GetTaskProtection`.
pub(in super::super) fn get(work: &mut Work<'_>) -> Answer {
    each(work, MOST_SEEN, |_| {})
}

/// `UpdateTaskProtection`.
pub(in super::super) fn update(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let enabled = input["protectionEnabled"].as_bool();
    let enabled = enabled.ok_or_else(|| invalid("protectionEnabled must be specified."))?;
    let minutes = input["expiresInMinutes"].as_i64().unwrap_or(USUAL);
    if !(1..=LONGEST).contains(&minutes) {
        return Err(invalid(format!(
            "expiresInMinutes must be between 1 and {LONGEST}."
        )));
    }
    let until = enabled.then(|| work.call.time + Duration::minutes(minutes));
    each(work, MOST_CHANGED, |protection| *protection = until)
}

/// Does something to the protection of each task that the request names, and shows it.
fn each(work: &mut Work<'_>, most: usize, act: impl Fn(&mut Option<OffsetDateTime>)) -> Answer {
    let cluster = clusters::named(work)?;
    let asked: Vec<String> = texts(&work.call.input, "tasks")
        .into_iter()
        .map(|name| last_part(name).to_owned())
        .collect();
    if asked.is_empty() {
        return Err(invalid("Tasks cannot be empty."));
    }
    if asked.len() > most {
        return Err(invalid(format!("Tasks can have at most {most} items.")));
    }
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    for id in asked {
        let key = TaskKey {
            account: work.call.account().to_owned(),
            cluster: cluster.clone(),
            id,
        };
        match of(work, &key, &act) {
            Ok(protection) => shown.push(protection),
            Err(refused) => failures.push(refused),
        }
    }
    Ok(json!({ "protectedTasks": shown, "failures": failures }))
}

/// The protection of a task after `act`, or why it has none.
fn of(work: &mut Work<'_>, key: &TaskKey, act: impl Fn(&mut Option<OffsetDateTime>)) -> Result<Value, Value> {
    let arn = task_arn(&key.account, &key.cluster, &key.id);
    let failed = |reason: &str, detail: &str| json!({ "arn": arn, "reason": reason, "detail": detail });
    let now = work.call.time;
    let Some(task) = work.engine.state.task(key) else {
        return Err(json!({ "arn": arn, "reason": "MISSING" }));
    };
    let Some(service) = task.service.clone().filter(|_| task.is_wanted()) else {
        return Err(failed(
            "TASK_NOT_VALID",
            "The specified task is not a running task of a service.",
        ));
    };
    let mut until = services::protection(&mut work.engine, key, &service, act);
    until = until.filter(|until| *until > now);
    let mut shown = Map::new();
    shown.insert("taskArn".to_owned(), arn.into());
    shown.insert("protectionEnabled".to_owned(), until.is_some().into());
    if let Some(until) = until {
        shown.insert("expirationDate".to_owned(), date(until));
    }
    Ok(Value::Object(shown))
}
