//! Who else may use a layer version: a policy for each version.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html>

use serde_json::json;

use super::super::Answer;
use super::super::errors::{no_policy, no_such_layer_version, not_found};
use super::super::policy::{self, STATEMENT_ID};
use super::named;
use super::names::LayerName;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

const ACTION: Rule = Rule {
    min: 0,
    max: 22,
    accepts: |text| text == "lambda:GetLayerVersion",
    complaint: Complaint::Pattern("lambda:GetLayerVersion"),
};
const PRINCIPAL: Rule = Rule {
    min: 0,
    max: 10_000,
    accepts: |text| text == "*" || account(text).is_some(),
    complaint: Complaint::Pattern("\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root"),
};
const ORGANIZATION: Rule = Rule {
    min: 0,
    max: 34,
    accepts: |text| text.starts_with("o-"),
    complaint: Complaint::Pattern("o-[a-z0-9]{10,32}"),
};

/// The account that a principal stands for: its number, or its root user's ARN.
fn account(text: &str) -> Option<&str> {
    let id = text
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.strip_suffix(":root"))
        .unwrap_or(text);
    (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

fn missing(layer: &LayerName, number: u64) -> AwsError {
    no_such_layer_version(&format!("{}:{number}", layer.arn()))
}

/// `AddLayerVersionPermission`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html>
pub(in super::super) fn add(cloud: &Cloud, call: &mut Call) -> Answer {
    let (layer, number) = named(call)?;
    let mut form = Form::of_json(&call.input);
    let id = form.required("StatementId", &STATEMENT_ID);
    let action = form.required("Action", &ACTION);
    let principal = form.required("Principal", &PRINCIPAL);
    let organization = form.optional("OrganizationId", &ORGANIZATION);
    form.check()?;
    let expected = call.input["RevisionId"].as_str();
    let principal = match account(&principal) {
        Some(id) => json!({ "AWS": format!("arn:aws:iam::{id}:root") }),
        None => json!("*"),
    };
    let mut statement = json!({
        "Sid": id,
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": format!("{}:{number}", layer.arn()),
    });
    if let Some(organization) = organization {
        statement["Condition"] = json!({ "StringEquals": { "aws:PrincipalOrgID": organization } });
    }
    cloud.lambda.with(&layer.account, |account| {
        let version = account.layer_version_mut(&layer.name, number);
        let policy = &mut version.ok_or_else(|| missing(&layer, number))?.policy;
        policy::expect(expected, policy.as_ref(), None, "GetLayerPolicy")?;
        policy::add(policy, statement.clone())?;
        let revision = policy.as_ref().map(|policy| policy.revision.clone());
        Ok((
            201,
            json!({ "Statement": statement.to_string(), "RevisionId": revision }),
        ))
    })
}

/// `GetLayerVersionPolicy`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let (layer, number) = named(call)?;
    cloud.lambda.with(&layer.account, |account| {
        let version = account.layer_version(&layer.name, number);
        let version = version.ok_or_else(|| missing(&layer, number))?;
        let policy = version.policy.as_ref().ok_or_else(no_policy)?;
        Ok((
            200,
            json!({ "Policy": policy.text(), "RevisionId": policy.revision }),
        ))
    })
}

/// `RemoveLayerVersionPermission`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html>
pub(in super::super) fn remove(cloud: &Cloud, call: &mut Call) -> Answer {
    let (layer, number) = named(call)?;
    let id = call.input["StatementId"].as_str().unwrap_or_default();
    let expected = call.input["RevisionId"].as_str();
    cloud.lambda.with(&layer.account, |account| {
        let version = account.layer_version_mut(&layer.name, number);
        let policy = &mut version.ok_or_else(|| missing(&layer, number))?.policy;
        policy::expect(expected, policy.as_ref(), None, "GetLayerPolicy")?;
        if policy.is_none() {
            Err(no_policy())
        } else if policy::remove(policy, id) {
            Ok((204, json!(null)))
        } else {
            Err(not_found(format!(
                "Statement {id} is not found in resource policy."
            )))
        }
    })
}
