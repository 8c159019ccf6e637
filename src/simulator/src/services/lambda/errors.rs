//! Lambda's errors.

use crate::error::AwsError;

/// A parameter has a value that makes no sense.
pub(super) fn invalid_parameter(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterValueException", message)
}

/// A value breaks a constraint of the model.
pub(super) fn constraint(value: &str, member: &str, constraint: &str) -> AwsError {
    AwsError::new(
        400,
        "ValidationException",
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ),
    )
}

/// What is asked for is not there.
pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(404, "ResourceNotFoundException", message).message_as("Message")
}

/// A layer version, or a policy, that is not there.
pub(super) fn no_such_resource() -> AwsError {
    not_found("The resource you requested does not exist.")
}

/// A function, a version or an alias that is not there.
pub(super) fn no_such_function(arn: &str) -> AwsError {
    not_found(format!("Function not found: {arn}"))
}

/// An alias that is not there, as operations say that look for one.
pub(super) fn no_such_alias(arn: &str) -> AwsError {
    not_found(format!("Cannot find alias arn: {arn}"))
}

/// A policy that was never made.
pub(super) fn no_policy() -> AwsError {
    not_found("No policy is associated with the given resource.")
}

/// A version of a layer that is not there, as the operations on its policy say.
pub(super) fn no_such_layer_version(arn: &str) -> AwsError {
    not_found(format!("Layer version {arn} does not exist."))
}

/// It is there already, or in use.
pub(super) fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new(409, "ResourceConflictException", message)
}

/// The revision that was expected is not the one that there is.
pub(super) fn other_revision(what: &str) -> AwsError {
    AwsError::new(
        412,
        "PreconditionFailedException",
        format!(
            "The Revision Id provided does not match the latest Revision Id. Call the {what} API to retrieve the latest \
             Revision Id"
        ),
    )
}
