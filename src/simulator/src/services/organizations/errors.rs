//! The refusals of Organizations, in its own words.
//!
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html>

use crate::error::AwsError;

/// An error of that code and message.
pub(super) fn error(code: &'static str, message: &str) -> AwsError {
    AwsError::new(400, code, message).message_as("Message")
}

/// The account is in no organization.
pub(super) fn not_in_use() -> AwsError {
    error(
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
    )
}

/// Only the management account may do this.
pub(super) fn access_denied() -> AwsError {
    error(
        "AccessDeniedException",
        "You don't have permissions to access this resource.",
    )
}

/// A quota or a minimum stands in the way.
pub(super) fn constraint(reason: &'static str, message: &str) -> AwsError {
    error("ConstraintViolationException", message).with("Reason", reason)
}

/// The input makes no sense.
pub(super) fn invalid(reason: &'static str, message: &str) -> AwsError {
    error("InvalidInputException", message).with("Reason", reason)
}

/// No root, unit or account of that id, to which a policy could be attached.
pub(super) fn no_such_target() -> AwsError {
    error(
        "TargetNotFoundException",
        "You specified a target that doesn't exist.",
    )
}

/// No root or unit of that id.
pub(super) fn no_such_parent() -> AwsError {
    error(
        "ParentNotFoundException",
        "You specified parent that doesn't exist.",
    )
}

/// No account of that id.
pub(super) fn no_such_account() -> AwsError {
    error(
        "AccountNotFoundException",
        "You specified an account that doesn't exist.",
    )
}

/// No unit of that id.
pub(super) fn no_such_unit() -> AwsError {
    error(
        "OrganizationalUnitNotFoundException",
        "You specified an organizational unit that doesn't exist.",
    )
}

/// No policy of that id.
pub(super) fn no_such_policy() -> AwsError {
    error(
        "PolicyNotFoundException",
        "You specified a policy that doesn't exist.",
    )
}

/// The root does not have policies of that type.
pub(super) fn type_not_enabled() -> AwsError {
    error(
        "PolicyTypeNotEnabledException",
        "This operation can be performed only for enabled policy types.",
    )
}
