//! The services' table, one line each, and what a service and an operation are.
//!
//! A service is a value: its name, its protocol, and the table of its operations. To add one: a module, a field
//! of [`Cloud`](crate::cloud::Cloud) for its state, and a line in [`SERVICES`].

pub(crate) mod application_autoscaling;
pub(crate) mod dynamodb;
pub(crate) mod s3;
pub(crate) mod sts;

use crate::call::{Access, Call, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;

/// Every simulated service.
pub(crate) static SERVICES: &[&Service] = &[
    &dynamodb::SERVICE,
    &application_autoscaling::SERVICE,
    &sts::SERVICE,
    &s3::SERVICE,
];

/// A simulated service.
pub(crate) struct Service {
    /// AWS's name of it in actions, ARNs and credential scopes: `dynamodb`.
    pub(crate) name: &'static str,
    /// How it speaks, and how a request names its operation.
    pub(crate) protocol: Protocol,
    /// What it can do.
    pub(crate) operations: &'static [Operation],
}

/// One entry of a service's table.
pub(crate) struct Operation {
    /// AWS's name of it: `GetItem`.
    pub(crate) name: &'static str,
    /// The permissions it needs, known from the request alone. The first one's resource is journalled.
    pub(crate) access: fn(&Call) -> Vec<Access>,
    /// Refuses the call when the capacity it would draw on is used up; may take out of its input what must wait.
    pub(crate) meter: fn(&Cloud, &mut Call) -> Result<(), AwsError>,
    /// Does it.
    pub(crate) execute: fn(&Cloud, &mut Call) -> Outcome,
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
