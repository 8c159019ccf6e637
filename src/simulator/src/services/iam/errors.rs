//! IAM's refusals, in its own words.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>

use super::rules::quota::Quota;
use crate::error::AwsError;
use crate::policy::Malformed;

pub(super) use crate::services::form::invalid;

/// What is asked for is not there.
pub(super) fn no_such(message: impl Into<String>) -> AwsError {
    AwsError::new(404, "NoSuchEntity", message)
}

/// There is no user, group or role of that name.
pub(super) fn no_such_named(noun: &str, name: &str) -> AwsError {
    no_such(format!("The {noun} with name {name} cannot be found."))
}

/// There is no managed policy of that ARN.
pub(super) fn no_such_policy(arn: &str) -> AwsError {
    no_such(format!("Policy {arn} was not found."))
}

/// There is no managed policy of that ARN that could be attached.
pub(super) fn not_attachable(arn: &str) -> AwsError {
    no_such(format!("Policy {arn} does not exist or is not attachable."))
}

/// There is no such version.
pub(super) fn no_such_version(arn: &str, version: &str) -> AwsError {
    no_such(format!(
        "Policy {arn} version {version} does not exist or is not attachable."
    ))
}

/// The name is taken.
pub(super) fn already_exists(message: impl Into<String>) -> AwsError {
    AwsError::new(409, "EntityAlreadyExists", message)
}

/// Something hangs on what is to be deleted.
pub(super) fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new(409, "DeleteConflict", message)
}

/// A quota is used up.
pub(super) fn limit(message: impl Into<String>) -> AwsError {
    AwsError::new(409, "LimitExceeded", message)
}

/// Refuses one more when `there` are as many as there may be.
pub(super) fn room(there: usize, (name, most): Quota) -> Result<(), AwsError> {
    within(there + 1, (name, most))
}

/// Refuses more than there may be.
pub(super) fn within(count: usize, (name, most): Quota) -> Result<(), AwsError> {
    if count > most {
        return Err(limit(format!("Cannot exceed quota for {name}: {most}")));
    }
    Ok(())
}

/// A policy document is refused.
pub(super) fn malformed(malformed: &Malformed) -> AwsError {
    AwsError::new(400, "MalformedPolicyDocument", malformed.sentence())
}

/// The input makes no sense.
pub(super) fn invalid_input(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidInput", message)
}

/// Only a service may change its role.
pub(super) fn unmodifiable(role: &str) -> AwsError {
    let message = format!(
        "Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS"
    );
    AwsError::new(400, "UnmodifiableEntity", message)
}
