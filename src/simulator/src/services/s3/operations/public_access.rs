//! Block Public Access and Object Ownership.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>

use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::{Ownership, PublicAccessBlock};
use crate::services::s3::{open, reply, xml};
use s3s::dto;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html>
pub(super) fn get_block(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let block = input.bucket_in(&open(cloud))?.settings().public_access_block;
    Ok(document(block, Some(input.bucket()))?)
}

fn document(block: Option<PublicAccessBlock>, bucket: Option<&str>) -> fault::Outcome<Reply> {
    let block = block.ok_or_else(|| {
        let message = "The public access block configuration was not found";
        let fault = Fault::new(404, "NoSuchPublicAccessBlockConfiguration", message);
        bucket
            .into_iter()
            .fold(fault, |fault, name| fault.with("BucketName", name))
    })?;
    reply::document(&dto::PublicAccessBlockConfiguration {
        block_public_acls: Some(block.block_public_acls),
        block_public_policy: Some(block.block_public_policy),
        ignore_public_acls: Some(block.ignore_public_acls),
        restrict_public_buckets: Some(block.restrict_public_buckets),
    })
}

/// What a body blocks; what it does not speak of is not blocked.
fn asked(input: &Input<'_>) -> fault::Outcome<PublicAccessBlock> {
    let asked: dto::PublicAccessBlockConfiguration = xml::read(input.document()?)?;
    Ok(PublicAccessBlock {
        block_public_acls: asked.block_public_acls.unwrap_or(false),
        ignore_public_acls: asked.ignore_public_acls.unwrap_or(false),
        block_public_policy: asked.block_public_policy.unwrap_or(false),
        restrict_public_buckets: asked.restrict_public_buckets.unwrap_or(false),
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html>
pub(super) fn put_block(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let block = asked(input)?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.public_access_block = Some(block));
    Ok(reply::empty(200))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html>
pub(super) fn delete_block(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.public_access_block = None);
    Ok(reply::empty(204))
}

/// The account that a request of S3 Control names, which is its caller's own.
fn account<'a>(input: &'a Input<'_>) -> fault::Outcome<&'a str> {
    let named = input.header("x-amz-account-id");
    input
        .account()
        .filter(|account| named == Some(*account))
        .ok_or_else(Fault::access_denied)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html>
pub(super) fn get_account_block(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let block = open(cloud).blocked_for(account(input)?);
    Ok(document(block, None)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html>
pub(super) fn put_account_block(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let block = asked(input)?;
    open(cloud).block(account(input)?, Some(block));
    Ok(reply::empty(201))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeletePublicAccessBlock.html>
pub(super) fn delete_account_block(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    open(cloud).block(account(input)?, None);
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html>
pub(super) fn get_ownership(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let ownership = input.bucket_in(&open(cloud))?.settings().ownership;
    let ownership = ownership.ok_or_else(|| {
        let message = "The bucket ownership controls were not found";
        Fault::not_configured("OwnershipControlsNotFoundError", message, input.bucket())
    })?;
    let object_ownership = dto::ObjectOwnership::from_static(ownership.name());
    let rules = vec![dto::OwnershipControlsRule { object_ownership }];
    Ok(reply::document(&dto::OwnershipControls { rules })?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html>
pub(super) fn put_ownership(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: dto::OwnershipControls = xml::read(input.document()?)?;
    let [rule] = asked.rules.as_slice() else {
        return Err(Fault::malformed_xml().into());
    };
    let ownership = Ownership::named(rule.object_ownership.as_str()).ok_or_else(Fault::malformed_xml)?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    if ownership == Ownership::BucketOwnerEnforced && bucket.settings().acl.reaches_others() {
        let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
        return Err(Fault::new(400, "InvalidBucketAclWithObjectOwnership", message).into());
    }
    bucket.configure(|settings| settings.ownership = Some(ownership));
    Ok(reply::empty(200))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html>
pub(super) fn delete_ownership(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.ownership = None);
    Ok(reply::empty(204))
}
