//! Amazon ECS on Fargate: clusters, task definitions, tasks, services, capacity providers.
//!
//! Not simulated: container instances (the EC2, EXTERNAL and `MANAGED_INSTANCES` launch types have none), task sets,
//! attributes, daemons, volumes, `ExecuteCommand`, `StopServiceDeployment`.

mod access;
mod capacity;
mod clusters;
mod control;
mod cost;
mod definitions;
mod engine;
mod errors;
mod identifiers;
mod input;
mod names;
mod services;
mod settings;
mod state;
mod tags;
mod tasks;
mod ticker;
mod web;

use serde_json::Value;

use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service};
use engine::Engine;

pub(crate) use crate::services::dynamodb::date;
pub(crate) use control::control;
pub(crate) use definitions::TASK_DEFINITION;
pub(crate) use engine::advance;
pub(crate) use services::scaling;
pub(crate) use state::{Ecs, Snapshot};
pub(crate) use ticker::tick;
pub(crate) use web::serve;

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
    identifiers::check(call)?;
    cloud.catch_up(call.time);
    let mut state = cloud.ecs.lock();
    let engine = Engine::new(cloud, &mut state, call.time);
    let output = operation(&mut Work { call, engine });
    cloud.ecs.settle(cloud, &mut state);
    Ok(Reply::new(output?.to_string()))
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
    operations: &[
        line!("CreateCluster", new_cluster, clusters::create),
        line!("DescribeClusters", clusters, clusters::describe),
        line!("ListClusters", nothing, clusters::list),
        line!("DeleteCluster", cluster, clusters::delete),
        line!("UpdateCluster", cluster, clusters::update),
        line!("UpdateClusterSettings", cluster, clusters::update_settings),
        line!("PutClusterCapacityProviders", cluster, clusters::put_providers),
        line!("DescribeCapacityProviders", providers, capacity::describe),
        line!("RegisterTaskDefinition", new_definition, definitions::register),
        line!("DescribeTaskDefinition", nothing, definitions::describe),
        line!("ListTaskDefinitions", nothing, definitions::list),
        line!("ListTaskDefinitionFamilies", nothing, definitions::families),
        line!("DeregisterTaskDefinition", nothing, definitions::deregister),
        line!("DeleteTaskDefinitions", definitions, definitions::delete),
        line!("RunTask", new_task, tasks::run),
        line!("StartTask", new_task, tasks::start),
        line!("StopTask", task, tasks::stop),
        line!("DescribeTasks", tasks, tasks::describe),
        line!("ListTasks", list_tasks, tasks::list),
        line!("ListContainerInstances", cluster, tasks::list_instances),
        line!("DescribeContainerInstances", instances, tasks::describe_instances),
        line!("GetTaskProtection", tasks, tasks::get_protection),
        line!("UpdateTaskProtection", tasks, tasks::update_protection),
        line!("CreateService", service, services::create),
        line!("UpdateService", service, services::update),
        line!("DeleteService", service, services::delete),
        line!("DescribeServices", services, services::describe),
        line!("ListServices", listed_services, services::list),
        line!("ListServicesByNamespace", nothing, services::list_by_namespace),
        line!("ListServiceDeployments", service, services::list_deployments),
        line!(
            "DescribeServiceDeployments",
            service_parts,
            services::describe_deployments
        ),
        line!(
            "DescribeServiceRevisions",
            service_parts,
            services::describe_revisions
        ),
        line!("TagResource", tagged, tags::tag),
        line!("UntagResource", tagged, tags::untag),
        line!("ListTagsForResource", tagged, tags::list),
        line!("PutAccountSetting", nothing, settings::put),
        line!("PutAccountSettingDefault", nothing, settings::put_default),
        line!("DeleteAccountSetting", nothing, settings::delete),
        line!("ListAccountSettings", nothing, settings::list),
    ],
};
