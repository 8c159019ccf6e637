//! What one `UpdateTable` may change at once: one thing, but for what goes with a change of the capacity mode.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html>

use serde_json::Value;

use super::limits;
use crate::error::AwsError;
use crate::services::dynamodb::codec::invalid;

/// The members that stand alone, the first of those present being the one that is named, and how each is named.
const ALONE: [(&str, &str); 4] = [
    ("SSESpecification", "Server-Side Encryption modification"),
    ("TableClass", "TableClass modification"),
    ("DeletionProtectionEnabled", "DeletionProtection modification"),
    ("WarmThroughput", "WarmThroughput"),
];

/// Every member that changes something.
const CHANGES: [&str; 11] = [
    "SSESpecification",
    "TableClass",
    "DeletionProtectionEnabled",
    "WarmThroughput",
    "OnDemandThroughput",
    "StreamSpecification",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexUpdates",
    "VectorIndexUpdates",
    "ReplicaUpdates",
];

/// The refusal of a parameter's value.
pub(super) fn refused(what: &str) -> AwsError {
    invalid(format!("One or more parameter values were invalid: {what}"))
}

/// Refuses changes that do not go together.
pub(super) fn check(input: &Value) -> Result<(), AwsError> {
    check_indexes(input)?;
    let has = |member: &str| input.get(member).is_some_and(|value| !value.is_null());
    let count = CHANGES.iter().filter(|member| has(member)).count();
    if count < 2 {
        return Ok(());
    }
    let provisioning = has("ProvisionedThroughput") || input["BillingMode"] == "PROVISIONED";
    let acts = |action: &str| {
        let updates = input["GlobalSecondaryIndexUpdates"]
            .as_array()
            .into_iter()
            .flatten();
        updates.filter(|update| update.get(action).is_some()).count() > 0
    };
    let online = acts("Create") || acts("Delete");
    if has("WarmThroughput") && acts("Create") && count == 2 {
        return Err(refused(
            "Create global secondary index cannot be specified when updating WarmThroughput",
        ));
    }
    if let Some((_, named)) = ALONE.iter().find(|(member, _)| has(member)) {
        return Err(refused(&format!(
            "{named} must be the only operation in the request"
        )));
    }
    if has("StreamSpecification") && provisioning {
        return Err(refused(
            "You cannot modify stream status while updating table IOPS",
        ));
    }
    if has("OnDemandThroughput") && (count > 2 || !has("BillingMode")) {
        return Err(refused(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        ));
    }
    if online && has("ProvisionedThroughput") {
        return Err(refused(
            "You cannot create or delete index while updating table IOPS",
        ));
    }
    if online && has("StreamSpecification") {
        return Err(refused(
            "You cannot create or delete index while changing stream status",
        ));
    }
    Ok(())
}

/// Each entry of the indexes' updates is one action on an index of its own; one index may come or go.
fn check_indexes(input: &Value) -> Result<(), AwsError> {
    let updates = input["GlobalSecondaryIndexUpdates"]
        .as_array()
        .into_iter()
        .flatten();
    let (mut named, mut online) = (Vec::new(), 0);
    for update in updates {
        let has = |action: &&str| update.get(*action).is_some_and(|value| !value.is_null());
        let actions: Vec<_> = ["Update", "Create", "Delete"]
            .iter()
            .filter(|action| has(action))
            .collect();
        let action = match actions.as_slice() {
            [] => {
                return Err(refused(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
                     GlobalSecondaryIndexUpdate.Delete must not be null",
                ));
            }
            [action] => **action,
            _ => {
                return Err(refused(
                    "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
                ));
            }
        };
        online += usize::from(action != "Update");
        let index = update[action]["IndexName"].as_str().unwrap_or_default();
        if named.contains(&index) && !index.is_empty() {
            return Err(refused(&format!(
                "Only one global secondary index update per index is allowed simultaneously. Index: {index}"
            )));
        }
        named.push(index);
    }
    if online > 1 {
        return Err(limits::exceeded(
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    #[test]
    fn one_thing_is_changed_at_once() {
        let throughput = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
        let index = |action: &str| json!([{ action: {"IndexName": "i"} }]);
        let cases = [
            (
                json!({"DeletionProtectionEnabled": true, "SSESpecification": {}}),
                "Server-Side Encryption modification must be the only operation in the request",
            ),
            (
                json!({"WarmThroughput": {}, "DeletionProtectionEnabled": true}),
                "DeletionProtection modification must be the only operation in the request",
            ),
            (
                json!({"OnDemandThroughput": {}, "StreamSpecification": {}}),
                "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
            ),
            (
                json!({"ProvisionedThroughput": throughput, "StreamSpecification": {}}),
                "You cannot modify stream status while updating table IOPS",
            ),
            (
                json!({"ProvisionedThroughput": throughput, "GlobalSecondaryIndexUpdates": index("Create")}),
                "You cannot create or delete index while updating table IOPS",
            ),
        ];
        for (input, said) in cases {
            assert!(check(&input).unwrap_err().message.ends_with(said), "{input}");
        }
        for input in [
            json!({"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {}}),
            json!({"BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {}}),
            json!({"ProvisionedThroughput": throughput, "GlobalSecondaryIndexUpdates": index("Update")}),
            json!({"BillingMode": "PAY_PER_REQUEST", "GlobalSecondaryIndexUpdates": index("Create")}),
        ] {
            assert!(check(&input).is_ok(), "{input}");
        }
    }
}
