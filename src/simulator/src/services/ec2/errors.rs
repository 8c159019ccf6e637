//! EC2's errors, in its own words. What a client did wrong is answered with the status 400.
//!
//! <https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html>

use crate::error::AwsError;

fn error(code: &'static str, message: impl Into<String>) -> AwsError {
    AwsError::new(400, code, message)
}

/// A parameter that must be there is not.
pub(super) fn missing(parameter: &str) -> AwsError {
    error(
        "MissingParameter",
        format!("The request must contain the parameter {parameter}"),
    )
}

/// A parameter has a value that makes no sense.
pub(super) fn invalid_value(message: impl Into<String>) -> AwsError {
    error("InvalidParameterValue", message)
}

/// What is named by ids comes on one page.
pub(super) fn no_pages_of(parameter: &str) -> AwsError {
    error(
        "InvalidParameterCombination",
        format!("The parameter {parameter}s cannot be used with the parameter MaxResults"),
    )
}

/// A rule is about nobody.
pub(super) fn no_source() -> AwsError {
    error(
        "MissingParameter",
        "Missing source specification: include source security group or CIDR information",
    )
}

/// An id of another form than those of its kind.
pub(super) fn malformed(code: &'static str, id: &str, prefix: &str) -> AwsError {
    error(code, format!("Invalid id: \"{id}\" (expecting \"{prefix}-...\")"))
}

/// There is no such VPC.
pub(super) fn no_such_vpc(id: &str) -> AwsError {
    error(
        "InvalidVpcID.NotFound",
        format!("The vpc ID '{id}' does not exist"),
    )
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
        format!(
            "The specified subnet '{subnet}' does not have enough free addresses to satisfy the request."
        ),
    )
}

/// There is no such route table.
pub(super) fn no_such_route_table(id: &str) -> AwsError {
    error(
        "InvalidRouteTableID.NotFound",
        format!("The routeTable ID '{id}' does not exist"),
    )
}

/// There is no such internet gateway.
pub(super) fn no_such_gateway(id: &str) -> AwsError {
    error(
        "InvalidInternetGatewayID.NotFound",
        format!("The internetGateway ID '{id}' does not exist"),
    )
}

/// There is no such network interface.
pub(super) fn no_such_interface(id: &str) -> AwsError {
    error(
        "InvalidNetworkInterfaceID.NotFound",
        format!("The networkInterface ID '{id}' does not exist"),
    )
}

/// There is no such security group; an id that is none is told apart.
pub(super) fn no_such_group(id: &str) -> AwsError {
    if !id.starts_with("sg-") {
        return malformed("InvalidGroupId.Malformed", id, "sg");
    }
    error(
        "InvalidGroup.NotFound",
        format!("The security group '{id}' does not exist"),
    )
}

/// There is no security group of that name.
pub(super) fn no_group_named(name: &str, vpc: &str) -> AwsError {
    error(
        "InvalidGroup.NotFound",
        format!("The security group '{name}' does not exist in default VPC '{vpc}'"),
    )
}

/// The name is taken.
pub(super) fn group_exists(name: &str, vpc: &str) -> AwsError {
    error(
        "InvalidGroup.Duplicate",
        format!("The security group '{name}' already exists for VPC '{vpc}'"),
    )
}

/// The group that a VPC comes with stays.
pub(super) fn cannot_delete_default(id: &str) -> AwsError {
    error(
        "CannotDelete",
        format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"),
    )
}

/// Something hangs on what is to be deleted.
pub(super) fn has_dependent(id: &str) -> AwsError {
    error(
        "DependencyViolation",
        format!("resource {id} has a dependent object"),
    )
}

/// A rule is there already.
pub(super) fn rule_exists(rule: &str) -> AwsError {
    error(
        "InvalidPermission.Duplicate",
        format!("the specified rule \"{rule}\" already exists"),
    )
}

/// There is no such rule.
pub(super) fn no_such_rule(id: &str) -> AwsError {
    error(
        "InvalidSecurityGroupRuleId.NotFound",
        format!("The security group rule ID '{id}' does not exist"),
    )
}

/// A group has as many rules as it can have.
pub(super) fn too_many_rules() -> AwsError {
    error(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
    )
}

/// A resource has as many tags as it can have.
pub(super) fn too_many_tags() -> AwsError {
    error(
        "TagLimitExceeded",
        "The maximum number of Tags for a resource has been reached.",
    )
}

/// A resource that is to be tagged is not there, or cannot be.
pub(super) fn no_such_resource(id: &str) -> AwsError {
    error("InvalidID", format!("The ID '{id}' is not valid"))
}

/// The request was only a question, and it would have been done.
pub(super) fn dry_run() -> AwsError {
    AwsError::new(
        412,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    )
}
