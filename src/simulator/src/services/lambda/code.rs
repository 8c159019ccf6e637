//! Where a package comes from: the request itself, or S3.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::archive::{Archive, LARGEST_ZIPPED};
use super::errors::invalid_parameter;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3;

/// The package that `ZipFile`, or `S3Bucket` with `S3Key`, gives; `None` where neither is there.
pub(super) fn read(cloud: &Cloud, call: &Call, given: &Value) -> Result<Option<Arc<Archive>>, AwsError> {
    match (given["ZipFile"].as_str(), given["S3Bucket"].as_str()) {
        (Some(_), Some(_)) => Err(invalid_parameter(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.",
        )),
        (Some(text), None) => {
            let bytes = STANDARD.decode(text).map_err(|_| {
                AwsError::new(
                    400,
                    "SerializationException",
                    "Could not deserialize the payload: ZipFile is not base64",
                )
            })?;
            if bytes.len() >= LARGEST_ZIPPED {
                return Err(AwsError::new(
                    413,
                    "RequestEntityTooLargeException",
                    format!("Zipped size must be smaller than {LARGEST_ZIPPED} bytes"),
                ));
            }
            Archive::read(bytes.into()).map(Some)
        }
        (None, Some(bucket)) => from_s3(cloud, call, bucket, given)
            .and_then(Archive::read)
            .map(Some),
        (None, None) => Ok(None),
    }
}

fn from_s3(cloud: &Cloud, call: &Call, bucket: &str, given: &Value) -> Result<Bytes, AwsError> {
    let key = given["S3Key"].as_str().unwrap_or_default();
    let version = given["S3ObjectVersion"].as_str();
    match s3::object_for(cloud, call, bucket, key, version) {
        Ok(bytes) => Ok(bytes),
        Err(refused) if refused.status == 403 => Err(AwsError::new(
            403,
            "AccessDeniedException",
            format!(
                "Your access has been denied by S3, please make sure your request credentials have permission to GetObject \
                 for {bucket}/{key}. S3 Error Code: {}. S3 Error Message: {}",
                refused.short_code(),
                refused.message
            ),
        )
        .message_as("Message")),
        Err(refused) => Err(invalid_parameter(format!(
            "Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: {}",
            refused.short_code(),
            refused.message
        ))),
    }
}
