//! Where a package comes from: the request itself, or S3.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::archive::{Archive, LARGEST_ZIPPED};
use super::errors::invalid_parameter;
use crate::call::{Access, Call};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::ecr::{Reference, Registry, Unresolved, resolve};
use crate::services::form::Form;
use crate::services::s3;

/// Notes what the model does not let a source of code be; `member` holds it, if that is not the request itself.
pub(super) fn constrain(form: &mut Form<'_>, member: &str, given: &Value) {
    let values = ["REFERENCE", "COPY"];
    if let Some(other) = given["S3ObjectStorageMode"]
        .as_str()
        .filter(|mode| !values.contains(mode))
    {
        let name = match member {
            "" => "S3ObjectStorageMode".to_owned(),
            member => format!("{member}.s3ObjectStorageMode"),
        };
        let set = format!("Member must satisfy enum value set: [{}]", values.join(", "));
        form.wrong(&name, other, &set);
    }
}

/// The package that `ZipFile`, or `S3Bucket` with `S3Key`, gives; `None` where neither is there.
pub(super) fn read(cloud: &Cloud, call: &Call, given: &Value) -> Result<Option<Arc<Archive>>, AwsError> {
    let others = ["S3Key", "S3ObjectVersion", "ImageUri"];
    let alone = others.iter().all(|other| given[other].is_null());
    match (given["ZipFile"].as_str(), given["S3Bucket"].as_str()) {
        (Some(_), None) if !alone => Err(not_alone()),
        (Some(_), Some(_)) => Err(not_alone()),
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

fn not_alone() -> AwsError {
    invalid_parameter("Please do not provide other FunctionCode parameters when providing a ZipFile.")
}

/// The digest, in hexadecimal digits, of the image that `ImageUri` names in ECR.
pub(super) fn image(cloud: &Cloud, call: &Call, given: &Value, uri: &str) -> Result<String, AwsError> {
    if ["ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion"]
        .iter()
        .any(|other| !given[other].is_null())
    {
        return Err(invalid_parameter(
            "Please do not provide other FunctionCode parameters when providing an ImageUri.",
        ));
    }
    let refused = |why: &str| {
        Err(invalid_parameter(format!(
            "Source image {uri} {why}. Provide a valid source image."
        )))
    };
    let Some(Reference {
        registry: Registry::Private { account, .. },
        ..
    }) = Reference::parse(uri)
    else {
        return refused("is not valid");
    };
    let own = account == call.account();
    match resolve(cloud, uri) {
        Ok(image) if own || shared(cloud, call, &image.reference) => {
            Ok(image.digest.trim_start_matches("sha256:").to_owned())
        }
        Err(Unresolved::NoRepository(_) | Unresolved::NoImage(_)) if own => refused("does not exist"),
        // Nobody learns what another account has and does not share.
        Ok(_) | Err(Unresolved::NoRepository(_) | Unresolved::NoImage(_)) => Err(AwsError::new(
            403,
            "AccessDeniedException",
            "Lambda does not have permission to access the ECR image. Check the ECR permissions.",
        )
        .message_as("Message")),
        Err(_) => refused("is not valid"),
    }
}

/// Whether another account lets the caller pull from a repository.
fn shared(cloud: &Cloud, call: &Call, reference: &Reference) -> bool {
    reference.repository_arn().is_some_and(|arn| {
        let access = Access::new("ecr:BatchGetImage", arn);
        call.authorise(cloud, &access).is_ok()
    })
}

fn from_s3(cloud: &Cloud, call: &Call, bucket: &str, given: &Value) -> Result<Bytes, AwsError> {
    if given["S3ObjectStorageMode"] == "REFERENCE" && !s3::is_versioned(cloud, bucket) {
        return Err(invalid_parameter(format!(
            "S3 bucket {bucket} must have versioning enabled when S3ObjectStorageMode is REFERENCE."
        )));
    }
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
