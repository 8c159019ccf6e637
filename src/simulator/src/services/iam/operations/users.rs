//! Users.

use serde_json::{Value, json};

use super::tags::new_tags;
use super::{Answer, Kind, Work, boundaries};
use crate::call::Principal;
use crate::services::iam::errors::{already_exists, conflict, invalid, no_such_named, room};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{self, EXISTING_USER_NAME, PATH, PATH_PREFIX, USER_NAME, quota};
use crate::services::iam::state::{Entity, User};
use crate::services::iam::view::{self, Shown};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let name = work.form.required("UserName", &USER_NAME);
    let path = work.form.optional("Path", &PATH);
    let boundary = work.form.optional("PermissionsBoundary", &rules::ARN);
    let tags = rules::tags(&mut work.form, "Tags");
    work.form.check()?;
    let now = work.now();
    let account = work.account();
    let entity = Entity {
        tags: new_tags(tags, true)?,
        boundary: boundaries::checked(account, boundary)?,
        ..Entity::new(&name, path.as_deref().unwrap_or("/"), "AIDA", now)
    };
    if account.users.takes(&name) {
        return Err(already_exists(format!("User with name {name} already exists.")));
    }
    room(account.users.len(), quota::USERS)?;
    let user = User {
        entity,
        groups: Vec::new(),
        keys: Vec::new(),
    };
    let shown = view::user(account, &user, Shown::Made);
    account.users.insert(user);
    Ok(json!({ "User": shown }))
}

impl Work<'_> {
    /// The name of the user that the request is about: the caller, where it names none.
    pub(super) fn user_or_caller(&mut self) -> Result<String, crate::error::AwsError> {
        let name = self.form.optional("UserName", &EXISTING_USER_NAME);
        self.form.check()?;
        match (name, &self.call.caller.principal) {
            (Some(name), _) => Ok(name),
            (None, Principal::User { name, .. }) => Ok(name.clone()),
            (None, _) => Err(invalid(
                "Must specify userName when calling with non-User credentials",
            )),
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let name = work.user_or_caller()?;
    let account = work.account();
    let user = account
        .users
        .get(&name)
        .ok_or_else(|| no_such_named("user", &name))?;
    Ok(json!({ "User": view::user(account, user, Shown::Got) }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let prefix = work.form.optional("PathPrefix", &PATH_PREFIX).unwrap_or_default();
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let users = account
        .users
        .iter()
        .filter(|user| user.entity.path.starts_with(&prefix));
    let users = users.map(|user| (user.entity.name.clone(), view::user(account, user, Shown::Listed)));
    page.answer("Users", users.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html>
pub(super) fn update(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::User);
    let new_name = work.form.optional("NewUserName", &USER_NAME);
    let new_path = work.form.optional("NewPath", &PATH);
    work.form.check()?;
    let account = work.account();
    account.existing_user(&name)?;
    let new_name = new_name.unwrap_or_else(|| name.clone());
    if !new_name.eq_ignore_ascii_case(&name) && account.users.takes(&new_name) {
        return Err(already_exists(format!(
            "User with name {new_name} already exists."
        )));
    }
    if let Some(mut user) = account.users.remove(&name) {
        let former = account.user_arn(&user);
        user.entity.name.clone_from(&new_name);
        user.entity.path = new_path.unwrap_or(user.entity.path);
        let (id, arn) = (account.id.clone(), account.user_arn(&user));
        account.users.insert(user);
        work.state.rename_key_owner(&id, &name, &new_name);
        work.rename_principal(former, arn);
    }
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::User);
    work.form.check()?;
    let account = work.account();
    let user = account.existing_user(&name)?;
    if !user.groups.is_empty() {
        return Err(conflict(
            "Cannot delete entity, must remove users from group first.",
        ));
    }
    user.entity.deletable()?;
    if !user.keys.is_empty() {
        return Err(conflict("Cannot delete entity, must delete access keys first."));
    }
    if let Some(user) = account.users.remove(&name) {
        let arn = account.user_arn(&user);
        work.rename_principal(arn, user.entity.id);
    }
    Ok(Value::Null)
}
