//! Groups and who is in them.

use serde_json::{Value, json};

use super::{Answer, Kind, Work};
use crate::services::iam::errors::{already_exists, conflict, no_such_named, room};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{NAME, PATH, PATH_PREFIX, quota};
use crate::services::iam::state::{Entity, Group};
use crate::services::iam::view::{self, Shown};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let name = work.form.required("GroupName", &NAME);
    let path = work.form.optional("Path", &PATH);
    work.form.check()?;
    let now = work.now();
    let account = work.account();
    if account.groups.takes(&name) {
        return Err(already_exists(format!("Group with name {name} already exists.")));
    }
    room(account.groups.len(), quota::GROUPS)?;
    let group = Group {
        entity: Entity::new(&name, path.as_deref().unwrap_or("/"), "AGPA", now),
    };
    let shown = view::group(account, &group);
    account.groups.insert(group);
    Ok(json!({ "Group": shown }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Group);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let group = account
        .groups
        .get(&name)
        .ok_or_else(|| no_such_named("group", &name))?;
    let members = account
        .users
        .iter()
        .filter(|user| user.groups.contains(&group.entity.id));
    let members = members.map(|user| (user.entity.name.clone(), view::user(account, user, Shown::Listed)));
    let mut output = page.cut("Users", members.collect())?;
    output.insert("Group".to_owned(), view::group(account, group));
    Ok(Value::Object(output))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let prefix = work.form.optional("PathPrefix", &PATH_PREFIX).unwrap_or_default();
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let groups = account
        .groups
        .iter()
        .filter(|group| group.entity.path.starts_with(&prefix));
    let groups = groups.map(|group| (group.entity.name.clone(), view::group(account, group)));
    page.answer("Groups", groups.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html>
pub(super) fn update(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Group);
    let new_name = work.form.optional("NewGroupName", &NAME);
    let new_path = work.form.optional("NewPath", &PATH);
    work.form.check()?;
    let account = work.account();
    account.existing_group(&name)?;
    let new_name = new_name.unwrap_or_else(|| name.clone());
    if !new_name.eq_ignore_ascii_case(&name) && account.groups.takes(&new_name) {
        return Err(already_exists(format!(
            "Group with name {new_name} already exists."
        )));
    }
    if let Some(mut group) = account.groups.remove(&name) {
        group.entity.name = new_name;
        group.entity.path = new_path.unwrap_or(group.entity.path);
        account.groups.insert(group);
    }
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::Group);
    work.form.check()?;
    let account = work.account();
    let group = account
        .groups
        .get(&name)
        .ok_or_else(|| no_such_named("group", &name))?;
    if account
        .users
        .iter()
        .any(|user| user.groups.contains(&group.entity.id))
    {
        return Err(conflict(
            "Cannot delete entity, must remove users from group first.",
        ));
    }
    group.entity.deletable()?;
    account.groups.remove(&name);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html>
pub(super) fn add_user(work: &mut Work<'_>) -> Answer {
    let (group, user) = (work.named(Kind::Group), work.named(Kind::User));
    work.form.check()?;
    let account = work.account();
    let group = account.existing_group(&group)?.entity.id.clone();
    let user = account.existing_user(&user)?;
    if !user.groups.contains(&group) {
        room(user.groups.len(), quota::GROUPS_OF_USER)?;
        user.groups.push(group);
    }
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html>
pub(super) fn remove_user(work: &mut Work<'_>) -> Answer {
    let (group, user) = (work.named(Kind::Group), work.named(Kind::User));
    work.form.check()?;
    let account = work.account();
    account.existing_user(&user)?;
    let group = account.existing_group(&group)?.entity.id.clone();
    account
        .existing_user(&user)?
        .groups
        .retain(|other| *other != group);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html>
pub(super) fn list_for_user(work: &mut Work<'_>) -> Answer {
    let name = work.named(Kind::User);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let user = account
        .users
        .get(&name)
        .ok_or_else(|| no_such_named("user", &name))?;
    let groups = account.groups_of(user);
    let groups = groups.map(|group| (group.entity.name.clone(), view::group(account, group)));
    page.answer("Groups", groups.collect())
}
