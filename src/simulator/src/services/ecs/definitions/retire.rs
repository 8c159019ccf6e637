//! `DeregisterTaskDefinition`, `DeleteTaskDefinitions`.

use serde_json::{Value, json};

use super::super::errors::{client, invalid};
use super::super::input::{text, texts};
use super::super::state::{Account, DefinitionStatus, TaskDefinition};
use super::super::{Answer, Work};
use super::find::{not_described, split};
use super::register::shown;
use crate::error::AwsError;

/// The most definitions of one deletion.
const MOST: usize = 10;

fn named<'a>(account: &'a mut Account, named: &str) -> Result<&'a mut TaskDefinition, AwsError> {
    let (family, revision) = split(named)?;
    let revision = revision.ok_or_else(|| client("Revision is missing."))?;
    let family = account.families.get_mut(family);
    family
        .and_then(|family| family.revisions.get_mut(&revision))
        .ok_or_else(not_described)
}

/// `DeregisterTaskDefinition`: nothing starts with it any more but the tasks of services that have it.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html>
pub(in super::super) fn deregister(work: &mut Work<'_>) -> Answer {
    let asked = text(&work.call.input, "taskDefinition").unwrap_or_default();
    let account = work.engine.state.account(work.call.account());
    let definition = named(account, asked)?;
    if definition.status == DefinitionStatus::Active {
        definition.status = DefinitionStatus::Inactive;
        definition.deregistered = Some(work.call.time);
    }
    Ok(json!({ "taskDefinition": shown(definition) }))
}

/// `DeleteTaskDefinitions`: of inactive ones; one that something still uses stays until nothing does.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html>
pub(in super::super) fn delete(work: &mut Work<'_>) -> Answer {
    let asked = texts(&work.call.input, "taskDefinitions");
    if asked.is_empty() {
        return Err(invalid("TaskDefinitions cannot be empty."));
    }
    if asked.len() > MOST {
        return Err(invalid(format!(
            "The number of task definitions must be less than or equal to {MOST}."
        )));
    }
    let account = work.engine.state.account(work.call.account());
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for name in asked {
        match delete_one(account, name) {
            Ok(shown) => deleted.push(shown),
            Err(refusal) => failures.push(json!({ "arn": name, "reason": refusal.message })),
        }
    }
    Ok(json!({ "taskDefinitions": deleted, "failures": failures }))
}

fn delete_one(account: &mut Account, name: &str) -> Result<Value, AwsError> {
    let used = used(account);
    let definition = named(account, name).map_err(|refusal| match refusal.message.as_str() {
        "Revision is missing." => refusal,
        _ => client("The specified task definition does not exist."),
    })?;
    if definition.status == DefinitionStatus::Active {
        return Err(client(
            "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
        ));
    }
    definition.status = DefinitionStatus::DeleteInProgress;
    let (shown, family, revision) = (shown(definition), definition.family.clone(), definition.revision);
    if !used.contains(&definition.arn)
        && let Some(family) = account.families.get_mut(&family)
    {
        family.revisions.remove(&revision);
    }
    Ok(shown)
}

/// The ARNs of the definitions that tasks or services have.
fn used(account: &Account) -> Vec<String> {
    let clusters = account.clusters.values();
    clusters
        .flat_map(|cluster| {
            let tasks = cluster.tasks.values().map(|task| task.definition.clone());
            tasks.chain(
                cluster
                    .services
                    .values()
                    .flat_map(super::super::services::definitions),
            )
        })
        .collect()
}
