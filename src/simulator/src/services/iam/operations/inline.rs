//! Inline policies of users, groups and roles.

use serde_json::{Value, json};

use super::{Answer, Kind, Work};
use crate::error::AwsError;
use crate::policy::DocumentKind;
use crate::services::iam::errors::{limit, malformed, no_such};
use crate::services::iam::page::Page;
use crate::services::iam::rules::{DOCUMENT, NAME};
use crate::services::iam::state::{Entity, Held};
use crate::services::iam::view;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>
pub(super) fn put(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let policy = work.form.required("PolicyName", &NAME);
    let text = work.form.required("PolicyDocument", &DOCUMENT);
    work.form.check()?;
    let entity = work.account().entity_to_change(kind, &name)?;
    let document = Held::parse(&text, DocumentKind::Identity).map_err(|fault| malformed(&fault))?;
    fits(entity, kind, &policy, &document)?;
    entity.inline.insert(policy, document);
    Ok(Value::Null)
}

/// All inline policies of an identity together have one quota.
fn fits(entity: &Entity, kind: Kind, policy: &str, document: &Held) -> Result<(), AwsError> {
    let others = entity.inline.iter().filter(|(name, _)| *name != policy);
    let size: usize = others.map(|(_, document)| document.size()).sum();
    let most = kind.inline_size();
    if size + document.size() > most {
        return Err(limit(format!(
            "Maximum policy size of {most} bytes exceeded for {} {}",
            kind.noun(),
            entity.name
        )));
    }
    Ok(())
}

fn missing(kind: Kind, policy: &str) -> AwsError {
    no_such(format!(
        "The {} policy with name {policy} cannot be found.",
        kind.noun()
    ))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
pub(super) fn get(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let policy = work.form.required("PolicyName", &NAME);
    work.form.check()?;
    let entity = work.account().entity(kind, &name)?;
    let document = entity.inline.get(&policy).ok_or_else(|| missing(kind, &policy))?;
    Ok(json!({
        kind.member(): name,
        "PolicyName": policy,
        "PolicyDocument": view::encoded(document),
    }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html>
pub(super) fn list(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let entity = work.account().entity(kind, &name)?;
    let names = entity
        .inline
        .keys()
        .map(|name| (name.clone(), name.as_str().into()));
    page.answer("PolicyNames", names.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html>
pub(super) fn delete(work: &mut Work<'_>, kind: Kind) -> Answer {
    let name = work.named(kind);
    let policy = work.form.required("PolicyName", &NAME);
    work.form.check()?;
    let entity = work.account().entity_to_change(kind, &name)?;
    entity
        .inline
        .remove(&policy)
        .ok_or_else(|| missing(kind, &policy))?;
    Ok(Value::Null)
}
