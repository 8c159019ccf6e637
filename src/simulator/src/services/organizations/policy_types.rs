//! Which types of policy the root has.

use serde_json::json;

use super::errors::{constraint, error, type_not_enabled};
use super::organization::{check_root, root};
use super::{Answer, Work};

/// The policy that allows everything is attached everywhere, so that nothing changes yet.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html>
pub(super) fn enable(work: &mut Work<'_>) -> Answer {
    let (id, kind) = (
        work.input.required("RootId")?,
        work.input.policy_type("PolicyType")?,
    );
    let organization = work.managed()?;
    check_root(organization, id)?;
    if !organization.all_features {
        return Err(error(
            "PolicyTypeNotAvailableForOrganizationException",
            "You can't use the specified policy type with the feature set currently enabled for this organization.",
        ));
    }
    if !organization.enabled.insert(kind) {
        return Err(error(
            "PolicyTypeAlreadyEnabledException",
            "The specified policy type is already enabled.",
        ));
    }
    for target in organization.targets() {
        let attached = organization.attached.entry(target).or_default();
        attached.push(kind.full_access().to_owned());
    }
    Ok(json!({ "Root": root(organization) }))
}

/// Every policy of the type is detached; when the type is enabled again, they are not attached again.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/disable-policy-type.html>
pub(super) fn disable(work: &mut Work<'_>) -> Answer {
    let (id, kind) = (
        work.input.required("RootId")?,
        work.input.policy_type("PolicyType")?,
    );
    let organization = work.managed()?;
    check_root(organization, id)?;
    if !organization.enabled.remove(&kind) {
        return Err(type_not_enabled());
    }
    let policies = &organization.policies;
    for attached in organization.attached.values_mut() {
        attached.retain(|id| policies.get(id).is_some_and(|policy| policy.kind != kind));
    }
    Ok(json!({ "Root": root(organization) }))
}

/// The most policies of one type that a target bears, and the fewest.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const MOST_ATTACHED: usize = 5;

/// Refuses one more policy than a target may bear.
pub(super) fn check_room(there: usize) -> Result<(), crate::error::AwsError> {
    if there < MOST_ATTACHED {
        return Ok(());
    }
    Err(constraint(
        "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        "You have attached the maximum number of policies to the specified target.",
    ))
}
