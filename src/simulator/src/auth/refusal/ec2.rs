//! How EC2 words its refusals: it tells little of why a signature does not hold.
//!
//! <https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html>

use super::Refusal;
use crate::error::AwsError;

impl Refusal {
    /// The refusal in EC2's words.
    pub(super) fn ec2(self) -> AwsError {
        match self {
            Self::Missing | Self::IncompleteVersionTwo => AwsError::new(
                400,
                "MissingParameter",
                "The request must contain the parameter AWSAccessKeyId",
            ),
            Self::ExpiredToken(_) | Self::Expired { .. } | Self::Skewed { .. } => {
                AwsError::new(400, "RequestExpired", "Request has expired.")
            }
            Self::TooLarge => AwsError::new(413, "RequestEntityTooLarge", "Request entity too large"),
            _ => AwsError::new(
                401,
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
            ),
        }
    }
}
