//! Service control policies and resource control policies.

use serde_json::{Value, json};

use super::errors::{constraint, error, invalid, no_such_policy};
use super::input::sized;
use super::state::{Organization, Policy, PolicyType, id};
use super::{Answer, Work};
use crate::error::AwsError;
use crate::services::iam::Held;

/// The most characters of a policy, white space included.
const LONGEST: usize = 5120;

/// The most policies of a type.
fn most(kind: PolicyType) -> usize {
    match kind {
        PolicyType::ServiceControl => 10_000,
        PolicyType::ResourceControl => 1000,
    }
}

impl Organization {
    fn policy(&self, policy: &Policy) -> Value {
        json!({ "PolicySummary": self.summary(policy), "Content": policy.document.text() })
    }

    fn check_policy_name(&self, kind: PolicyType, name: &str) -> Result<(), AwsError> {
        let taken = |policy: &Policy| policy.kind == kind && policy.name == name;
        if self.policies.values().any(taken) {
            return Err(error(
                "DuplicatePolicyException",
                "A policy with the same name already exists.",
            ));
        }
        Ok(())
    }

    /// A policy that may be changed: AWS's may not.
    fn own_policy(&mut self, id: &str) -> Result<&mut Policy, AwsError> {
        let policy = self.policies.get_mut(id).ok_or_else(no_such_policy)?;
        if policy.aws_managed {
            return Err(invalid(
                "IMMUTABLE_POLICY",
                "You specified a policy that is managed by AWS.",
            ));
        }
        Ok(policy)
    }
}

fn document(content: &str, kind: PolicyType) -> Result<Held, AwsError> {
    if content.chars().count() > LONGEST {
        return Err(constraint(
            "POLICY_CONTENT_LIMIT_EXCEEDED",
            "You have exceeded the maximum policy size.",
        ));
    }
    Held::parse(content, kind.document())
        .map_err(|malformed| error("MalformedPolicyDocumentException", &malformed.sentence()))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let (name, content) = (work.input.text("Name", 1, 128)?, work.input.required("Content")?);
    let description = work.input.text("Description", 0, 512)?;
    let kind = work.input.policy_type("Type")?;
    let organization = work.managed()?;
    if !organization.all_features {
        return Err(error(
            "PolicyTypeNotAvailableForOrganizationException",
            "You can't use the specified policy type with the feature set currently enabled for this organization.",
        ));
    }
    let document = document(content, kind)?;
    organization.check_policy_name(kind, name)?;
    let there = organization
        .policies
        .values()
        .filter(|policy| policy.kind == kind);
    if there.count() >= most(kind) {
        let message = "You have exceeded the allowed number of policies.";
        return Err(constraint("POLICY_NUMBER_LIMIT_EXCEEDED", message));
    }
    let policy = Policy {
        id: id("p-", 10),
        name: name.to_owned(),
        description: description.to_owned(),
        kind,
        aws_managed: false,
        document,
    };
    let shown = organization.policy(&policy);
    organization.policies.insert(policy.id.clone(), policy);
    Ok(json!({ "Policy": shown }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html>
pub(super) fn update(work: &mut Work<'_>) -> Answer {
    let (input, id) = (work.input, work.input.required("PolicyId")?);
    let (name, description) = (input.optional("Name"), input.optional("Description"));
    let organization = work.managed()?;
    let kind = organization.own_policy(id)?.kind;
    if let Some(name) = name {
        sized(name, 1, 128)?;
        organization.check_policy_name(kind, name)?;
    }
    sized(description.unwrap_or_default(), 0, 512)?;
    let content = input.optional("Content");
    let document = content.map(|content| document(content, kind)).transpose()?;
    let policy = organization.own_policy(id)?;
    policy.name = name.map_or_else(|| policy.name.clone(), str::to_owned);
    policy.description = description.map_or_else(|| policy.description.clone(), str::to_owned);
    policy.document = document.unwrap_or_else(|| policy.document.clone());
    let policy = policy.clone();
    Ok(json!({ "Policy": organization.policy(&policy) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("PolicyId")?;
    let organization = work.managed()?;
    organization.own_policy(id)?;
    if organization.attached.values().flatten().any(|other| other == id) {
        return Err(error(
            "PolicyInUseException",
            "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before \
             performing this operation.",
        ));
    }
    organization.policies.remove(id);
    Ok(Value::Null)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html>
pub(super) fn describe(work: &mut Work<'_>) -> Answer {
    let id = work.input.required("PolicyId")?;
    let organization = work.managed()?;
    let policy = organization.policies.get(id).ok_or_else(no_such_policy)?;
    Ok(json!({ "Policy": organization.policy(policy) }))
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let (input, kind) = (work.input, work.input.policy_type("Filter")?);
    let organization = work.managed()?;
    let policies = organization
        .policies
        .values()
        .filter(|policy| policy.kind == kind);
    input.page(
        "Policies",
        policies.map(|policy| organization.summary(policy)).collect(),
    )
}
