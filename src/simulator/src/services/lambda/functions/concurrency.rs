//! Reserved concurrency.

use serde_json::json;

use super::super::Answer;
use super::super::errors::{invalid_parameter, no_such_function};
use super::super::names::NameShape;
use super::super::state::Account;
use super::{constrain, existing, function, named};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::services::form::Form;

/// How many functions of an account may run at once.
pub(in super::super) const CONCURRENCY: i64 = 1000;

/// What must stay for functions without a reservation.
const UNRESERVED: i64 = 100;

/// What functions have reserved.
pub(super) fn reserved(account: &Account) -> i64 {
    let functions = account.functions.values();
    functions.filter_map(|function| function.concurrency).sum()
}

/// `PutFunctionConcurrency`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html>
pub(in super::super) fn put(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Plain);
    let wanted = form.number("ReservedConcurrentExecutions", 0, i64::MAX);
    if wanted.is_none() {
        form.missing("ReservedConcurrentExecutions");
    }
    form.check()?;
    let wanted = wanted.unwrap_or_default();
    let name = named(call, NameShape::Plain)?;
    if name.qualifier.is_some() {
        return Err(invalid_parameter(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. \
             Please specify either a function name or an unqualified function ARN.",
        ));
    }
    cloud.lambda.with(&name.account, |account| {
        let function = account.functions.get(&name.name);
        let function = function.ok_or_else(|| no_such_function(&name.version_arn()))?;
        let others = reserved(account) - function.concurrency.unwrap_or(0);
        if CONCURRENCY - others - wanted < UNRESERVED {
            return Err(invalid_parameter(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below \
                 its minimum value of [{UNRESERVED}]."
            )));
        }
        existing(account, &name)?.concurrency = Some(wanted);
        Ok((200, json!({ "ReservedConcurrentExecutions": wanted })))
    })
}

/// `GetFunctionConcurrency`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    cloud.lambda.with(&name.account, |account| {
        let reserved = existing(account, &name)?.concurrency;
        let shown = reserved.map_or(
            json!({}),
            |reserved| json!({ "ReservedConcurrentExecutions": reserved }),
        );
        Ok((200, shown))
    })
}

/// `DeleteFunctionConcurrency`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html>
pub(in super::super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    cloud.lambda.with(&name.account, |account| {
        existing(account, &name)?.concurrency = None;
        Ok((204, json!(null)))
    })
}
