//! Application Auto Scaling: scalable targets, their policies and schedules, carried out as simulated time passes.
//!
//! What can be scaled is a table of dimensions; a namespace is added by adding its lines.
//!
//! Not simulated: step scaling, predictive scaling, customized metrics (those of `CloudWatch`), other time zones than UTC.

mod activities;
mod dimension;
mod dynamodb;
mod ecs;
mod engine;
mod input;
mod policies;
mod schedule;
mod scheduled;
mod state;
mod tags;
mod targets;
mod tracking;
mod wish;

pub(crate) use engine::{catch_up, catch_up_to};
pub(crate) use state::{Autoscaling, Snapshot};

use crate::REGION;
use crate::call::{Access, Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service, owned_by_caller, unmetered};
use serde_json::Value;

/// One operation; targets are caught up with the clock before it.
macro_rules! operation {
    ($name:literal, $module:ident::$execute:ident) => {
        Operation {
            name: $name,
            access: |_, call| access(call, concat!("application-autoscaling:", $name)),
            meter: unmetered,
            execute: |cloud, call| {
                catch_up(cloud);
                answer(cloud, call, $module::$execute)
            },
        }
    };
}

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "application-autoscaling",
    protocol: Protocol::Json {
        version: "1.1",
        targets: &["AnyScaleFrontendService"],
    },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[
        operation!("RegisterScalableTarget", targets::register),
        operation!("DescribeScalableTargets", targets::describe),
        operation!("DeregisterScalableTarget", targets::deregister),
        operation!("PutScalingPolicy", policies::put),
        operation!("DescribeScalingPolicies", policies::describe),
        operation!("DeleteScalingPolicy", policies::delete),
        operation!("DescribeScalingActivities", activities::describe),
        operation!("PutScheduledAction", scheduled::put),
        operation!("DescribeScheduledActions", scheduled::describe),
        operation!("DeleteScheduledAction", scheduled::delete),
        operation!("TagResource", tags::tag),
        operation!("UntagResource", tags::untag),
        operation!("ListTagsForResource", tags::list),
    ],
};

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_applicationautoscaling.html>
fn access(call: &Call, action: &'static str) -> Vec<Access> {
    let account = call.account();
    let targets = format!("arn:aws:application-autoscaling:{REGION}:{account}:scalable-target/*");
    vec![Access::new(action, targets)]
}

/// An operation: the account of its caller, its input, its output.
type Act = fn(&Cloud, &str, &Value) -> Result<Value, crate::error::AwsError>;

fn answer(cloud: &Cloud, call: &mut Call, act: Act) -> Outcome {
    let input = call.input.take();
    let output = act(cloud, call.account(), &input)?;
    Ok(Reply::new(output.to_string()))
}
