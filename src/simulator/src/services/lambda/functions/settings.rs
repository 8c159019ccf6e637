//! What a request may set of a function's configuration, and what AWS refuses of it.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::super::errors::invalid_parameter;
use super::super::runtimes;
use super::{Configuration, model};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;
use crate::services::iam;
use crate::services::lambda::SERVICE;

/// The most bytes of the variables, names and values.
const VARIABLES: usize = 4096;

/// Variables that are Lambda's own.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: [&str; 19] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// Members that are kept as they are given.
const KEPT: [&str; 9] = [
    "VpcConfig",
    "DeadLetterConfig",
    "TracingConfig",
    "KMSKeyArn",
    "FileSystemConfigs",
    "SnapStart",
    "LoggingConfig",
    "ImageConfig",
    "TenancyConfig",
];

/// Sets what the request gives; what it does not name stays.
pub(super) fn apply(
    call: &Call,
    configuration: &mut Configuration,
    now: OffsetDateTime,
) -> Result<(), AwsError> {
    let input = &call.input;
    let mut form = Form::of_json(input);
    model::constrain(&mut form);
    form.check()?;
    model::readable(input)?;
    let text = |member: &str| input[member].as_str().map(str::to_owned);
    if let Some(runtime) = input["Runtime"].as_str() {
        runtimes::usable(runtime, now)?;
        configuration.runtime = Some(runtime.to_owned());
    }
    configuration.handler = text("Handler").or(configuration.handler.take());
    let description = std::mem::take(&mut configuration.description);
    configuration.description = text("Description").unwrap_or(description);
    if let Some(role) = text("Role") {
        configuration.role = role;
    }
    let number = |value: &Value, known: i64| value.as_i64().unwrap_or(known);
    configuration.timeout = number(&input["Timeout"], configuration.timeout);
    configuration.memory = number(&input["MemorySize"], configuration.memory);
    configuration.storage = number(&input["EphemeralStorage"]["Size"], configuration.storage);
    if let Some(variables) = variables(&input["Environment"])? {
        // None is as good as never given.
        configuration.environment = Some(variables).filter(|variables| !variables.is_empty());
    }
    for member in KEPT {
        match &input[member] {
            Value::Null => {}
            value => {
                configuration.kept.insert(member.to_owned(), value.clone());
            }
        }
    }
    Ok(())
}

/// The architecture that a request names, as far as it was checked.
pub(super) fn architecture(input: &Value) -> Option<String> {
    input["Architectures"][0].as_str().map(str::to_owned)
}

fn variables(given: &Value) -> Result<Option<Map<String, Value>>, AwsError> {
    let Some(variables) = given["Variables"].as_object() else {
        return Ok(None);
    };
    let unable = "Lambda was unable to configure your environment variables because the environment variables you have provided";
    let reserved: Vec<&str> = variables
        .keys()
        .map(String::as_str)
        .filter(|name| RESERVED.contains(name))
        .collect();
    if !reserved.is_empty() {
        return Err(invalid_parameter(format!(
            "{unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this \
             request: {}",
            reserved.join(", ")
        )));
    }
    let null = |value: &Value| value.as_str().is_some_and(|value| value.contains('\0'));
    if variables.values().any(null) {
        return Err(invalid_parameter(format!("{unable} contains null characters")));
    }
    let written = Value::Object(variables.clone()).to_string();
    if written.len() > VARIABLES {
        return Err(invalid_parameter(format!(
            "{unable} exceeded the 4KB limit. String measured: {written}"
        )));
    }
    Ok(Some(variables.clone()))
}

/// The account of a role's ARN.
fn account_of(role: &str) -> Option<&str> {
    role.split(':').nth(4)
}

/// Refuses a role that the caller may not hand to Lambda, or that Lambda may not assume.
pub(super) fn role(cloud: &Cloud, call: &Call, role: &str) -> Result<(), AwsError> {
    call.pass_role(cloud, role, "lambda.amazonaws.com")
        .map_err(|denied| {
            let mut error = SERVICE.protocol.denied(&denied);
            if account_of(role) != Some(call.account()) {
                "Cross-account pass role is not allowed.".clone_into(&mut error.message);
            }
            error
        })?;
    let decision = iam::service_assumes(cloud, role, "lambda.amazonaws.com");
    if decision.as_ref().is_some_and(|decision| decision.allowed) {
        return Ok(());
    }
    // AWS does not say that it is a denial; the journal does.
    if let Ok(mut trail) = call.trail.lock() {
        trail.extend(decision);
    }
    Err(invalid_parameter(
        "The role defined for the function cannot be assumed by Lambda.",
    ))
}
