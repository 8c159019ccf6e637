//! Whom a role trusts: services of AWS that would assume it, for themselves or for a resource of an account.

use super::access::owner;
use super::state::split_arn;
use crate::call::Principal;
use crate::cloud::Cloud;
use crate::policy::{self, Applicable, Context, Decision, Request, Source, SourceKind};
use crate::services::ResourceOwner;

/// Who owns a role that is to be assumed, and whom it trusts.
pub(crate) fn trust(cloud: &Cloud, arn: &str) -> ResourceOwner {
    let mut owner = owner(cloud, arn);
    let state = cloud.iam.read();
    owner.policy = state
        .role(arn)
        .map(|(_, role)| Source::new(arn, SourceKind::Trust, role.trust.share()));
    owner
}

/// Whether a role's trust policy lets a service of AWS assume it.
pub(crate) fn lets_service_assume(cloud: &Cloud, role_arn: &str, service: &str) -> bool {
    service_assumes(cloud, role_arn, service).is_some_and(|decision| decision.allowed)
}

/// The same, where the service tells for whose resource it acts: `aws:SourceAccount`, `aws:SourceArn`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
pub(crate) fn lets_service_assume_for(
    cloud: &Cloud,
    role_arn: &str,
    service: &str,
    source: &ActsFor<'_>,
) -> bool {
    let told = [
        ("aws:SourceAccount", source.account),
        ("aws:SourceArn", source.arn),
    ];
    decide(cloud, role_arn, service, &told).is_some_and(|decision| decision.allowed)
}

/// For whose resource a service of AWS acts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActsFor<'a> {
    /// The account's number.
    pub(crate) account: &'a str,
    /// The resource's ARN.
    pub(crate) arn: &'a str,
}

/// What a role's trust policy says of a service of AWS that would assume it; `None` where there is no such role.
pub(crate) fn service_assumes(cloud: &Cloud, role_arn: &str, service: &str) -> Option<Decision> {
    decide(cloud, role_arn, service, &[])
}

fn decide(cloud: &Cloud, role_arn: &str, service: &str, told: &[(&'static str, &str)]) -> Option<Decision> {
    let owner = trust(cloud, role_arn);
    let (account, _) = split_arn(role_arn).filter(|_| owner.policy.is_some())?;
    let principal = Principal::Service {
        name: service.to_owned(),
    };
    let mut context = Context::new();
    context.set_principal(&principal);
    for (key, value) in told {
        context.set(*key, *value);
    }
    let request = Request {
        principal: &principal,
        action: "sts:AssumeRole",
        resource: role_arn,
        resource_account: Some(account),
        context: &context,
    };
    let applicable = Applicable {
        resource: owner.policy,
        ..Applicable::default()
    };
    Some(policy::evaluate(&request, &applicable))
}
