//! `ListTasks`.

use serde_json::Value;

use super::super::input::{LAUNCH_TYPES, Page, one_of, text};
use super::super::names::last_part;
use super::super::state::{Status, Task};
use super::super::{Answer, Work, clusters};
use crate::error::AwsError;

/// `ListTasks`: those that are meant to run, unless the stopped ones are asked for.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html>
pub(in super::super) fn list(work: &mut Work<'_>) -> Answer {
    let input = work.call.input.clone();
    one_of(
        &input,
        "desiredStatus",
        "desiredStatus",
        &["RUNNING", "PENDING", "STOPPED"],
    )?;
    one_of(&input, "launchType", "launch type", LAUNCH_TYPES)?;
    let page = Page::of(&input)?;
    let name = clusters::named(work)?;
    let cluster = clusters::active(work, &name)?;
    if let Some(service) = text(&input, "serviceName")
        && !cluster.services.contains_key(last_part(service))
    {
        return Err(AwsError::new(
            400,
            "ServiceNotFoundException",
            "Service not found.",
        ));
    }
    let asked = cluster.tasks.values().filter(|task| asked(&input, task));
    page.cut(
        "taskArns",
        asked.map(|task| Value::from(task.arn.clone())).collect(),
    )
}

fn asked(input: &Value, task: &Task) -> bool {
    let is =
        |member: &str, found: Option<&str>| text(input, member).is_none_or(|wanted| found == Some(wanted));
    // No task's desired status is ever PENDING.
    let desired = match input["desiredStatus"].as_str() {
        Some("STOPPED") => task.desired == Status::Stopped,
        Some("PENDING") => false,
        _ => task.is_wanted(),
    };
    let family = last_part(&task.definition).split(':').next();
    let service = text(input, "serviceName").map(last_part);
    desired
        && is("family", family)
        && is("startedBy", task.started_by.as_deref())
        && is("launchType", Some("FARGATE"))
        && service.is_none_or(|service| task.service.as_deref() == Some(service))
        // Fargate's tasks are on no container instance.
        && text(input, "containerInstance").is_none()
}
