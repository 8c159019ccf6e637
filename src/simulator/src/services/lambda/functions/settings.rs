//! What a request may set of a function's configuration, and what AWS refuses of it.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::super::errors::{constraint, invalid_parameter};
use super::super::runtimes::{self, ARCHITECTURES};
use super::Configuration;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};
use crate::services::iam;
use crate::services::lambda::SERVICE;

const HANDLER: Rule = Rule {
    min: 0,
    max: 128,
    accepts: |text| !text.chars().any(char::is_whitespace),
    complaint: Complaint::Pattern("[^\\s]+"),
};
const DESCRIPTION: Rule = Rule::length(0, 256);
pub(super) const ROLE: Rule = Rule {
    min: 0,
    max: 10_000,
    accepts: |text| text.starts_with("arn:aws:iam::") && text.contains(":role/"),
    complaint: Complaint::Pattern("arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"),
};

/// The longest time that a function may run, in seconds.
const LONGEST: i64 = 900;
/// The most memory of a function, in MiB.
const MOST_MEMORY: i64 = 10_240;
/// The most of `/tmp`, in MiB.
const MOST_STORAGE: i64 = 10_240;
/// The most bytes of the variables, names and values.
const VARIABLES: usize = 4096;

/// Variables that are Lambda's own.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: [&str; 15] = [
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
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
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
    let handler = form.optional("Handler", &HANDLER);
    let role = form.optional("Role", &ROLE);
    let description = form.optional("Description", &DESCRIPTION);
    let timeout = form.number("Timeout", 1, LONGEST);
    let memory = form.number("MemorySize", 128, MOST_MEMORY);
    form.check()?;
    if let Some(runtime) = input["Runtime"].as_str() {
        runtimes::usable(runtime, now)?;
        configuration.runtime = Some(runtime.to_owned());
    }
    configuration.handler = handler.or(configuration.handler.take());
    if let Some(role) = role {
        configuration.role = role;
    }
    configuration.description = description.unwrap_or_else(|| std::mem::take(&mut configuration.description));
    configuration.timeout = timeout.unwrap_or(configuration.timeout);
    configuration.memory = memory.unwrap_or(configuration.memory);
    if let Some(storage) = storage(&input["EphemeralStorage"])? {
        configuration.storage = storage;
    }
    if let Some(variables) = variables(&input["Environment"])? {
        configuration.environment = Some(variables);
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

/// The architecture that a request names.
pub(super) fn architecture(input: &Value) -> Result<Option<String>, AwsError> {
    let Some(given) = input["Architectures"].as_array() else {
        return Ok(None);
    };
    match &given[..] {
        [_, _, ..] => Err(constraint(
            &listed(given),
            "architectures",
            "Member must have length less than or equal to 1",
        )),
        [Value::String(one)] if ARCHITECTURES.contains(&one.as_str()) => Ok(Some(one.clone())),
        others => {
            let set = format!(
                "Member must satisfy constraint: [Member must satisfy enum value set: [{}], Member must not be null]",
                ARCHITECTURES.join(", ")
            );
            Err(constraint(&listed(others), "architectures", &set))
        }
    }
}

/// A list of texts as a validation error shows it.
fn listed(texts: &[Value]) -> String {
    let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
    format!("[{}]", texts.join(", "))
}

fn storage(given: &Value) -> Result<Option<i64>, AwsError> {
    let Some(size) = given["Size"].as_i64() else {
        return Ok(None);
    };
    if size < 512 {
        return Err(constraint(
            &size.to_string(),
            "ephemeralStorage.size",
            "Member must have value greater than or equal to 512",
        ));
    }
    if size > MOST_STORAGE {
        return Err(constraint(
            &size.to_string(),
            "ephemeralStorage.size",
            &format!("Member must have value less than or equal to {MOST_STORAGE}"),
        ));
    }
    Ok(Some(size))
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
    let written = Value::Object(variables.clone()).to_string();
    if written.len() > VARIABLES {
        return Err(invalid_parameter(format!(
            "{unable} exceeded the 4KB limit. String measured: {written}"
        )));
    }
    Ok(Some(variables.clone()))
}

/// Refuses a role that the caller may not hand to Lambda, or that Lambda may not assume.
pub(super) fn role(cloud: &Cloud, call: &Call, role: &str) -> Result<(), AwsError> {
    call.pass_role(cloud, role, "lambda.amazonaws.com")
        .map_err(|denied| SERVICE.protocol.denied(&denied))?;
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
