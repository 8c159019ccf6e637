//! Capacity providers of Fargate, and the strategies that spread tasks over them.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html>

mod describe;
mod strategy;

use serde_json::Value;

use super::errors::invalid;
use super::names::last_part;
use crate::error::AwsError;

pub(super) use describe::describe;
pub(super) use strategy::Strategy;

/// The capacity providers that there are.
pub(super) const PROVIDERS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// The most capacity providers of a cluster, and the most lines of a strategy.
const MOST: usize = 20;

/// `capacityProviders`: names of providers that there are.
pub(super) fn providers(given: &Value) -> Result<Vec<String>, AwsError> {
    let mut providers: Vec<String> = Vec::new();
    for name in given.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let name = last_part(name);
        if !PROVIDERS.contains(&name) {
            return Err(invalid(format!(
                "The specified capacity provider '{name}' was not found. Specify a valid name or ARN and try again."
            )));
        }
        if !providers.iter().any(|known| known == name) {
            providers.push(name.to_owned());
        }
    }
    if providers.len() > MOST {
        return Err(invalid(format!(
            "Capacity providers can have at most {MOST} items."
        )));
    }
    Ok(providers)
}
