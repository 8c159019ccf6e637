//! `TagResource`, `UntagResource`, `ListTagsForResource`.

use serde_json::{Value, json};

use super::super::errors::{invalid, resource_not_found};
use super::super::input::{text, texts};
use super::super::state::{Account, Tags};
use super::super::{Answer, Work, services};
use super::{MOST, read, shown};
use crate::REGION;
use crate::error::AwsError;

/// The tags of the resource of an ARN.
pub(in super::super) fn of<'a>(account: &'a mut Account, resource: &str) -> Option<&'a mut Tags> {
    let (kind, rest) = resource.split_once('/')?;
    let mut parts = rest.split('/');
    match (kind, parts.next()?, parts.next()) {
        ("cluster", name, None) => account.clusters.get_mut(name).map(|cluster| &mut cluster.tags),
        ("task-definition", short, None) => {
            let (family, revision) = short.split_once(':')?;
            let family = account.families.get_mut(family)?;
            let definition = family.revisions.get_mut(&revision.parse().ok()?)?;
            Some(&mut definition.tags)
        }
        ("task", cluster, Some(id)) => {
            let task = account.clusters.get_mut(cluster)?.tasks.get_mut(id)?;
            Some(&mut task.tags)
        }
        ("service", cluster, Some(name)) => {
            let service = account.clusters.get_mut(cluster)?.services.get_mut(name)?;
            Some(services::tags(service))
        }
        _ => None,
    }
}

/// What an ARN of an account's names: `cluster/site`.
pub(in super::super) fn resource<'a>(arn: &'a str, account: &str) -> Option<&'a str> {
    let rest = arn.strip_prefix("arn:aws:ecs:")?;
    rest.strip_prefix(REGION)?
        .strip_prefix(':')?
        .strip_prefix(account)?
        .strip_prefix(':')
}

fn with<T>(work: &mut Work<'_>, act: impl FnOnce(&mut Tags) -> Result<T, AwsError>) -> Result<T, AwsError> {
    let account = work.call.account().to_owned();
    let arn = text(&work.call.input, "resourceArn").unwrap_or_default();
    let Some(resource) = resource(arn, &account) else {
        return Err(invalid("The ARN provided is invalid."));
    };
    let known = work.engine.state.account(&account);
    if resource.starts_with("service/") && of(known, resource).is_none() {
        return Err(AwsError::new(
            400,
            "ServiceNotFoundException",
            "Service not found.",
        ));
    }
    act(of(known, resource).ok_or_else(resource_not_found)?)
}

/// `TagResource`.
pub(in super::super) fn tag(work: &mut Work<'_>) -> Answer {
    let given = read(&work.call.input["tags"])?;
    with(work, |tags| {
        let mut all = tags.clone();
        all.extend(given);
        if all.len() > MOST {
            return Err(invalid(format!("Tags can have at most {MOST} items.")));
        }
        *tags = all;
        Ok(json!({}))
    })
}

/// `UntagResource`.
pub(in super::super) fn untag(work: &mut Work<'_>) -> Answer {
    let input = work.call.input.clone();
    let keys = texts(&input, "tagKeys");
    with(work, |tags| {
        tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(json!({}))
    })
}

/// `ListTagsForResource`.
pub(in super::super) fn list(work: &mut Work<'_>) -> Answer {
    with(work, |tags| Ok::<Value, AwsError>(json!({ "tags": shown(tags) })))
}
