//! `DescribeTasks`.

use serde_json::json;

use super::super::errors::invalid;
use super::super::input::texts;
use super::super::names::{last_part, task_arn};
use super::super::{Answer, Work, clusters};
use super::shown::shown;

/// The most tasks of one request.
const MOST: usize = 100;

/// `DescribeTasks`: what is not there is among the failures.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html>
pub(in super::super) fn describe(work: &mut Work<'_>) -> Answer {
    let cluster = clusters::named(work)?;
    let input = work.call.input.clone();
    let asked = texts(&input, "tasks");
    if asked.is_empty() {
        return Err(invalid("Tasks cannot be empty."));
    }
    if asked.len() > MOST {
        return Err(invalid(format!("Tasks can have at most {MOST} items.")));
    }
    let account_id = work.call.account();
    let account = work.engine.state.account(account_id);
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for name in asked {
        let id = last_part(name);
        let found = account
            .clusters
            .get(&cluster)
            .and_then(|cluster| cluster.tasks.get(id));
        match found {
            Some(task) => tasks.push(shown(account, &cluster, task, &input)),
            None => failures.push(json!({ "arn": task_arn(account_id, &cluster, id), "reason": "MISSING" })),
        }
    }
    Ok(json!({ "tasks": tasks, "failures": failures }))
}
