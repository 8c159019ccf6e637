//! What IAM remembers: accounts with their identities and policies, access keys, sessions.

mod entities;
mod held;
mod named;
mod session;
mod settle;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub(crate) use entities::{
    AccessKey, Entity, Group, InstanceProfile, ManagedPolicy, Role, Tags, User, Version,
};
pub(crate) use held::Held;
pub(crate) use named::Named;
pub(crate) use session::{Session, SessionPolicies};

use super::managed;
use super::sessions::Sessions;
use crate::auth::keys::{Key, unique_id};

/// The user whose key is handed out.
pub(crate) const ADMINISTRATOR: &str = "administrateur";

/// Everything that IAM and STS remember.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// The accounts, by their id.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// Whose each long-term key is.
    pub(crate) keys: HashMap<String, KeyOwner>,
    /// The temporary credentials.
    pub(crate) sessions: Sessions,
    /// The key that is handed out.
    pub(super) handed_out: Option<String>,
}

/// Whose a long-term key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyOwner {
    /// The account.
    pub(crate) account: String,
    /// The user's name.
    pub(crate) user: String,
}

/// One account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: String,
    /// The alias of its sign-in page.
    pub(crate) alias: Option<String>,
    /// The users.
    pub(crate) users: Named<User>,
    /// The groups.
    pub(crate) groups: Named<Group>,
    /// The roles.
    pub(crate) roles: Named<Role>,
    /// The instance profiles.
    pub(crate) profiles: Named<InstanceProfile>,
    /// The customer's managed policies.
    pub(crate) policies: Named<ManagedPolicy>,
}

impl State {
    /// One account with its administrator.
    pub(crate) fn of_administrator(account: &str, key: &Key, now: OffsetDateTime) -> Self {
        let mut state = Self::default();
        state.open_account(account);
        state.hand_out(account, key, now);
        state
    }

    /// Adds an account without any identity.
    pub(crate) fn open_account(&mut self, id: &str) -> &mut Account {
        self.accounts.entry(id.to_owned()).or_insert_with(|| Account {
            id: id.to_owned(),
            ..Account::default()
        })
    }

    /// The keys of a user who got another name are that user's still.
    pub(crate) fn rename_key_owner(&mut self, account: &str, name: &str, new_name: &str) {
        let owners = self.keys.values_mut();
        for owner in owners.filter(|owner| owner.account == account && owner.user == name) {
            new_name.clone_into(&mut owner.user);
        }
    }

    /// A user by their account and name.
    pub(crate) fn user(&self, account: &str, name: &str) -> Option<&User> {
        self.accounts.get(account)?.users.get(name)
    }

    /// A role by its ARN.
    pub(crate) fn role(&self, arn: &str) -> Option<(&Account, &Role)> {
        let (account, rest) = split_arn(arn)?;
        let name = rest.strip_prefix("role/")?.rsplit('/').next()?;
        let account = self.accounts.get(account)?;
        let role = account.roles.get(name)?;
        (account.role_arn(role) == arn).then_some((account, role))
    }
}

impl Entity {
    /// A new one, without any policy; its id begins with `prefix`.
    pub(crate) fn new(name: &str, path: &str, prefix: &str, now: OffsetDateTime) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: unique_id(prefix),
            created: now,
            tags: Tags::new(),
            inline: BTreeMap::new(),
            attached: Vec::new(),
            boundary: None,
        }
    }
}

/// The account of an ARN of IAM, and what follows it.
pub(crate) fn split_arn(arn: &str) -> Option<(&str, &str)> {
    arn.strip_prefix("arn:aws:iam::")?.split_once(':')
}

impl Account {
    /// The ARN of something in this account.
    fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!("arn:aws:iam::{}:{kind}{path}{name}", self.id)
    }

    /// The ARN of a user.
    pub(crate) fn user_arn(&self, user: &User) -> String {
        self.arn("user", &user.entity.path, &user.entity.name)
    }

    /// The ARN of a group.
    pub(crate) fn group_arn(&self, group: &Group) -> String {
        self.arn("group", &group.entity.path, &group.entity.name)
    }

    /// The ARN of a role.
    pub(crate) fn role_arn(&self, role: &Role) -> String {
        self.arn("role", &role.entity.path, &role.entity.name)
    }

    /// The ARN of an instance profile.
    pub(crate) fn profile_arn(&self, profile: &InstanceProfile) -> String {
        self.arn("instance-profile", &profile.path, &profile.name)
    }

    /// The ARN that a managed policy of that path and name has.
    pub(crate) fn policy_arn(&self, path: &str, name: &str) -> String {
        self.arn("policy", path, name)
    }

    /// A managed policy by its ARN: this account's or AWS's.
    pub(crate) fn policy(&self, arn: &str) -> Option<&ManagedPolicy> {
        if arn.starts_with(managed::PREFIX) {
            return managed::find(arn);
        }
        let name = arn.rsplit('/').next()?;
        self.policies.get(name).filter(|policy| policy.arn == arn)
    }

    /// The groups that a user is in, in the order of their names.
    pub(crate) fn groups_of(&self, user: &User) -> impl Iterator<Item = &Group> {
        let groups = self.groups.iter();
        groups.filter(|group| user.groups.contains(&group.entity.id))
    }

    /// The role of that id.
    pub(crate) fn role_by_id(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.entity.id == id)
    }

    /// Every user, group and role with what they have in common.
    pub(crate) fn entities(&self) -> impl Iterator<Item = &Entity> {
        let users = self.users.iter().map(|user| &user.entity);
        let groups = self.groups.iter().map(|group| &group.entity);
        users
            .chain(groups)
            .chain(self.roles.iter().map(|role| &role.entity))
    }
}
