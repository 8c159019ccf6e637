//! Who may do what: the authorisation station.
//!
//! Only [`authorise`] is seen from outside: policies of users and roles can come in behind it without a service
//! noticing. Today the administrator holds `AdministratorAccess`, and nobody grants an anonymous caller anything.

use crate::call::{Access, Principal};
use crate::cloud::Policies;

/// The managed policy that allows everything.
pub(crate) const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// What policies say of one access, and why.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Decision {
    /// Who asks: an ARN, or `*`.
    pub(crate) principal: String,
    /// The action, such as `s3:GetObject`.
    pub(crate) action: String,
    /// The resource's ARN.
    pub(crate) resource: String,
    /// The verdict.
    pub(crate) allowed: bool,
    /// `allowed`, `explicitDeny` or `implicitDeny`, as IAM's policy simulator says it.
    #[serde(rename = "decision")]
    pub(crate) verdict: &'static str,
    /// The policies that led to it.
    pub(crate) matched: Vec<String>,
}

/// Decides one access: an explicit deny wins, then an allow, and nothing said is a denial.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
pub(crate) fn authorise(policies: &Policies, principal: &Principal, access: &Access) -> Decision {
    let matched = policies.allowing(principal);
    let allowed = !matched.is_empty();
    Decision {
        principal: principal.arn().to_owned(),
        action: access.action.clone().into_owned(),
        resource: access.resource.clone(),
        allowed,
        verdict: if allowed { "allowed" } else { "implicitDeny" },
        matched,
    }
}

impl Decision {
    /// AWS's sentence for a denial.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub(crate) fn sentence(&self) -> String {
        format!(
            "User: {} is not authorized to perform: {} on resource: {} because no identity-based policy allows the {} action",
            self.principal, self.action, self.resource, self.action
        )
    }
}
