//! The decision about a request.

use std::sync::Arc;

use super::decision::Trace;
use super::{Applicable, Decision, PolicyType, Request, Verdict};

/// Decides a request by the policies that apply to it.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
pub(crate) fn evaluate(request: &Request, policies: &Applicable) -> Decision {
    let policy = policies.identity.first().map(|source| Arc::clone(&source.id));
    let allowed = policy.is_some();
    Decision {
        allowed,
        verdict: if allowed {
            Verdict::Allowed
        } else {
            Verdict::ImplicitDeny
        },
        denied_by: (!allowed).then_some(PolicyType::IdentityBased),
        policy,
        trace: Arc::new(Trace {
            principal: request.principal.clone(),
            action: request.action.to_owned(),
            resource: request.resource.to_owned(),
        }),
    }
}
