//! ECR's errors.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html>

use crate::error::AwsError;

/// A parameter that cannot be what it is.
pub(super) fn invalid_parameter(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterException", message)
}
