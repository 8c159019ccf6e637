//! Versions of managed policies.

use serde_json::{Value, json};

use super::boundaries::policy_arn;
use super::{Answer, Work, policies};
use crate::error::AwsError;
use crate::services::iam::errors::{conflict, limit, no_such_version};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{DOCUMENT, VERSION_ID, quota, version_number};
use crate::services::iam::state::{Account, ManagedPolicy, Version};
use crate::services::iam::view;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let arn = work.policy_arn();
    let text = work.form.required("PolicyDocument", &DOCUMENT);
    let as_default = work.form.flag("SetAsDefault");
    work.form.check()?;
    let now = work.now();
    let policy = work.account().own_policy(&arn)?;
    let document = policies::document(&text)?;
    if policy.versions.len() >= quota::VERSIONS {
        return Err(limit(format!(
            "A managed policy can have up to {} versions. Before you create a new version, you must delete an existing \
             version.",
            quota::VERSIONS
        )));
    }
    let version = Version {
        number: policy.next,
        created: now,
        document,
    };
    policy.next += 1;
    policy.updated = now;
    if as_default {
        policy.default = version.number;
    }
    let shown = view::version(policy, &version, false);
    policy.versions.push(version);
    Ok(json!({ "PolicyVersion": shown }))
}

/// Which policy and which version of it a request names.
fn asked(work: &mut Work<'_>) -> Result<(String, String), AwsError> {
    let arn = work.policy_arn();
    let version = work.form.required("VersionId", &VERSION_ID);
    work.form.check()?;
    policy_arn(&arn)?;
    Ok((arn, version))
}

fn find<'a>(
    account: &'a Account,
    arn: &str,
    version: &str,
) -> Result<(&'a ManagedPolicy, &'a Version), AwsError> {
    let missing = || no_such_version(arn, version);
    let policy = account.policy(arn).ok_or_else(missing)?;
    let found = version_number(version).and_then(|number| policy.version(number));
    Ok((policy, found.ok_or_else(missing)?))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let (arn, version) = asked(work)?;
    let (policy, version) = find(work.account(), &arn, &version)?;
    Ok(json!({ "PolicyVersion": view::version(policy, version, true) }))
}

/// The newest first.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let arn = work.policy_arn();
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let policy = work.account().existing_policy(&arn)?;
    let versions = policy.versions.iter().rev();
    let shown = versions.map(|version| (version.number.to_string(), view::version(policy, version, false)));
    page.answer("Versions", shown.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html>
pub(super) fn set_default(work: &mut Work<'_>) -> Answer {
    let (arn, version) = asked(work)?;
    let now = work.now();
    let account = work.account();
    let number = find(account, &arn, &version)?.1.number;
    let policy = account.own_policy(&arn)?;
    policy.default = number;
    policy.updated = now;
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let (arn, version) = asked(work)?;
    let account = work.account();
    let number = find(account, &arn, &version)?.1.number;
    let policy = account.own_policy(&arn)?;
    if policy.default == number {
        return Err(conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.retain(|version| version.number != number);
    Ok(Value::Null)
}
