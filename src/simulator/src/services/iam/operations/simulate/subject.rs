//! Who is to call in a simulation, and with which policies of their own.

use crate::error::AwsError;
use crate::policy::{Principal, Source, SourceKind};
use crate::services::iam::errors::{invalid_input, no_such_named};
use crate::services::iam::operations::Work;
use crate::services::iam::state::{Account, Entity, Tags, split_arn};

/// Who is to call.
pub(super) struct Subject {
    /// The caller.
    pub(super) principal: Principal,
    /// Whether the keys that tell who calls are known.
    pub(super) known: bool,
    /// The caller's tags.
    pub(super) tags: Tags,
}

/// A user, group or role with its policies.
pub(super) struct Own {
    pub(super) subject: Subject,
    pub(super) policies: Vec<Source>,
    pub(super) boundary: Option<Source>,
}

fn unclear(arn: &str) -> AwsError {
    invalid_input(format!(
        "Invalid Entity Arn: {arn} does not clearly define entity type and name."
    ))
}

impl Subject {
    /// A caller of whom nothing is known but the account.
    pub(super) fn nobody(account: &str) -> Self {
        Self {
            principal: Principal::User {
                account: account.to_owned(),
                arn: format!("arn:aws:iam::{account}:user/"),
                name: String::new(),
                id: String::new(),
            },
            known: false,
            tags: Tags::new(),
        }
    }

    /// A caller by the ARN of a user, group or role.
    pub(super) fn caller(arn: &str) -> Result<Self, AwsError> {
        let (account, resource) = split_arn(arn).ok_or_else(|| unclear(arn))?;
        if resource.starts_with("group/") {
            return Ok(Self::nobody(account));
        }
        let found = Principal::parse(arn);
        let principal =
            found.filter(|found| matches!(found, Principal::User { .. } | Principal::AssumedRole { .. }));
        Ok(Self {
            principal: principal.ok_or_else(|| unclear(arn))?,
            known: true,
            tags: Tags::new(),
        })
    }

    /// Whether a resource's policy can name the caller.
    pub(super) fn is_user(&self) -> bool {
        self.known && matches!(self.principal, Principal::User { .. })
    }

    /// The user, group or role of an ARN, with its policies.
    pub(super) fn of_source(work: &mut Work<'_>, arn: &str) -> Result<Own, AwsError> {
        let (account_id, resource) = split_arn(arn).ok_or_else(|| unclear(arn))?;
        let own = work.call.account();
        if account_id != own {
            return Err(invalid_input(format!(
                "Invalid Policy Source Arn: caller's account {own} does not have access to policies in account {account_id}"
            )));
        }
        let (kind, path) = resource.split_once('/').ok_or_else(|| unclear(arn))?;
        let name = path.rsplit('/').next().unwrap_or_default();
        let account = work.account();
        let found = match kind {
            "user" => user(account, name),
            "group" => group(account, name),
            "role" => role(account, arn, name),
            _ => return Err(unclear(arn)),
        };
        found.ok_or_else(|| no_such_named(kind, name))
    }
}

fn user(account: &Account, name: &str) -> Option<Own> {
    let user = account.users.get(name)?;
    let principal = Principal::User {
        account: account.id.clone(),
        arn: account.user_arn(user),
        name: user.entity.name.clone(),
        id: user.entity.id.clone(),
    };
    let mut policies = held(account, &user.entity, SourceKind::UserInline);
    for group in account.groups_of(user) {
        policies.extend(held(account, &group.entity, SourceKind::GroupInline));
    }
    Some(Own {
        policies,
        boundary: account.boundary_of(&user.entity),
        subject: Subject {
            principal,
            known: true,
            tags: user.entity.tags.clone(),
        },
    })
}

fn role(account: &Account, arn: &str, name: &str) -> Option<Own> {
    let role = account.roles.get(name)?;
    Some(Own {
        policies: held(account, &role.entity, SourceKind::RoleInline),
        boundary: account.boundary_of(&role.entity),
        subject: Subject {
            principal: Principal::parse(arn)?,
            known: true,
            tags: role.entity.tags.clone(),
        },
    })
}

fn group(account: &Account, name: &str) -> Option<Own> {
    let group = account.groups.get(name)?;
    Some(Own {
        policies: held(account, &group.entity, SourceKind::GroupInline),
        boundary: None,
        subject: Subject::nobody(&account.id),
    })
}

/// The policies of a user, group or role under the ids by which the simulators call them: an inline one by the kind and
/// the name of its holder and its own.
fn held(account: &Account, entity: &Entity, inline: SourceKind) -> Vec<Source> {
    let kind = match inline {
        SourceKind::GroupInline => "group",
        SourceKind::RoleInline => "role",
        _ => "user",
    };
    let renamed = |source: Source| {
        if source.kind != inline {
            return source;
        }
        let id = format!("{kind}_{}_{}", entity.name, source.id);
        Source {
            id: id.into(),
            ..source
        }
    };
    let policies = account.policies_of(entity, inline);
    policies.into_iter().map(renamed).collect()
}
