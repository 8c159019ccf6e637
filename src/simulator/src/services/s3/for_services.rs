//! What other services read of S3 on behalf of their callers.

use bytes::Bytes;

use super::operations::{find_for_service, versioning_for_service};
use super::{SERVICE, access};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// An object's bytes, for a service whose caller must be allowed to read it.
pub(crate) fn object_for(
    cloud: &Cloud,
    call: &Call,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Bytes, AwsError> {
    let action = if version.is_some() {
        "s3:GetObjectVersion"
    } else {
        "s3:GetObject"
    };
    call.authorise(cloud, &access::on_key(cloud, call, action, bucket, key, version))
        .map_err(|denied| SERVICE.protocol.denied(&denied))?;
    find_for_service(cloud, bucket, key, version).map_err(AwsError::from)
}

/// Whether a bucket keeps the versions of its objects.
pub(crate) fn is_versioned(cloud: &Cloud, bucket: &str) -> bool {
    versioning_for_service(cloud, bucket)
}
