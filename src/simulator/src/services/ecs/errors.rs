//! ECS's errors. All have status 400.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html>

use crate::call::Denial;
use crate::error::AwsError;

/// What the client did is not possible.
pub(super) fn client(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ClientException", message)
}

/// A parameter has a value that makes no sense.
pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterException", message)
}

/// There is no such cluster.
pub(super) fn no_such_cluster() -> AwsError {
    AwsError::new(400, "ClusterNotFoundException", "Cluster not found.")
}

/// AWS's answer to a caller without a permission that an operation asks for by itself.
pub(super) fn denied(denial: &Denial) -> AwsError {
    super::SERVICE.protocol.denied(denial)
}

/// The resource of an ARN is not there.
pub(super) fn resource_not_found() -> AwsError {
    AwsError::new(
        400,
        "ResourceNotFoundException",
        "The specified resource is not found.",
    )
}

/// The cluster was deleted, and is still discoverable.
pub(super) fn inactive_cluster() -> AwsError {
    AwsError::new(
        400,
        "ClusterNotFoundException",
        "The referenced cluster was inactive.",
    )
}
