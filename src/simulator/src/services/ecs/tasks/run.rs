//! `RunTask`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::capacity::Strategy;
use super::super::definitions::find;
use super::super::errors::{client, invalid};
use super::super::input::{LAUNCH_TYPES, one_of, text};
use super::super::names::{cluster_name, new_task_id};
use super::super::state::{DefinitionStatus, Tags, TaskDefinition, TaskKey};
use super::super::{Answer, Work, clusters, tags};
use super::place::{may_run_on, runs_on_fargate};
use super::shown::shown;
use super::token::{self, Seen};
use super::{Launch, Overrides, Place, Wanted, assumable, platform_version, roles};
use crate::error::AwsError;

/// The most tasks of one request, and the most characters of a client token.
const MOST: i64 = 10;
const LONGEST_TOKEN: usize = 64;

/// `RunTask`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>
pub(in super::super) fn run(work: &mut Work<'_>) -> Answer {
    one_of(&work.call.input, "launchType", "launch type", LAUNCH_TYPES)?;
    one_of(
        &work.call.input,
        "propagateTags",
        "propagateTags",
        &["TASK_DEFINITION", "SERVICE", "NONE"],
    )?;
    let token = text(&work.call.input, "clientToken");
    if token.is_some_and(|token| token.chars().count() > LONGEST_TOKEN) {
        return Err(invalid(format!(
            "clientToken can have at most {LONGEST_TOKEN} characters."
        )));
    }
    let cluster = clusters::named(work)?;
    if let Seen::Again(started) = token::seen(work)? {
        let input = work.call.input.clone();
        let account = work.engine.state.account(work.call.account());
        let tasks = account.clusters.get(&cluster).map(|cluster| &cluster.tasks);
        let known = tasks.into_iter().flat_map(BTreeMap::values);
        let again = known.filter(|task| started.contains(&task.arn));
        let again: Vec<Value> = again.map(|task| shown(account, &cluster, task, &input)).collect();
        return Ok(json!({ "tasks": again, "failures": [] }));
    }
    let definition = definition(work)?;
    let count = count(work)?;
    let places = places(work, &cluster, count)?;
    may_run_on(&definition, places.iter().filter_map(Place::provider))?;
    let launch = model(work, &cluster, definition)?;
    Ok(start(work, &launch, places))
}

/// The task definition that the request names, which is active.
pub(super) fn definition(work: &mut Work<'_>) -> Result<TaskDefinition, AwsError> {
    let named = text(&work.call.input, "taskDefinition");
    let named = named.ok_or_else(|| invalid("TaskDefinition can not be blank."))?;
    let account = work.engine.state.account(work.call.account());
    let definition = find(account, named, || client("TaskDefinition not found."))?;
    if definition.status != DefinitionStatus::Active {
        return Err(client("TaskDefinition is inactive"));
    }
    Ok(definition.clone())
}

fn count(work: &Work<'_>) -> Result<usize, AwsError> {
    let count = work.call.input["count"].as_i64().unwrap_or(1);
    if !(1..=MOST).contains(&count) {
        return Err(invalid(format!("count should be between 1 and {MOST}.")));
    }
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Where each task goes.
fn places(work: &mut Work<'_>, cluster: &str, count: usize) -> Result<Vec<Place>, AwsError> {
    let input = &work.call.input;
    let given = Strategy::read(&input["capacityProviderStrategy"])?;
    let launch_type = text(input, "launchType");
    if launch_type.is_some() && !given.is_empty() {
        return Err(invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
        ));
    }
    let cluster = clusters::active(work, cluster)?;
    let default = launch_type.is_none() && given.is_empty();
    let strategy = if default {
        Strategy {
            items: cluster.strategy.clone(),
        }
    } else {
        given
    };
    if !strategy.is_empty() {
        strategy.uses_only(&cluster.providers)?;
        strategy.places_something(default)?;
        let chosen = strategy.place(&BTreeMap::new(), count);
        return Ok(chosen.into_iter().map(Place::Provider).collect());
    }
    if launch_type == Some("FARGATE") {
        return Ok(vec![Place::LaunchType; count]);
    }
    // There are none: instances are not simulated.
    Err(invalid("No Container Instances were found in your cluster."))
}

/// What all tasks of the request have in common.
fn model(work: &mut Work<'_>, cluster: &str, definition: TaskDefinition) -> Result<Launch, AwsError> {
    let (cloud, call) = (work.engine.cloud, work.call);
    let (input, account) = (&call.input, call.account());
    runs_on_fargate(&definition)?;
    let network = Wanted::read(cloud, account, &input["networkConfiguration"])?;
    let overrides = Overrides::read(account, &definition, &input["overrides"])?;
    let size = overrides.size(&definition);
    let platform_version = platform_version(text(input, "platformVersion"), &definition, size)?;
    let tags = tags_of(input, cluster, &definition)?;
    let execute_command = input["enableExecuteCommand"] == true;
    if execute_command && overrides.role(&definition, "taskRoleArn").is_none() {
        return Err(invalid(
            "The execute command failed because a valid task role is not being used. Specify a valid task role in your task \
             definition or as a task override and try again.",
        ));
    }
    roles::passed(cloud, call, &overrides, &definition)?;
    assumable(cloud, account, &overrides, &definition)?;
    let group = text(input, "group").map_or_else(|| format!("family:{}", definition.family), str::to_owned);
    if group.starts_with("service:") {
        return Err(invalid("Invalid namespace for group."));
    }
    let started_by = text(input, "startedBy").map(str::to_owned);
    if started_by.as_ref().is_some_and(|by| by.len() > 128) {
        return Err(invalid("startedBy can have at most 128 characters."));
    }
    Ok(Launch {
        key: TaskKey {
            account: account.to_owned(),
            cluster: cluster.to_owned(),
            id: String::new(),
        },
        definition,
        place: Place::LaunchType,
        platform_version,
        network,
        overrides,
        group,
        started_by,
        service: None,
        tags,
        execute_command,
    })
}

/// The tags of the request, before those of the definition, and those that AWS adds.
fn tags_of(input: &Value, cluster: &str, definition: &TaskDefinition) -> Result<Tags, AwsError> {
    let mut all = match text(input, "propagateTags") {
        Some("TASK_DEFINITION") => definition.tags.clone(),
        Some("SERVICE") => return Err(invalid("Task propagateTags must be TASK_DEFINITION or NONE.")),
        _ => Tags::new(),
    };
    all.extend(tags::read(&input["tags"])?);
    if input["enableECSManagedTags"] == true {
        all.insert("aws:ecs:clusterName".to_owned(), cluster.to_owned());
    }
    Ok(all)
}

/// Starts a task at each place; what finds no room is among the failures.
fn start(work: &mut Work<'_>, model: &Launch, places: Vec<Place>) -> Value {
    let (mut started, mut failures) = (Vec::new(), Vec::new());
    for place in places {
        let mut launch = model.clone();
        launch.key.id = new_task_id();
        launch.place = place;
        match work.engine.launch(&launch) {
            Ok(arn) => started.push(arn),
            Err(refused) => failures.push(json!({ "reason": refused.reason() })),
        }
    }
    token::remember(work, &started);
    let input = json!({ "include": ["TAGS"] });
    let cluster = cluster_name(Some(&model.key.cluster)).to_owned();
    let account = work.engine.state.account(&model.key.account);
    let tasks = account.clusters.get(&cluster).map(|cluster| &cluster.tasks);
    let made = tasks.into_iter().flat_map(BTreeMap::values);
    let made = made.filter(|task| started.contains(&task.arn));
    let tasks: Vec<Value> = made.map(|task| shown(account, &cluster, task, &input)).collect();
    json!({ "tasks": tasks, "failures": failures })
}
