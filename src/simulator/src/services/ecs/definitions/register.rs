//! `RegisterTaskDefinition`.

use serde_json::{Map, Value, json};

use super::super::errors::{client, denied};
use super::super::state::{DefinitionStatus, TaskDefinition};
use super::super::{Answer, Work, names, tags};
use super::validate;
use crate::error::AwsError;

/// The service that acts with a task's roles.
pub(in super::super) const TASKS: &str = "ecs-tasks.amazonaws.com";

/// `RegisterTaskDefinition`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
pub(in super::super) fn register(work: &mut Work<'_>) -> Answer {
    let mut body = validate(&work.call.input)?;
    let tags = tags::read(&work.call.input["tags"])?;
    for member in ["taskRoleArn", "executionRoleArn"] {
        if let Some(role) = body[member].as_str().filter(|role| !role.is_empty()) {
            let arn = role_arn(role, work.call.account())?;
            let passed = work.call.pass_role(work.engine.cloud, &arn, TASKS);
            passed.map_err(|refusal| denied(&refusal))?;
            body[member] = arn.into();
        }
    }
    let family = body["family"].as_str().unwrap_or_default().to_owned();
    let account_id = work.call.account().to_owned();
    let account = work.engine.state.account(&account_id);
    let revisions = account.families.entry(family.clone()).or_default();
    revisions.last += 1;
    let definition = TaskDefinition {
        arn: names::definition_arn(&account_id, &family, revisions.last),
        family,
        revision: revisions.last,
        status: DefinitionStatus::Active,
        body,
        registered: work.call.time,
        deregistered: None,
        registered_by: work.call.caller.principal.arn().to_owned(),
        tags,
    };
    let mut output = json!({ "taskDefinition": shown(&definition) });
    if !definition.tags.is_empty() {
        output["tags"] = tags::shown(&definition.tags);
    }
    revisions.revisions.insert(definition.revision, definition);
    Ok(output)
}

/// A role's ARN; a request may name a role of the account by its name.
pub(in super::super) fn role_arn(role: &str, account: &str) -> Result<String, AwsError> {
    let invalid = || client("Role is not valid");
    let Some(rest) = role.strip_prefix("arn:") else {
        let name = role
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@-_/".contains(&byte));
        return name
            .then(|| format!("arn:aws:iam::{account}:role/{role}"))
            .ok_or_else(invalid);
    };
    let parts: Vec<&str> = rest.splitn(5, ':').collect();
    match parts[..] {
        ["aws", "iam", "", owner, resource]
            if owner.len() == 12
                && resource
                    .strip_prefix("role/")
                    .is_some_and(|name| !name.is_empty()) =>
        {
            Ok(role.to_owned())
        }
        _ => Err(invalid()),
    }
}

/// A definition as answers show it.
pub(super) fn shown(definition: &TaskDefinition) -> Value {
    let mut shown = definition.body.as_object().cloned().unwrap_or_else(Map::new);
    let status = match definition.status {
        DefinitionStatus::Active => "ACTIVE",
        DefinitionStatus::Inactive => "INACTIVE",
        DefinitionStatus::DeleteInProgress => "DELETE_IN_PROGRESS",
    };
    let mut set = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    set("taskDefinitionArn", definition.arn.clone().into());
    set("family", definition.family.clone().into());
    set("revision", definition.revision.into());
    set("status", status.into());
    set("registeredAt", super::super::date(definition.registered));
    set("registeredBy", definition.registered_by.clone().into());
    if let Some(at) = definition.deregistered {
        set("deregisteredAt", super::super::date(at));
    }
    Value::Object(shown)
}
