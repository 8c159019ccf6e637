//! `dependsOn`: which container waits for which.

use serde_json::Value;

use super::super::super::errors::client;
use super::super::draft::{Draft, essential, has, list, name, text};
use crate::error::AwsError;

fn awaited(dependency: &Value) -> &str {
    text(dependency, "containerName").unwrap_or_default()
}

/// What is waited for is there.
pub(super) fn exist(draft: Draft<'_>) -> Result<(), AwsError> {
    let mut dependencies = draft
        .containers
        .iter()
        .flat_map(|container| list(container, "dependsOn"));
    match dependencies.find(|dependency| draft.container(awaited(dependency)).is_none()) {
        // The plus sign is AWS's.
        Some(missing) => Err(client(format!(
            "Cannot depend on container + '{}' because it does not exist",
            awaited(missing)
        ))),
        None => Ok(()),
    }
}

/// What is waited for can happen.
pub(super) fn can_be_met(draft: Draft<'_>) -> Result<(), AwsError> {
    for dependency in draft
        .containers
        .iter()
        .flat_map(|container| list(container, "dependsOn"))
    {
        let Some(other) = draft.container(awaited(dependency)) else {
            continue;
        };
        match text(dependency, "condition") {
            Some("COMPLETE" | "SUCCESS") if essential(other) => {
                return Err(client(
                    "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
                ));
            }
            Some("HEALTHY") if !has(other, "healthCheck") => {
                return Err(client(
                    "A dependency container with HEALTHY condition must have health check configured",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// No container waits for itself, through whichever others.
pub(super) fn acyclic(draft: Draft<'_>) -> Result<(), AwsError> {
    let mut waiting: Vec<&Value> = draft.containers.iter().collect();
    loop {
        let blocked = |container: &&Value| {
            let mut names = list(container, "dependsOn").iter().map(awaited);
            names.any(|awaited| waiting.iter().any(|other| name(other) == awaited))
        };
        let left: Vec<&Value> = waiting.iter().copied().filter(blocked).collect();
        if left.is_empty() {
            return Ok(());
        }
        if left.len() == waiting.len() {
            return Err(client("Cyclic dependency found in container dependencies"));
        }
        waiting = left;
    }
}
