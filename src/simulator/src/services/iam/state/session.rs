//! Temporary credentials, and what they may do.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::entities::Tags;
use super::held::Held;
use crate::policy::Principal;

/// The temporary credentials that an operation of STS gave out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// `ASIA…`.
    pub(crate) access_key_id: String,
    /// The secret access key.
    pub(crate) secret: String,
    /// The session token, without which the key is worth nothing.
    pub(crate) token: String,
    /// Whom the credentials make of their bearer.
    pub(crate) principal: Principal,
    /// The unique id of the user or role behind it: a new one of the same name is another.
    pub(crate) owner_id: String,
    /// When they were given out.
    pub(crate) issued: OffsetDateTime,
    /// When they end.
    pub(crate) expires: OffsetDateTime,
    /// The session policies; `None` where the session has the whole of its identity's permissions.
    pub(crate) policies: Option<SessionPolicies>,
    /// The session tags.
    pub(crate) tags: Tags,
    /// The keys of those tags that a chained session inherits.
    pub(crate) transitive: Vec<String>,
    /// The source identity, which chained sessions inherit.
    pub(crate) source_identity: Option<String>,
}

/// The policies that a session was made with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SessionPolicies {
    /// The inline one.
    pub(crate) inline: Option<Held>,
    /// The ARNs of managed ones.
    pub(crate) managed: Vec<String>,
}

impl Session {
    /// Whether it is over.
    pub(crate) fn expired(&self, now: OffsetDateTime) -> bool {
        now >= self.expires
    }

    /// Whether a service takes its credentials at all: IAM takes those of `GetSessionToken` only with multi-factor
    /// authentication, and those of `GetFederationToken` never.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
    pub(crate) fn reaches(&self, service: &str) -> bool {
        service != "iam" || matches!(self.principal, Principal::AssumedRole { .. })
    }
}
