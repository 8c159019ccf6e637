//! Which tables and indexes a request touches, and which permissions that takes.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use serde_json::Value;

use super::codec::table_arn;
use super::partiql::{self, Statement};
use super::{metering, names};
use crate::call::{Access, Call};

/// The ARN of a table that a request names.
fn arn(call: &Call, given: &str) -> String {
    let named = names::read(given);
    table_arn(named.account.unwrap_or(call.account()), named.table)
}

/// The action on the table that the request names, or on the index of it that it names.
pub(super) fn table(call: &Call, action: &'static str) -> Vec<Access> {
    let name = call.input["TableName"].as_str().map(|given| arn(call, given));
    let arn = ["ResourceArn", "StreamArn"]
        .iter()
        .find_map(|member| call.input[*member].as_str());
    let resource = match (name, call.input["IndexName"].as_str()) {
        (Some(table), Some(index)) => format!("{table}/index/{index}"),
        (Some(table), None) => table,
        (None, _) => arn.unwrap_or("*").to_owned(),
    };
    vec![Access::new(action, resource)]
}

/// The action on nothing in particular.
pub(super) fn account(_: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// The action on each table of a batch.
pub(super) fn batch(call: &Call, action: &'static str) -> Vec<Access> {
    let tables = call.input["RequestItems"]
        .as_object()
        .into_iter()
        .flat_map(|tables| tables.keys());
    or_account(
        tables
            .map(|given| Access::new(action, arn(call, given)))
            .collect(),
        action,
    )
}

/// The permissions of a transaction's parts.
pub(super) fn transaction(call: &Call, action: &'static str) -> Vec<Access> {
    let needed = metering::parts(&call.input).filter_map(|(name, part)| {
        let action = match name {
            "Put" => "dynamodb:PutItem",
            "Update" => "dynamodb:UpdateItem",
            "Delete" => "dynamodb:DeleteItem",
            "ConditionCheck" => "dynamodb:ConditionCheckItem",
            "Get" => "dynamodb:GetItem",
            _ => return None,
        };
        Some(Access::new(action, arn(call, part["TableName"].as_str()?)))
    });
    or_account(needed.collect(), action)
}

/// The PartiQL statements of a request.
pub(super) fn statements(call: &Call) -> Vec<Statement> {
    let one = call.input["Statement"].as_str().into_iter();
    let many = ["Statements", "TransactStatements"].into_iter();
    let many = many.flat_map(|member| call.input[member].as_array().into_iter().flatten());
    one.chain(many.filter_map(|statement: &Value| statement["Statement"].as_str()))
        .filter_map(partiql::read)
        .collect()
}

/// The permissions of PartiQL statements.
pub(super) fn partiql(call: &Call, action: &'static str) -> Vec<Access> {
    let needed = statements(call).into_iter().map(|statement| {
        let table = arn(call, &statement.table);
        let resource = match &statement.index {
            Some(index) => format!("{table}/index/{index}"),
            None => table,
        };
        Access::new(statement.action(), resource)
    });
    or_account(needed.collect(), action)
}

/// A request that names no table still needs a permission before it is told so.
fn or_account(needed: Vec<Access>, action: &'static str) -> Vec<Access> {
    if needed.is_empty() {
        vec![Access::new(action, "*")]
    } else {
        needed
    }
}
