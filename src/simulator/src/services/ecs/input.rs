//! Reading requests: texts, lists, pages.

use serde_json::{Map, Value};

use super::errors::invalid;
use crate::error::AwsError;

/// A text; an empty one counts as none.
pub(super) fn text<'a>(input: &'a Value, member: &str) -> Option<&'a str> {
    input[member].as_str().filter(|text| !text.is_empty())
}

/// A list of texts; empty where it is not there.
pub(super) fn texts<'a>(input: &'a Value, member: &str) -> Vec<&'a str> {
    let items = input[member].as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

/// The launch types that there are.
pub(super) const LAUNCH_TYPES: &[&str] = &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

/// Whether `include` asks for something.
pub(super) fn includes(input: &Value, what: &str) -> bool {
    texts(input, "include").contains(&what)
}

/// Refuses a text that is none of the values that there are; `shown` is how AWS calls the member.
pub(super) fn one_of(input: &Value, member: &str, shown: &str, values: &[&str]) -> Result<(), AwsError> {
    match text(input, member) {
        Some(text) if !values.contains(&text) => Err(no_choice(shown, values)),
        _ => Ok(()),
    }
}

/// How AWS says which values there are.
pub(super) fn no_choice(shown: &str, values: &[&str]) -> AwsError {
    invalid(format!("{shown} should be one of [{}]", values.join(",")))
}

/// The largest page, which is the usual one.
const LARGEST: u64 = 100;

/// Which page of a list is asked for.
#[derive(Debug)]
pub(super) struct Page {
    start: usize,
    size: usize,
}

impl Page {
    /// Reads `maxResults` and `nextToken`.
    pub(super) fn of(input: &Value) -> Result<Self, AwsError> {
        let size = match &input["maxResults"] {
            Value::Null => LARGEST,
            given => given
                .as_u64()
                .filter(|size| (1..=LARGEST).contains(size))
                .ok_or_else(|| invalid(format!("maxResults should be between 1 and {LARGEST}")))?,
        };
        let start = match text(input, "nextToken") {
            None => 0,
            Some(token) => token.parse().map_err(|_| invalid("Invalid token in request."))?,
        };
        Ok(Self {
            start,
            size: usize::try_from(size).unwrap_or_default(),
        })
    }

    /// The page, under `name`.
    pub(super) fn cut(&self, name: &str, items: Vec<Value>) -> Result<Value, AwsError> {
        if self.start > items.len() {
            return Err(invalid("Invalid token in request."));
        }
        let end = items.len().min(self.start + self.size);
        let mut output = Map::new();
        if end < items.len() {
            output.insert("nextToken".to_owned(), end.to_string().into());
        }
        let page: Vec<Value> = items.into_iter().take(end).skip(self.start).collect();
        output.insert(name.to_owned(), page.into());
        Ok(Value::Object(output))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let items = || (0..5).map(Value::from).collect::<Vec<_>>();
        let cut = |input: Value| Page::of(&input).unwrap().cut("arns", items());
        assert_eq!(
            cut(json!({"maxResults": 3})).unwrap(),
            json!({"arns": [0, 1, 2], "nextToken": "3"})
        );
        assert_eq!(
            cut(json!({"maxResults": 3, "nextToken": "3"})).unwrap(),
            json!({"arns": [3, 4]})
        );
        assert!(cut(json!({"nextToken": "6"})).is_err());
        assert!(Page::of(&json!({"nextToken": "x"})).is_err());
        assert!(Page::of(&json!({"maxResults": 0})).is_err());
        assert!(Page::of(&json!({"maxResults": 101})).is_err());
    }
}
