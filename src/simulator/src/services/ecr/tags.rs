//! Tags of repositories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Answer;
use super::errors::{constraint, invalid_tag, too_many_tags};
use super::input::{Named, form};
use super::names::split_arn;
use super::repositories::{existing, existing_mut};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// The most tags of a repository.
const MOST: usize = 50;

/// The tags of a repository with those that a request adds.
pub(super) fn added(
    there: &BTreeMap<String, String>,
    given: &Value,
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = there.clone();
    for tag in given.as_array().into_iter().flatten() {
        let text = |part: &str| tag[part].as_str().unwrap_or_default().to_owned();
        let (key, value) = (text("Key"), text("Value"));
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 {
            return Err(invalid_tag(
                "The tag key must be between 1 and 128 characters, and the tag value between 0 and 256 characters.",
            ));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid_tag(
                "Tag keys that begin with 'aws:' are reserved for system use.",
            ));
        }
        tags.insert(key, value);
    }
    if tags.len() > MOST {
        return Err(too_many_tags());
    }
    Ok(tags)
}

/// The repository whose ARN a request names.
fn named(call: &Call) -> Result<Named, AwsError> {
    let arn = call.input["resourceArn"].as_str().unwrap_or_default();
    let (registry, name) = split_arn(arn).ok_or_else(|| constraint("resourceArn", "Invalid ARN"))?;
    Ok(Named {
        registry: registry.to_owned(),
        name: name.to_owned(),
    })
}

/// `TagResource`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html>
pub(super) fn tag(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = named(call)?;
    let mut form = form(call);
    if !form.has("tags") {
        form.missing("tags");
    }
    form.check()?;
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing_mut(repositories, &named)?;
        repository.tags = added(&repository.tags, &call.input["tags"])?;
        Ok(json!({}))
    })
}

/// `UntagResource`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html>
pub(super) fn untag(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = named(call)?;
    let keys = call.input["tagKeys"].as_array().map_or(&[][..], Vec::as_slice);
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing_mut(repositories, &named)?;
        repository
            .tags
            .retain(|key, _| !keys.iter().any(|taken| taken == key.as_str()));
        Ok(json!({}))
    })
}

/// `ListTagsForResource`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = named(call)?;
    cloud.ecr.read(&named.registry, |repositories| {
        let tags = existing(repositories, &named)?.tags.iter();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        Ok(json!({ "tags": tags }))
    })
}
