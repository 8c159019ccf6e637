//! The organization itself and its root.

use serde_json::{Value, json};

use super::errors::{error, invalid};
use super::state::Organization;
use super::{Answer, Work};

fn shown(organization: &Organization) -> Value {
    let Organization { id, management, .. } = organization;
    let account = organization.accounts.get(management);
    let arn = |kind: &str, rest: &str| format!("arn:aws:organizations::{management}:{kind}/{id}{rest}");
    // It tells of what there is for the organization as a whole, not of what is enabled in its root.
    let available = if organization.all_features {
        json!([{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }])
    } else {
        json!([])
    };
    json!({
        "Id": id,
        "Arn": arn("organization", ""),
        "FeatureSet": if organization.all_features { "ALL" } else { "CONSOLIDATED_BILLING" },
        "MasterAccountArn": arn("account", &format!("/{management}")),
        "MasterAccountId": management,
        "MasterAccountEmail": account.map(|account| account.email.as_str()),
        "AvailablePolicyTypes": available,
    })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let all_features = match work.input.optional("FeatureSet") {
        None | Some("ALL") => true,
        Some("CONSOLIDATED_BILLING") => false,
        Some(_) => return Err(invalid("INVALID_ENUM", "You specified an invalid value.")),
    };
    if work.member().is_ok() {
        return Err(error(
            "AlreadyInOrganizationException",
            "The AWS account is already a member of an organization.",
        ));
    }
    let organization = Organization::of(work.call.account(), all_features, work.call.time);
    let output = json!({ "Organization": shown(&organization) });
    *work.organization = Some(organization);
    Ok(output)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
pub(super) fn describe(work: &mut Work<'_>) -> Answer {
    let organization = work.member()?;
    Ok(json!({ "Organization": shown(organization) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    if work.managed()?.accounts.len() > 1 {
        return Err(error(
            "OrganizationNotEmptyException",
            "To delete an organization you must first remove all member accounts (except the master).",
        ));
    }
    *work.organization = None;
    Ok(Value::Null)
}

/// What is shown of the root.
pub(super) fn root(organization: &Organization) -> Value {
    let enabled = organization.enabled.iter();
    json!({
        "Id": organization.root,
        "Arn": organization.arn(&organization.root),
        "Name": "Root",
        "PolicyTypes": enabled
            .map(|kind| json!({ "Type": kind.name(), "Status": "ENABLED" }))
            .collect::<Value>(),
    })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html>
pub(super) fn list_roots(work: &mut Work<'_>) -> Answer {
    let input = work.input;
    let organization = work.managed()?;
    input.page("Roots", vec![root(organization)])
}

/// Refuses an id that is not the root's.
pub(super) fn check_root(organization: &Organization, id: &str) -> Result<(), crate::error::AwsError> {
    if id == organization.root {
        return Ok(());
    }
    Err(error(
        "RootNotFoundException",
        "You specified a root that doesn't exist.",
    ))
}
