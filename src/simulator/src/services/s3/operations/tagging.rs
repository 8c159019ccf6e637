//! The tags of buckets and of objects' versions.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use super::read::find;
use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::{Input, check_bucket_tags, check_object_tags};
use crate::services::s3::store::Tags;
use crate::services::s3::{open, reply, xml};
use s3s::dto;

fn document(tags: Tags) -> fault::Outcome<Reply> {
    let tag = |(key, value)| dto::Tag {
        key: Some(key),
        value: Some(value),
    };
    let tag_set = tags.into_iter().map(tag).collect();
    reply::document(&dto::Tagging { tag_set })
}

/// The tags of a body.
fn sent(body: &[u8]) -> fault::Outcome<Tags> {
    let document: dto::Tagging = xml::read(body)?;
    let pair = |tag: dto::Tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
    Ok(document.tag_set.into_iter().map(pair).collect())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>
pub(super) fn get_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let read = find(cloud, input, "GET").map_err(|error| named_whole(input, error))?;
    let mut answer = document(read.version.properties.tags)?;
    reply::set_some(&mut answer.headers, "x-amz-version-id", read.version_id);
    Ok(answer)
}

/// Here the absent key is named together with its bucket.
fn named_whole(input: &Input<'_>, error: AwsError) -> AwsError {
    if error.code != "NoSuchKey" {
        return error;
    }
    let key = format!("{}/{}", input.bucket(), input.key());
    Fault::no_such_key(&key).into()
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
pub(super) fn put_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let tags = check_object_tags(sent(input.document()?)?)?;
    set(cloud, input, tags, "PUT", 200)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html>
pub(super) fn delete_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    set(cloud, input, Vec::new(), "DELETE", 204)
}

fn set(cloud: &Cloud, input: &Input<'_>, tags: Tags, method: &'static str, status: u16) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    let version_id = bucket.set_tags(input.key(), input.version_id(), tags, method)?;
    let mut answer = reply::empty(status);
    reply::set_some(&mut answer.headers, "x-amz-version-id", version_id);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html>
pub(super) fn get_bucket_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let tags = input.bucket_in(&open(cloud))?.settings().tags.clone();
    let tags = tags
        .ok_or_else(|| Fault::not_configured("NoSuchTagSet", "The TagSet does not exist", input.bucket()))?;
    Ok(document(tags)?)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>
pub(super) fn put_bucket_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let tags = check_bucket_tags(sent(input.document()?)?)?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.tags = Some(tags).filter(|tags| !tags.is_empty()));
    Ok(reply::empty(204))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html>
pub(super) fn delete_bucket_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.tags = None);
    Ok(reply::empty(204))
}
