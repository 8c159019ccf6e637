//! Finding the function that a request names.

use super::super::errors::{no_such_alias, no_such_function};
use super::super::names::{FunctionName, NameShape};
use super::super::state::Account;
use super::Function;
use super::aliases::is_alias;
use crate::call::Call;
use crate::error::AwsError;
use crate::services::form::Form;

/// The function that a request of an operation without `Qualifier` names in its path.
pub(in super::super) fn function(call: &Call) -> Result<FunctionName, AwsError> {
    checked(call, NameShape::Plain)
}

/// The function that a request names in its path, with `Qualifier`.
pub(in super::super) fn qualified(call: &Call) -> Result<FunctionName, AwsError> {
    checked(call, NameShape::Namespaced)
}

fn checked(call: &Call, shape: NameShape) -> Result<FunctionName, AwsError> {
    let mut form = Form::of_json(&call.input);
    shape.constrain(&mut form, text(call));
    form.check()?;
    named(call, shape)
}

/// The same, after its form was checked.
pub(in super::super) fn named(call: &Call, shape: NameShape) -> Result<FunctionName, AwsError> {
    let qualifier = call.input["Qualifier"].as_str();
    FunctionName::read(text(call), qualifier, call.account(), shape)
}

/// Notes what breaks the model in the name that a request has.
pub(in super::super) fn constrain(form: &mut Form<'_>, call: &Call, shape: NameShape) {
    shape.constrain(form, text(call));
}

fn text(call: &Call) -> &str {
    call.input["FunctionName"].as_str().unwrap_or_default()
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

/// Refuses a qualifier that the function does not have.
pub(in super::super) fn existing_qualifier(function: &Function, name: &FunctionName) -> Result<(), AwsError> {
    match name.qualifier.as_deref() {
        qualifier if function.version(qualifier).is_some() => Ok(()),
        Some(alias) if is_alias(alias) => Err(no_such_alias(&name.qualified_arn())),
        _ => Err(no_such_function(&name.qualified_arn())),
    }
}
