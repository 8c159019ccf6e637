//! Changing and deleting functions.

use serde_json::json;

use super::super::Answer;
use super::super::code as source;
use super::super::errors::{conflict, invalid_parameter, other_revision};
use super::super::layers::attach::{attach, fits};
use super::super::names::{FunctionName, LATEST};
use super::aliases::is_alias;
use super::configuration::{pending, updating};
use super::create::{code_of, layer_arns};
use super::{Code, Configuration, existing, function, model, qualified, settings, versions};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;

/// The configuration that a request is about to change.
fn current(cloud: &Cloud, call: &Call) -> Result<(FunctionName, Configuration), AwsError> {
    let name = function(call)?;
    let latest = cloud.lambda.with(&name.account, |account| {
        existing(account, &name).map(|function| function.latest.clone())
    })?;
    match call.input["RevisionId"].as_str() {
        Some(expected) if expected != latest.revision => Err(other_revision("GetFunction/GetAlias")),
        _ => Ok((name, latest)),
    }
}

/// `UpdateFunctionConfiguration`: what it names is replaced, the whole list of layers, too.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>
pub(in super::super) fn configure(cloud: &Cloud, call: &mut Call) -> Answer {
    let (name, mut changed) = current(cloud, call)?;
    let now = cloud.clock.now();
    let image = matches!(changed.code, Code::Image { .. });
    if image
        && ["Runtime", "Handler", "Layers"]
            .iter()
            .any(|member| !call.input[*member].is_null())
    {
        return Err(invalid_parameter(
            "Please don't provide Runtime or Handler or Layer when the intended function PackageType is Image.",
        ));
    }
    let role = changed.role.clone();
    settings::apply(call, &mut changed, now)?;
    if changed.role != role {
        settings::role(cloud, call, &changed.role)?;
    }
    if call.input["Layers"].is_array() {
        changed.layers = attach(cloud, call, &layer_arns(call), &changed.layers)?;
        fits(changed.code.unzipped(), &changed.layers)?;
    }
    changed.touch(now);
    let shown = updating(changed.shown(&name.name, &name.arn(), LATEST));
    changed.settle();
    put(cloud, &name, changed)?;
    Ok((200, shown))
}

/// `UpdateFunctionCode`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>
pub(in super::super) fn code(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    model::constrain(&mut form);
    source::constrain(&mut form, "", &call.input);
    form.check()?;
    let (name, mut changed) = current(cloud, call)?;
    let image = matches!(changed.code, Code::Image { .. });
    if !image && !call.input["ImageUri"].is_null() {
        return Err(invalid_parameter(
            "Please don't provide ImageUri when updating a function with packageType Zip.",
        ));
    }
    changed.code = code_of(cloud, call, image)?;
    fits(changed.code.unzipped(), &changed.layers)?;
    if let Some(architecture) = settings::architecture(&call.input) {
        changed.architecture = architecture;
    }
    changed.touch(cloud.clock.now());
    if call.input["DryRun"].as_bool() == Some(true) {
        return Ok((200, changed.shown(&name.name, &name.arn(), LATEST)));
    }
    put(cloud, &name, changed)?;
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let (version, arn) = if call.input["Publish"].as_bool() == Some(true) {
            let version = versions::publish(function, cloud.clock.now(), None);
            let arn = format!("{}:{version}", name.arn());
            (version, arn)
        } else {
            (LATEST.to_owned(), name.arn())
        };
        let shown = function.latest.shown(&name.name, &arn, &version);
        // A new version is being made, $LATEST is being changed.
        let shown = if version == LATEST {
            updating(shown)
        } else {
            pending(shown)
        };
        function.latest.settle();
        Ok((200, shown))
    })
}

fn put(cloud: &Cloud, name: &FunctionName, changed: Configuration) -> Result<(), AwsError> {
    cloud.lambda.with(&name.account, |account| {
        existing(account, name)?.latest = changed;
        Ok(())
    })
}

/// `DeleteFunction`: all of it, or one version to which no alias points. A version that is not there is deleted.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html>
pub(in super::super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    let version = name.qualifier.as_deref();
    if version == Some(LATEST) {
        return Err(invalid_parameter(
            "$LATEST version cannot be deleted without deleting the function.",
        ));
    }
    if version.is_some_and(is_alias) {
        return Err(invalid_parameter(
            "Deletion of aliases is not currently supported.",
        ));
    }
    cloud.lambda.with(&name.account, |account| {
        let whole = FunctionName {
            qualifier: None,
            ..name.clone()
        };
        let function = existing(account, &whole)?;
        let Some(version) = version else {
            account.functions.remove(&name.name);
            if let Some(runner) = cloud.lambda.runner() {
                runner.forget(&name.arn());
            }
            return Ok((204, json!(null)));
        };
        let pointing: Vec<&str> = function
            .aliases
            .values()
            .filter(|alias| alias.points_to(version))
            .map(|alias| alias.name.as_str())
            .collect();
        if !pointing.is_empty() {
            return Err(conflict(format!(
                "Unable to delete version because the following aliases reference it: [{}]",
                pointing.join(", ")
            )));
        }
        if let Ok(number) = version.parse() {
            function.versions.remove(&number);
        }
        Ok((204, json!(null)))
    })
}
