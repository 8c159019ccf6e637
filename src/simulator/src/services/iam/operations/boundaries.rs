//! Permissions boundaries of users and roles.

use serde_json::Value;

use super::{Answer, Kind, Work};
use crate::error::AwsError;
use crate::services::iam::errors::{invalid, invalid_input, no_such, not_attachable};
use crate::services::iam::rules::ARN;
use crate::services::iam::state::Account;

/// Whether a text is an ARN of a managed policy.
pub(super) fn policy_arn(arn: &str) -> Result<(), AwsError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", partition, service, _, _, resource] if ![partition, service, resource].contains(&"") => {
            Ok(())
        }
        _ => Err(invalid(format!("ARN {arn} is not valid."))),
    }
}

/// A boundary that is set when its user or role is made: it must be a managed policy that there is.
pub(super) fn checked(account: &Account, boundary: Option<String>) -> Result<Option<String>, AwsError> {
    let Some(arn) = boundary else { return Ok(None) };
    policy_arn(&arn)?;
    if !arn.contains(":policy/") {
        let message = format!("Value ({arn}) for parameter PermissionsBoundary is invalid.");
        return Err(invalid_input(message));
    }
    match account.policy(&arn) {
        Some(_) => Ok(Some(arn)),
        None => Err(not_attachable(&arn)),
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html>
pub(super) fn put(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let boundary = work.form.required("PermissionsBoundary", &ARN);
    work.form.check()?;
    let account = work.account();
    account.entity_to_change(kind, &name)?;
    let boundary = checked(account, Some(boundary))?;
    account.entity(kind, &name)?.boundary = boundary;
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html>
pub(super) fn delete(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    work.form.check()?;
    let entity = work.account().entity_to_change(kind, &name)?;
    match entity.boundary.take() {
        Some(_) => Ok(Value::Null),
        None => Err(no_such(format!(
            "The {} {name} does not have a permissions boundary.",
            kind.noun()
        ))),
    }
}
