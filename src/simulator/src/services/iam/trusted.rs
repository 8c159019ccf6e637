//! Trust policies follow the identities that they name, as IAM does: it keeps unique ids behind the ARNs.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-users>

use serde_json::Value;

use super::state::{Held, State};

impl State {
    /// A user or role got another ARN: whoever trusted it goes on doing so.
    pub(super) fn renamed_principal(&mut self, former: &str, new: &str) {
        self.replace_principal(former, new);
    }

    /// A user or role is gone: what named it now names its unique id, which a new one of the same name does not have.
    pub(super) fn deleted_principal(&mut self, arn: &str, id: &str) {
        self.replace_principal(arn, id);
    }

    fn replace_principal(&mut self, former: &str, new: &str) {
        for account in self.accounts.values_mut() {
            for role in account.roles.iter_mut().filter(|role| names(&role.trust, former)) {
                if let Some(trust) = replaced(&role.trust, former, new) {
                    role.trust = trust;
                }
            }
        }
    }
}

/// Whether a trust policy names a principal.
fn names(trust: &Held, arn: &str) -> bool {
    let principals = trust
        .statements()
        .iter()
        .flat_map(|statement| &statement.principals);
    principals
        .flat_map(|principals| &principals.named)
        .any(|named| *named.text == *arn)
}

/// The same trust policy with another principal in the place of one.
fn replaced(trust: &Held, former: &str, new: &str) -> Option<Held> {
    let mut document: Value = serde_json::from_str(trust.text()).ok()?;
    let statements = match &mut document["Statement"] {
        Value::Array(statements) => statements.iter_mut().collect(),
        one => vec![one],
    };
    for statement in statements {
        let named = statement.pointer_mut("/Principal/AWS");
        let named: Vec<&mut Value> = match named {
            Some(Value::Array(named)) => named.iter_mut().collect(),
            one => one.into_iter().collect(),
        };
        for name in named.into_iter().filter(|name| **name == *former) {
            *name = new.into();
        }
    }
    Held::parse(&document.to_string(), trust.kind()).ok()
}
