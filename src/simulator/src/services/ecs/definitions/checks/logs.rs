//! Logs and secrets, which the execution role writes and reads.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::super::super::errors::client;
use super::super::draft::{Draft, has, list, text};
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

/// What `awslogs` takes, and what `splunk` needs; a secret option counts, too.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html>
const AWSLOGS: [&str; 9] = [
    "awslogs-create-group",
    "awslogs-datetime-format",
    "awslogs-endpoint",
    "awslogs-group",
    "awslogs-multiline-pattern",
    "awslogs-region",
    "awslogs-stream-prefix",
    "max-buffer-size",
    "mode",
];
const SPLUNK: [&str; 2] = ["splunk-token", "splunk-url"];

/// No secret has the name of another, or of a variable of the environment.
pub(super) fn secret_names(draft: Draft<'_>) -> Result<(), AwsError> {
    for container in draft.containers {
        let names = |member: &str| list(container, member).iter().filter_map(|one| text(one, "name"));
        let mut taken: HashSet<&str> = names("environment").collect();
        if let Some(name) = names("secrets").find(|name| !taken.insert(name)) {
            return Err(client(format!(
                "The secret name must be unique and not shared with any new or existing environment variables set on the \
                 container, such as '{name}'."
            )));
        }
    }
    Ok(())
}

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
        match driver {
            "awslogs" => awslogs(draft, &configuration["options"])?,
            "splunk" => splunk(configuration)?,
            _ => {}
        }
    }
    Ok(())
}

fn splunk(configuration: &Value) -> Result<(), AwsError> {
    let secret = |option: &str| {
        let secrets = list(configuration, "secretOptions");
        secrets.iter().any(|secret| text(secret, "name") == Some(option))
    };
    let given = |option: &&str| text(&configuration["options"], option).is_some() || secret(option);
    match SPLUNK.iter().find(|option| !given(option)) {
        Some(option) => Err(client(format!("Log driver splunk requires options: {option}"))),
        None => Ok(()),
    }
}

fn awslogs(draft: Draft<'_>, options: &Value) -> Result<(), AwsError> {
    for option in ["awslogs-group", "awslogs-region"] {
        if text(options, option).is_none() {
            return Err(client(format!("Log driver awslogs requires options: {option}")));
        }
    }
    let options_given = options.as_object().into_iter().flat_map(Map::keys);
    let unknown: Vec<&str> = options_given
        .map(String::as_str)
        .filter(|option| !AWSLOGS.contains(option))
        .collect();
    if !unknown.is_empty() {
        return Err(client(format!(
            "Log driver awslogs disallows options: {}",
            unknown.join(", ")
        )));
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
