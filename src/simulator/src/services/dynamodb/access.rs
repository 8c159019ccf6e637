//! Which tables and indexes a request touches, and which permissions that takes.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use serde_json::Value;

use super::codec::table_arn;
use super::conditions::{self, Found};
use super::partiql::{self, Statement};
use super::{metering, names};
use crate::call::{Access, Call};
use crate::cloud::Cloud;

/// The account and the name of a table that a request names.
fn place<'a>(call: &'a Call, given: &'a str) -> (&'a str, &'a str) {
    let named = names::read(given);
    (named.account.unwrap_or(call.account()), named.table)
}

/// The ARN of a table that a request names.
fn arn(call: &Call, given: &str) -> String {
    let (account, table) = place(call, given);
    table_arn(account, table)
}

/// What an ARN in the request says.
fn given_arn(call: &Call) -> Option<&str> {
    let member = |name: &str| call.input[name].as_str();
    let iterator = member("ShardIterator").and_then(|iterator| Some(iterator.split_once("|1|")?.0));
    member("ResourceArn").or(member("StreamArn")).or(iterator)
}

/// The action on the table or stream that the request names.
pub(super) fn table(_: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let name = call.input["TableName"].as_str().map(|given| arn(call, given));
    let resource = name.or(given_arn(call).map(str::to_owned));
    let access = Access::new(action, resource.unwrap_or_else(|| "*".to_owned()));
    vec![conditions::tags(access, &call.input)]
}

/// Tags and a policy that come with a new table take permissions of their own.
pub(super) fn create_table(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let mut needed = table(cloud, call, action);
    let also = [
        ("Tags", "dynamodb:TagResource"),
        ("ResourcePolicy", "dynamodb:PutResourcePolicy"),
    ];
    for (member, action) in also {
        let given = match &call.input[member] {
            Value::Null => false,
            Value::Array(values) => !values.is_empty(),
            _ => true,
        };
        if given {
            needed.extend(table(cloud, call, action));
        }
    }
    needed
}

/// The action on the item of a table.
pub(super) fn item(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    one(cloud, call, action, |_, _, _| ())
}

/// The action on what a read returns, of the table that the request names, or of the index of it that it names.
pub(super) fn read(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    one(cloud, call, action, Found::select)
}

fn one(
    cloud: &Cloud,
    call: &Call,
    action: &'static str,
    also: fn(&mut Found, &Value, Option<&str>),
) -> Vec<Access> {
    let Some(given) = call.input["TableName"].as_str() else {
        return account(cloud, call, action);
    };
    let index = call.input["IndexName"].as_str();
    let table = arn(call, given);
    let resource = index.map_or_else(|| table.clone(), |index| format!("{table}/index/{index}"));
    let mut found = Found::default();
    found.look(cloud, place(call, given), index, &call.input);
    also(&mut found, &call.input, index);
    let access = found.add(Access::new(action, resource));
    vec![conditions::manner(access, &call.input)]
}

/// The action on nothing in particular.
pub(super) fn account(_: &Cloud, _: &Call, action: &'static str) -> Vec<Access> {
    vec![Access::new(action, "*")]
}

/// The action on each table of a batch.
pub(super) fn batch(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let tables = call.input["RequestItems"].as_object().into_iter().flatten();
    let needed = tables.map(|(given, request)| {
        let mut found = Found::default();
        let mut look = |input: &Value| found.look(cloud, place(call, given), None, input);
        for write in request.as_array().into_iter().flatten() {
            let write = write.get("PutRequest").or(write.get("DeleteRequest"));
            write.into_iter().for_each(&mut look);
        }
        look(request);
        for key in request["Keys"].as_array().into_iter().flatten() {
            look(&serde_json::json!({ "Key": key }));
        }
        if request.is_object() {
            found.select(request, None);
        }
        let access = found.add(Access::new(action, arn(call, given)));
        conditions::manner(access, &call.input)
    });
    or_account(needed.collect(), action)
}

/// The permissions of a transaction's parts.
pub(super) fn transaction(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let enclosing = action.trim_start_matches("dynamodb:");
    let needed = metering::parts(&call.input).filter_map(|(name, part)| {
        let action = match name {
            "Put" => "dynamodb:PutItem",
            "Update" => "dynamodb:UpdateItem",
            "Delete" => "dynamodb:DeleteItem",
            "ConditionCheck" => "dynamodb:ConditionCheckItem",
            "Get" => "dynamodb:GetItem",
            _ => return None,
        };
        let given = part["TableName"].as_str()?;
        let mut found = Found::default();
        found.look(cloud, place(call, given), None, part);
        if name == "Get" {
            found.select(part, None);
        }
        let access = found.add(Access::new(action, arn(call, given)));
        let access = conditions::manner(access, &call.input);
        Some(access.with("dynamodb:EnclosingOperation", vec![enclosing.to_owned()]))
    });
    or_account(needed.collect(), action)
}

/// The PartiQL statements of a request, each with its parameters; `None` for what is no statement.
fn written(call: &Call) -> impl Iterator<Item = (Option<Statement>, &Value)> {
    let one = call.input["Statement"].is_string().then_some(&call.input);
    let many = ["Statements", "TransactStatements"].into_iter();
    let many = many.flat_map(|member| call.input[member].as_array().into_iter().flatten());
    one.into_iter().chain(many).map(|given| {
        let text = given["Statement"].as_str().unwrap_or_default();
        (partiql::read(text), &given["Parameters"])
    })
}

/// The PartiQL statements of a request.
pub(super) fn statements(call: &Call) -> Vec<Statement> {
    written(call).filter_map(|(statement, _)| statement).collect()
}

/// The permissions of PartiQL statements. What is no statement needs one as what names no table does.
pub(super) fn partiql(cloud: &Cloud, call: &Call, action: &'static str) -> Vec<Access> {
    let enclosing = action.trim_start_matches("dynamodb:");
    let needed = written(call).map(|(statement, parameters)| {
        let Some(statement) = statement else {
            return Access::new(action, "*");
        };
        let table = arn(call, &statement.table);
        let resource = match &statement.index {
            Some(index) => format!("{table}/index/{index}"),
            None => table,
        };
        let mut found = Found::default();
        found.state(cloud, place(call, &statement.table), &statement, parameters);
        let access = found.add(Access::new(statement.action(), resource));
        access.with("dynamodb:EnclosingOperation", vec![enclosing.to_owned()])
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
