//! Roles and who may assume them.

use serde_json::{Value, json};

use super::tags::new_tags;
use super::{Answer, Kind, Work, boundaries};
use crate::error::AwsError;
use crate::policy::DocumentKind;
use crate::services::iam::errors::{already_exists, conflict, malformed, no_such_named, room, within};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{self, DOCUMENT, PATH, PATH_PREFIX, ROLE_DESCRIPTION, ROLE_NAME, quota};
use crate::services::iam::state::{Entity, Held, Role, State};
use crate::services::iam::view::{self, Shown};

/// The bounds of a role's longest session, in seconds; the lower one is the usual.
pub(super) const MAX_SESSION: (i64, i64) = (3600, 43_200);

/// Reads a trust policy.
pub(super) fn trust(state: &State, text: &str) -> Result<Held, AwsError> {
    let document = Held::parse(text, DocumentKind::Trust).map_err(|fault| malformed(&fault))?;
    within(document.size(), quota::TRUST_SIZE)?;
    super::super::principals::exist(state, &document)?;
    Ok(document)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let name = work.form.required("RoleName", &ROLE_NAME);
    let path = work.form.optional("Path", &PATH);
    let text = work.form.required("AssumeRolePolicyDocument", &DOCUMENT);
    let description = work.form.optional("Description", &ROLE_DESCRIPTION);
    let max_session = work
        .form
        .number("MaxSessionDuration", MAX_SESSION.0, MAX_SESSION.1);
    let boundary = work.form.optional("PermissionsBoundary", &rules::ARN);
    let tags = rules::tags(&mut work.form, "Tags");
    work.form.check()?;
    let trust = trust(work.state, &text)?;
    let now = work.now();
    let account = work.account();
    let entity = Entity {
        tags: new_tags(tags, true)?,
        boundary: boundaries::checked(account, boundary)?,
        ..Entity::new(&name, path.as_deref().unwrap_or("/"), "AROA", now)
    };
    if account.roles.takes(&name) {
        return Err(already_exists(format!("Role with name {name} already exists.")));
    }
    room(account.roles.len(), quota::ROLES)?;
    let role = Role {
        entity,
        trust,
        description,
        max_session: max_session.unwrap_or(MAX_SESSION.0),
    };
    let shown = view::role(account, &role, Shown::Made);
    account.roles.insert(role);
    Ok(json!({ "Role": shown }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    work.form.check()?;
    let used = work.used;
    let account = work.account();
    let role = account
        .roles
        .get(&name)
        .ok_or_else(|| no_such_named("role", &name))?;
    let mut shown = view::role(account, role, Shown::Got);
    shown["RoleLastUsed"] = view::role_last_used(used.get(&role.entity.id).as_ref());
    Ok(json!({ "Role": shown }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let prefix = work.form.optional("PathPrefix", &PATH_PREFIX).unwrap_or_default();
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let roles = account
        .roles
        .iter()
        .filter(|role| role.entity.path.starts_with(&prefix));
    let roles = roles.map(|role| (role.entity.name.clone(), view::role(account, role, Shown::Listed)));
    page.answer("Roles", roles.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html>
pub(super) fn update(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    let description = work.form.optional("Description", &ROLE_DESCRIPTION);
    let max_session = work
        .form
        .number("MaxSessionDuration", MAX_SESSION.0, MAX_SESSION.1);
    work.form.check()?;
    let role = work.account().modifiable_role(&name)?;
    if description.is_some() {
        role.description = description;
    }
    role.max_session = max_session.unwrap_or(role.max_session);
    Ok(json!({}))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html>
pub(super) fn update_description(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    let description = work.form.required("Description", &ROLE_DESCRIPTION);
    work.form.check()?;
    let account = work.account();
    account.modifiable_role(&name)?.description = Some(description);
    let role = account
        .roles
        .get(&name)
        .ok_or_else(|| no_such_named("role", &name))?;
    let mut shown = view::role(account, role, Shown::Got);
    shown["MaxSessionDuration"] = Value::Null;
    Ok(json!({ "Role": shown }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html>
pub(super) fn update_trust(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    let text = work.form.required("PolicyDocument", &DOCUMENT);
    work.form.check()?;
    work.account().modifiable_role(&name)?;
    let trust = trust(work.state, &text)?;
    work.account().modifiable_role(&name)?.trust = trust;
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    work.form.check()?;
    let account = work.account();
    let id = account.modifiable_role(&name)?.entity.id.clone();
    if account
        .profiles
        .iter()
        .any(|profile| profile.role.as_ref() == Some(&id))
    {
        return Err(conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    account.existing_role(&name)?.entity.deletable()?;
    if let Some(role) = account.roles.remove(&name) {
        let arn = account.role_arn(&role);
        work.rename_principal(arn, id);
    }
    Ok(Value::Null)
}
