//! `StartTask`: places tasks on container instances, which Fargate has none of.

use serde_json::{Value, json};

use super::super::errors::invalid;
use super::super::input::texts;
use super::super::{Answer, Work, clusters};
use super::run::definition;

/// `StartTask`: each instance that is asked for is missing.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html>
pub(in super::super) fn start(work: &mut Work<'_>) -> Answer {
    clusters::named(work)?;
    definition(work)?;
    let asked = texts(&work.call.input, "containerInstances");
    if asked.is_empty() {
        return Err(invalid("Container Instances cannot be empty."));
    }
    let missing = asked
        .iter()
        .map(|instance| json!({ "arn": instance, "reason": "MISSING" }));
    let failures: Vec<Value> = missing.collect();
    Ok(json!({ "tasks": [], "failures": failures }))
}
