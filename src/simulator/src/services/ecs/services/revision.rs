//! What the tasks of a service are like: read from a request, over what they are like already.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html>

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::super::Work;
use super::super::capacity::Strategy;
use super::super::definitions::find;
use super::super::errors::{client, invalid};
use super::super::input::{LAUNCH_TYPES, one_of, text};
use super::super::state::{DefinitionStatus, StrategyItem, TaskDefinition};
use super::super::tasks::{
    Overrides, Wanted, assumable, may_run_on, passed, platform_version, runs_on_fargate,
};
use super::launching::Home;
use super::state::Revision;
use crate::error::AwsError;

/// The most target groups of a service.
const MOST_TARGET_GROUPS: usize = 5;

/// Where tasks run.
struct Placement {
    launch_type: Option<String>,
    strategy: Vec<StrategyItem>,
}

impl Placement {
    /// Whether that is Fargate.
    fn fargate(&self) -> bool {
        !self.strategy.is_empty() || self.launch_type.as_deref() == Some("FARGATE")
    }
}

/// What a request makes of `before`; what it does not mention stays. A new service has nothing before.
pub(super) fn read(
    work: &mut Work<'_>,
    home: &Home<'_>,
    before: Option<&Revision>,
) -> Result<Revision, AwsError> {
    let call = work.call;
    let input = &call.input;
    let placement = placement(work, home, before)?;
    let definition = definition(work, home, before)?;
    let providers = placement
        .strategy
        .iter()
        .map(|item| item.capacity_provider.as_str());
    may_run_on(&definition, providers)?;
    let platform = platform(input, before, &placement, &definition)?;
    let network = kept(
        input,
        "networkConfiguration",
        before.map(|before| &before.network),
    );
    let network = network_of(work, home, &network, &definition)?;
    let load_balancers = kept(
        input,
        "loadBalancers",
        before.map(|before| &before.load_balancers),
    );
    targets(&load_balancers, &definition, placement.fargate())?;
    let registries = kept(
        input,
        "serviceRegistries",
        before.map(|before| &before.registries),
    );
    let service_connect = kept(
        input,
        "serviceConnectConfiguration",
        before.map(|before| &before.service_connect),
    );
    Ok(Revision {
        number: String::new(),
        created: call.time,
        definition: definition.arn,
        launch_type: placement.launch_type,
        strategy: placement.strategy,
        platform_version: platform,
        network,
        load_balancers: list(load_balancers),
        registries: list(registries),
        service_connect,
    })
}

/// Whether one revision's tasks are like another's.
pub(super) fn alike(one: &Revision, other: &Revision) -> bool {
    let blank = |revision: &Revision| Revision {
        number: String::new(),
        created: OffsetDateTime::UNIX_EPOCH,
        ..revision.clone()
    };
    blank(one) == blank(other)
}

/// A member of the request, or what there was before.
fn kept(input: &Value, member: &str, before: Option<&Value>) -> Value {
    let given = &input[member];
    if given.is_null() {
        before.cloned().unwrap_or_default()
    } else {
        given.clone()
    }
}

/// A list that is always shown.
fn list(value: Value) -> Value {
    if value.is_null() { json!([]) } else { value }
}

fn placement(work: &mut Work<'_>, home: &Home<'_>, before: Option<&Revision>) -> Result<Placement, AwsError> {
    let input = &work.call.input;
    one_of(input, "launchType", "launch type", LAUNCH_TYPES)?;
    let launch_type = text(input, "launchType").map(str::to_owned);
    let strategy = Strategy::read(&input["capacityProviderStrategy"])?;
    if launch_type.is_some() && !strategy.is_empty() {
        return Err(invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
        ));
    }
    let cluster = super::super::clusters::active(work, home.cluster)?;
    if !strategy.is_empty() {
        strategy.uses_only(&cluster.providers)?;
        strategy.places_something(false)?;
        return Ok(Placement {
            launch_type: None,
            strategy: strategy.items,
        });
    }
    match (launch_type, before) {
        (None, Some(before)) => Ok(Placement {
            launch_type: before.launch_type.clone(),
            strategy: before.strategy.clone(),
        }),
        (None, None) if !cluster.strategy.is_empty() => Ok(Placement {
            launch_type: None,
            strategy: cluster.strategy.clone(),
        }),
        (launch_type, _) => Ok(Placement {
            launch_type: Some(launch_type.unwrap_or_else(|| "EC2".to_owned())),
            strategy: Vec::new(),
        }),
    }
}

/// The task definition: the one of the request, which is active, or the one before, whatever became of it. Who names one hands
/// its roles over.
fn definition(
    work: &mut Work<'_>,
    home: &Home<'_>,
    before: Option<&Revision>,
) -> Result<TaskDefinition, AwsError> {
    let (cloud, call) = (work.engine.cloud, work.call);
    let account = work.engine.state.account(home.account);
    let Some(named) = text(&call.input, "taskDefinition") else {
        let known = before.and_then(|before| account.definition(&before.definition));
        return known
            .cloned()
            .ok_or_else(|| client("TaskDefinition can not be blank."));
    };
    let definition = find(account, named, || client("TaskDefinition not found."))?.clone();
    if definition.status != DefinitionStatus::Active {
        return Err(client("TaskDefinition is inactive"));
    }
    let overrides = Overrides::default();
    passed(cloud, call, &overrides, &definition)?;
    assumable(cloud, home.account, &overrides, &definition)?;
    Ok(definition)
}

/// `platformVersion`, as it was asked for; none but on Fargate.
fn platform(
    input: &Value,
    before: Option<&Revision>,
    placement: &Placement,
    definition: &TaskDefinition,
) -> Result<Option<String>, AwsError> {
    let given = text(input, "platformVersion");
    if !placement.fargate() {
        return match given {
            Some(_) => Err(invalid(
                "The platform version must be null when specifying an EC2 launch type.",
            )),
            None => Ok(None),
        };
    }
    runs_on_fargate(definition)?;
    for (member, what) in [
        ("placementStrategy", "Placement strategies"),
        ("placementConstraints", "Placement constraints"),
    ] {
        if input[member].as_array().is_some_and(|items| !items.is_empty()) {
            return Err(invalid(format!(
                "{what} are not supported with FARGATE launch type."
            )));
        }
    }
    let kept = before.and_then(|before| before.platform_version.as_deref());
    let asked = given.or(kept).unwrap_or("LATEST");
    platform_version(Some(asked), definition, Overrides::default().size(definition))?;
    Ok(Some(asked.to_owned()))
}

/// `networkConfiguration`, as it is shown; nothing for a network mode that takes none.
fn network_of(
    work: &Work<'_>,
    home: &Home<'_>,
    given: &Value,
    definition: &TaskDefinition,
) -> Result<Value, AwsError> {
    if definition.text("networkMode") != Some("awsvpc") {
        return if given.is_null() {
            Ok(Value::Null)
        } else {
            Err(invalid(
                "Network Configuration is not valid for the given networkMode of this task definition.",
            ))
        };
    }
    let wanted = Wanted::read(work.engine.cloud, home.account, given)?;
    Ok(json!({
        "awsvpcConfiguration": {
            "subnets": wanted.subnets,
            "securityGroups": wanted.groups,
            "assignPublicIp": if wanted.public { "ENABLED" } else { "DISABLED" },
        },
    }))
}

/// The containers that load balancers are to reach are there.
fn targets(given: &Value, definition: &TaskDefinition, fargate: bool) -> Result<(), AwsError> {
    let given = given.as_array().map_or(&[][..], Vec::as_slice);
    if given.len() > MOST_TARGET_GROUPS {
        return Err(invalid(format!(
            "loadBalancers can have at most {MOST_TARGET_GROUPS} items."
        )));
    }
    for load_balancer in given {
        if fargate && text(load_balancer, "loadBalancerName").is_some() {
            return Err(invalid("Classic Load Balancers are not supported with Fargate."));
        }
        let group = text(load_balancer, "targetGroupArn").unwrap_or_default();
        if !group.starts_with("arn:aws:elasticloadbalancing:") || !group.contains(":targetgroup/") {
            return Err(invalid(format!("Invalid target group ARN: {group}")));
        }
        target(load_balancer, definition)?;
    }
    Ok(())
}

fn target(load_balancer: &Value, definition: &TaskDefinition) -> Result<(), AwsError> {
    let name = text(load_balancer, "containerName").unwrap_or_default();
    let mut containers = definition.containers().iter();
    let container = containers.find(|container| container["name"] == name);
    let container = container.ok_or_else(|| {
        invalid(format!(
            "The container {name} does not exist in the task definition."
        ))
    })?;
    let port = &load_balancer["containerPort"];
    let mappings = container["portMappings"].as_array().into_iter().flatten();
    if mappings
        .map(|mapping| &mapping["containerPort"])
        .any(|known| known == port)
    {
        return Ok(());
    }
    Err(invalid(format!(
        "The container {name} did not have a container port {port} defined."
    )))
}
