//! Task definitions, as `register-task-definition` takes them: ECS's own validation, then what becomes of a task.
//! <https://docs.aws.amazon.com/cli/latest/reference/ecs/register-task-definition.html>

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::rehearsal::{Identity, Rehearsal, request};
use super::{DocumentError, Kind, Ruling, command_line, refused, typed};
use crate::services::{ec2, ecs, s3};

pub(super) const KIND: Kind = Kind {
    name: "task_definition",
    rule,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    #[serde(default)]
    identities: Vec<Identity>,
    #[serde(default)]
    buckets: Vec<Bucket>,
}

/// A bucket that tasks may read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bucket {
    name: String,
    #[serde(default)]
    keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    /// How long after its start a task is looked at; without it, none is started.
    seconds: Option<u32>,
    /// Variables that the task's containers are started with, by the container's name: the probe has a task of its own then.
    #[serde(default)]
    variables: BTreeMap<String, BTreeMap<String, String>>,
}

/// The longest that a task is watched, in seconds: a day.
const LONGEST: u32 = 86_400;

fn rule(text: &str, world: &Value, probes: &[Value]) -> Result<Ruling, DocumentError> {
    let world: World = typed(world)?;
    let probes: Vec<Probe> = probes.iter().map(typed).collect::<Result<_, _>>()?;
    if let Err(faults) = command_line::read(text, "", ecs::TASK_DEFINITION) {
        return Ok(Ruling {
            faults,
            ..Ruling::default()
        });
    }
    Rehearsal::with(|rehearsal| {
        prepare(rehearsal, &world)?;
        let register = rehearsal.call(&ecs::SERVICE, to_ecs("RegisterTaskDefinition", text.to_owned())?);
        let registered = match register {
            Ok(reply) => read(&reply.body)?,
            Err(error) => return Ok(refused(&error, Vec::new())),
        };
        let definition = &registered["taskDefinition"];
        Ok(Ruling {
            facts: watch(rehearsal, definition, &probes)?,
            ..Ruling::default()
        })
    })
}

fn prepare(rehearsal: &Rehearsal, world: &World) -> Result<(), DocumentError> {
    for identity in &world.identities {
        rehearsal.settle(identity)?;
    }
    for bucket in &world.buckets {
        rehearsal.make_bucket(&bucket.name)?;
        for key in &bucket.keys {
            let put = request("PUT", &format!("/{}/{key}", bucket.name), "contenu")?;
            rehearsal.prepare(&s3::SERVICE, put)?;
        }
    }
    rehearsal.prepare(&ecs::SERVICE, to_ecs("CreateCluster", "{}".to_owned())?)
}

/// A request to ECS.
fn to_ecs(operation: &str, body: String) -> Result<Request<Bytes>, DocumentError> {
    let mut request = request("POST", "/", body)?;
    let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
    let headers = [
        ("x-amz-target", target),
        ("content-type", "application/x-amz-json-1.1".to_owned()),
    ];
    for (name, value) in headers {
        let value = value
            .parse()
            .map_err(|_| DocumentError::World(format!("{value} is no header's value")))?;
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

fn read(body: &[u8]) -> Result<Value, DocumentError> {
    serde_json::from_slice(body).map_err(|error| DocumentError::Impossible(error.to_string()))
}

/// Starts the tasks that are to be watched, all at once, and looks at each at the times of its probes.
fn watch(rehearsal: &Rehearsal, definition: &Value, probes: &[Probe]) -> Result<Vec<Value>, DocumentError> {
    let mut facts = vec![json!({ "definition": definition }); probes.len()];
    let mut order: Vec<(u32, usize)> = probes
        .iter()
        .enumerate()
        .filter_map(|(rank, probe)| Some((probe.seconds?.min(LONGEST), rank)))
        .collect();
    order.sort_unstable();
    let mut tasks: BTreeMap<String, Result<Value, Value>> = BTreeMap::new();
    for (_, rank) in &order {
        let overrides = overrides(&probes[*rank]);
        if let Entry::Vacant(place) = tasks.entry(overrides.to_string()) {
            place.insert(start(rehearsal, definition, &overrides)?);
        }
    }
    let mut passed = 0;
    for (seconds, rank) in order {
        facts[rank]["run"] = match &tasks[&overrides(&probes[rank]).to_string()] {
            Err(refusal) => json!({ "refusal": refusal }),
            Ok(task) => {
                rehearsal.wait(seconds - passed);
                passed = seconds;
                let describe = to_ecs("DescribeTasks", json!({ "tasks": [task] }).to_string())?;
                let described = read(&rehearsal.ask(&ecs::SERVICE, describe)?)?;
                told(&described["tasks"][0])
            }
        };
    }
    Ok(facts)
}

/// What a probe changes of a task, as `RunTask` takes it.
fn overrides(probe: &Probe) -> Value {
    let containers = probe.variables.iter().map(|(container, variables)| {
        let variables = variables
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }));
        json!({ "name": container, "environment": variables.collect::<Vec<_>>() })
    });
    json!({ "containerOverrides": containers.collect::<Vec<_>>() })
}

/// Runs a task on Fargate, in a public subnet, with a public address: its ARN, or what it is refused with.
fn start(
    rehearsal: &Rehearsal,
    definition: &Value,
    overrides: &Value,
) -> Result<Result<Value, Value>, DocumentError> {
    let run = json!({
        "taskDefinition": definition["taskDefinitionArn"],
        "launchType": "FARGATE",
        "networkConfiguration": {
            "awsvpcConfiguration": { "subnets": [subnet(rehearsal)?], "assignPublicIp": "ENABLED" }
        },
        "overrides": overrides,
    });
    match rehearsal.call(&ecs::SERVICE, to_ecs("RunTask", run.to_string())?) {
        Ok(reply) => Ok(Ok(read(&reply.body)?["tasks"][0]["taskArn"].clone())),
        Err(error) => Ok(Err(
            json!({ "code": error.short_code(), "message": error.message }),
        )),
    }
}

/// One of the default network's subnets.
fn subnet(rehearsal: &Rehearsal) -> Result<String, DocumentError> {
    let mut describe = request("POST", "/", "Action=DescribeSubnets&Version=2016-11-15")?;
    let form = http::HeaderValue::from_static("application/x-www-form-urlencoded");
    describe.headers_mut().insert("content-type", form);
    let body = rehearsal.ask(&ec2::SERVICE, describe)?;
    let text = String::from_utf8_lossy(&body);
    let found = text.find("subnet-").and_then(|start| text.get(start..));
    let name = found.map(|rest| {
        let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-');
        rest[..end.unwrap_or(rest.len())].to_owned()
    });
    name.ok_or_else(|| DocumentError::Impossible("there is no subnet".to_owned()))
}

fn told(task: &Value) -> Value {
    let containers = task["containers"].as_array().into_iter().flatten();
    let containers: Map<String, Value> = containers
        .map(|container| {
            let facts = json!({
                "status": container["lastStatus"],
                "exit_code": container["exitCode"],
                "reason": container["reason"],
            });
            (container["name"].as_str().unwrap_or_default().to_owned(), facts)
        })
        .collect();
    json!({
        "status": task["lastStatus"],
        "stop_code": task["stopCode"],
        "reason": task["stoppedReason"],
        "containers": containers,
    })
}
