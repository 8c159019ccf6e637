//! The policy simulators: what policies would say, without doing anything.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html>

mod asked;
mod exclusion;
mod report;
mod subject;

use std::collections::BTreeSet;

use serde_json::json;

use super::{Answer, Work};
use crate::policy::{Applicable, Source};
use crate::services::iam::errors::invalid_input;
use asked::Asked;
use exclusion::Exclusions;
use report::Simulation;
use subject::Subject;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
pub(super) fn custom(work: &mut Work<'_>) -> Answer {
    let asked = Asked::of(&mut work.form, true)?;
    let levels = asked::organization_levels(work.form.raw())?;
    if asked.resource_policy.is_some() && asked.caller.is_none() {
        return Err(invalid_input(
            "CallerArn is required when a resource policy is specified.",
        ));
    }
    let subject = match &asked.caller {
        Some(arn) => Subject::caller(arn)?,
        None => Subject::nobody(work.call.account()),
    };
    let simulation = Simulation {
        subject,
        in_organization: !levels.is_empty(),
        applicable: Applicable {
            identity: asked.policies.clone(),
            boundary: asked.boundary.clone(),
            service_control: levels,
            ..Applicable::default()
        },
    };
    simulation.answer(&asked)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
pub(super) fn principal(work: &mut Work<'_>) -> Answer {
    let source_arn = asked::source_arn(&mut work.form);
    let asked = Asked::of(&mut work.form, false)?;
    let exclusions = Exclusions::of(work.form.raw())?;
    let own = Subject::of_source(work, &source_arn)?;
    let subject = match &asked.caller {
        Some(arn) => Subject::caller(arn)?,
        None => own.subject,
    };
    if asked.resource_policy.is_some() && !subject.is_user() {
        return Err(invalid_input(
            "Invalid caller - Caller must be an IAM user in this context.",
        ));
    }
    let kept = |sources: Vec<Source>| {
        sources
            .into_iter()
            .filter(|source| exclusions.keep(source))
            .collect()
    };
    let membership = work.membership;
    let simulation = Simulation {
        subject,
        in_organization: membership.organization.is_some(),
        applicable: Applicable {
            identity: kept([own.policies, asked.policies.clone()].concat()),
            boundary: asked
                .boundary
                .clone()
                .or(own.boundary)
                .filter(|source| exclusions.keep(source)),
            service_control: membership.service_control.iter().cloned().map(kept).collect(),
            ..Applicable::default()
        },
    };
    simulation.answer(&asked)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html>
pub(super) fn keys_of_custom(work: &mut Work<'_>) -> Answer {
    let policies = asked::policies(&mut work.form, true)?;
    Ok(context_keys(&policies))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html>
pub(super) fn keys_of_principal(work: &mut Work<'_>) -> Answer {
    let source_arn = asked::source_arn(&mut work.form);
    let mut policies = asked::policies(&mut work.form, false)?;
    policies.extend(Subject::of_source(work, &source_arn)?.policies);
    Ok(context_keys(&policies))
}

fn context_keys(policies: &[Source]) -> serde_json::Value {
    let keys = policies.iter().flat_map(|source| source.document.context_keys());
    let keys: BTreeSet<&str> = keys.collect();
    json!({ "ContextKeyNames": keys })
}
