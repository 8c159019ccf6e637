//! Service-linked roles: roles that a service defines and alone may change.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>

use serde_json::{Value, json};

use super::{Answer, Kind, Work, roles};
use crate::error::AwsError;
use crate::services::form::Rule;
use crate::services::iam::errors::{invalid_input, no_such, no_such_named, room};
use crate::services::iam::rules::{CUSTOM_SUFFIX, ROLE_DESCRIPTION, SERVICE_NAME, quota};
use crate::services::iam::state::{Entity, Role, Tags};
use crate::services::iam::view::{self, Shown};

/// The services that have a role: service, role, policy.
const SERVICES: [(&str, &str, &str); 4] = [
    (
        "ecs.amazonaws.com",
        "AWSServiceRoleForECS",
        "AmazonECSServiceRolePolicy",
    ),
    (
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    (
        "dynamodb.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    (
        "ecs.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
];

/// The path of a service's roles.
pub(super) fn path(service: &str) -> String {
    format!("/aws-service-role/{service}/")
}

/// The name of the role of a service, where it has one.
pub(super) fn role_name(service: &str) -> Option<&'static str> {
    let line = SERVICES.iter().find(|(name, ..)| *name == service)?;
    Some(line.1)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let service = work.form.required("AWSServiceName", &SERVICE_NAME);
    let description = work.form.optional("Description", &ROLE_DESCRIPTION);
    let suffix = work.form.optional("CustomSuffix", &CUSTOM_SUFFIX);
    work.form.check()?;
    let line = SERVICES.iter().find(|(name, ..)| *name == service);
    let (_, name, policy) =
        line.ok_or_else(|| no_such(format!("Service role template {service} does not exist.")))?;
    if suffix.is_some() {
        return Err(invalid_input(format!(
            "Custom suffix is not allowed for {service}"
        )));
    }
    let trust = roles::trust(work.state, &trust_of(&service))?;
    let now = work.now();
    let account = work.account();
    if account.roles.takes(name) {
        return Err(invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    room(account.roles.len(), quota::ROLES)?;
    let role = Role {
        entity: Entity {
            attached: vec![format!("arn:aws:iam::aws:policy/aws-service-role/{policy}")],
            tags: Tags::new(),
            ..Entity::new(name, &path(&service), "AROA", now)
        },
        trust,
        description,
        max_session: roles::MAX_SESSION.0,
    };
    let shown = view::role(account, &role, Shown::Made);
    account.roles.insert(role);
    Ok(json!({ "Role": shown }))
}

fn trust_of(service: &str) -> String {
    let statement =
        json!({ "Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": { "Service": [service] } });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// Nothing here holds on to a role, so that it goes at once.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    work.form.check()?;
    let request_id = work.call.request_id.clone();
    let account = work.account();
    let role = account
        .roles
        .get(&name)
        .ok_or_else(|| no_such_named("role", &name))?;
    if !role.service_linked() {
        return Err(no_such_named("role", &name));
    }
    let task = format!("task{}{name}/{request_id}", role.entity.path);
    if let Some(role) = account.roles.remove(&name) {
        let arn = account.role_arn(&role);
        work.rename_principal(arn, role.entity.id);
    }
    Ok(json!({ "DeletionTaskId": task }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html>
pub(super) fn deletion_status(work: &mut Work<'_>) -> Answer {
    let task = work.form.required("DeletionTaskId", &Rule::length(1, 1000));
    work.form.check()?;
    status(&task).map(|status| json!({ "Status": status }))
}

fn status(task: &str) -> Result<Value, AwsError> {
    if task.starts_with("task/aws-service-role/") {
        Ok("SUCCEEDED".into())
    } else {
        Err(no_such(format!("Deletion task {task} cannot be found.")))
    }
}
