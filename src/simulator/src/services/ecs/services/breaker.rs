//! The deployment circuit breaker: after how many failures a deployment has failed.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::errors::invalid;
use crate::error::AwsError;

/// Of a bounded percentage, the lowest and the highest threshold.
const BOUNDS: (i64, i64) = (3, 200);

/// `deploymentCircuitBreaker`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Breaker {
    /// Whether it is on.
    pub(super) enable: bool,
    /// Whether a deployment that failed is rolled back.
    pub(super) rollback: bool,
    /// Whether a task that runs makes the failures before it forgotten.
    pub(super) resets: bool,
    /// What the threshold follows from.
    pub(super) threshold: Threshold,
}

/// `thresholdConfiguration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Threshold {
    /// So many failures.
    Count(i64),
    /// A percentage of the desired count, from 3 to 200.
    BoundedPercent(i64),
    /// A percentage of the desired count.
    UnboundedPercent(i64),
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            enable: false,
            rollback: false,
            resets: true,
            threshold: Threshold::BoundedPercent(50),
        }
    }
}

impl Breaker {
    /// The breaker that a request describes.
    pub(super) fn read(given: &Value) -> Result<Self, AwsError> {
        if given.is_null() {
            return Ok(Self::default());
        }
        let flag = |member: &str| {
            given[member]
                .as_bool()
                .ok_or_else(|| invalid(format!("deploymentCircuitBreaker.{member} must be specified.")))
        };
        Ok(Self {
            enable: flag("enable")?,
            rollback: flag("rollback")?,
            resets: given["resetOnHealthyTask"].as_bool().unwrap_or(true),
            threshold: threshold(&given["thresholdConfiguration"])?,
        })
    }

    /// After how many failures a deployment has failed.
    pub(super) fn limit(&self, desired: i64) -> i64 {
        let percent = |value: i64| (desired * value + 99) / 100;
        match self.threshold {
            Threshold::Count(count) => count,
            Threshold::BoundedPercent(value) => percent(value).clamp(BOUNDS.0, BOUNDS.1),
            Threshold::UnboundedPercent(value) => percent(value).max(1),
        }
    }

    /// As `DescribeServices` shows it.
    pub(super) fn shown(&self) -> Value {
        let mut shown = json!({ "enable": self.enable, "rollback": self.rollback });
        if !self.resets {
            shown["resetOnHealthyTask"] = false.into();
        }
        let configured = match self.threshold {
            Threshold::BoundedPercent(50) => None,
            Threshold::BoundedPercent(value) => Some(("BOUNDED_PERCENT", value)),
            Threshold::UnboundedPercent(value) => Some(("UNBOUNDED_PERCENT", value)),
            Threshold::Count(value) => Some(("COUNT", value)),
        };
        if let Some((kind, value)) = configured {
            shown["thresholdConfiguration"] = json!({ "type": kind, "value": value });
        }
        shown
    }
}

fn threshold(given: &Value) -> Result<Threshold, AwsError> {
    if given.is_null() {
        return Ok(Breaker::default().threshold);
    }
    let value = given["value"].as_i64().filter(|value| *value > 0);
    let value = value.ok_or_else(|| invalid("thresholdConfiguration.value must be a positive integer."))?;
    match given["type"].as_str() {
        Some("COUNT") => Ok(Threshold::Count(value)),
        Some("BOUNDED_PERCENT") => Ok(Threshold::BoundedPercent(value)),
        Some("UNBOUNDED_PERCENT") => Ok(Threshold::UnboundedPercent(value)),
        _ => Err(invalid(
            "thresholdConfiguration.type must be one of COUNT, BOUNDED_PERCENT, UNBOUNDED_PERCENT.",
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn half_of_the_desired_count_from_three_to_two_hundred_is_the_usual_limit() {
        let breaker = Breaker::default();
        for (desired, limit) in [(0, 3), (1, 3), (6, 3), (7, 4), (25, 13), (400, 200), (800, 200)] {
            assert_eq!(breaker.limit(desired), limit, "{desired}");
        }
    }

    #[test]
    fn another_limit_can_be_asked_for() {
        let of = |kind: &str, value: i64| {
            let threshold = json!({ "type": kind, "value": value });
            let given = json!({ "enable": true, "rollback": true, "thresholdConfiguration": threshold });
            let breaker = Breaker::read(&given).unwrap();
            assert_eq!(breaker.shown(), given);
            breaker
        };
        assert_eq!(of("COUNT", 7).limit(100), 7);
        assert_eq!(of("BOUNDED_PERCENT", 10).limit(10), 3);
        assert_eq!(of("BOUNDED_PERCENT", 10).limit(101), 11);
        assert_eq!(of("UNBOUNDED_PERCENT", 10).limit(10), 1);
        assert_eq!(of("UNBOUNDED_PERCENT", 100).limit(500), 500);
    }

    #[test]
    fn what_is_incomplete_is_refused() {
        for given in [
            json!({ "enable": true }),
            json!({ "enable": true, "rollback": true, "thresholdConfiguration": { "type": "COUNT" } }),
            json!({ "enable": true, "rollback": true, "thresholdConfiguration": { "type": "X", "value": 1 } }),
        ] {
            assert_eq!(
                Breaker::read(&given).unwrap_err().short_code(),
                "InvalidParameterException",
                "{given}"
            );
        }
        assert_eq!(Breaker::read(&Value::Null).unwrap(), Breaker::default());
    }
}
