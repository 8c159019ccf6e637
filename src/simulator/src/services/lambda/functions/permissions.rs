//! Who else may invoke a function: a policy for each of its qualifiers.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>

use serde_json::{Map, Value, json};

use super::super::Answer;
use super::super::errors::{invalid_parameter, no_policy, no_such_resource, not_found};
use super::super::names::{FunctionName, LATEST, NameShape};
use super::super::policy::{self, NAMESPACED_STATEMENT_ID, Policy, STATEMENT_ID};
use super::{Function, constrain, existing, existing_qualifier, named, qualified};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::{Document, DocumentKind};
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
    function: &mut Function,
    name: &FunctionName,
    act: impl FnOnce(&mut Option<Policy>) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let key = name.qualifier.clone().unwrap_or_default();
    let mut policy = function.policies.remove(&key);
    let done = act(&mut policy);
    if let Some(policy) = policy {
        function.policies.insert(key, policy);
    }
    done
}

/// Principals that are no services of `amazonaws.com`.
const OTHER_SERVICES: [&str; 2] = ["alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"];

/// The principal of a statement: an account, a user or a role, a service, or everyone.
fn principal(given: &str) -> Option<Value> {
    let digits = given.len() == 12 && given.bytes().all(|byte| byte.is_ascii_digit());
    if given == "*" {
        Some(json!("*"))
    } else if digits {
        Some(json!({ "AWS": format!("arn:aws:iam::{given}:root") }))
    } else if given.starts_with("arn:") {
        Some(json!({ "AWS": given }))
    } else {
        let service = given.ends_with(".amazonaws.com") || OTHER_SERVICES.contains(&given);
        service.then(|| json!({ "Service": given }))
    }
}

/// The statement that a request describes; a principal that is not there is refused.
fn statement(cloud: &Cloud, call: &Call, name: &FunctionName, id: &str) -> Result<Value, AwsError> {
    let invalid =
        || invalid_parameter("The provided principal was invalid. Please check the principal and try again.");
    let given = call.input["Principal"].as_str().unwrap_or_default();
    let mut statement = json!({
        "Sid": id,
        "Effect": "Allow",
        "Principal": principal(given).ok_or_else(invalid)?,
        "Action": call.input["Action"],
        "Resource": name.qualified_arn(),
    });
    if let Some(conditions) = conditions(&call.input) {
        statement["Condition"] = conditions;
    }
    let alone = Policy::of(vec![statement.clone()]);
    let document = Document::parse(&alone.text(), DocumentKind::Resource);
    let known = document.is_ok_and(|document| cloud.iam.knows_principals(&document));
    known.then_some(statement).ok_or_else(invalid)
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

/// The revision of the function, version or alias that a policy is about.
fn revision(function: &Function, name: &FunctionName) -> Option<String> {
    let qualifier = name.qualifier.as_deref();
    let alias = qualifier.and_then(|qualifier| function.aliases.get(qualifier));
    let version = function.version(qualifier);
    alias
        .map(|alias| alias.revision.clone())
        .or(version.map(|(_, version)| version.revision.clone()))
}

/// `AddPermission`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
pub(in super::super) fn add(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Namespaced);
    let id = form.required("StatementId", &STATEMENT_ID);
    form.required("Action", &ACTION);
    form.required("Principal", &Rule::length(0, 2048));
    form.check()?;
    let name = named(call, NameShape::Namespaced)?;
    if name.qualifier.as_deref() == Some(LATEST) {
        return Err(invalid_parameter(
            "We currently do not support adding policies for $LATEST.",
        ));
    }
    let statement = statement(cloud, call, &name, &id)?;
    let expected = call.input["RevisionId"].as_str();
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        existing_qualifier(function, &name)?;
        let about = revision(function, &name);
        with_policy(function, &name, |policy| {
            policy::expect(expected, policy.as_ref(), about.as_deref(), "GetPolicy")?;
            policy::add(policy, statement.clone())
        })?;
        Ok((201, json!({ "Statement": statement.to_string() })))
    })
}

/// `GetPolicy`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    cloud.lambda.with(&name.account, |account| {
        let function = account.functions.get(&name.name);
        let policy = function.and_then(|function| function.policy(name.qualifier.as_deref()));
        let policy = policy.ok_or_else(no_such_resource)?;
        Ok((
            200,
            json!({ "Policy": policy.text(), "RevisionId": policy.revision }),
        ))
    })
}

/// `RemovePermission`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html>
pub(in super::super) fn remove(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Namespaced);
    let id = form.required("StatementId", &NAMESPACED_STATEMENT_ID);
    form.check()?;
    let name = named(call, NameShape::Namespaced)?;
    let expected = call.input["RevisionId"].as_str();
    cloud.lambda.with(&name.account, |account| {
        let function = account.functions.get_mut(&name.name);
        let arn = name.arn();
        let function = function.ok_or_else(|| not_found(format!("No policy found for: {arn}")))?;
        existing_qualifier(function, &name)?;
        with_policy(function, &name, |policy| {
            if policy.is_none() {
                return Err(no_policy());
            }
            policy::expect(expected, policy.as_ref(), None, "GetPolicy")?;
            if policy::remove(policy, &id) {
                Ok((204, json!(null)))
            } else {
                Err(not_found(format!(
                    "Statement {id} is not found in resource policy."
                )))
            }
        })
    })
}

impl Function {
    /// Names a principal otherwise in all its policies.
    pub(in super::super) fn rename_principal(&mut self, former: &str, new: &str) {
        for policy in self.policies.values_mut() {
            policy.rename_principal(former, new);
        }
    }

    /// The policy that speaks about a qualifier.
    pub(in super::super) fn policy(&self, qualifier: Option<&str>) -> Option<&Policy> {
        self.policies.get(qualifier.unwrap_or_default())
    }
}
