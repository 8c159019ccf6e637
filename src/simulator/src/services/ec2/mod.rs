//! EC2, of which only the default VPC of each account is simulated, for what runs in it: subnets, security groups, the
//! network interfaces of tasks.
//!
//! Not simulated: instances, other VPCs and subnets, network ACLs, NAT gateways, endpoints, load balancers. A security
//! group lets through what its rules say (see [`allows`]); that is asked by who serves, ECS.

mod access;
mod attached;
mod errors;
mod group;
mod input;
mod interface;
mod interfaces;
mod listing;
mod network;
mod networks;
mod permissions;
mod regions;
mod rule;
mod security_groups;
mod state;
mod tags;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub(crate) use group::{allows, check_group};
pub(crate) use interface::{Wanted, attach, detach, find_subnet};
pub(crate) use rule::Direction;
pub(crate) use state::{Ec2, Snapshot};

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::call::{Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::{Protocol, ec2};
use crate::services::{Operation, REGIONAL, Service, unmetered};
use errors::dry_run;

/// What an operation answers: the members of its output.
type Answer = Result<Map<String, Value>, AwsError>;

/// The API's date.
const VERSION: &str = "2016-11-15";

/// The XML namespace of EC2's answers.
const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// One operation: its name, what it is about, what it does.
macro_rules! operation {
    ($name:literal, $about:ident, $execute:expr) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$about(cloud, call, concat!("ec2:", $name)),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, $execute),
        }
    };
}

/// The service's entry in the table of services.
#[rustfmt::skip]
pub(crate) static SERVICE: Service = Service {
    name: "ec2",
    protocol: Protocol::Ec2 { version: VERSION },
    regions: REGIONAL,
    resource_policy: access::owner,
    operations: &[
        operation!("DescribeVpcs", nothing, networks::vpcs),
        operation!("DescribeSubnets", nothing, networks::subnets),
        operation!("DescribeRouteTables", nothing, networks::route_tables),
        operation!("DescribeInternetGateways", nothing, networks::gateways),
        operation!("DescribeAvailabilityZones", nothing, networks::zones),
        operation!("DescribeRegions", nothing, regions::describe),
        operation!("DescribeAccountAttributes", nothing, networks::account_attributes),
        operation!("DescribeSecurityGroups", nothing, security_groups::describe),
        operation!("DescribeSecurityGroupRules", nothing, security_groups::describe_rules),
        operation!("CreateSecurityGroup", new_group, security_groups::create),
        operation!("DeleteSecurityGroup", group, security_groups::delete),
        operation!("AuthorizeSecurityGroupIngress", group,
            |cloud, call| security_groups::authorize(cloud, call, Direction::Ingress)),
        operation!("AuthorizeSecurityGroupEgress", group,
            |cloud, call| security_groups::authorize(cloud, call, Direction::Egress)),
        operation!("RevokeSecurityGroupIngress", group,
            |cloud, call| security_groups::revoke(cloud, call, Direction::Ingress)),
        operation!("RevokeSecurityGroupEgress", group,
            |cloud, call| security_groups::revoke(cloud, call, Direction::Egress)),
        operation!("DescribeNetworkInterfaces", nothing, interfaces::describe),
        operation!("CreateTags", tagged, tags::create),
        operation!("DeleteTags", tagged, tags::delete),
        operation!("DescribeTags", nothing, tags::describe),
    ],
};

/// Executes an operation, unless the request only asks whether its caller may.
fn answer(cloud: &Cloud, call: &Call, operation: fn(&Cloud, &Call) -> Answer) -> Outcome {
    if call.input["DryRun"] == "true" {
        return Err(dry_run());
    }
    // Who only looks sees what tasks have attached and given back by now; changes are caught up with anyway.
    let action = call.input["Action"].as_str().unwrap_or_default();
    if SERVICE.operation(action).is_some_and(Operation::reads) {
        cloud.catch_up(cloud.clock.now());
    }
    operation(cloud, call).map(|output| ec2::reply(NAMESPACE, call, &output))
}

/// `2026-11-22T12:00:00.000Z`.
fn date(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    time.format(format).unwrap_or_default()
}
