//! Whether the users and roles that a policy names as principals are there: AWS refuses a policy that names one that is not.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-policies.html>

use super::Iam;
use super::errors::malformed;
use super::state::{Account, State, split_arn};
use crate::error::AwsError;
use crate::policy::{Document, Fault, Form, Malformed, NamedPrincipal, Span};

impl Iam {
    /// Whether every user and role that a document names is there.
    pub(crate) fn knows_principals(&self, document: &Document) -> bool {
        stranger(&self.read(), document).is_none()
    }
}

/// Refuses a trust policy that names a user or role that is not there.
pub(super) fn exist(state: &State, document: &Document) -> Result<(), AwsError> {
    let Some((stranger, span)) = stranger(state, document) else {
        return Ok(());
    };
    Err(malformed(&Malformed {
        kind: document.kind(),
        fault: Fault::Principal {
            kind: stranger.kind.into(),
            value: stranger.text.to_string(),
        },
        span,
    }))
}

/// The first user or role of a document that is not there. Nothing is known of accounts that are not simulated: whoever
/// is named there counts as being there.
fn stranger<'a>(state: &State, document: &'a Document) -> Option<(&'a NamedPrincipal, Span)> {
    let statements = document.statements().iter();
    let mut named = statements.flat_map(|statement| {
        let principals = statement.principals.iter();
        let named = principals.flat_map(|principals| &principals.named);
        named.map(|named| (named, statement.span))
    });
    named.find(|(named, _)| named.kind == "AWS" && !known(state, named))
}

/// Whether what a principal names is there.
fn known(state: &State, named: &NamedPrincipal) -> bool {
    match named.form {
        Form::UniqueId => has_id(state, &named.text),
        _ => has_arn(state, &named.text),
    }
}

/// A unique id is what is left of whoever is gone.
fn has_id(state: &State, id: &str) -> bool {
    let mut entities = state.accounts.values().flat_map(Account::entities);
    entities.any(|entity| entity.id == id)
}

fn has_arn(state: &State, arn: &str) -> bool {
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
