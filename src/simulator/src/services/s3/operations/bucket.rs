//! Operations on buckets themselves.

use crate::REGION;
use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::fault::Fault;
use crate::services::s3::input::Input;
use crate::services::s3::store::{Bucket, Versioning};
use crate::services::s3::{owner, reply, xml};
use s3s::dto;

/// Regions a bucket could be asked for; a request for a name that is none of them is wrong in itself.
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html>
const REGIONS: [&str; 35] = [
    "EU",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-2",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
pub(super) fn list_buckets(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let max = input.count("max-buckets")?.max(1);
    let prefix = input.query("prefix").unwrap_or_default();
    let after = input.query("continuation-token").unwrap_or_default();
    let store = cloud.s3.store();
    let region = input.query("bucket-region");
    let chosen = |bucket: &&Bucket| {
        bucket.name.starts_with(prefix)
            && bucket.name.as_str() > after
            && region.is_none_or(|region| bucket.region == region)
    };
    let mut buckets: Vec<dto::Bucket> = store
        .buckets()
        .filter(chosen)
        .take(max + 1)
        .map(summary)
        .collect();
    let truncated = buckets.len() > max;
    buckets.truncate(max);
    let last = buckets.last().and_then(|bucket| bucket.name.clone());
    let output = dto::ListBucketsOutput {
        continuation_token: last.filter(|_| truncated),
        buckets: Some(buckets),
        owner: Some(owner()),
        prefix: input.query("prefix").map(str::to_owned),
    };
    Ok(reply::document(&output)?)
}

fn summary(bucket: &Bucket) -> dto::Bucket {
    dto::Bucket {
        bucket_region: Some(bucket.region.clone()),
        creation_date: Some(bucket.created.into()),
        name: Some(bucket.name.clone()),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
pub(super) fn create_bucket(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_write_headers()?;
    if input
        .header("x-amz-bucket-object-lock-enabled")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        return Err(Fault::not_implemented().into());
    }
    check_location(input)?;
    let name = input.bucket();
    cloud.s3.store().create_bucket(name, REGION, input.call.time)?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "location", &format!("/{name}"));
    reply::set(
        &mut answer.headers,
        "x-amz-bucket-arn",
        &super::super::access::bucket_arn(name),
    );
    Ok(answer)
}

/// Outside us-east-1 a bucket must be asked for in the endpoint's own region.
fn check_location(input: &Input<'_>) -> Result<(), Fault> {
    input.check_body()?;
    let body = &input.call.body;
    let configuration: dto::CreateBucketConfiguration = if body.is_empty() {
        dto::CreateBucketConfiguration::default()
    } else {
        xml::read(body)?
    };
    let asked = configuration
        .location_constraint
        .as_ref()
        .map(dto::BucketLocationConstraint::as_str);
    match asked.filter(|region| !region.is_empty()) {
        Some(region) if region == REGION => Ok(()),
        Some(region) if !REGIONS.contains(&region) => {
            let message = "The specified location-constraint is not valid";
            Err(Fault::new(400, "InvalidLocationConstraint", message).with("LocationConstraint", region))
        }
        other => {
            let asked = other.unwrap_or("unspecified");
            let message = format!(
                "The {asked} location constraint is incompatible for the region specific endpoint this request was \
                 sent to."
            );
            Err(Fault::new(400, "IllegalLocationConstraintException", message))
        }
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
pub(super) fn head_bucket(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let store = cloud.s3.store();
    let bucket = store.bucket(input.bucket())?;
    let mut answer = reply::empty(200);
    reply::set(&mut answer.headers, "x-amz-bucket-region", &bucket.region);
    reply::set(&mut answer.headers, "x-amz-access-point-alias", "false");
    reply::set(&mut answer.headers, "content-type", "application/xml");
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
pub(super) fn delete_bucket(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    cloud.s3.store().delete_bucket(input.bucket())?;
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
pub(super) fn get_location(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let region = cloud.s3.store().bucket(input.bucket())?.region.clone();
    let location_constraint = Some(dto::BucketLocationConstraint::from(region));
    Ok(reply::document(&dto::GetBucketLocationOutput {
        location_constraint,
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
pub(super) fn get_versioning(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    let status = match cloud.s3.store().bucket(input.bucket())?.versioning() {
        Versioning::Unversioned => None,
        Versioning::Enabled => Some(dto::BucketVersioningStatus::ENABLED),
        Versioning::Suspended => Some(dto::BucketVersioningStatus::SUSPENDED),
    };
    let status = status.map(dto::BucketVersioningStatus::from_static);
    Ok(reply::document(&dto::GetBucketVersioningOutput {
        mfa_delete: None,
        status,
    })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
pub(super) fn put_versioning(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_owner()?;
    input.check_body()?;
    let configuration: dto::VersioningConfiguration = xml::read(&input.call.body)?;
    if configuration
        .mfa_delete
        .is_some_and(|state| state.as_str() != dto::MFADelete::DISABLED)
    {
        return Err(Fault::not_implemented().into());
    }
    let enabled = match configuration
        .status
        .as_ref()
        .map(dto::BucketVersioningStatus::as_str)
    {
        Some(dto::BucketVersioningStatus::ENABLED) => true,
        Some(dto::BucketVersioningStatus::SUSPENDED) => false,
        Some(_) => return Err(Fault::malformed_xml().into()),
        None => {
            let message = "The Versioning element must be specified";
            return Err(Fault::new(400, "IllegalVersioningConfigurationException", message).into());
        }
    };
    cloud
        .s3
        .store()
        .bucket_mut(input.bucket())?
        .set_versioning(enabled);
    Ok(Reply::default())
}
