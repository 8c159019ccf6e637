//! What a caller's own account says of them: the policies of their identity and session, their boundary, their tags.

use super::state::{Account, Entity, Held, Role, Session, State, Tags, User};
use super::{Iam, managed};
use crate::call::{Caller, Principal};
use crate::policy::{Source, SourceKind};

/// What IAM knows of a caller.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// The policies of the user, with those of the user's groups, or of the role.
    pub(crate) identity: Vec<Source>,
    /// The permissions boundary.
    pub(crate) boundary: Option<Source>,
    /// The session policies; `None` where the session was made without any.
    pub(crate) session: Option<Vec<Source>>,
    /// The principal's tags: those of the session come before those of the identity.
    pub(crate) tags: Tags,
    /// Whether the caller is a session of a service-linked role.
    pub(crate) service_linked: bool,
}

impl Iam {
    /// What is known of a caller at this moment.
    pub(crate) fn standing(&self, caller: &Caller) -> Standing {
        let state = self.read();
        let mut standing = state.identity(&caller.principal);
        if let Some(session) = caller.session() {
            standing.session = state.session_policies(session);
            for (key, value) in &session.tags {
                standing.tags.retain(|other, _| !other.eq_ignore_ascii_case(key));
                standing.tags.insert(key.clone(), value.clone());
            }
        }
        standing
    }
}

impl State {
    /// What is known of a principal, whatever session it is in.
    fn identity(&self, principal: &Principal) -> Standing {
        match principal {
            Principal::User { account, name, .. } => {
                let account = self.accounts.get(account);
                let found = account.and_then(|account| Some((account, account.users.get(name)?)));
                found.map(|(account, user)| account.standing_of_user(user))
            }
            Principal::AssumedRole { role_arn, .. } => self
                .role(role_arn)
                .map(|(account, role)| account.standing_of_role(role)),
            Principal::FederatedUser {
                account, user_arn, ..
            } => {
                let name = user_arn.rsplit('/').next().unwrap_or_default();
                let account = self.accounts.get(account);
                let found = account.and_then(|account| Some((account, account.users.get(name)?)));
                // A federated user has the user's permissions, not the user's tags.
                found.map(|(account, user)| Standing {
                    tags: Tags::new(),
                    ..account.standing_of_user(user)
                })
            }
            Principal::Anonymous | Principal::Root { .. } | Principal::Service { .. } => None,
        }
        .unwrap_or_default()
    }

    /// The policies of a session. A managed one that is gone allows nothing any more.
    fn session_policies(&self, session: &Session) -> Option<Vec<Source>> {
        let policies = session.policies.as_ref()?;
        let account = session.principal.account().and_then(|id| self.accounts.get(id));
        let inline = policies.inline.iter();
        let inline =
            inline.map(|document| Source::new("SessionPolicy", SourceKind::Session, document.share()));
        let managed = policies.managed.iter().filter_map(|arn| {
            let document = account?.policy(arn)?.document()?;
            Some(Source::new(arn.as_str(), SourceKind::Session, document.share()))
        });
        Some(inline.chain(managed).collect())
    }

    /// Whether the user or role behind a session is still there, and the same.
    pub(super) fn has_identity(&self, session: &Session) -> bool {
        match &session.principal {
            Principal::AssumedRole { role_arn, .. } => {
                let role = self.role(role_arn);
                role.is_some_and(|(_, role)| role.entity.id == session.owner_id)
            }
            principal => {
                let account = principal.account().and_then(|id| self.accounts.get(id));
                let mut users = account.into_iter().flat_map(|account| account.users.iter());
                users.any(|user| user.entity.id == session.owner_id)
            }
        }
    }
}

impl Account {
    /// What is known of a user.
    pub(super) fn standing_of_user(&self, user: &User) -> Standing {
        let mut identity = self.policies_of(&user.entity, SourceKind::UserInline);
        for group in self.groups_of(user) {
            identity.extend(self.policies_of(&group.entity, SourceKind::GroupInline));
        }
        Standing {
            identity,
            boundary: self.boundary_of(&user.entity),
            tags: user.entity.tags.clone(),
            ..Standing::default()
        }
    }

    /// What is known of a role.
    pub(super) fn standing_of_role(&self, role: &Role) -> Standing {
        Standing {
            identity: self.policies_of(&role.entity, SourceKind::RoleInline),
            boundary: self.boundary_of(&role.entity),
            tags: role.entity.tags.clone(),
            service_linked: role.service_linked(),
            ..Standing::default()
        }
    }

    /// The policies of one user, group or role alone.
    pub(super) fn policies_of(&self, entity: &Entity, inline: SourceKind) -> Vec<Source> {
        let own = entity.inline.iter();
        let own = own.map(|(name, document)| Source::new(name.as_str(), inline, document.share()));
        let attached = entity.attached.iter().filter_map(|arn| {
            let kind = if arn.starts_with(managed::PREFIX) {
                SourceKind::AwsManaged
            } else {
                SourceKind::CustomerManaged
            };
            Some(Source::new(arn.as_str(), kind, self.in_force(arn)?.share()))
        });
        own.chain(attached).collect()
    }

    /// The permissions boundary of a user or role.
    pub(super) fn boundary_of(&self, entity: &Entity) -> Option<Source> {
        let arn = entity.boundary.as_deref()?;
        Some(Source::new(
            arn,
            SourceKind::Boundary,
            self.in_force(arn)?.share(),
        ))
    }

    fn in_force(&self, arn: &str) -> Option<&Held> {
        self.policy(arn)?.document()
    }
}
