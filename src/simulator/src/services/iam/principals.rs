//! Whether the users and roles that a trust policy names are there: IAM refuses a policy that names one that is not.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-policies.html>

use serde_json::Value;

use super::state::{State, split_arn};
use crate::error::AwsError;
use crate::policy::Document;

/// Refuses a document that names a user or role that is not there. Nothing is known of accounts that are not simulated:
/// whoever is named there counts as being there.
pub(super) fn exist(state: &State, document: &Document) -> Result<(), AwsError> {
    let read: Value = serde_json::from_str(document.text()).unwrap_or_default();
    let statements = match &read["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        one => vec![one],
    };
    for statement in statements {
        let named = texts(&statement["Principal"]["AWS"]).chain(texts(&statement["NotPrincipal"]["AWS"]));
        for arn in named {
            if !known(state, arn) {
                let message = format!("Invalid principal in policy: \"AWS\":\"{arn}\"");
                return Err(AwsError::new(400, "MalformedPolicyDocument", message));
            }
        }
    }
    Ok(())
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str().into_iter();
    let many = value.as_array().into_iter().flatten();
    one.chain(many.filter_map(Value::as_str))
}

/// Whether what an ARN of IAM names is there.
fn known(state: &State, arn: &str) -> bool {
    let Some((id, resource)) = split_arn(arn) else {
        return true;
    };
    let Some(account) = state.accounts.get(id) else {
        return true;
    };
    match resource.split_once('/') {
        Some(("user", path)) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            account
                .users
                .get(name)
                .is_some_and(|user| account.user_arn(user) == arn)
        }
        Some(("role", _)) => state.role(arn).is_some(),
        _ => true,
    }
}
