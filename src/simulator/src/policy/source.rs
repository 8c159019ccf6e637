//! Which policies apply to a request, and where each comes from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::document::Document;

/// A policy as it is attached somewhere.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The name or ARN that traces and `MatchedStatements.SourcePolicyId` show. A denial's sentence names it when it is
    /// an ARN.
    pub(crate) id: Arc<str>,
    /// Where it is attached.
    pub(crate) kind: SourceKind,
    /// What it says.
    pub(crate) document: Arc<Document>,
}

impl Source {
    /// A policy of that id, kind and text.
    pub(crate) fn new(id: impl Into<Arc<str>>, kind: SourceKind, document: Arc<Document>) -> Self {
        Self {
            id: id.into(),
            kind,
            document,
        }
    }
}

/// Where a policy is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SourceKind {
    /// Inline, in a user.
    UserInline,
    /// Inline, in one of the user's groups.
    GroupInline,
    /// Inline, in a role.
    RoleInline,
    /// A customer's managed policy, attached to a user, a group or a role.
    CustomerManaged,
    /// A policy that AWS manages, attached to a user, a group or a role.
    AwsManaged,
    /// The permissions boundary of a user or role.
    Boundary,
    /// A policy passed when the session was made.
    Session,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// In a resource, such as a bucket policy.
    Resource,
    /// The trust policy of a role.
    Trust,
}

impl SourceKind {
    /// What the policy simulators of IAM answer as `SourcePolicyType`. The API documents an enumeration (`user`, `group`,
    /// …); what it answers is one of two names.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Statement.html>
    pub(crate) fn policy_source_type(self) -> &'static str {
        match self {
            Self::Resource | Self::Trust => "Resource Policy",
            _ => "IAM Policy",
        }
    }
}

/// A kind of policy, as denials and traces name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PolicyType {
    /// Resource control policies.
    ResourceControl,
    /// Service control policies.
    ServiceControl,
    /// The policy of a resource.
    ResourceBased,
    /// The policies of the caller's identity.
    IdentityBased,
    /// The caller's permissions boundary.
    PermissionsBoundary,
    /// The policies of the caller's session.
    Session,
    /// The trust policy of the role that is to be assumed.
    RoleTrust,
}

/// Every policy that has a say about a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applicable {
    /// The policies of the user (its groups' too) or of the role.
    pub(crate) identity: Vec<Source>,
    /// The permissions boundary of the user or role.
    pub(crate) boundary: Option<Source>,
    /// The policies of the session; `None` when it was made without any.
    pub(crate) session: Option<Vec<Source>>,
    /// The service control policies that apply to the caller's account, a level each from the root of the organization
    /// down to the account. Empty: they do not apply (no organization, its management account, a service-linked role).
    pub(crate) service_control: Vec<Vec<Source>>,
    /// The resource control policies that apply to the resource's account, likewise.
    pub(crate) resource_control: Vec<Vec<Source>>,
    /// The policy of the resource, or the trust policy of the role that is to be assumed.
    pub(crate) resource: Option<Source>,
}
