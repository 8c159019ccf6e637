//! `Invoke`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::errors::{constraint, no_such_function};
use super::functions::concurrency::CONCURRENCY;
use super::functions::{Configuration, existing, function};
use super::names::FunctionName;
use super::run::{Invocation, Report, Runner, tail};
use crate::call::{Call, Outcome, Reply};
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::sts;

/// The largest event of a call that waits for its answer, in bytes: 6 MB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LARGEST_EVENT: usize = 6_291_456;

/// The largest event of a call that does not wait, in bytes: 1 MB.
const LARGEST_ASYNCHRONOUS: usize = 1_048_576;

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

impl InvocationType {
    fn of(call: &Call) -> Result<Self, AwsError> {
        match call.header("x-amz-invocation-type") {
            None | Some("RequestResponse") => Ok(Self::RequestResponse),
            Some("Event") => Ok(Self::Event),
            Some("DryRun") => Ok(Self::DryRun),
            Some(other) => Err(constraint(
                other,
                "invocationType",
                "Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
            )),
        }
    }

    fn largest(self) -> usize {
        match self {
            Self::Event => LARGEST_ASYNCHRONOUS,
            Self::RequestResponse | Self::DryRun => LARGEST_EVENT,
        }
    }
}

/// What is to run.
struct Target {
    name: FunctionName,
    version: String,
    configuration: Configuration,
    /// How many calls of it may run at once.
    most: i64,
}

/// Calls a function.
pub(super) fn invoke(cloud: &Cloud, call: &mut Call) -> Outcome {
    let name = function(call)?;
    let kind = InvocationType::of(call)?;
    check_event(&call.body, kind.largest())?;
    let target = target(cloud, name)?;
    if kind == InvocationType::DryRun {
        return Ok(executed(204, &target.version));
    }
    let runner = cloud.lambda.runner().ok_or_else(switched_off)?;
    let report = tokio::task::block_in_place(|| run(cloud, runner, call, &target))?;
    if kind == InvocationType::Event {
        return Ok(Reply {
            status: 202,
            ..Reply::default()
        });
    }
    Ok(answer(call, &target, &report))
}

/// The version that a request means; an alias that points to two shares its calls between them.
fn target(cloud: &Cloud, name: FunctionName) -> Result<Target, AwsError> {
    let found = cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let asked = name.qualifier.as_deref();
        let alias = asked.and_then(|qualifier| function.aliases.get(qualifier));
        #[expect(
            clippy::cast_precision_loss,
            reason = "16 bits are enough to share calls by the percent"
        )]
        let share = chance::bits(16) as f64 / 65_536.0;
        let picked = alias.map(|alias| alias.pick(share).to_owned());
        let (version, configuration) = function
            .version(picked.as_deref().or(asked))
            .ok_or_else(|| no_such_function(&name.qualified_arn()))?;
        Ok::<_, AwsError>((
            version,
            configuration.clone(),
            function.concurrency.unwrap_or(CONCURRENCY),
        ))
    })?;
    let (version, configuration, most) = found;
    Ok(Target {
        name,
        version,
        configuration,
        most,
    })
}

fn run(cloud: &Cloud, runner: &Arc<Runner>, call: &Call, target: &Target) -> Result<Report, AwsError> {
    let arn = target.name.arn();
    let _entered = runner.enter(&arn, target.most).ok_or_else(too_many)?;
    let role = &target.configuration.role;
    let credentials = || sts::for_service(cloud, role, "lambda.amazonaws.com", &target.name.name);
    let invocation = Invocation {
        name: &target.name.name,
        arn: target.name.qualified_arn(),
        version: target.version.clone(),
        configuration: target.configuration.clone(),
        event: call.body.clone(),
        request_id: call.request_id.clone(),
        client_context: client_context(call),
        credentials: &credentials,
    };
    runner
        .run(&invocation)
        .map_err(|reason| AwsError::new(501, "CannotExecute", format!("Cahier\u{a0}: {reason}.")))
}

fn client_context(call: &Call) -> Option<String> {
    let encoded = call.header("x-amz-client-context")?;
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

fn answer(call: &Call, target: &Target, report: &Report) -> Reply {
    let configuration = &target.configuration;
    let mut reply = executed(200, &target.version);
    if report.ended.is_error() {
        let unhandled = HeaderValue::from_static("Unhandled");
        reply.headers.insert("x-amz-function-error", unhandled);
    }
    if call.header("x-amz-log-type") == Some("Tail") {
        let limits = (configuration.timeout, configuration.memory);
        let log = tail(report, &call.request_id, &target.version, limits);
        set(&mut reply.headers, "x-amz-log-result", &STANDARD.encode(log));
    }
    reply.body = report.payload(&call.request_id, configuration.timeout);
    reply
}

/// An event must be JSON, where there is one.
fn check_event(event: &[u8], largest: usize) -> Result<(), AwsError> {
    if event.len() > largest {
        return Err(AwsError::new(
            413,
            "RequestTooLargeException",
            format!("Request must be smaller than {largest} bytes for the InvokeFunction operation"),
        ));
    }
    if event.is_empty() {
        return Ok(());
    }
    match serde_json::from_slice::<serde::de::IgnoredAny>(event) {
        Ok(_) => Ok(()),
        Err(error) => Err(AwsError::new(
            400,
            "InvalidRequestContentException",
            format!("Could not parse request body into json: {error}"),
        )),
    }
}

/// A reply that says which version ran.
fn executed(status: u16, version: &str) -> Reply {
    let mut headers = HeaderMap::new();
    set(&mut headers, "x-amz-executed-version", version);
    Reply {
        status,
        headers,
        ..Reply::default()
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

fn too_many() -> AwsError {
    AwsError::new(429, "TooManyRequestsException", "Rate Exceeded.")
        .with("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded")
}

/// What is said where functions do not run. It is no answer of AWS's.
fn switched_off() -> AwsError {
    AwsError::new(
        501,
        "ExecutionSwitchedOff",
        "The simulator runs no uploaded code unless it was told to: start it with `cahier simulateur --executer-lambda`.",
    )
}
