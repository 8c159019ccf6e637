//! An account that an organization makes, with the role by which it is reached.

use serde_json::json;
use time::OffsetDateTime;

use super::Iam;
use super::state::{Entity, Held, Role};
use crate::policy::{ADMINISTRATOR_ACCESS, DocumentKind};

/// What is known of a new account.
pub(crate) struct NewAccount<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// The name of its role.
    pub(crate) role: &'a str,
    /// The account whose users may be allowed to assume the role.
    pub(crate) trusted: &'a str,
    /// When it is made.
    pub(crate) now: OffsetDateTime,
}

impl Iam {
    /// Opens an account that holds nothing but an administrator's role.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html>
    pub(crate) fn open_account(&self, new: &NewAccount<'_>) {
        let mut state = self.write();
        let account = state.open_account(new.id);
        let root = format!("arn:aws:iam::{}:root", new.trusted);
        let statement =
            json!({ "Effect": "Allow", "Principal": { "AWS": root }, "Action": "sts:AssumeRole" });
        let trust = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        if let Ok(trust) = Held::parse(&trust, DocumentKind::Trust) {
            account.roles.insert(Role {
                entity: Entity {
                    attached: vec![ADMINISTRATOR_ACCESS.to_owned()],
                    ..Entity::new(new.role, "/", "AROA", new.now)
                },
                trust,
                description: None,
                max_session: 3600,
            });
        }
    }
}
