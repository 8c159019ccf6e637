//! The account itself: its alias, its counts and quotas.

use serde_json::{Value, json};

use super::{Answer, Work};
use crate::services::iam::errors::{already_exists, no_such};
use crate::services::iam::page::Page;
use crate::services::iam::rules::ACCOUNT_ALIAS;
use crate::services::iam::state::{Account, Entity};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html>
pub(super) fn create_alias(work: &mut Work<'_>) -> Answer {
    let alias = work.form.required("AccountAlias", &ACCOUNT_ALIAS);
    work.form.check()?;
    let own = work.call.account();
    let mut others = work.state.accounts.values().filter(|account| account.id != own);
    if others.any(|account| account.alias.as_ref() == Some(&alias)) {
        return Err(already_exists(format!(
            "The account alias {alias} already exists."
        )));
    }
    // A new alias takes the place of the one before.
    work.account().alias = Some(alias);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html>
pub(super) fn list_aliases(work: &mut Work<'_>) -> Answer {
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let aliases = work.account().alias.iter();
    page.answer(
        "AccountAliases",
        aliases
            .map(|alias| (alias.clone(), alias.as_str().into()))
            .collect(),
    )
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html>
pub(super) fn delete_alias(work: &mut Work<'_>) -> Answer {
    let alias = work.form.required("AccountAlias", &ACCOUNT_ALIAS);
    work.form.check()?;
    let account = work.account();
    if account.alias.as_ref() != Some(&alias) {
        return Err(no_such(format!("The account alias {alias} cannot be found.")));
    }
    account.alias = None;
    Ok(Value::Null)
}

/// The distinct policies that are attached somewhere.
fn in_use(account: &Account) -> usize {
    let attached = account.entities().flat_map(|entity: &Entity| &entity.attached);
    attached.collect::<std::collections::BTreeSet<_>>().len()
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
#[expect(clippy::unnecessary_wraps, reason = "it fills a place of the table")]
pub(super) fn summary(work: &mut Work<'_>) -> Answer {
    let account = work.account();
    let entries = [
        ("AccessKeysPerUserQuota", 2),
        ("AccountAccessKeysPresent", 0),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("AssumeRolePolicySizeQuota", 2048),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", 10),
        ("AttachedPoliciesPerUserQuota", 10),
        ("GlobalEndpointTokenVersion", 1),
        ("GroupPolicySizeQuota", 5120),
        ("Groups", account.groups.len()),
        ("GroupsPerUserQuota", 10),
        ("GroupsQuota", 300),
        ("InstanceProfiles", account.profiles.len()),
        ("InstanceProfilesQuota", 1000),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("Policies", account.policies.len()),
        ("PoliciesQuota", 1500),
        ("PolicySizeQuota", 6144),
        ("PolicyVersionsInUse", in_use(account)),
        ("PolicyVersionsInUseQuota", 10_000),
        ("Providers", 0),
        ("RolePolicySizeQuota", 10_240),
        ("Roles", account.roles.len()),
        ("RolesQuota", 1000),
        ("ServerCertificates", 0),
        ("ServerCertificatesQuota", 20),
        ("SigningCertificatesPerUserQuota", 2),
        ("UserPolicySizeQuota", 2048),
        ("Users", account.users.len()),
        ("UsersQuota", 5000),
        ("VersionsPerPolicyQuota", 5),
    ];
    // A map of the query protocol is a list of entries.
    let entries = entries.map(|(key, value)| json!({ "key": key, "value": value }));
    Ok(json!({ "SummaryMap": { "entry": entries.to_vec() } }))
}
