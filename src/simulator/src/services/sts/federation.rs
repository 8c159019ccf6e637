//! `GetFederationToken`: temporary credentials that a user hands to somebody whom IAM does not know.

use serde_json::{Value, json};

use super::session::{Made, distinct, give, managed_exist, policies};
use super::session_token::{BOUNDS, USUAL};
use super::{denied, limits};
use crate::call::{Access, Call, Principal};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;
use crate::services::iam::{SessionPolicies, rules};

/// What a request asks for.
struct Asked {
    name: String,
    seconds: i64,
    policies: SessionPolicies,
    tags: Vec<(String, String)>,
}

impl Asked {
    fn of(call: &Call) -> Result<Self, AwsError> {
        let mut form = Form::revealing(&call.input);
        let name = form.required("Name", &limits::FEDERATED_NAME);
        let inline = form.optional("Policy", &limits::SESSION_POLICY);
        let managed = limits::policy_arns(&mut form);
        let seconds = form.number("DurationSeconds", BOUNDS.0, BOUNDS.1);
        let tags = rules::tags(&mut form, "Tags");
        form.check()?;
        Ok(Self {
            name,
            seconds: seconds.unwrap_or(USUAL),
            // Without any policy, the session may do nothing of its own.
            policies: policies(inline.as_deref(), managed)?.unwrap_or_default(),
            tags,
        })
    }
}

fn arn(call: &Call, name: &str) -> String {
    format!("arn:aws:sts::{}:federated-user/{name}", call.account())
}

/// The permissions that a request needs; one that cannot be read fails for that.
pub(super) fn needed(call: &Call) -> Vec<Access> {
    let Ok(asked) = Asked::of(call) else {
        return Vec::new();
    };
    let resource = arn(call, &asked.name);
    let mut needed = vec![Access::new("sts:GetFederationToken", resource.clone())];
    if !asked.tags.is_empty() {
        needed.push(Access::new("sts:TagSession", resource));
    }
    let keys: Vec<String> = asked.tags.iter().map(|(key, _)| key.clone()).collect();
    let with_tags = |access: Access| {
        let access = access.with("aws:TagKeys", keys.clone());
        let given = asked.tags.iter();
        given.fold(access, |access, (key, value)| {
            access.with(format!("aws:RequestTag/{key}"), vec![value.clone()])
        })
    };
    needed.into_iter().map(with_tags).collect()
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
pub(super) fn get_federation_token(cloud: &Cloud, call: &Call) -> Result<Value, AwsError> {
    let asked = Asked::of(call)?;
    let (
        Principal::User {
            account,
            arn: user,
            id,
            ..
        },
        None,
    ) = (&call.caller.principal, call.caller.session())
    else {
        return Err(denied("Cannot call GetFederationToken with session credentials"));
    };
    let tags = distinct(asked.tags)?;
    managed_exist(cloud, account, Some(&asked.policies))?;
    let packed = limits::packed(Some(&asked.policies), &tags)?;
    let (federated, federated_id) = (arn(call, &asked.name), format!("{account}:{}", asked.name));
    let made = Made {
        principal: Principal::FederatedUser {
            account: account.clone(),
            arn: federated.clone(),
            id: federated_id.clone(),
            user_arn: user.clone(),
        },
        owner_id: id.clone(),
        seconds: asked.seconds,
        policies: Some(asked.policies),
        tags,
        transitive: Vec::new(),
        source_identity: None,
    };
    Ok(json!({
        "Credentials": give(cloud, call.time, made),
        "FederatedUser": { "FederatedUserId": federated_id, "Arn": federated },
        "PackedPolicySize": packed.as_u64().unwrap_or_default(),
    }))
}
