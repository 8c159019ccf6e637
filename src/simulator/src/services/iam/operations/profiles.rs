//! Instance profiles, which hand a role to EC2 instances.

use serde_json::{Value, json};

use super::tags::new_tags;
use super::{Answer, Kind, Work};
use crate::auth::keys::unique_id;
use crate::error::AwsError;
use crate::services::iam::errors::{already_exists, conflict, no_such, no_such_named, room};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{self, NAME, PATH, PATH_PREFIX, quota};
use crate::services::iam::state::{Account, InstanceProfile};
use crate::services::iam::view::{self, Shown};

impl Work<'_> {
    /// The name of the instance profile that the request is about.
    pub(super) fn profile_name(&mut self) -> String {
        self.form.required("InstanceProfileName", &NAME)
    }
}

fn missing(name: &str) -> AwsError {
    no_such(format!("Instance Profile {name} cannot be found."))
}

impl Account {
    /// The instance profile of that name.
    pub(super) fn existing_profile(&mut self, name: &str) -> Result<&mut InstanceProfile, AwsError> {
        self.profiles.get_mut(name).ok_or_else(|| missing(name))
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let name = work.profile_name();
    let path = work.form.optional("Path", &PATH);
    let tags = rules::tags(&mut work.form, "Tags");
    work.form.check()?;
    let tags = new_tags(tags, false)?;
    let now = work.now();
    let account = work.account();
    if account.profiles.takes(&name) {
        return Err(already_exists(format!("Instance Profile {name} already exists.")));
    }
    room(account.profiles.len(), quota::PROFILES)?;
    let profile = InstanceProfile {
        name,
        path: path.unwrap_or_else(|| "/".to_owned()),
        id: unique_id("AIPA"),
        created: now,
        tags,
        role: None,
    };
    let shown = view::profile(account, &profile, Shown::Made);
    account.profiles.insert(profile);
    Ok(json!({ "InstanceProfile": shown }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let name = work.profile_name();
    work.form.check()?;
    let account = work.account();
    let profile = account.profiles.get(&name).ok_or_else(|| missing(&name))?;
    Ok(json!({ "InstanceProfile": view::profile(account, profile, Shown::Got) }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let prefix = work.form.optional("PathPrefix", &PATH_PREFIX).unwrap_or_default();
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let profiles = account
        .profiles
        .iter()
        .filter(|profile| profile.path.starts_with(&prefix));
    let shown = profiles.map(|profile| {
        (
            profile.name.clone(),
            view::profile(account, profile, Shown::Listed),
        )
    });
    page.answer("InstanceProfiles", shown.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html>
pub(super) fn list_for_role(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Role);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let role = account
        .roles
        .get(&name)
        .ok_or_else(|| no_such_named("role", &name))?;
    let profiles = account.profiles.iter();
    let profiles = profiles.filter(|profile| profile.role.as_ref() == Some(&role.entity.id));
    let shown = profiles.map(|profile| {
        (
            profile.name.clone(),
            view::profile(account, profile, Shown::Listed),
        )
    });
    page.answer("InstanceProfiles", shown.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = work.profile_name();
    work.form.check()?;
    let account = work.account();
    if account.existing_profile(&name)?.role.is_some() {
        return Err(conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    account.profiles.remove(&name);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html>
pub(super) fn add_role(work: &mut Work<'_>) -> Answer {
    let (name, role) = (work.profile_name(), work.named(Kind::Role));
    work.form.check()?;
    let account = work.account();
    account.existing_profile(&name)?;
    let role = account.modifiable_role(&role)?.entity.id.clone();
    let profile = account.existing_profile(&name)?;
    room(profile.role.iter().count(), quota::ROLES_OF_PROFILE)?;
    profile.role = Some(role);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html>
pub(super) fn remove_role(work: &mut Work<'_>) -> Answer {
    let (name, role) = (work.profile_name(), work.named(Kind::Role));
    work.form.check()?;
    let account = work.account();
    account.existing_profile(&name)?;
    let id = account.existing_role(&role)?.entity.id.clone();
    let profile = account.existing_profile(&name)?;
    if profile.role.as_ref() != Some(&id) {
        return Err(no_such_named("role", &role));
    }
    profile.role = None;
    Ok(Value::Null)
}
