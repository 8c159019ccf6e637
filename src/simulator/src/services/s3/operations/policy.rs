//! The policy of a bucket.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>

use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::access::bucket_arn;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::policy_rules::{self, INVALID_PRINCIPAL, malformed};
use crate::services::s3::store::{Bucket, BucketPolicy};
use crate::services::s3::{open, reply};
use bytes::Bytes;
use s3s::dto;

fn policy_of(bucket: &Bucket) -> fault::Outcome<&BucketPolicy> {
    let policy = bucket.settings().policy.as_ref();
    policy.ok_or_else(|| {
        let message = "The bucket policy does not exist";
        Fault::not_configured("NoSuchBucketPolicy", message, &bucket.name)
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html>
pub(super) fn get_policy(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let store = open(cloud);
    let policy = policy_of(input.bucket_in(&store)?)?;
    let mut answer = Reply::new(Bytes::copy_from_slice(policy.text().as_bytes()));
    reply::set(&mut answer.headers, "content-type", "application/json");
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
pub(super) fn put_policy(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_body()?;
    let text =
        std::str::from_utf8(&input.call.body).map_err(|_| malformed("This policy contains invalid Json"))?;
    let mut store = open(cloud);
    let blocked = store.blocked(input.bucket_in(&store)?).block_public_policy;
    policy_rules::check(text, input.bucket())?;
    let policy = BucketPolicy::parse(text).map_err(|fault| malformed(fault.sentence()))?;
    if !cloud.iam.knows_principals(policy.document()) {
        return Err(malformed(INVALID_PRINCIPAL).into());
    }
    if blocked && policy.is_public() {
        let why = "public policies are prevented by the BlockPublicPolicy setting";
        return Err(input
            .prevented("s3:PutBucketPolicy", &bucket_arn(input.bucket()), why)
            .into());
    }
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.policy = Some(policy));
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>
pub(super) fn delete_policy(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.policy = None);
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html>
pub(super) fn get_status(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let is_public = policy_of(input.bucket_in(&open(cloud))?)?.is_public();
    Ok(reply::document(&dto::PolicyStatus {
        is_public: Some(is_public),
    })?)
}
