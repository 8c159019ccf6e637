//! What answers show of users, groups, roles and policies.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use super::last_use::LastUse;
use super::state::{Account, Entity, Group, InstanceProfile, ManagedPolicy, Role, Tags, User, Version};
use crate::auth::sigv4::uri_encode;
use crate::policy::Document;

/// How much of a thing is shown: listings leave members out.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// In a listing.
    Listed,
    /// In the answer that made it.
    Made,
    /// In the answer to a question about it.
    Got,
}

/// A date, in seconds.
pub(crate) fn date(time: OffsetDateTime) -> String {
    time.format(format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
    ))
    .unwrap_or_default()
}

/// A document, percent-encoded as IAM's answers have it.
pub(super) fn encoded(document: &Document) -> String {
    uri_encode(document.text().as_bytes(), false)
}

/// Tags, in the order of their keys.
pub(crate) fn tags(tags: &Tags) -> Value {
    tags.iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}

/// Tags, or nothing where there are none.
fn tags_if_any(entity: &Tags, shown: Shown) -> Value {
    if entity.is_empty() || shown == Shown::Listed {
        Value::Null
    } else {
        tags(entity)
    }
}

fn boundary(entity: &Entity, shown: Shown) -> Value {
    match &entity.boundary {
        Some(arn) if shown != Shown::Listed => json!({
            // The SDKs' models call it otherwise; this is what IAM sends.
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": arn,
        }),
        _ => Value::Null,
    }
}

/// A user.
pub(super) fn user(account: &Account, user: &User, shown: Shown) -> Value {
    let entity = &user.entity;
    json!({
        "Path": entity.path,
        "UserName": entity.name,
        "UserId": entity.id,
        "Arn": account.user_arn(user),
        "CreateDate": date(entity.created),
        "PermissionsBoundary": boundary(entity, shown),
        "Tags": tags_if_any(&entity.tags, shown),
    })
}

/// A group.
pub(super) fn group(account: &Account, group: &Group) -> Value {
    let entity = &group.entity;
    json!({
        "Path": entity.path,
        "GroupName": entity.name,
        "GroupId": entity.id,
        "Arn": account.group_arn(group),
        "CreateDate": date(entity.created),
    })
}

/// A role, without what only the answer to `GetRole` shows.
pub(super) fn role(account: &Account, role: &Role, shown: Shown) -> Value {
    let entity = &role.entity;
    let made = shown == Shown::Made;
    json!({
        "Path": entity.path,
        "RoleName": entity.name,
        "RoleId": entity.id,
        "Arn": account.role_arn(role),
        "CreateDate": date(entity.created),
        "AssumeRolePolicyDocument": encoded(&role.trust),
        "Description": role.description.as_ref().filter(|_| !made),
        "MaxSessionDuration": (!made).then_some(role.max_session),
        "PermissionsBoundary": boundary(entity, shown),
        "Tags": tags_if_any(&entity.tags, shown),
    })
}

/// When a role was last used.
pub(super) fn role_last_used(used: Option<&LastUse>) -> Value {
    used.map_or_else(
        || json!({}),
        |used| json!({ "LastUsedDate": date(used.at), "Region": used.region }),
    )
}

/// An instance profile with its role.
pub(super) fn profile(account: &Account, profile: &InstanceProfile, shown: Shown) -> Value {
    let held = profile.role.as_deref().and_then(|id| account.role_by_id(id));
    let roles = held.iter().map(|held| role(account, held, Shown::Made));
    let tags = match shown {
        Shown::Got => tags(&profile.tags),
        other => tags_if_any(&profile.tags, other),
    };
    json!({
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": account.profile_arn(profile),
        "CreateDate": date(profile.created),
        "Roles": roles.collect::<Value>(),
        "Tags": tags,
    })
}

/// How many identities of an account a policy is attached to, and of how many it is the boundary.
pub(super) fn uses(account: &Account, arn: &str) -> (usize, usize) {
    let attached = |entity: &&Entity| entity.attached.iter().any(|other| other == arn);
    let bound = |entity: &&Entity| entity.boundary.as_deref() == Some(arn);
    (
        account.entities().filter(attached).count(),
        account.entities().filter(bound).count(),
    )
}

/// A managed policy.
pub(super) fn policy(account: &Account, policy: &ManagedPolicy, shown: Shown) -> Value {
    let (attached, bound) = uses(account, &policy.arn);
    let got = shown == Shown::Got;
    json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": format!("v{}", policy.default),
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bound,
        "IsAttachable": true,
        "Description": policy.description.as_ref().filter(|_| got),
        "CreateDate": date(policy.created),
        "UpdateDate": date(policy.updated),
        "Tags": if got { tags(&policy.tags) } else { tags_if_any(&policy.tags, shown) },
    })
}

/// A version of a managed policy; its document is shown where it was asked for.
pub(super) fn version(policy: &ManagedPolicy, version: &Version, with_document: bool) -> Value {
    json!({
        "Document": with_document.then(|| encoded(&version.document)),
        "VersionId": format!("v{}", version.number),
        "IsDefaultVersion": version.number == policy.default,
        "CreateDate": date(version.created),
    })
}

/// A managed policy that is attached to something.
pub(super) fn attached(arn: &str) -> Value {
    json!({ "PolicyName": arn.rsplit('/').next(), "PolicyArn": arn })
}
