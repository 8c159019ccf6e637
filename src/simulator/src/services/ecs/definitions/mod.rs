//! Task definitions: registering, reading, retiring.

mod body;
mod checks;
mod draft;
mod find;
mod members;
mod read;
mod register;
mod retire;
pub(super) mod sizes;
mod types;

use serde_json::Value;

use crate::error::AwsError;
use draft::Draft;

pub(super) use checks::{WINDOWS_STORAGE, no_such_size};
pub(super) use find::find;
pub(crate) use members::TASK_DEFINITION;
pub(super) use read::{describe, families, list};
pub(super) use register::{TASKS, register, role_arn};
pub(super) use retire::{delete, deregister, release};

/// What `RegisterTaskDefinition` would say of a request: the definition as it would show it (but for what its account and
/// its revision add), or AWS's refusal. It looks at nothing but the request.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
///
/// # Errors
///
/// `ClientException` for nearly everything, `InvalidParameterException` for what is none of the values that there are,
/// `SerializationException` for members of the wrong type.
fn validate(input: &Value) -> Result<Value, AwsError> {
    types::check(input)?;
    let draft = Draft::of(input);
    checks::check(draft)?;
    Ok(body::of(draft))
}

#[cfg(test)]
mod tests;
