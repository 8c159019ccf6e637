//! Containers as such: how many, how large, their limits of time.

use serde_json::Value;

use super::super::super::errors::client;
use super::super::draft::{Draft, essential as is_essential, has, list, name, text};
use crate::error::AwsError;

/// The most containers of a task definition.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>
const MOST: usize = 10;

/// The largest task definition, in bytes.
const LARGEST: usize = 64 << 10;

/// The most exit codes that a restart policy ignores.
const MOST_IGNORED: usize = 50;

/// The longest `stopTimeout` of Fargate, in seconds.
const LONGEST_STOP: i64 = 120;

/// One container at least, ten at most.
pub(super) fn count(draft: Draft<'_>) -> Result<(), AwsError> {
    match draft.containers.len() {
        0 => Err(client("Container list cannot be empty.")),
        count if count > MOST => Err(client("Too many containers.")),
        _ => Ok(()),
    }
}

/// The whole is not too large.
pub(super) fn size(draft: Draft<'_>) -> Result<(), AwsError> {
    let length = draft.input.to_string().len();
    if length > LARGEST {
        return Err(client(format!(
            "Actual length: '{length}'. Max allowed length is '{LARGEST}' bytes."
        )));
    }
    Ok(())
}

/// One container at least is essential.
pub(super) fn essential(draft: Draft<'_>) -> Result<(), AwsError> {
    if draft.containers.iter().any(is_essential) {
        return Ok(());
    }
    Err(client("Task definition doesn't have any essential container"))
}

/// Times to start and to stop.
pub(super) fn timeouts(draft: Draft<'_>) -> Result<(), AwsError> {
    for container in draft.containers {
        for (member, least, most) in [("startTimeout", 2, i64::MAX), ("stopTimeout", 0, LONGEST_STOP)] {
            let Some(seconds) = container[member].as_i64() else {
                continue;
            };
            if seconds < least || (draft.fargate && seconds > most) {
                return Err(client(setting(member, container)));
            }
        }
        let policy = &container["restartPolicy"];
        if list(policy, "ignoredExitCodes").len() > MOST_IGNORED {
            return Err(client(format!(
                "the 'ignoredExitCodes' setting for container '{}' can have at most {MOST_IGNORED} items",
                name(container)
            )));
        }
        if let Some(period) = policy["restartAttemptPeriod"].as_i64()
            && !(60..=1800).contains(&period)
        {
            return Err(client(format!(
                "the 'restartAttemptPeriod' setting for container '{}' must be between 60 and 1800",
                name(container)
            )));
        }
    }
    Ok(())
}

/// How AWS says that a setting of a container is none that it takes.
pub(super) fn setting(member: &str, container: &Value) -> String {
    format!("Invalid '{member}' setting for container '{}'.", name(container))
}

/// `ulimits`.
pub(super) fn limits(draft: Draft<'_>) -> Result<(), AwsError> {
    let mut limits = draft
        .containers
        .iter()
        .flat_map(|container| list(container, "ulimits"));
    let wrong = limits.find(|limit| limit["softLimit"].as_i64() > limit["hardLimit"].as_i64());
    match wrong {
        Some(limit) => Err(client(format!(
            "Soft limit exceeds hard limit for ulimit {}",
            text(limit, "name").unwrap_or_default()
        ))),
        None => Ok(()),
    }
}

/// `environmentFiles`: ten at most, each the ARN of an object of S3.
pub(super) fn environment_files(draft: Draft<'_>) -> Result<(), AwsError> {
    for container in draft.containers {
        let files = list(container, "environmentFiles");
        if files.len() > 10 {
            return Err(client(
                "The maximum number of environment files was exceeded. Specify ten or less and try again.",
            ));
        }
        let arn = |file: &Value| text(file, "value").is_some_and(|value| value.starts_with("arn:"));
        if !files.iter().all(arn) {
            return Err(client("Invalid arn syntax."));
        }
        if draft.fargate && !files.is_empty() && !has(draft.input, "executionRoleArn") {
            return Err(client(
                "When you are specifying environment files, you must also specify a value for 'executionRoleArn'.",
            ));
        }
    }
    Ok(())
}
