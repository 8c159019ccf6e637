//! `ListContainerInstances`, `DescribeContainerInstances`: Fargate has none.

use serde_json::{Value, json};

use super::super::errors::invalid;
use super::super::input::{Page, one_of, texts};
use super::super::names::{instance_arn, last_part};
use super::super::{Answer, Work, clusters};

/// What an instance may be doing.
const STATUSES: &[&str] = &[
    "ACTIVE",
    "DRAINING",
    "REGISTERING",
    "DEREGISTERING",
    "REGISTRATION_FAILED",
];

/// `ListContainerInstances`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html>
pub(in super::super) fn list(work: &mut Work<'_>) -> Answer {
    one_of(&work.call.input, "status", "status", STATUSES)?;
    let page = Page::of(&work.call.input)?;
    clusters::named(work)?;
    page.cut("containerInstanceArns", Vec::new())
}

/// `DescribeContainerInstances`: each that is asked for is missing.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html>
pub(in super::super) fn describe(work: &mut Work<'_>) -> Answer {
    let cluster = clusters::named(work)?;
    let asked = texts(&work.call.input, "containerInstances");
    if asked.is_empty() {
        return Err(invalid("Container Instances cannot be empty."));
    }
    let account = work.call.account();
    let missing = asked.into_iter().map(|name| {
        let arn = instance_arn(account, &cluster, last_part(name));
        json!({ "arn": arn, "reason": "MISSING" })
    });
    let failures: Vec<Value> = missing.collect();
    Ok(json!({ "containerInstances": [], "failures": failures }))
}
