//! `StopTask`.

use serde_json::json;

use super::super::errors::invalid;
use super::super::input::text;
use super::super::names::last_part;
use super::super::state::{StopCode, TaskKey};
use super::super::{Answer, Work, clusters};
use super::shown::shown;

/// `StopTask`: the task of an id or an ARN begins to stop; one that stops already goes on doing so.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html>
pub(in super::super) fn stop(work: &mut Work<'_>) -> Answer {
    let cluster = clusters::named(work)?;
    let id = text(&work.call.input, "task").map(last_part);
    let id = id.ok_or_else(|| invalid("Task can not be blank."))?;
    let key = TaskKey {
        account: work.call.account().to_owned(),
        cluster,
        id: id.to_owned(),
    };
    if work.engine.state.task(&key).is_none() {
        return Err(invalid("The referenced task was not found."));
    }
    let reason = text(&work.call.input, "reason")
        .unwrap_or("Task stopped by user")
        .to_owned();
    work.engine.stop_task(&key, StopCode::UserInitiated, &reason);
    let input = work.call.input.clone();
    let account = work.engine.state.account(&key.account);
    let task = account
        .clusters
        .get(&key.cluster)
        .and_then(|cluster| cluster.tasks.get(&key.id));
    let task = task.ok_or_else(|| invalid("The referenced task was not found."))?;
    Ok(json!({ "task": shown(account, &key.cluster, task, &input) }))
}
