//! Tags of scalable targets, which are named by their ARN.

use serde_json::{Value, json};

use super::input::{invalid, text};
use super::state::Target;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// The most tags of a target.
const MOST: usize = 50;

fn with<T>(
    cloud: &Cloud,
    account: &str,
    input: &Value,
    act: impl FnOnce(&mut Target) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let arn = text(input, "ResourceARN")?;
    cloud.autoscaling.with(account, |all| {
        let target = all.targets.iter_mut().find(|target| target.arn == arn);
        let missing = || {
            let message = format!("The specified resource doesn't exist: {arn}");
            AwsError::new(400, "ResourceNotFoundException", message).with("ResourceName", arn)
        };
        act(target.ok_or_else(missing)?)
    })
}

/// `TagResource`.
pub(super) fn tag(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    let tags = input["Tags"].as_object().ok_or_else(|| {
        invalid("1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null")
    })?;
    with(cloud, account, input, |target| {
        let mut all = target.tags.clone();
        let new = tags
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        all.extend(new);
        if all.len() > MOST {
            let message = format!("The number of tags exceeds the maximum of {MOST}");
            return Err(AwsError::new(400, "TooManyTagsException", message));
        }
        target.tags = all;
        Ok(json!({}))
    })
}

/// `UntagResource`.
pub(super) fn untag(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    with(cloud, account, input, |target| {
        let names = input["TagKeys"].as_array().into_iter().flatten();
        for name in names.filter_map(Value::as_str) {
            target.tags.remove(name);
        }
        Ok(json!({}))
    })
}

/// `ListTagsForResource`.
pub(super) fn list(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    with(cloud, account, input, |target| Ok(json!({ "Tags": target.tags })))
}
