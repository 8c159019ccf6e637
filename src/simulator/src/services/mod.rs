//! The services' table, one line each, and what a service and an operation are.
//!
//! A service is a value: its name, its protocol, and the table of its operations. To add one: a module, a field
//! of [`Cloud`](crate::cloud::Cloud) for its state, and a line in [`SERVICES`].

pub(crate) mod application_autoscaling;
pub(crate) mod dynamodb;
pub(crate) mod ec2;
pub(crate) mod ecr;
pub(crate) mod ecs;
pub(crate) mod form;
pub(crate) mod iam;
pub(crate) mod lambda;
pub(crate) mod organizations;
pub(crate) mod s3;
pub(crate) mod sts;

use crate::REGION;
use crate::call::{Access, Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::Source;
use crate::protocol::Protocol;

/// Every simulated service.
pub(crate) static SERVICES: &[&Service] = &[
    &dynamodb::SERVICE,
    &application_autoscaling::SERVICE,
    &ec2::SERVICE,
    &ecr::SERVICE,
    &ecs::SERVICE,
    &iam::SERVICE,
    &lambda::SERVICE,
    &organizations::SERVICE,
    &sts::SERVICE,
    &s3::SERVICE,
];

/// A simulated service.
pub(crate) struct Service {
    /// AWS's name of it in actions, ARNs and credential scopes: `dynamodb`.
    pub(crate) name: &'static str,
    /// How it speaks, and how a request names its operation.
    pub(crate) protocol: Protocol,
    /// The regions that a signature for it may name; the first one is where it is.
    pub(crate) regions: &'static [&'static str],
    /// Who owns the resource of an ARN, and what the resource's own policy says.
    pub(crate) resource_policy: fn(&Cloud, &str) -> ResourceOwner,
    /// What it can do.
    pub(crate) operations: &'static [Operation],
}

/// The regions of a service that has endpoints of its own in each.
pub(crate) const REGIONAL: &[&str] = &[REGION];

/// The regions of a service that is the same everywhere: it is in `us-east-1`. An SDK that was given an endpoint signs
/// for the region that it was given, too.
pub(crate) const GLOBAL: &[&str] = &["us-east-1", REGION];

/// The owner of a resource, and what of it policies look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResourceOwner {
    /// The account; `None`: the caller's own.
    pub(crate) account: Option<String>,
    /// The resource-based policy, already read.
    pub(crate) policy: Option<Source>,
    /// Condition keys of the resource: `aws:ResourceTag/…`.
    pub(crate) context: Vec<(String, Vec<String>)>,
}

/// For services whose resources have neither a policy nor another owner than who calls.
pub(crate) fn owned_by_caller(_: &Cloud, _: &str) -> ResourceOwner {
    ResourceOwner::default()
}

/// One entry of a service's table.
pub(crate) struct Operation {
    /// AWS's name of it: `GetItem`.
    pub(crate) name: &'static str,
    /// The permissions it needs. The first one's resource is journalled.
    pub(crate) access: fn(&Cloud, &Call) -> Vec<Access>,
    /// Refuses the call when the capacity it would draw on is used up; may take out of its input what must wait.
    pub(crate) meter: fn(&Cloud, &mut Call) -> Result<(), AwsError>,
    /// Does it.
    pub(crate) execute: fn(&Cloud, &mut Call) -> Outcome,
}

/// The verbs by which AWS names operations that change nothing.
const READING: &[&str] = &[
    "Get",
    "List",
    "Describe",
    "Head",
    "Query",
    "Scan",
    "Search",
    "BatchGet",
    "BatchCheck",
    "TransactGet",
    "Simulate",
    // What a function does are calls of their own.
    "Invoke",
];

impl Operation {
    /// Whether it changes nothing, by its name. Who gets a token (`GetSessionToken`) begins a session.
    pub(crate) fn reads(&self) -> bool {
        READING.iter().any(|verb| self.name.starts_with(verb)) && !self.name.ends_with("Token")
    }
}

impl Service {
    /// The table's entry of that name.
    pub(crate) fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }
}

/// The service of that name.
pub(crate) fn named(name: &str) -> Option<&'static Service> {
    SERVICES.iter().copied().find(|service| service.name == name)
}

/// For operations that nothing meters.
#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Operation")]
pub(crate) fn unmetered(_: &Cloud, _: &mut Call) -> Result<(), AwsError> {
    Ok(())
}
