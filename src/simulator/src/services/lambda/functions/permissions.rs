//! Who else may invoke a function: a policy for each of its qualifiers.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>

use serde_json::{Map, Value, json};

use super::super::Answer;
use super::super::errors::{no_such_function, no_such_resource, not_found};
use super::super::names::FunctionName;
use super::super::policy::{self, Policy, STATEMENT_ID};
use super::{Function, existing, function};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

const ACTION: Rule = Rule {
    min: 0,
    max: 10_000,
    accepts: |text| {
        let name = text.strip_prefix("lambda:").unwrap_or_default();
        text == "*"
            || name == "*"
            || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
    },
    complaint: Complaint::Pattern("(lambda:[*]|lambda:[a-zA-Z]+|[*])"),
};

/// Does something with the policy that a request is about: the one of its qualifier.
fn with_policy<T>(
    cloud: &Cloud,
    name: &FunctionName,
    act: impl FnOnce(&mut Option<Policy>) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, name)?;
        if function.version(name.qualifier.as_deref()).is_none() {
            return Err(no_such_function(&name.qualified_arn()));
        }
        let key = name.qualifier.clone().unwrap_or_default();
        let mut policy = function.policies.remove(&key);
        let done = act(&mut policy);
        if let Some(policy) = policy {
            function.policies.insert(key, policy);
        }
        done
    })
}

/// The principal of a statement: an account, a user or a role, a service, or everyone.
fn principal(given: &str) -> Value {
    let digits = given.len() == 12 && given.bytes().all(|byte| byte.is_ascii_digit());
    if given == "*" {
        json!("*")
    } else if digits {
        json!({ "AWS": format!("arn:aws:iam::{given}:root") })
    } else if given.starts_with("arn:") {
        json!({ "AWS": given })
    } else {
        json!({ "Service": given })
    }
}

/// The conditions that a request asks for.
fn conditions(input: &Value) -> Option<Value> {
    let mut conditions: Map<String, Value> = Map::new();
    let asked = [
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        (
            "FunctionUrlAuthType",
            "StringEquals",
            "lambda:FunctionUrlAuthType",
        ),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ];
    for (member, operator, key) in asked {
        if let Some(value) = input[member].as_str() {
            let keys = conditions.entry(operator).or_insert_with(|| json!({}));
            keys[key] = value.into();
        }
    }
    (!conditions.is_empty()).then_some(Value::Object(conditions))
}

/// `AddPermission`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
pub(in super::super) fn add(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    let mut form = Form::of_json(&call.input);
    let id = form.required("StatementId", &STATEMENT_ID);
    let action = form.required("Action", &ACTION);
    let given = form.required("Principal", &Rule::length(0, 2048));
    form.check()?;
    let mut statement = json!({
        "Sid": id,
        "Effect": "Allow",
        "Principal": principal(&given),
        "Action": action,
        "Resource": name.qualified_arn(),
    });
    if let Some(conditions) = conditions(&call.input) {
        statement["Condition"] = conditions;
    }
    let expected = call.input["RevisionId"].as_str();
    with_policy(cloud, &name, |policy| {
        policy::expect(expected, policy.as_ref(), "GetPolicy")?;
        policy::add(policy, statement.clone())
    })?;
    Ok((201, json!({ "Statement": statement.to_string() })))
}

/// `GetPolicy`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    with_policy(cloud, &name, |policy| {
        let policy = policy.as_ref().ok_or_else(no_such_resource)?;
        Ok((
            200,
            json!({ "Policy": policy.text(), "RevisionId": policy.revision }),
        ))
    })
}

/// `RemovePermission`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html>
pub(in super::super) fn remove(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    let id = call.input["StatementId"].as_str().unwrap_or_default();
    let expected = call.input["RevisionId"].as_str();
    with_policy(cloud, &name, |policy| {
        policy::expect(expected, policy.as_ref(), "GetPolicy")?;
        if policy::remove(policy, id) {
            Ok((204, json!(null)))
        } else {
            Err(not_found(format!(
                "Statement {id} is not found in resource policy."
            )))
        }
    })
}

impl Function {
    /// The policy that speaks about a qualifier.
    pub(in super::super) fn policy(&self, qualifier: Option<&str>) -> Option<&Policy> {
        self.policies.get(qualifier.unwrap_or_default())
    }
}
