//! Whether a tag may be moved from one image to another.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html>

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::errors::{constraint, not_one_of, pattern};
use crate::error::AwsError;

/// What a repository is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Setting {
    #[serde(rename = "MUTABLE")]
    Mutable,
    #[serde(rename = "IMMUTABLE")]
    Immutable,
    #[serde(rename = "IMMUTABLE_WITH_EXCLUSION")]
    ImmutableWithExclusion,
    #[serde(rename = "MUTABLE_WITH_EXCLUSION")]
    MutableWithExclusion,
}

/// The settings, as requests write them.
const SETTINGS: [&str; 4] = [
    "MUTABLE",
    "IMMUTABLE",
    "IMMUTABLE_WITH_EXCLUSION",
    "MUTABLE_WITH_EXCLUSION",
];

/// `imageTagMutability`, with the tags that it does not hold for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mutability {
    setting: Setting,
    /// `imageTagMutabilityExclusionFilters`: patterns of tags.
    excluded: Vec<String>,
}

/// The most filters.
const MOST: usize = 5;

/// The most wildcards in a filter.
const MOST_WILDCARDS: usize = 2;

impl Mutability {
    /// No tag may be moved.
    pub(super) fn immutable() -> Self {
        Self {
            setting: Setting::Immutable,
            excluded: Vec::new(),
        }
    }

    /// Reads what a request sets: tags may be moved unless it says otherwise.
    pub(super) fn of(input: &Value) -> Result<Self, AwsError> {
        let setting = match &input["imageTagMutability"] {
            Value::Null => Setting::Mutable,
            given => serde_json::from_value(given.clone()).map_err(|_| {
                not_one_of(
                    "imageTagMutability",
                    given.as_str().unwrap_or_default(),
                    &SETTINGS,
                )
            })?,
        };
        let filters = input["imageTagMutabilityExclusionFilters"].as_array();
        let excluded: Vec<String> = filters
            .into_iter()
            .flatten()
            .map(filter)
            .collect::<Result<_, _>>()?;
        let takes = matches!(
            setting,
            Setting::ImmutableWithExclusion | Setting::MutableWithExclusion
        );
        if takes == excluded.is_empty() || excluded.len() > MOST {
            return Err(constraint(
                "imageTagMutabilityExclusionFilters",
                "must be 1 to 5 filters with IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION, and none otherwise",
            ));
        }
        Ok(Self { setting, excluded })
    }

    /// Whether a tag stays with the image that has it.
    pub(super) fn protects(&self, tag: &str) -> bool {
        let excluded = self.excluded.iter().any(|pattern| matches(pattern, tag));
        match self.setting {
            Setting::Mutable => false,
            Setting::Immutable => true,
            Setting::ImmutableWithExclusion => !excluded,
            Setting::MutableWithExclusion => excluded,
        }
    }

    /// Adds what answers tell of it.
    pub(super) fn show(&self, members: &mut Map<String, Value>) {
        members.insert("imageTagMutability".to_owned(), json!(self.setting));
        if !self.excluded.is_empty() {
            let filters = self.excluded.iter();
            let filters = filters.map(|filter| json!({ "filterType": "WILDCARD", "filter": filter }));
            members.insert("imageTagMutabilityExclusionFilters".to_owned(), filters.collect());
        }
    }
}

fn filter(given: &Value) -> Result<String, AwsError> {
    let text = given["filter"].as_str().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'*' | b'-');
    let known = given["filterType"] == "WILDCARD";
    let fits = (1..=128).contains(&text.len()) && text.bytes().all(plain);
    if known && fits && text.matches('*').count() <= MOST_WILDCARDS {
        return Ok(text.to_owned());
    }
    Err(pattern(
        "imageTagMutabilityExclusionFilters",
        "^[0-9a-zA-Z._*-]{1,128}$",
    ))
}

/// Whether a pattern, in which `*` stands for anything, is of a tag.
fn matches(pattern: &str, tag: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == tag,
        Some((start, rest)) => tag.strip_prefix(start).is_some_and(|left| {
            let places = left.char_indices().map(|(place, _)| place).chain([left.len()]);
            places.into_iter().any(|place| matches(rest, &left[place..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn set(setting: &str, filters: &[&str]) -> Result<Mutability, AwsError> {
        let filters: Vec<Value> = filters
            .iter()
            .map(|filter| json!({"filterType": "WILDCARD", "filter": filter}))
            .collect();
        Mutability::of(&json!({
            "imageTagMutability": setting, "imageTagMutabilityExclusionFilters": filters
        }))
    }

    #[test]
    fn tags_may_be_moved_unless_the_repository_is_immutable() {
        assert!(!Mutability::of(&json!({})).unwrap().protects("v1"));
        assert!(set("IMMUTABLE", &[]).unwrap().protects("v1"));
        let but_latest = set("IMMUTABLE_WITH_EXCLUSION", &["latest", "dev-*"]).unwrap();
        assert!(but_latest.protects("v1"));
        assert!(!but_latest.protects("latest"));
        assert!(!but_latest.protects("dev-3"));
        assert!(set("MUTABLE_WITH_EXCLUSION", &["v*"]).unwrap().protects("v1"));
    }

    #[test]
    fn filters_come_with_the_settings_that_take_them() {
        for (setting, filters) in [
            ("IMMUTABLE", &["v*"][..]),
            ("IMMUTABLE_WITH_EXCLUSION", &[]),
            ("MUTABLE_WITH_EXCLUSION", &["*a*b*"]),
            ("MUTABLE_WITH_EXCLUSION", &["é"]),
            ("SOMETIMES", &[]),
        ] {
            let refused = set(setting, filters).unwrap_err();
            assert_eq!(refused.code, "InvalidParameterException", "{setting}");
        }
    }
}
