//! Showing and listing functions.

use serde_json::{Value, json};

use super::super::Answer;
use super::super::archive::{LARGEST_UNZIPPED, LARGEST_ZIPPED};
use super::super::errors::{constraint, no_such_function};
use super::super::names::{FunctionName, LATEST};
use super::super::page::{Page, Place};
use super::super::shown::location;
use super::super::state::Account;
use super::concurrency::{CONCURRENCY, reserved};
use super::{Code, Configuration, Function, existing, qualified};
use crate::REGION;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::ecr::Reference;

/// A package's account has room for so many bytes: 300 GB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const CODE_STORAGE: u64 = 322_122_547_200;

/// The version that a request asks for, as it is shown.
pub(super) fn version<'a>(
    function: &'a Function,
    name: &FunctionName,
) -> Result<(Value, &'a Configuration), AwsError> {
    let found = function.version(name.qualifier.as_deref());
    let (version, configuration) = found.ok_or_else(|| no_such_function(&name.qualified_arn()))?;
    let shown = configuration.shown(&name.name, &name.qualified_arn(), &version);
    Ok((shown, configuration))
}

/// `GetFunctionConfiguration`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
pub(in super::super) fn get_configuration(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    cloud.lambda.with(&name.account, |account| {
        let (shown, _) = version(existing(account, &name)?, &name)?;
        Ok((200, shown))
    })
}

/// `GetFunction`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let (shown, configuration) = version(function, &name)?;
        let code = match &configuration.code {
            Code::Zip(package) => {
                json!({ "RepositoryType": "S3", "Location": location(cloud, call, &package.0) })
            }
            Code::Image { uri, digest } => {
                let reference = Reference::parse(uri);
                let repository = reference.map_or_else(|| uri.clone(), |found| found.full_repository());
                let resolved = format!("{repository}@sha256:{digest}");
                json!({ "RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": resolved })
            }
        };
        let mut output = json!({ "Configuration": shown, "Code": code });
        if !function.tags.is_empty() {
            output["Tags"] = json!(function.tags);
        }
        if let Some(reserved) = function.concurrency {
            output["Concurrency"] = json!({ "ReservedConcurrentExecutions": reserved });
        }
        Ok((200, output))
    })
}

/// `ListFunctions`: `$LATEST` of each, or every version with `FunctionVersion=ALL`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let page = Page::of(&call.input, 10_000)?;
    let version = call.input["FunctionVersion"].as_str();
    if let Some(other) = version.filter(|version| *version != "ALL") {
        let set = "Member must satisfy enum value set: [ALL]";
        return Err(constraint(other, "functionVersion", set));
    }
    let all = version.is_some();
    let account = call.account().to_owned();
    let functions = cloud.lambda.with(&account, |known| {
        let functions = known.functions.values();
        functions
            .flat_map(|function| shown_versions(&account, function, all))
            .collect()
    });
    Ok((200, page.cut("Functions", functions)))
}

/// The versions of a function as lists show them: `$LATEST`, then the published ones where they are wanted.
pub(super) fn shown_versions(account: &str, function: &Function, all: bool) -> Vec<(Place, Value)> {
    let arn = format!("arn:aws:lambda:{REGION}:{account}:function:{}", function.name);
    let show = |configuration: &Configuration, number: u64, version: &str, arn: &str| {
        let mut shown = configuration.shown(&function.name, arn, version);
        if let Some(members) = shown.as_object_mut() {
            // Lists leave out what changes while one looks, or without one.
            members.remove("State");
            members.remove("LastUpdateStatus");
            members.remove("RuntimeVersionConfig");
        }
        (Place::numbered(&function.name, number), shown)
    };
    let latest = if all {
        format!("{arn}:{LATEST}")
    } else {
        arn.clone()
    };
    let mut shown = vec![show(&function.latest, 0, LATEST, &latest)];
    if all {
        let published = function.versions.iter();
        shown.extend(published.map(|(number, version)| {
            show(version, *number, &number.to_string(), &format!("{arn}:{number}"))
        }));
    }
    shown
}

/// `GetAccountSettings`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html>
#[expect(clippy::unnecessary_wraps, reason = "it is one of the operations")]
pub(in super::super) fn account_settings(cloud: &Cloud, call: &mut Call) -> Answer {
    let usage = |account: &mut Account| (account.code_size(), account.functions.len(), reserved(account));
    let (size, functions, reserved) = cloud.lambda.with(call.account(), usage);
    let output = json!({
        "AccountLimit": {
            "TotalCodeSize": CODE_STORAGE,
            "CodeSizeUnzipped": LARGEST_UNZIPPED,
            "CodeSizeZipped": LARGEST_ZIPPED,
            "ConcurrentExecutions": CONCURRENCY,
            "UnreservedConcurrentExecutions": CONCURRENCY - reserved,
        },
        "AccountUsage": { "TotalCodeSize": size, "FunctionCount": functions },
    });
    Ok((200, output))
}
