//! What holds for all deployments of a service: read from a request, over what there is already.

use serde_json::Value;

use super::super::errors::invalid;
use super::super::input::{one_of, text};
use super::super::state::TaskDefinition;
use super::breaker::Breaker;
use super::state::{PropagateTags, Settings};
use crate::error::AwsError;

/// The most tasks of a service.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>
const MOST_TASKS: i64 = 5_000;

impl Settings {
    /// Those of a new service of which nothing is asked.
    pub(super) fn usual() -> Self {
        Self {
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            rebalancing: "ENABLED".to_owned(),
            ..Self::default()
        }
    }

    /// Those that a request creates a service with. Of itself it is rebalanced where it can be.
    ///
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html>
    pub(super) fn of(input: &Value) -> Result<Self, AwsError> {
        let mut settings = Self::usual();
        let most = input["deploymentConfiguration"]["maximumPercent"].as_i64();
        if most.is_some_and(|most| most <= 100) {
            "DISABLED".clone_into(&mut settings.rebalancing);
        }
        settings.read(input)?;
        Ok(settings)
    }

    /// Refuses a service in whose tasks commands are to be executed, and that have no role to do it with; `what` is done to
    /// it.
    pub(super) fn can_execute(
        &self,
        definition: Option<&TaskDefinition>,
        what: &str,
    ) -> Result<(), AwsError> {
        let role = definition.and_then(|definition| definition.text("taskRoleArn"));
        if self.execute_command && role.is_none() {
            return Err(invalid(format!(
                "The service couldn't be {what} because a valid taskRoleArn is not being used. Specify a valid task role in \
                 your task definition and try again."
            )));
        }
        Ok(())
    }

    /// Changes what a request mentions.
    pub(super) fn read(&mut self, input: &Value) -> Result<(), AwsError> {
        one_of(
            input,
            "propagateTags",
            "propagateTags",
            &["TASK_DEFINITION", "SERVICE", "NONE"],
        )?;
        one_of(
            input,
            "availabilityZoneRebalancing",
            "availabilityZoneRebalancing",
            &["ENABLED", "DISABLED"],
        )?;
        self.read_deployment(&input["deploymentConfiguration"])?;
        match text(input, "propagateTags") {
            Some("TASK_DEFINITION") => self.propagate_tags = PropagateTags::TaskDefinition,
            Some("SERVICE") => self.propagate_tags = PropagateTags::Service,
            Some(_) => self.propagate_tags = PropagateTags::None,
            None => {}
        }
        if let Some(rebalancing) = text(input, "availabilityZoneRebalancing") {
            rebalancing.clone_into(&mut self.rebalancing);
        }
        if self.rebalancing == "ENABLED" && self.maximum_percent <= 100 {
            return Err(invalid(
                "Availability Zone Rebalancing does not support maximumPercent <= 100.",
            ));
        }
        if let Some(seconds) = input["healthCheckGracePeriodSeconds"].as_i64() {
            if !(0..=i64::from(i32::MAX)).contains(&seconds) {
                return Err(invalid(format!(
                    "healthCheckGracePeriodSeconds must be between 0 and {}.",
                    i32::MAX
                )));
            }
            self.grace_period = seconds;
        }
        let set = |member: &str, flag: &mut bool| {
            if let Some(given) = input[member].as_bool() {
                *flag = given;
            }
        };
        set("enableECSManagedTags", &mut self.managed_tags);
        set("enableExecuteCommand", &mut self.execute_command);
        Ok(())
    }

    fn read_deployment(&mut self, given: &Value) -> Result<(), AwsError> {
        only_rolling(given)?;
        let percent = |member: &str, before: i64, least: i64| {
            let percent = given[member].as_i64().unwrap_or(before);
            if percent < least {
                return Err(invalid(format!(
                    "{member} must be greater than or equal to {least}."
                )));
            }
            Ok(percent)
        };
        self.minimum_healthy_percent = percent("minimumHealthyPercent", self.minimum_healthy_percent, 0)?;
        self.maximum_percent = percent("maximumPercent", self.maximum_percent, 100)?;
        if self.minimum_healthy_percent > 100 {
            return Err(invalid(
                "minimumHealthyPercent must be less than or equal to 100.",
            ));
        }
        if self.minimum_healthy_percent == 100 && self.maximum_percent == 100 {
            return Err(invalid(
                "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
            ));
        }
        if !given["deploymentCircuitBreaker"].is_null() {
            self.breaker = Breaker::read(&given["deploymentCircuitBreaker"])?;
        }
        Ok(())
    }
}

/// Refuses what is not simulated rather than to ignore it.
fn only_rolling(given: &Value) -> Result<(), AwsError> {
    let missing = if text(given, "strategy").is_some_and(|strategy| strategy != "ROLLING") {
        "The deployment strategy"
    } else if given["alarms"]["enable"] == true {
        "Deployment alarms"
    } else if given["earlySuccessCriteria"]["enable"] == true {
        "Early success criteria"
    } else {
        return Ok(());
    };
    Err(not_simulated(missing))
}

/// Something that AWS has and that is not simulated.
pub(super) fn not_simulated(what: &str) -> AwsError {
    AwsError::new(
        400,
        "UnsupportedFeatureException",
        format!("{what} is not simulated."),
    )
}

/// `desiredCount`; none where it is not given.
pub(super) fn desired(input: &Value) -> Result<Option<i64>, AwsError> {
    match input["desiredCount"].as_i64() {
        Some(..0) => Err(invalid("desiredCount must be greater than or equal to 0.")),
        Some(count) if count > MOST_TASKS => Err(invalid(format!(
            "The maximum number of tasks per service is {MOST_TASKS}."
        ))),
        count => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn refused(given: &Value) -> String {
        let input = json!({ "deploymentConfiguration": given });
        Settings::usual().read(&input).unwrap_err().message
    }

    #[test]
    fn what_a_request_does_not_mention_stays() {
        let mut settings = Settings::usual();
        settings
            .read(&json!({
                "propagateTags": "SERVICE", "enableECSManagedTags": true,
                "deploymentConfiguration": {"minimumHealthyPercent": 50},
            }))
            .unwrap();
        settings
            .read(&json!({"deploymentConfiguration": {"maximumPercent": 150}}))
            .unwrap();
        assert_eq!(
            (settings.minimum_healthy_percent, settings.maximum_percent),
            (50, 150)
        );
        assert!(settings.managed_tags && settings.propagate_tags == PropagateTags::Service);
        assert_eq!(settings.rebalancing, "ENABLED");
    }

    #[test]
    fn percentages_that_leave_no_way_are_refused() {
        assert!(refused(&json!({"maximumPercent": 100})).starts_with("Both maximumPercent and"));
        assert!(refused(&json!({"maximumPercent": 99})).starts_with("maximumPercent must"));
        assert!(refused(&json!({"minimumHealthyPercent": -1})).starts_with("minimumHealthyPercent must"));
        assert!(refused(&json!({"minimumHealthyPercent": 101})).starts_with("minimumHealthyPercent must"));
    }

    #[test]
    fn what_is_not_simulated_is_said_to_be() {
        for given in [
            json!({"strategy": "BLUE_GREEN"}),
            json!({"alarms": {"enable": true, "rollback": true, "alarmNames": ["a"]}}),
            json!({"earlySuccessCriteria": {"enable": true}}),
        ] {
            assert!(refused(&given).ends_with("is not simulated."), "{given}");
        }
    }

    #[test]
    fn a_count_is_from_none_to_five_thousand() {
        assert_eq!(desired(&json!({})).unwrap(), None);
        assert_eq!(desired(&json!({"desiredCount": 5000})).unwrap(), Some(5000));
        assert!(desired(&json!({"desiredCount": 5001})).is_err());
        assert!(desired(&json!({"desiredCount": -1})).is_err());
    }
}
