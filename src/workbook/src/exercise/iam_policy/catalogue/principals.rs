//! Who asks: the principals of a lesson, others that nobody named, and those that the answer names.

use super::places::ACCOUNT;
use super::{Fresh, Ground};
use crate::exercise::iam_policy::document;
use serde_json::Value;

/// What a policy reads of who asks.
const PERSONAL: &[&str] = &["${aws:", "aws:username", "aws:userid", "aws:principal"];

const NAMES: &[&str] = &["sam", "ines", "noe", "maud", "yanis", "alix", "jade", "tom"];
const ACCOUNTS: &[&str] = &["444455556666", "111122223333", "777788889999", "555566667777"];
pub(super) const SERVICES: &[&str] = &[
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "glue.amazonaws.com",
    "states.amazonaws.com",
    "codebuild.amazonaws.com",
    "cloudformation.amazonaws.com",
    "sagemaker.amazonaws.com",
    "lambda.amazonaws.com",
];

pub(super) fn around(ground: &Ground<'_>, fresh: &Fresh) -> Vec<String> {
    let mut principals: Vec<String> = ground
        .matrix
        .iter()
        .map(|request| request.principal.clone())
        .collect();
    dedup(&mut principals);
    let policies = fresh.0.to_ascii_lowercase();
    let personal = PERSONAL.iter().any(|word| policies.contains(word));
    if ground.names_principals() || personal || principals.len() > 1 {
        principals.extend(fresh.names(NAMES).take(2).map(|name| user(ACCOUNT, name)));
        principals.push(format!("arn:aws:iam::{ACCOUNT}:role/{}", fresh.word()));
        principals.extend(document::statements(ground.answer).flat_map(|one| conditioned(one, fresh)));
    }
    if ground.names_principals() {
        let other = fresh.names(ACCOUNTS).next().unwrap_or("888877776666");
        principals.push(user(other, fresh.word()));
        principals.push("*".to_owned());
        principals.extend(fresh.names(SERVICES).take(2).map(str::to_owned));
        let allowing = document::allowing(ground.answer).chain(document::allowing(ground.model));
        principals.extend(allowing.flat_map(|statement| named(&statement["Principal"], fresh)));
    }
    dedup(&mut principals);
    principals
}

fn user(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:user/{name}")
}

fn dedup(principals: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    principals.retain(|principal| seen.insert(principal.clone()));
}

/// Who fits the conditions of a statement on who asks.
fn conditioned(statement: &Value, fresh: &Fresh) -> Vec<String> {
    let conditions = document::conditions(statement);
    let fitting = conditions.flat_map(|(_, key, values)| {
        let instances = values
            .into_iter()
            .filter_map(|value| document::instance(&value, fresh.word()));
        let key = key.to_ascii_lowercase();
        instances.filter_map(move |value| match key.as_str() {
            "aws:username" => Some(user(ACCOUNT, &value)),
            "aws:principalarn" => Some(value),
            _ => None,
        })
    });
    fitting.collect()
}

/// Whom a `Principal` names: for an account, one of its users and its root user.
fn named(principal: &Value, fresh: &Fresh) -> Vec<String> {
    let of_account = |account: &str| {
        vec![
            user(account, fresh.word()),
            format!("arn:aws:iam::{account}:root"),
        ]
    };
    let aws = document::texts(&principal["AWS"]).flat_map(|text| {
        let root = text
            .strip_prefix("arn:aws:iam::")
            .and_then(|rest| rest.strip_suffix(":root"));
        match root {
            Some(account) => of_account(account),
            None if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) => of_account(text),
            None => vec![text.to_owned()],
        }
    });
    let services = document::texts(&principal["Service"]).map(str::to_owned);
    aws.chain(services).collect()
}
