//! Which policies are attached to which roots, units and accounts.

use serde_json::{Value, json};

use super::errors::{constraint, error, invalid, no_such_policy, no_such_target, type_not_enabled};
use super::policy_types::check_room;
use super::state::{Organization, PolicyType};
use super::{Answer, Work};
use crate::error::AwsError;

impl Organization {
    /// The type of a policy and a check of what it is to be attached to or detached from.
    fn attachable(&self, policy: &str, target: &str) -> Result<PolicyType, AwsError> {
        let policy = self.policies.get(policy).ok_or_else(no_such_policy)?;
        if !self.is_target(target) {
            return Err(no_such_target());
        }
        if self.enabled.contains(&policy.kind) {
            Ok(policy.kind)
        } else {
            Err(type_not_enabled())
        }
    }

    fn bears(&self, target: &str, policy: &str) -> bool {
        self.attached
            .get(target)
            .is_some_and(|ids| ids.iter().any(|id| id == policy))
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html>
pub(super) fn attach(work: &mut Work<'_>) -> Answer {
    let (policy, target) = (work.input.required("PolicyId")?, work.input.required("TargetId")?);
    let organization = work.managed()?;
    let kind = organization.attachable(policy, target)?;
    if organization.bears(target, policy) {
        return Err(error(
            "DuplicatePolicyAttachmentException",
            "A policy with the specified name and type already exists.",
        ));
    }
    check_room(organization.attached(target, kind).count())?;
    organization
        .attached
        .entry(target.to_owned())
        .or_default()
        .push(policy.to_owned());
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html>
pub(super) fn detach(work: &mut Work<'_>) -> Answer {
    let (policy, target) = (work.input.required("PolicyId")?, work.input.required("TargetId")?);
    let organization = work.managed()?;
    let kind = organization.attachable(policy, target)?;
    if !organization.bears(target, policy) {
        return Err(error(
            "PolicyNotAttachedException",
            "The policy isn't attached to the specified target in the specified root.",
        ));
    }
    if policy == PolicyType::ResourceControl.full_access() {
        let message = "You can't detach the RCPFullAWSAccess policy.";
        return Err(invalid("NON_DETACHABLE_POLICY", message));
    }
    if kind == PolicyType::ServiceControl && organization.attached(target, kind).count() == 1 {
        return Err(constraint(
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You cannot remove the last policy attached to the specified target. You must have at least one attached at \
             all times.",
        ));
    }
    if let Some(attached) = organization.attached.get_mut(target) {
        attached.retain(|id| id != policy);
    }
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html>
pub(super) fn list_for_target(work: &mut Work<'_>) -> Answer {
    let (input, target) = (work.input, work.input.required("TargetId")?);
    let kind = work.input.policy_type("Filter")?;
    let organization = work.managed()?;
    if !organization.is_target(target) {
        return Err(no_such_target());
    }
    let policies = organization.attached(target, kind);
    input.page(
        "Policies",
        policies.map(|policy| organization.summary(policy)).collect(),
    )
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html>
pub(super) fn list_targets(work: &mut Work<'_>) -> Answer {
    let (input, policy) = (work.input, work.input.required("PolicyId")?);
    let organization = work.managed()?;
    if !organization.policies.contains_key(policy) {
        return Err(no_such_policy());
    }
    let targets = organization.targets().into_iter();
    let targets = targets.filter(|target| organization.bears(target, policy));
    input.page(
        "Targets",
        targets.map(|target| organization.target(&target)).collect(),
    )
}

impl Organization {
    fn target(&self, id: &str) -> Value {
        let (name, kind) = if let Some(account) = self.accounts.get(id) {
            (account.name.as_str(), "ACCOUNT")
        } else if let Some(unit) = self.units.get(id) {
            (unit.name.as_str(), "ORGANIZATIONAL_UNIT")
        } else {
            ("Root", "ROOT")
        };
        json!({ "TargetId": id, "Arn": self.arn(id), "Name": name, "Type": kind })
    }
}
