//! Logs and secrets, which the execution role writes and reads.

use serde_json::Value;

use super::super::super::errors::client;
use super::super::draft::{Draft, has, text};
use crate::error::AwsError;

/// Every log driver, and those of Fargate.
const DRIVERS: [&str; 8] = [
    "json-file",
    "syslog",
    "journald",
    "gelf",
    "fluentd",
    "awslogs",
    "splunk",
    "awsfirelens",
];
const FARGATE: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// Secrets need an execution role.
pub(super) fn secrets(draft: Draft<'_>) -> Result<(), AwsError> {
    let secret =
        |container: &Value| has(container, "secrets") || has(&container["logConfiguration"], "secretOptions");
    if draft.text("executionRoleArn").is_none() && draft.containers.iter().any(secret) {
        return Err(client(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ));
    }
    Ok(())
}

/// Each container's log driver is one that there is, and has the options that it needs.
pub(super) fn drivers(draft: Draft<'_>) -> Result<(), AwsError> {
    for container in draft
        .containers
        .iter()
        .filter(|container| has(container, "logConfiguration"))
    {
        let configuration = &container["logConfiguration"];
        let driver = text(configuration, "logDriver").unwrap_or_default();
        let drivers: &[&str] = if draft.fargate { &FARGATE } else { &DRIVERS };
        if !drivers.contains(&driver) {
            return Err(client(format!(
                "{driver} is not a valid log driver. Must be one of [{}]",
                drivers.join(",")
            )));
        }
        let router = |container: &Value| has(container, "firelensConfiguration");
        if driver == "awsfirelens" && !draft.containers.iter().any(router) {
            return Err(client(
                "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be \
                 specified.",
            ));
        }
        if driver == "awslogs" {
            awslogs(draft, &configuration["options"])?;
        }
    }
    Ok(())
}

fn awslogs(draft: Draft<'_>, options: &Value) -> Result<(), AwsError> {
    for option in ["awslogs-group", "awslogs-region"] {
        if text(options, option).is_none() {
            return Err(client(format!("Log driver awslogs requires options: {option}")));
        }
    }
    if !draft.fargate {
        return Ok(());
    }
    if text(options, "awslogs-stream-prefix").is_none() {
        return Err(client(
            "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.",
        ));
    }
    if draft.text("executionRoleArn").is_none() {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        ));
    }
    Ok(())
}
