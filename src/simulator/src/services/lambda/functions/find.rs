//! Finding the function that a request names.

use super::super::errors::no_such_function;
use super::super::names::FunctionName;
use super::super::state::Account;
use super::Function;
use crate::call::Call;
use crate::error::AwsError;

/// The function that a request names in its path, with `Qualifier`.
pub(in super::super) fn function(call: &Call) -> Result<FunctionName, AwsError> {
    FunctionName::read(
        call.input["FunctionName"].as_str().unwrap_or_default(),
        call.input["Qualifier"].as_str(),
        call.account(),
    )
}

/// The function itself.
pub(in super::super) fn existing<'a>(
    account: &'a mut Account,
    name: &FunctionName,
) -> Result<&'a mut Function, AwsError> {
    account
        .functions
        .get_mut(&name.name)
        .ok_or_else(|| no_such_function(&name.qualified_arn()))
}
