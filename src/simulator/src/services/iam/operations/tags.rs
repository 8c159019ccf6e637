//! Tags of users, roles, policies and instance profiles.

use serde_json::{Value, json};

use super::{Answer, Kind, Work};
use crate::error::AwsError;
use crate::services::iam::errors::{invalid_input, within};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{self, MOST_TAGS, TAG_KEY, quota};
use crate::services::iam::state::Tags;

/// What bears tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    User,
    Role,
    Policy,
    Profile,
}

impl Target {
    /// The keys of users' and roles' tags differ in more than their case.
    fn folds_case(self) -> bool {
        matches!(self, Self::User | Self::Role)
    }
}

/// The tags of something new.
pub(super) fn new_tags(given: Vec<(String, String)>, fold_case: bool) -> Result<Tags, AwsError> {
    unreserved(&given)?;
    distinct(&given, fold_case)?;
    Ok(given.into_iter().collect())
}

/// Keys that begin with `aws:` are AWS's own.
fn unreserved(given: &[(String, String)]) -> Result<(), AwsError> {
    match rules::reserved(given.iter().map(|(key, _)| key.as_str())) {
        Some(message) => Err(invalid_input(message)),
        None => Ok(()),
    }
}

fn distinct(given: &[(String, String)], fold_case: bool) -> Result<(), AwsError> {
    let fold = |key: &str| {
        if fold_case {
            key.to_lowercase()
        } else {
            key.to_owned()
        }
    };
    let keys: std::collections::BTreeSet<String> = given.iter().map(|(key, _)| fold(key)).collect();
    if keys.len() == given.len() {
        return Ok(());
    }
    Err(invalid_input(if fold_case {
        "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    } else {
        "Duplicate tag keys found."
    }))
}

/// What bears the tags that a request is about, by its name or ARN.
fn bearer(work: &mut Work<'_>, target: Target) -> String {
    match target {
        Target::User => work.named(Kind::User),
        Target::Role => work.named(Kind::Role),
        Target::Policy => work.policy_arn(),
        Target::Profile => work.profile_name(),
    }
}

fn tags<'a>(work: &'a mut Work<'_>, target: Target, name: &str) -> Result<&'a mut Tags, AwsError> {
    let account = work.account();
    match target {
        Target::User => Ok(&mut account.existing_user(name)?.entity.tags),
        Target::Role => Ok(&mut account.existing_role(name)?.entity.tags),
        Target::Policy => Ok(&mut account.own_policy(name)?.tags),
        Target::Profile => Ok(&mut account.existing_profile(name)?.tags),
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html>
pub(super) fn tag(work: &mut Work<'_>, target: Target) -> Answer {
    let name = bearer(work, target);
    let given = rules::tags(&mut work.form, "Tags");
    work.form.check()?;
    let there = tags(work, target, &name)?;
    unreserved(&given)?;
    distinct(&given, target.folds_case())?;
    let mut all = there.clone();
    for (key, value) in given {
        if target.folds_case() {
            all.retain(|other, _| !other.eq_ignore_ascii_case(&key));
        }
        all.insert(key, value);
    }
    within(all.len(), quota::TAGS)?;
    *there = all;
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html>
pub(super) fn untag(work: &mut Work<'_>, target: Target) -> Answer {
    let name = bearer(work, target);
    let keys = work.form.list("TagKeys", MOST_TAGS, &TAG_KEY);
    work.form.check()?;
    let fold = target.folds_case();
    let named = |key: &str| {
        let same = |other: &String| other == key || (fold && other.eq_ignore_ascii_case(key));
        keys.iter().any(same)
    };
    tags(work, target, &name)?.retain(|key, _| !named(key));
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html>
pub(super) fn list(work: &mut Work<'_>, target: Target) -> Answer {
    let name = bearer(work, target);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    // AWS's policies bear none.
    let there = match target {
        Target::Policy => work.account().existing_policy(&name)?.tags.clone(),
        other => tags(work, other, &name)?.clone(),
    };
    let items = there
        .iter()
        .map(|(key, value)| (key.clone(), json!({ "Key": key, "Value": value })));
    page.answer("Tags", items.collect())
}
