//! Who calls, as policies see it.

use serde::{Deserialize, Serialize};

/// The caller of a request.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub(crate) enum Principal {
    /// Nobody: the request carried no signature.
    Anonymous,
    /// An account's root user.
    Root {
        /// Twelve digits.
        account: String,
        /// `arn:aws:iam::123456789012:root`.
        arn: String,
    },
    /// An IAM user.
    User {
        /// Twelve digits.
        account: String,
        /// `arn:aws:iam::123456789012:user/equipe/alice`.
        arn: String,
        /// The friendly name, without its path: `alice`.
        name: String,
        /// The unique id, `AIDA…`.
        id: String,
    },
    /// A session of a role.
    AssumedRole {
        /// The role's account, twelve digits.
        account: String,
        /// `arn:aws:iam::123456789012:role/service/lecteur`.
        role_arn: String,
        /// `arn:aws:sts::123456789012:assumed-role/lecteur/session` (without the role's path).
        session_arn: String,
        /// `AROA…:session`.
        id: String,
    },
    /// A session that a user obtained from `GetFederationToken`.
    FederatedUser {
        /// Twelve digits.
        account: String,
        /// `arn:aws:sts::123456789012:federated-user/invite`.
        arn: String,
        /// `123456789012:invite`.
        id: String,
        /// The ARN of the user who asked for it.
        user_arn: String,
    },
    /// A service of AWS that acts on its own behalf.
    Service {
        /// `lambda.amazonaws.com`.
        name: String,
    },
}

impl Principal {
    /// The root user of an account.
    pub(crate) fn root(account: &str) -> Self {
        Self::Root {
            account: account.to_owned(),
            arn: format!("arn:aws:iam::{account}:root"),
        }
    }

    /// The ARN that AWS shows for the caller: a role's session has its own; `*` for an anonymous caller, and a service's
    /// name for a service.
    pub(crate) fn arn(&self) -> &str {
        match self {
            Self::Anonymous => "*",
            Self::Root { arn, .. } | Self::User { arn, .. } | Self::FederatedUser { arn, .. } => arn,
            Self::AssumedRole { session_arn, .. } => session_arn,
            Self::Service { name } => name,
        }
    }

    /// The account whose identity calls; anonymous callers and services have none.
    pub(crate) fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service { .. } => None,
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::AssumedRole { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
        }
    }

    /// The value of `aws:userid`, which `GetCallerIdentity` shows too.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    pub(crate) fn user_id(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Root { account, .. } => account,
            Self::User { id, .. } | Self::AssumedRole { id, .. } | Self::FederatedUser { id, .. } => id,
            Self::Service { name } => name,
        }
    }
}
