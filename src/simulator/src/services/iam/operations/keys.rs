//! Access keys of users.

use serde_json::{Value, json};

use super::{Answer, Work};
use crate::auth::keys::Key;
use crate::error::AwsError;
use crate::services::iam::errors::{no_such, no_such_named, room};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{ACCESS_KEY_ID, STATUS, quota};
use crate::services::iam::state::{AccessKey, KeyOwner};
use crate::services::iam::view::date;

fn status(key: &AccessKey) -> &'static str {
    if key.active { "Active" } else { "Inactive" }
}

fn no_such_key(id: &str) -> AwsError {
    no_such(format!("The Access Key with id {id} cannot be found."))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let name = work.user_or_caller()?;
    let now = work.now();
    let account = work.account();
    let account_id = account.id.clone();
    let user = account.existing_user(&name)?;
    room(user.keys.len(), quota::KEYS_OF_USER)?;
    let Key { id, secret } = Key::long_term(&account_id);
    let key = AccessKey {
        id: id.clone(),
        secret,
        active: true,
        created: now,
    };
    let shown = json!({
        "UserName": name,
        "AccessKeyId": key.id,
        "Status": status(&key),
        "SecretAccessKey": key.secret,
        "CreateDate": date(now),
    });
    user.keys.push(key);
    let owner = KeyOwner {
        account: account_id,
        user: name,
    };
    work.state.keys.insert(id, owner);
    Ok(json!({ "AccessKey": shown }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let page = Page::of(&mut work.form);
    let name = work.user_or_caller()?;
    let user = work.account().existing_user(&name)?;
    let shown = |key: &AccessKey| {
        json!({
            "UserName": name,
            "AccessKeyId": key.id,
            "Status": status(key),
            "CreateDate": date(key.created),
        })
    };
    let keys = user.keys.iter().map(|key| (key.id.clone(), shown(key)));
    page.answer("AccessKeyMetadata", keys.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html>
pub(super) fn update(work: &mut Work<'_>) -> Answer {
    let id = work.form.required("AccessKeyId", &ACCESS_KEY_ID);
    let status = work.form.required("Status", &STATUS);
    let name = work.user_or_caller()?;
    let user = work.account().existing_user(&name)?;
    let key = user.keys.iter_mut().find(|key| key.id == id);
    key.ok_or_else(|| no_such_key(&id))?.active = status == "Active";
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let id = work.form.required("AccessKeyId", &ACCESS_KEY_ID);
    let name = work.user_or_caller()?;
    let user = work.account().existing_user(&name)?;
    let place = user.keys.iter().position(|key| key.id == id);
    user.keys.remove(place.ok_or_else(|| no_such_key(&id))?);
    work.state.keys.remove(&id);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>
pub(super) fn last_used(work: &mut Work<'_>) -> Answer {
    let id = work.form.required("AccessKeyId", &ACCESS_KEY_ID);
    work.form.check()?;
    let account = work.call.account();
    let owner = work.state.keys.get(&id).filter(|owner| owner.account == account);
    // Somebody else's key and no key at all look the same.
    let owner = owner.ok_or_else(|| {
        let message = format!(
            "User: {} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {id}",
            work.call.caller.principal.arn()
        );
        AwsError::new(403, "AccessDenied", message)
    })?;
    if work.state.user(account, &owner.user).is_none() {
        return Err(no_such_named("user", &owner.user));
    }
    let used = work.used.get(&id);
    let of_use = |of: fn(&super::super::last_use::LastUse) -> String| {
        used.as_ref().map_or_else(|| "N/A".to_owned(), of)
    };
    Ok(json!({
        "UserName": owner.user,
        "AccessKeyLastUsed": {
            "LastUsedDate": used.as_ref().map(|used| date(used.at)),
            "ServiceName": of_use(|used| used.service.clone()),
            "Region": of_use(|used| used.region.clone()),
        },
    }))
}
