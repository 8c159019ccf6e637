//! The identifiers of a request: what an ARN is of must be where the call looks.
//!
//! Each kind of identifier is read by its last part only once this has let it through.

use serde_json::Value;

use super::errors::invalid;
use super::input::text;
use super::names::cluster_name;
use crate::REGION;
use crate::call::Call;
use crate::error::AwsError;

/// How requests name resources: the member, and what an ARN in it is of.
const NAMED: [(&str, &str); 9] = [
    ("cluster", "cluster"),
    ("clusters", "cluster"),
    ("service", "service"),
    ("services", "service"),
    ("serviceName", "service"),
    ("task", "task"),
    ("tasks", "task"),
    ("taskDefinition", "task-definition"),
    ("taskDefinitions", "task-definition"),
];

/// Refuses ARNs of another region, of another account, of another kind, or of another cluster than the call's.
pub(super) fn check(call: &Call) -> Result<(), AwsError> {
    let cluster = cluster_name(text(&call.input, "cluster"));
    for (member, kind) in NAMED {
        let given = &call.input[member];
        let listed = given
            .as_array()
            .map_or(std::slice::from_ref(given), Vec::as_slice);
        let named = listed.iter().filter_map(Value::as_str);
        named
            .filter(|name| name.starts_with("arn:"))
            .try_for_each(|arn| of(arn, kind, call.account(), cluster))?;
    }
    Ok(())
}

fn of(arn: &str, kind: &str, account: &str, cluster: &str) -> Result<(), AwsError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", "aws", "ecs", region, owner, resource] = parts.as_slice() else {
        return Err(invalid(format!("Invalid arn syntax: {arn}")));
    };
    if region != REGION {
        return Err(invalid("Invalid Region in ARN"));
    }
    if owner != account {
        return Err(invalid(format!(
            "Invalid identifier: Identifier is for {owner}. Your accountId is {account}"
        )));
    }
    let parts: Vec<&str> = resource.split('/').collect();
    let separators = || invalid("Invalid identifier: Unexpected number of separators");
    match (kind, parts.as_slice()) {
        ("cluster" | "task-definition", [found, _]) if *found == kind => Ok(()),
        ("service" | "task", [found, of, _]) if *found == kind && *of != cluster => Err(invalid(format!(
            "Invalid identifier: Identifier is for cluster {of}. Your cluster is {cluster}"
        ))),
        // The ARNs of old resources do not tell their cluster.
        ("service" | "task", [found, .., _]) if *found == kind && parts.len() <= 3 => Ok(()),
        (_, [found, ..]) if *found != kind => Err(invalid(format!(
            "Invalid identifier: Unexpected resource type {found}"
        ))),
        _ => Err(separators()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const ACCOUNT: &str = "123456789012";

    fn said(arn: &str, kind: &str) -> String {
        of(arn, kind, ACCOUNT, "default").map_or_else(|refused| refused.message, |()| "taken".to_owned())
    }

    #[test]
    fn an_arn_must_be_of_the_region_the_account_and_the_cluster() {
        let here = "arn:aws:ecs:eu-west-3:123456789012:";
        for (arn, kind, told) in [
            (format!("{here}service/default/web"), "service", "taken"),
            (format!("{here}service/web"), "service", "taken"),
            (format!("{here}cluster/site"), "cluster", "taken"),
            (format!("{here}task-definition/web:1"), "task-definition", "taken"),
            (
                format!("{here}service/site/web"),
                "service",
                "Invalid identifier: Identifier is for cluster site. Your cluster is default",
            ),
            (
                format!("{here}cluster/site/web"),
                "cluster",
                "Invalid identifier: Unexpected number of separators",
            ),
            (
                format!("{here}service/default/web"),
                "task",
                "Invalid identifier: Unexpected resource type service",
            ),
            (
                "arn:aws:ecs:us-east-1:123456789012:cluster/site".to_owned(),
                "cluster",
                "Invalid Region in ARN",
            ),
            (
                "arn:aws:ecs:eu-west-3:111122223333:cluster/site".to_owned(),
                "cluster",
                "Invalid identifier: Identifier is for 111122223333. Your accountId is 123456789012",
            ),
            (
                "arn:aws:ecs".to_owned(),
                "task",
                "Invalid arn syntax: arn:aws:ecs",
            ),
        ] {
            assert_eq!(said(&arn, kind), told, "{arn}");
        }
    }
}
