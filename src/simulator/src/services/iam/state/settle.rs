//! Identities that are simply there, with their policy, for who judges a document in a cloud of its own.

use time::OffsetDateTime;

use super::{Entity, Held, Role, State, User, split_arn};

/// The name under which an identity's one policy is kept.
const POLICY: &str = "droits";

/// The longest session of a role that says nothing of it, in seconds.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
const SESSION: i64 = 3_600;

impl State {
    /// Puts a user, or the role that `trust` makes it, into its account, which is opened if it is not there; `false` for
    /// an ARN of neither.
    pub(crate) fn settle(
        &mut self,
        arn: &str,
        policy: Option<Held>,
        trust: Held,
        now: OffsetDateTime,
    ) -> bool {
        let Some((id, rest)) = split_arn(arn) else {
            return false;
        };
        let Some((kind, path)) = rest.split_once('/') else {
            return false;
        };
        let (path, name) = path.rsplit_once('/').map_or_else(
            || ("/".to_owned(), path),
            |(path, name)| (format!("/{path}/"), name),
        );
        let entity = |prefix| Entity {
            inline: policy
                .into_iter()
                .map(|policy| (POLICY.to_owned(), policy))
                .collect(),
            ..Entity::new(name, &path, prefix, now)
        };
        match kind {
            "user" => self.open_account(id).users.insert(User {
                entity: entity("AIDA"),
                groups: Vec::new(),
                keys: Vec::new(),
            }),
            "role" => self.open_account(id).roles.insert(Role {
                entity: entity("AROA"),
                trust,
                description: None,
                max_session: SESSION,
            }),
            _ => return false,
        }
        true
    }
}
