//! Managed policies attached to users, groups and roles.

use serde_json::Value;

use super::boundaries::policy_arn;
use super::{Answer, Kind, Work};
use crate::error::AwsError;
use crate::services::iam::errors::{no_such_policy, not_attachable, room};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{ARN, PATH};
use crate::services::iam::view;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html>
pub(super) fn attach(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let arn = work.form.required("PolicyArn", &ARN);
    work.form.check()?;
    policy_arn(&arn)?;
    let account = work.account();
    account.entity_to_change(kind, &name)?;
    let policy = account.policy(&arn).ok_or_else(|| not_attachable(&arn))?;
    if policy.path.starts_with("/aws-service-role/") {
        let message = "Cannot attach a Service Role Policy to a Customer Role.";
        return Err(AwsError::new(400, "PolicyNotAttachable", message));
    }
    let entity = account.entity(kind, &name)?;
    if !entity.attached.contains(&arn) {
        room(entity.attached.len(), kind.attachments())?;
        entity.attached.push(arn);
    }
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html>
pub(super) fn detach(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let arn = work.form.required("PolicyArn", &ARN);
    work.form.check()?;
    policy_arn(&arn)?;
    let entity = work.account().entity_to_change(kind, &name)?;
    let place = entity.attached.iter().position(|other| *other == arn);
    entity.attached.remove(place.ok_or_else(|| no_such_policy(&arn))?);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html>
pub(super) fn list(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let prefix = work.form.optional("PathPrefix", &PATH).unwrap_or_default();
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let entity = work.account().entity(kind, &name)?;
    let path = |arn: &str| {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        resource.strip_prefix("policy").unwrap_or_default().to_owned()
    };
    let attached = entity
        .attached
        .iter()
        .filter(|arn| path(arn).starts_with(&prefix));
    page.answer(
        "AttachedPolicies",
        attached.map(|arn| (arn.clone(), view::attached(arn))).collect(),
    )
}
