//! The verdict on a request, and AWS's sentence for a denial.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::document::{Effect, Statement};
use super::source::{PolicyType, Source};
use super::trace::Trace;

/// What a request comes to, as IAM's policy simulators name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Verdict {
    /// It may.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// What policies say of one access, and why.
///
/// It is cheap to keep and to clone; its words are made when it is serialised.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    /// Whether the access is granted.
    pub(crate) allowed: bool,
    /// The same, and if not, how.
    pub(crate) verdict: Verdict,
    /// The kind of policy that a denial names.
    pub(crate) denied_by: Option<PolicyType>,
    /// The id of the policy that allows or explicitly denies.
    pub(crate) policy: Option<Arc<str>>,
    /// What was asked and what each policy said.
    pub(crate) trace: Arc<Trace>,
}

impl Decision {
    /// The ARN of who asked, `*` for an anonymous caller.
    pub(crate) fn principal(&self) -> &str {
        self.trace.principal.arn()
    }

    /// The action that was asked for.
    pub(crate) fn action(&self) -> &str {
        &self.trace.action
    }

    /// The resource that it was asked for.
    pub(crate) fn resource(&self) -> &str {
        &self.trace.resource
    }

    /// The first value of a condition key of the request.
    pub(crate) fn context(&self, key: &str) -> Option<&str> {
        self.trace.context.get(key).first().map(String::as_str)
    }

    /// AWS's sentence for a denial. The policy is named if its id is an ARN, and the resource if the action has one.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub(crate) fn sentence(&self) -> String {
        let principal = match self.principal() {
            "*" => "anonymous",
            arn => arn,
        };
        let (action, reason) = (self.action(), self.reason());
        let resource = match self.resource() {
            "*" => String::new(),
            arn => format!(" on resource: {arn}"),
        };
        format!("User: {principal} is not authorized to perform: {action}{resource} {reason}")
    }

    fn reason(&self) -> String {
        let kind = self.denied_by.unwrap_or(PolicyType::IdentityBased);
        if self.verdict != Verdict::ExplicitDeny {
            return format!("because no {} allows the {} action", kind.noun(), self.action());
        }
        let arn = self
            .policy
            .as_deref()
            .filter(|id| id.starts_with("arn:") && kind.is_named_in_denials());
        let named = arn.map_or_else(String::new, |arn| format!(": {arn}"));
        format!(
            "with an explicit deny in {} {}{named}",
            kind.article(),
            kind.noun()
        )
    }

    /// The statements that led to the verdict, as `MatchedStatements` of IAM's policy simulators lists them: those that
    /// deny if there are any, else those that allow.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html>
    pub(crate) fn matched_statements(&self) -> impl Iterator<Item = (&Source, &Statement)> {
        let effect = match self.verdict {
            Verdict::ExplicitDeny => Effect::Deny,
            _ => Effect::Allow,
        };
        self.trace.matched(effect)
    }

    /// The condition keys that the policies read and the request did not have.
    pub(crate) fn missing_context_keys(&self) -> Vec<&str> {
        self.trace.missing_context_keys()
    }

    /// Whether policies of a kind, had they alone to decide, allow: every level of them for those of Organizations. `None`
    /// if there are none. This is what the policy simulators' `…DecisionDetail` tell.
    pub(crate) fn allowed_by(&self, kind: PolicyType) -> Option<bool> {
        self.trace.allowed_by(kind)
    }
}

impl PolicyType {
    /// How denials call it.
    fn noun(self) -> &'static str {
        match self {
            Self::ResourceControl => "resource control policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceBased => "resource-based policy",
            Self::IdentityBased => "identity-based policy",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Session => "session policy",
            Self::RoleTrust => "role trust policy",
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::IdentityBased => "an",
            Self::RoleTrust => "the",
            _ => "a",
        }
    }

    /// Policies of resources have no ARN that a denial could name.
    fn is_named_in_denials(self) -> bool {
        !matches!(self, Self::ResourceBased | Self::RoleTrust)
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::trace::serialize(self, serializer)
    }
}
