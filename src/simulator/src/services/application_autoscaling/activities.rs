//! What was scaled, when, why, and with what success.

use serde_json::{Value, json};

use super::input::{asked, namespace, page};
use super::state::Activity;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::dynamodb::date;

/// `DescribeScalingActivities`, the latest first.
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingActivities.html>
pub(super) fn describe(cloud: &Cloud, account: &str, input: &Value) -> Result<Value, AwsError> {
    namespace(input)?;
    let activities = cloud.autoscaling.with(account, |all| all.activities.clone());
    let activities = activities
        .iter()
        .rev()
        .filter(|activity| asked(input, &activity.key));
    page(input, "ScalingActivities", activities.map(shown))
}

fn shown(activity: &Activity) -> Value {
    json!({
        "ActivityId": activity.id,
        "ServiceNamespace": activity.key.namespace,
        "ResourceId": activity.key.resource,
        "ScalableDimension": activity.key.dimension,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": date(activity.at),
        "EndTime": date(activity.at),
        "StatusCode": activity.status,
        "StatusMessage": activity.message,
    })
}
