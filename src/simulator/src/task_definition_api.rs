//! Task definitions without a cloud: what `RegisterTaskDefinition` would say of one.
//!
//! Nothing here reads or writes anything but its arguments. What AWS refuses is told in AWS's words; who shows it to people
//! finds others.

use serde_json::Value;

use crate::services::ecs;

/// Why a task definition is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// AWS's code: `ClientException`.
    pub code: String,
    /// AWS's sentence.
    pub message: String,
}

/// What a definition would be registered as: the request (`RegisterTaskDefinition`'s input) with what AWS adds to it.
///
/// # Errors
///
/// What AWS would refuse it with.
pub fn validate(request: &Value) -> Result<Value, Refusal> {
    ecs::validate(request).map_err(|error| Refusal {
        code: error.short_code().to_owned(),
        message: error.message,
    })
}
