//! Who calls, as policies see it.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

    /// The ARN that `aws:PrincipalArn` has: a role's session has that of its role.
    pub(crate) fn principal_arn(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service { .. } => None,
            Self::AssumedRole { role_arn, .. } => Some(role_arn),
            Self::Root { arn, .. } | Self::User { arn, .. } | Self::FederatedUser { arn, .. } => Some(arn),
        }
    }

    /// The value of `aws:PrincipalType`; a service has none.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    pub(crate) fn principal_type(&self) -> Option<&'static str> {
        match self {
            Self::Anonymous => Some("Anonymous"),
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::AssumedRole { .. } => Some("AssumedRole"),
            Self::FederatedUser { .. } => Some("FederatedUser"),
            Self::Service { .. } => None,
        }
    }

    /// Reads who a policy question is about: an ARN of a user, a role, a session or a root user, the name of a service, or
    /// `*`. A role stands for a session of it, and unique ids are made up.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Anonymous);
        }
        if text.ends_with(".amazonaws.com") {
            return Some(Self::Service {
                name: text.to_owned(),
            });
        }
        let segments: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", _, service, "", account, resource] = segments.as_slice() else {
            return None;
        };
        let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return None;
        }
        let (kind, path) = resource.split_once('/').unwrap_or((resource, ""));
        let name = path.rsplit('/').next().filter(|name| !name.is_empty());
        match (*service, kind, name) {
            ("iam", "root", None) => Some(Self::root(account)),
            ("iam", "user", Some(name)) => Some(Self::User {
                account: (*account).to_owned(),
                arn: text.to_owned(),
                name: name.to_owned(),
                id: "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
            }),
            ("iam", "role", Some(name)) => Some(role(account, text.to_owned(), name, "session")),
            ("sts", "assumed-role", Some(session)) => {
                let role_name = path.split_once('/')?.0;
                let arn = format!("arn:aws:iam::{account}:role/{role_name}");
                Some(role(account, arn, role_name, session))
            }
            ("sts", "federated-user", Some(name)) => Some(Self::FederatedUser {
                account: (*account).to_owned(),
                arn: text.to_owned(),
                id: format!("{account}:{name}"),
                user_arn: format!("arn:aws:iam::{account}:user/{name}"),
            }),
            _ => None,
        }
    }
}

/// A session of a role whose unique id is AWS's example.
fn role(account: &str, role_arn: String, name: &str, session: &str) -> Principal {
    Principal::AssumedRole {
        account: account.to_owned(),
        role_arn,
        session_arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"),
        id: format!("AROADBQP57FF2AEXAMPLE:{session}"),
    }
}

/// The id by which S3 knows an account, 64 hexadecimal digits.
pub(crate) fn canonical_user(account: &str) -> String {
    let digest = Sha256::digest(format!("canonical user of {account}"));
    digest.iter().fold(String::with_capacity(64), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
