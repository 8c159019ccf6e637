//! Reads the input of an operation, and words what is wrong with it.

use serde_json::{Value, json};

use super::Answer;
use super::errors::invalid;
use super::state::PolicyType;
use crate::error::AwsError;

/// The largest page, in items, which is the usual one, too.
const PAGE: usize = 20;

/// A request's input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(&'a Value);

impl<'a> Input<'a> {
    /// The input of a request.
    pub(super) fn of(input: &'a Value) -> Self {
        Self(input)
    }

    /// A text that may be there.
    pub(super) fn optional(self, member: &str) -> Option<&'a str> {
        self.0[member].as_str()
    }

    /// A text that must be there.
    pub(super) fn required(self, member: &str) -> Result<&'a str, AwsError> {
        let missing = || {
            invalid(
                "INPUT_REQUIRED",
                &format!("You must provide a value for {member}."),
            )
        };
        self.optional(member).ok_or_else(missing)
    }

    /// A text of so many characters that must be there.
    pub(super) fn text(self, member: &str, min: usize, max: usize) -> Result<&'a str, AwsError> {
        let text = self.required(member)?;
        sized(text, min, max)?;
        Ok(text)
    }

    /// A type of policy that is simulated.
    pub(super) fn policy_type(self, member: &str) -> Result<PolicyType, AwsError> {
        let name = self.required(member)?;
        let unknown = || invalid("INVALID_ENUM_POLICY_TYPE", "You specified an invalid value.");
        PolicyType::named(name).ok_or_else(unknown)
    }

    /// A page of a list.
    pub(super) fn page(self, name: &str, items: Vec<Value>) -> Answer {
        let size = self.0["MaxResults"]
            .as_u64()
            .and_then(|size| usize::try_from(size).ok());
        let size = size.unwrap_or(PAGE);
        if size == 0 || size > PAGE {
            let (reason, message) = ("MAX_VALUE_EXCEEDED", "You provided a value that is out of range.");
            return Err(invalid(reason, message));
        }
        let start = self.start(items.len())?;
        let next = start + size;
        let more = next < items.len();
        let page: Vec<Value> = items.into_iter().skip(start).take(size).collect();
        let mut output = json!({ name: page });
        if more {
            output["NextToken"] = format!("page-{next}").into();
        }
        Ok(output)
    }

    fn start(self, length: usize) -> Result<usize, AwsError> {
        let Some(token) = self.optional("NextToken") else {
            return Ok(0);
        };
        let start = token.strip_prefix("page-").and_then(|number| number.parse().ok());
        start
            .filter(|start| *start <= length)
            .ok_or_else(|| invalid("INVALID_NEXT_TOKEN", "You provided an invalid NextToken."))
    }
}

/// Refuses a text that is too short or too long.
pub(super) fn sized(text: &str, min: usize, max: usize) -> Result<(), AwsError> {
    let length = text.chars().count();
    if length < min {
        return Err(invalid(
            "MIN_LENGTH_EXCEEDED",
            "You provided a value that is too short.",
        ));
    }
    if length > max {
        return Err(invalid(
            "MAX_LENGTH_EXCEEDED",
            "You provided a value that is too long.",
        ));
    }
    Ok(())
}
