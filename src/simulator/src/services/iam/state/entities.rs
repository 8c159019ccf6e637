//! Users, groups, roles, instance profiles, access keys and managed policies, as an account keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::held::Held;
use super::named::HasName;

/// Tags by their key.
pub(crate) type Tags = BTreeMap<String, String>;

/// What users, groups and roles have in common.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entity {
    /// The friendly name.
    pub(crate) name: String,
    /// The path, `/` or `/equipe/`.
    pub(crate) path: String,
    /// The unique id.
    pub(crate) id: String,
    /// When it was made.
    pub(crate) created: OffsetDateTime,
    /// The tags; groups have none.
    pub(crate) tags: Tags,
    /// The inline policies, by name.
    pub(crate) inline: BTreeMap<String, Held>,
    /// The ARNs of the managed policies attached, in the order in which they were.
    pub(crate) attached: Vec<String>,
    /// The ARN of the permissions boundary; groups have none.
    pub(crate) boundary: Option<String>,
}

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    /// What all identities have.
    pub(crate) entity: Entity,
    /// The ids of the groups that the user is in.
    pub(crate) groups: Vec<String>,
    /// The access keys, two at most.
    pub(crate) keys: Vec<AccessKey>,
}

/// A long-term access key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessKey {
    /// `AKIA…`.
    pub(crate) id: String,
    /// The secret access key.
    pub(crate) secret: String,
    /// Whether it may be used.
    pub(crate) active: bool,
    /// When it was made.
    pub(crate) created: OffsetDateTime,
}

/// A group of users.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    /// What all identities have.
    pub(crate) entity: Entity,
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    /// What all identities have.
    pub(crate) entity: Entity,
    /// Who may assume it.
    pub(crate) trust: Held,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// The longest session, in seconds.
    pub(crate) max_session: i64,
}

impl Role {
    /// Whether it belongs to a service, which alone may change it.
    pub(crate) fn service_linked(&self) -> bool {
        self.entity.path.starts_with("/aws-service-role/")
    }
}

/// An instance profile: a container that hands a role to an EC2 instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    /// The friendly name.
    pub(crate) name: String,
    /// The path.
    pub(crate) path: String,
    /// The unique id, `AIPA…`.
    pub(crate) id: String,
    /// When it was made.
    pub(crate) created: OffsetDateTime,
    /// The tags.
    pub(crate) tags: Tags,
    /// The id of its one role.
    pub(crate) role: Option<String>,
}

/// A managed policy, with its versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    /// The ARN.
    pub(crate) arn: String,
    /// The friendly name.
    pub(crate) name: String,
    /// The path.
    pub(crate) path: String,
    /// The unique id, `ANPA…`.
    pub(crate) id: String,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// When it was made.
    pub(crate) created: OffsetDateTime,
    /// When its newest version was made, or its default version was chosen.
    pub(crate) updated: OffsetDateTime,
    /// The tags.
    pub(crate) tags: Tags,
    /// The versions that there are, oldest first; never empty.
    pub(crate) versions: Vec<Version>,
    /// The number of the version in force.
    pub(crate) default: u32,
    /// The number of the next version: none is ever used again.
    pub(crate) next: u32,
}

/// A version of a managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    /// 1 for `v1`.
    pub(crate) number: u32,
    /// When it was made.
    pub(crate) created: OffsetDateTime,
    /// What it says.
    pub(crate) document: Held,
}

impl ManagedPolicy {
    /// The version of that number.
    pub(crate) fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The document in force.
    pub(crate) fn document(&self) -> Option<&Held> {
        self.version(self.default).map(|version| &version.document)
    }
}

macro_rules! named {
    ($($kind:ty => $($field:ident).+;)*) => {
        $(impl HasName for $kind {
            fn name(&self) -> &str {
                &self.$($field).+
            }
        })*
    };
}

named! {
    User => entity.name;
    Group => entity.name;
    Role => entity.name;
    InstanceProfile => name;
    ManagedPolicy => name;
}
