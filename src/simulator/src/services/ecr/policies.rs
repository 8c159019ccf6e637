//! The policy of a repository: who else may pull from it, or push to it.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html>

use std::sync::Arc;

use serde_json::{Value, json};

use super::Answer;
use super::errors::{constraint, no_policy};
use super::input::{Named, form};
use super::repositories::{existing, existing_mut};
use super::state::Policy;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::{Document, DocumentKind};
use crate::services::form::Rule;

/// The longest policy.
const TEXT: Rule = Rule::length(0, 10_240);

/// Reads a policy. ECR does not tell what is wrong with one: a principal that is not there is as wrong as a comma.
fn read(cloud: &Cloud, text: &str) -> Result<Policy, AwsError> {
    let invalid = || constraint("PolicyText", "Invalid repository policy provided");
    let document = Document::parse(text, DocumentKind::Repository).map_err(|_| invalid())?;
    if !cloud.iam.knows_principals(&document) {
        return Err(invalid());
    }
    Ok(Policy(Arc::new(document)))
}

fn shown(named: &Named, policy: &Policy) -> Value {
    json!({
        "registryId": named.registry,
        "repositoryName": named.name,
        "policyText": policy.0.text(),
    })
}

/// `SetRepositoryPolicy`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html>
pub(super) fn set(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let mut form = form(call);
    let text = form.required("policyText", &TEXT);
    form.check()?;
    // IAM is asked while nothing of ECR is locked.
    let policy = read(cloud, &text);
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing_mut(repositories, &named)?;
        let policy = policy?;
        let output = shown(&named, &policy);
        repository.policy = Some(policy);
        Ok(output)
    })
}

/// `GetRepositoryPolicy`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html>
pub(super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    cloud.ecr.read(&named.registry, |repositories| {
        let policy = existing(repositories, &named)?.policy.as_ref();
        let policy = policy.ok_or_else(|| no_policy(&named.registry, &named.name))?;
        Ok(shown(&named, policy))
    })
}

/// `DeleteRepositoryPolicy`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html>
pub(super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    cloud.ecr.change(&named.registry, |repositories| {
        let policy = existing_mut(repositories, &named)?.policy.take();
        let policy = policy.ok_or_else(|| no_policy(&named.registry, &named.name))?;
        Ok(shown(&named, &policy))
    })
}
