//! EC2, of which only the default VPC of each account is simulated, for what runs in it: subnets, security groups, the
//! network interfaces of tasks.
//!
//! Not simulated: instances, other VPCs and subnets, network ACLs, NAT gateways, endpoints, load balancers. A security
//! group lets through what its rules say (see [`allows`]); that is asked by who serves, ECS.

mod errors;
mod group;
mod interface;
mod network;
mod rule;
mod state;

pub(crate) use group::{allows, check_group};
pub(crate) use interface::{Interface, Wanted, attach, detach, find_interface, find_subnet};
pub(crate) use network::Subnet;
pub(crate) use rule::Direction;
pub(crate) use state::{Ec2, Snapshot};

use crate::protocol::Protocol;
use crate::services::{REGIONAL, Service, owned_by_caller};

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "ec2",
    protocol: Protocol::Ec2 {
        version: "2016-11-15",
    },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[],
};
