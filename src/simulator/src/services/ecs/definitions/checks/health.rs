//! Health checks of containers.

use super::super::super::errors::client;
use super::super::draft::{Draft, has, list, name};
use super::containers::setting;
use crate::error::AwsError;

/// Each bound number: its member, the least and the most.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html>
const BOUNDS: [(&str, i64, i64); 4] = [
    ("interval", 5, 300),
    ("timeout", 2, 60),
    ("retries", 1, 10),
    ("startPeriod", 0, 300),
];

/// A health check has a command, and its numbers are within their bounds.
pub(super) fn bounds(draft: Draft<'_>) -> Result<(), AwsError> {
    for container in draft
        .containers
        .iter()
        .filter(|container| has(container, "healthCheck"))
    {
        let check = &container["healthCheck"];
        if list(check, "command").is_empty() {
            return Err(client(setting("healthCheck", container)));
        }
        for (member, least, most) in BOUNDS {
            let Some(value) = check[member].as_i64() else {
                continue;
            };
            let (side, extreme, bound) = if value > most {
                ("less", "maximum", most)
            } else if value < least {
                ("greater", "minimum", least)
            } else {
                continue;
            };
            return Err(client(format!(
                "Health check {member} must be {side} than or equal to the {extreme} allowed value {bound} for container '{}'",
                name(container)
            )));
        }
    }
    Ok(())
}
