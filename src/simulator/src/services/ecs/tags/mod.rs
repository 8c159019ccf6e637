//! Tags: of clusters, task definitions, tasks and services.

mod operations;

use serde_json::{Value, json};

use super::errors::invalid;
use super::state::Tags;
use crate::error::AwsError;

pub(super) use operations::{list, of, resource, tag, untag};

/// The most tags of a resource.
const MOST: usize = 50;

/// The tags that a request gives.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html>
pub(super) fn read(given: &Value) -> Result<Tags, AwsError> {
    let mut tags = Tags::new();
    for tag in given.as_array().into_iter().flatten() {
        let key = tag["key"].as_str().unwrap_or_default();
        let value = tag["value"].as_str().unwrap_or_default();
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 {
            return Err(invalid(
                "Invalid tag: a key has 1 to 128 characters, a value has 256 at most.",
            ));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys cannot start with 'aws:'."));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(invalid("Duplicate tag keys found."));
        }
    }
    if tags.len() > MOST {
        return Err(invalid(format!("Tags can have at most {MOST} items.")));
    }
    Ok(tags)
}

/// Tags as answers show them.
pub(super) fn shown(tags: &Tags) -> Value {
    let each = tags
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value }));
    each.collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn tags_are_read_and_shown_by_key() {
        let tags = read(&json!([{"key": "b", "value": "2"}, {"key": "a", "value": ""}])).unwrap();
        assert_eq!(
            shown(&tags),
            json!([{"key": "a", "value": ""}, {"key": "b", "value": "2"}])
        );
        assert!(read(&Value::Null).unwrap().is_empty());
    }

    #[test]
    fn too_many_tags_reserved_keys_and_the_same_key_twice_are_refused() {
        let many: Vec<Value> = (0..51)
            .map(|key| json!({"key": key.to_string(), "value": ""}))
            .collect();
        for given in [
            json!(many),
            json!([{"key": "aws:x", "value": ""}]),
            json!([{"key": "", "value": ""}]),
            json!([{"key": "a", "value": ""}, {"key": "a", "value": "1"}]),
        ] {
            assert_eq!(read(&given).unwrap_err().code, "InvalidParameterException");
        }
    }
}
