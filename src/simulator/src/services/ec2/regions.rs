//! Regions: there is one.

use serde_json::json;

use super::Answer;
use super::errors::invalid_value;
use super::listing::{ById, Listing};
use crate::REGION;
use crate::call::Call;
use crate::cloud::Cloud;

const REGIONS: Listing = Listing {
    member: "regionInfo",
    by_id: Some(ById {
        parameter: "RegionName",
        member: "regionName",
        missing: |name| invalid_value(format!("Invalid region name: [{name}]")),
    }),
    filters: &[
        ("endpoint", "regionEndpoint"),
        ("opt-in-status", "optInStatus"),
        ("region-name", "regionName"),
    ],
};

/// `DescribeRegions`: the one that is simulated.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html>
pub(super) fn describe(_: &Cloud, call: &Call) -> Answer {
    let region = json!({
        "regionName": REGION,
        "regionEndpoint": format!("ec2.{REGION}.amazonaws.com"),
        "optInStatus": "opt-in-not-required",
    });
    REGIONS.answer(&call.input, vec![region])
}
