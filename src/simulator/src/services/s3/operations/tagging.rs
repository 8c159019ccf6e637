//! The tags of an object's version.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use super::read::find;
use crate::call::Outcome;
use crate::cloud::Cloud;
use crate::services::s3::input::{Input, check_tags};
use crate::services::s3::{reply, xml};
use s3s::dto;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>
pub(super) fn get_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let read = find(cloud, input, "GET")?;
    let tag = |(key, value)| dto::Tag {
        key: Some(key),
        value: Some(value),
    };
    let tag_set = read.version.tags.into_iter().map(tag).collect();
    let mut answer = reply::document(&dto::GetObjectTaggingOutput {
        tag_set,
        version_id: None,
    })?;
    reply::set_some(&mut answer.headers, "x-amz-version-id", read.version_id);
    Ok(answer)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
pub(super) fn put_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    input.check_body()?;
    let document: dto::Tagging = xml::read(&input.call.body)?;
    let pair = |tag: dto::Tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
    let tags = check_tags(document.tag_set.into_iter().map(pair).collect())?;
    set(cloud, input, tags, "PUT", 200)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html>
pub(super) fn delete_tagging(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    set(cloud, input, Vec::new(), "DELETE", 204)
}

fn set(
    cloud: &Cloud,
    input: &Input<'_>,
    tags: Vec<(String, String)>,
    method: &'static str,
    status: u16,
) -> Outcome {
    input.check_owner()?;
    let mut store = cloud.s3.store();
    let bucket = store.bucket_mut(input.bucket())?;
    let version_id = bucket.set_tags(input.key(), input.version_id(), tags, method)?;
    let mut answer = reply::empty(status);
    reply::set_some(&mut answer.headers, "x-amz-version-id", version_id);
    Ok(answer)
}
