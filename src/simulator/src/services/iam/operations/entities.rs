//! What operations on users, groups and roles have in common.

use super::Work;
use crate::error::AwsError;
use crate::services::form::Rule;
use crate::services::iam::errors::{no_such_named, unmodifiable};
use crate::services::iam::rules;
use crate::services::iam::rules::quota::Quota;
use crate::services::iam::state::{Account, Entity, Group, Role, User};

/// A kind of identity that holds policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    /// How sentences call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// The member that names it.
    pub(super) fn member(self) -> &'static str {
        match self {
            Self::User => "UserName",
            Self::Group => "GroupName",
            Self::Role => "RoleName",
        }
    }

    fn rule(self) -> &'static Rule {
        match self {
            Self::User => &rules::EXISTING_USER_NAME,
            Self::Group => &rules::NAME,
            Self::Role => &rules::ROLE_NAME,
        }
    }

    /// The most characters of all its inline policies, white space not counted.
    pub(super) fn inline_size(self) -> usize {
        match self {
            Self::User => 2048,
            Self::Group => 5120,
            Self::Role => 10_240,
        }
    }

    /// The most managed policies attached to one.
    pub(super) fn attachments(self) -> Quota {
        match self {
            Self::User => ("PoliciesPerUser", 10),
            Self::Group => ("PoliciesPerGroup", 10),
            Self::Role => ("PoliciesPerRole", 10),
        }
    }
}

impl Work<'_> {
    /// The name of the user, group or role that the request is about.
    pub(super) fn named(&mut self, kind: Kind) -> String {
        self.form.required(kind.member(), kind.rule())
    }
}

impl Account {
    /// The user of that name.
    pub(super) fn existing_user(&mut self, name: &str) -> Result<&mut User, AwsError> {
        self.users
            .get_mut(name)
            .ok_or_else(|| no_such_named("user", name))
    }

    /// The group of that name.
    pub(super) fn existing_group(&mut self, name: &str) -> Result<&mut Group, AwsError> {
        self.groups
            .get_mut(name)
            .ok_or_else(|| no_such_named("group", name))
    }

    /// The role of that name.
    pub(super) fn existing_role(&mut self, name: &str) -> Result<&mut Role, AwsError> {
        self.roles
            .get_mut(name)
            .ok_or_else(|| no_such_named("role", name))
    }

    /// The role of that name, which no service owns.
    pub(super) fn modifiable_role(&mut self, name: &str) -> Result<&mut Role, AwsError> {
        let role = self.existing_role(name)?;
        if role.service_linked() {
            return Err(unmodifiable(name));
        }
        Ok(role)
    }

    /// The common part of the user, group or role of that name.
    pub(super) fn entity(&mut self, kind: Kind, name: &str) -> Result<&mut Entity, AwsError> {
        match kind {
            Kind::User => self.existing_user(name).map(|user| &mut user.entity),
            Kind::Group => self.existing_group(name).map(|group| &mut group.entity),
            Kind::Role => self.existing_role(name).map(|role| &mut role.entity),
        }
    }

    /// The same, to be given or to lose policies, which a service-linked role does not.
    pub(super) fn entity_to_change(&mut self, kind: Kind, name: &str) -> Result<&mut Entity, AwsError> {
        if kind == Kind::Role {
            self.modifiable_role(name)?;
        }
        self.entity(kind, name)
    }
}

impl Entity {
    /// Refuses the deletion of what still holds policies.
    pub(super) fn deletable(&self) -> Result<(), AwsError> {
        use crate::services::iam::errors::conflict;
        if !self.attached.is_empty() {
            return Err(conflict("Cannot delete entity, must detach all policies first."));
        }
        if !self.inline.is_empty() {
            return Err(conflict("Cannot delete entity, must delete policies first."));
        }
        Ok(())
    }
}
