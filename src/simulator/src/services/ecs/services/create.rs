//! `CreateService`.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::super::errors::{client, invalid};
use super::super::input::{one_of, text};
use super::super::names::service_arn;
use super::super::state::Cluster;
use super::super::{Answer, Work, clusters, tags};
use super::launching::Home;
use super::load::Load;
use super::look::wake_soon;
use super::settings::{desired, not_simulated};
use super::state::{EcsService, ServiceStatus, Settings};
use super::{revision, shown};
use crate::error::AwsError;

/// The most services of a cluster.
///
/// <https://docs.aws.amazon.com/general/latest/gr/ecs-service.html>
const MOST_SERVICES: usize = 5_000;

/// `CreateService`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
pub(in super::super) fn create(work: &mut Work<'_>) -> Answer {
    let call = work.call;
    let input = &call.input;
    let name = name(input)?;
    scheduling(input)?;
    let settings = Settings::of(input)?;
    let tags = tags::read(&input["tags"])?;
    let count = desired(input)?;
    let cluster = clusters::named(work)?;
    let home = Home {
        account: call.account(),
        cluster: &cluster,
    };
    if let Some(known) = there(clusters::active(work, &cluster)?, &name, input)? {
        return Ok(json!({ "service": shown::service(&home, known, true) }));
    }
    let count =
        count.ok_or_else(|| invalid("desiredCount is required for the REPLICA scheduling strategy."))?;
    let revision = revision::read(work, &home, None)?;
    let account = work.engine.state.account(home.account);
    settings.can_execute(account.definition(&revision.definition), "created")?;
    let now = call.time;
    let mut service = EcsService {
        arn: service_arn(home.account, &cluster, &name),
        name: name.clone(),
        status: ServiceStatus::Active,
        tags,
        created: now,
        created_by: call.caller.principal.arn().to_owned(),
        desired: count,
        settings,
        deployments: Vec::new(),
        completed: None,
        tasks: BTreeMap::new(),
        events: VecDeque::new(),
        complaints: BTreeMap::new(),
        named: 0,
        look: None,
        steady: None,
        launches: VecDeque::new(),
        load: Load::default(),
        request: input.clone(),
        history: VecDeque::new(),
    };
    service.deploy(revision, now);
    wake_soon(&mut work.engine, &home, &mut service);
    let output = json!({ "service": shown::service(&home, &service, true) });
    clusters::active(work, &cluster)?.services.insert(name, service);
    Ok(output)
}

fn name(input: &Value) -> Result<String, AwsError> {
    let name = text(input, "serviceName").ok_or_else(|| invalid("Service name can not be blank."))?;
    let sound = name.len() <= 255
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if sound {
        return Ok(name.to_owned());
    }
    Err(invalid(
        "Invalid service name: up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed.",
    ))
}

/// Only the replica scheduler and ECS's own deployments are there.
fn scheduling(input: &Value) -> Result<(), AwsError> {
    one_of(
        input,
        "schedulingStrategy",
        "schedulingStrategy",
        &["REPLICA", "DAEMON"],
    )?;
    if text(input, "schedulingStrategy") == Some("DAEMON") {
        return Err(daemon(input));
    }
    let controller = &input["deploymentController"];
    one_of(
        controller,
        "type",
        "deploymentController.type",
        &["ECS", "CODE_DEPLOY", "EXTERNAL"],
    )?;
    if text(controller, "type").is_some_and(|kind| kind != "ECS") {
        return Err(not_simulated("The deployment controller"));
    }
    if text(input, "role").is_some() {
        return Err(invalid(
            "You cannot specify an IAM role for services that require a service linked role.",
        ));
    }
    if input["volumeConfigurations"]
        .as_array()
        .is_some_and(|given| !given.is_empty())
    {
        return Err(not_simulated("A volume configuration"));
    }
    Ok(())
}

/// There is no container instance for a daemon; Fargate has none at all.
fn daemon(input: &Value) -> AwsError {
    if !input["desiredCount"].is_null() {
        return invalid(
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and \
             try again",
        );
    }
    if input["capacityProviderStrategy"]
        .as_array()
        .is_some_and(|given| !given.is_empty())
    {
        return invalid(
            "Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling \
             strategy.",
        );
    }
    if text(input, "launchType") == Some("FARGATE") {
        return invalid("The daemon scheduling strategy is not supported by the FARGATE launch type.");
    }
    not_simulated("The DAEMON scheduling strategy")
}

/// The service of that name, if the same request has created it; a refusal, if another one has.
fn there<'a>(cluster: &'a Cluster, name: &str, input: &Value) -> Result<Option<&'a EcsService>, AwsError> {
    let active = cluster
        .services
        .values()
        .filter(|known| super::active(known))
        .count();
    match cluster.services.get(name).filter(|known| super::active(known)) {
        None if active >= MOST_SERVICES => Err(client(format!(
            "The maximum number of services per cluster is {MOST_SERVICES}."
        ))),
        None => Ok(None),
        Some(known) if known.status == ServiceStatus::Draining => {
            Err(invalid("Unable to Start a service that is still Draining."))
        }
        Some(known) if text(input, "clientToken").is_some() && known.request == *input => Ok(Some(known)),
        Some(_) => Err(invalid("Creation of service was not idempotent.")),
    }
}
