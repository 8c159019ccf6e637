//! Tags of functions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Answer;
use super::super::errors::{constraint, invalid_parameter};
use super::super::layers::names::LayerName;
use super::super::names::{FunctionName, NameShape};
use super::existing;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;

/// The most tags of a function.
const MOST: usize = 50;

/// The tags that a request gives.
pub(in super::super) fn read(given: &Value) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = BTreeMap::new();
    if given.as_object().is_some_and(|given| given.len() > MOST) {
        return Err(too_many());
    }
    for (key, value) in given.as_object().into_iter().flatten() {
        if key.is_empty() || key.len() > 128 || key.to_lowercase().starts_with("aws:") {
            return Err(invalid_parameter(
                "TagsKeys must be between 1 and 128 characters long and cannot begin with aws:",
            ));
        }
        tags.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
    }
    Ok(tags)
}

/// The function whose ARN is in the path.
fn named(call: &Call) -> Result<FunctionName, AwsError> {
    let arn = call.input["Resource"].as_str().unwrap_or_default();
    if LayerName::is_arn(arn) {
        return Err(invalid_parameter(
            "Tags on layers are not supported. Please specify a function ARN.",
        ));
    }
    let parts: Vec<&str> = arn.split(':').collect();
    let function = matches!(parts[..], ["arn", "aws", "lambda", _, _, "function", _, ..]);
    let name = FunctionName::read(arn, None, call.account(), NameShape::Plain);
    let name = name.ok().filter(|_| function).ok_or_else(|| {
        constraint(
            arn,
            "resource",
            "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)",
        )
    })?;
    if name.qualifier.is_some() {
        return Err(invalid_parameter(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        ));
    }
    Ok(name)
}

fn too_many() -> AwsError {
    invalid_parameter("Number of tags exceeds resource tag limit.")
}

/// `TagResource`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html>
pub(in super::super) fn tag(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = named(call)?;
    let given = read(&call.input["Tags"])?;
    if given.is_empty() {
        return Err(invalid_parameter(
            "An error occurred and the request cannot be processed.",
        ));
    }
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let mut tags = function.tags.clone();
        tags.extend(given);
        if tags.len() > MOST {
            return Err(too_many());
        }
        function.tags = tags;
        function.latest.settle();
        Ok((204, json!(null)))
    })
}

/// `UntagResource`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html>
pub(in super::super) fn untag(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = named(call)?;
    let keys: Vec<&str> = match &call.input["tagKeys"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => {
            let mut form = Form::of_json(&call.input);
            form.missing("TagKeys");
            return form.check().map(|()| (204, json!(null)));
        }
    };
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        function.tags.retain(|key, _| !keys.contains(&key.as_str()));
        function.latest.settle();
        Ok((204, json!(null)))
    })
}

/// `ListTags`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = named(call)?;
    cloud.lambda.with(&name.account, |account| {
        Ok((200, json!({ "Tags": existing(account, &name)?.tags })))
    })
}
