//! EC2's errors. Its answers to what a client did wrong have the status 400.
//!
//! <https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html>

use crate::error::AwsError;

fn error(code: &'static str, message: impl Into<String>) -> AwsError {
    AwsError::new(400, code, message)
}

/// There is no such subnet.
pub(super) fn no_such_subnet(id: &str) -> AwsError {
    error(
        "InvalidSubnetID.NotFound",
        format!("The subnet ID '{id}' does not exist"),
    )
}

/// A subnet has no address left.
pub(super) fn not_enough_addresses(subnet: &str) -> AwsError {
    error(
        "InsufficientFreeAddressesInSubnet",
        format!("The specified subnet '{subnet}' does not have enough free addresses to satisfy the request."),
    )
}

/// There is no such security group.
pub(super) fn no_such_group(id: &str) -> AwsError {
    error(
        "InvalidGroup.NotFound",
        format!("The security group '{id}' does not exist"),
    )
}
