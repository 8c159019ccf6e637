//! Whether the users and roles that a trust policy names are there: IAM refuses a policy that names one that is not.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-policies.html>

use super::errors::malformed;
use super::state::{State, split_arn};
use crate::error::AwsError;
use crate::policy::{Document, Fault, Malformed};

/// Refuses a document that names a user or role that is not there. Nothing is known of accounts that are not simulated:
/// whoever is named there counts as being there.
pub(super) fn exist(state: &State, document: &Document) -> Result<(), AwsError> {
    for statement in document.statements() {
        let named = statement
            .principals
            .iter()
            .flat_map(|principals| &principals.named);
        let stranger = named
            .filter(|named| named.kind == "AWS")
            .find(|named| !known(state, &named.text));
        if let Some(stranger) = stranger {
            return Err(malformed(&Malformed {
                kind: document.kind(),
                fault: Fault::Principal {
                    kind: stranger.kind.into(),
                    value: stranger.text.to_string(),
                },
                span: statement.span,
            }));
        }
    }
    Ok(())
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
            let user = account.users.get(name);
            user.is_some_and(|user| account.user_arn(user) == arn)
        }
        Some(("role", _)) => state.role(arn).is_some(),
        _ => true,
    }
}
