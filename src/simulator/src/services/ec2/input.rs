//! What requests to EC2 say: every value is a text, and a list may be missing.

use serde_json::Value;

use super::errors::{invalid_value, missing, too_many_tags};
use super::state::Tags;
use crate::error::AwsError;

/// The most tags of a resource.
pub(super) const MOST_TAGS: usize = 50;

/// A list of texts; what is not there is empty.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// A text that must be there, told by its name as EC2 writes it in errors.
pub(super) fn required<'a>(input: &'a Value, member: &str) -> Result<&'a str, AwsError> {
    let text = input[member].as_str().filter(|text| !text.is_empty());
    text.ok_or_else(|| {
        let mut name = member.to_owned();
        name[..1].make_ascii_lowercase();
        missing(&name)
    })
}

/// A whole number that may be there.
pub(super) fn number(input: &Value, member: &str) -> Result<Option<i32>, AwsError> {
    let Some(text) = input[member].as_str() else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        invalid_value(format!(
            "Invalid value '{text}' for {member}. Must be an integer."
        ))
    })
}

/// Tags as `Tag.1.Key`, `Tag.1.Value`.
pub(super) fn tags(given: &Value) -> Result<Tags, AwsError> {
    let mut tags = Tags::new();
    for tag in given.as_array().into_iter().flatten() {
        let text = |part: &str| tag[part].as_str().unwrap_or_default().to_owned();
        let (key, value) = (text("Key"), text("Value"));
        if key.is_empty() {
            return Err(missing("key"));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid_value(
                "Tag keys starting with 'aws:' are reserved for internal use",
            ));
        }
        if key.chars().count() > 127 || value.chars().count() > 256 {
            return Err(invalid_value(format!("Tag key or value is too long: {key}")));
        }
        tags.insert(key, value);
    }
    if tags.len() > MOST_TAGS {
        return Err(too_many_tags());
    }
    Ok(tags)
}

/// The tags that a request gives to what it makes, `TagSpecification`: all must be of that type.
pub(super) fn specified_tags(input: &Value, kind: &str) -> Result<Tags, AwsError> {
    let mut all = Tags::new();
    for specification in input["TagSpecification"].as_array().into_iter().flatten() {
        let of = specification["ResourceType"].as_str().unwrap_or_default();
        if of != kind {
            return Err(invalid_value(format!(
                "'{of}' is not a valid taggable resource type for this operation."
            )));
        }
        all.extend(tags(&specification["Tag"])?);
    }
    Ok(all)
}
