//! Amazon ECS on Fargate: clusters, task definitions, tasks, capacity providers.
//!
//! Not simulated: container instances (the EC2, EXTERNAL and `MANAGED_INSTANCES` launch types have none), task sets,
//! attributes, daemons, `ExecuteCommand`.

mod access;
mod engine;
mod errors;
mod names;
mod services;
mod state;

use serde_json::Value;

use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service};
use engine::Engine;

pub(crate) use engine::advance;
pub(crate) use state::{Ecs, Snapshot};

/// What an operation answers.
type Answer = Result<Value, AwsError>;

/// What an operation works on: everything is carried out up to the call's time.
struct Work<'a> {
    /// The call.
    call: &'a Call,
    /// The state at the call's time.
    engine: Engine<'a>,
}

fn run(cloud: &Cloud, call: &Call, operation: fn(&mut Work<'_>) -> Answer) -> Outcome {
    let mut state = cloud.ecs.lock();
    let mut engine = Engine::new(cloud, &mut state, call.time);
    engine.advance();
    let output = operation(&mut Work { call, engine })?;
    Ok(Reply::new(output.to_string()))
}

/// A line of the table: the operation's name, its permissions, its function.
macro_rules! line {
    ($name:literal, $access:ident, $run:path) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$access(cloud, call, concat!("ecs:", $name)),
            meter: crate::services::unmetered,
            execute: |cloud, call| run(cloud, call, $run),
        }
    };
}

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "ecs",
    protocol: Protocol::Json {
        version: "1.1",
        targets: &["AmazonEC2ContainerServiceV20141113"],
    },
    regions: REGIONAL,
    resource_policy: access::owner,
    operations: &[line!("ListClusters", nothing, list_clusters)],
};

fn list_clusters(work: &mut Work<'_>) -> Answer {
    let account = work.engine.state.account(work.call.account());
    let arns: Vec<&str> = account
        .clusters
        .values()
        .map(|cluster| cluster.arn.as_str())
        .collect();
    Ok(serde_json::json!({ "clusterArns": arns }))
}
