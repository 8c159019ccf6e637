//! `Invoke`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};

use time::Duration;

use super::asynchronous;
use super::errors::{constraint, no_such_function};
use super::functions::concurrency::CONCURRENCY;
use super::functions::event_config::Patience;
use super::functions::{Configuration, qualified};
use super::names::FunctionName;
use super::run::{CannotRun, Invocation, Report, Runner, Sent, tail};
use crate::auth::keys::KeyStore as _;
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
pub(super) struct Target {
    version: String,
    /// What that version is.
    pub(super) configuration: Configuration,
    /// How many calls of it may run at once.
    most: i64,
    /// How far Lambda goes with an event for it.
    pub(super) patience: Patience,
}

/// How a call went.
pub(super) enum Ran {
    /// It ran to an end.
    Ended(Report),
    /// Too many calls of the function run.
    Throttled,
}

/// Calls a function.
pub(super) fn invoke(cloud: &Cloud, call: &mut Call) -> Outcome {
    let name = qualified(call)?;
    let kind = InvocationType::of(call)?;
    check_event(&call.body, kind.largest())?;
    let target = Target::find(cloud, &name)?;
    if kind == InvocationType::DryRun {
        return Ok(executed(204, &target.version));
    }
    let runner = cloud.lambda.runner().ok_or_else(switched_off)?;
    let sent = Sent {
        name,
        event: call.body.clone(),
        request_id: call.request_id.clone(),
        client_context: client_context(call),
    };
    if kind == InvocationType::Event {
        return asynchronous::accept(cloud, runner, sent, &target);
    }
    match tokio::task::block_in_place(|| run(cloud, runner, &sent, &target))? {
        Ran::Ended(report) => Ok(answer(call, &target, &report)),
        Ran::Throttled => Err(too_many()),
    }
}

impl Target {
    /// The version that a name means; an alias that points to two shares its calls between them.
    pub(super) fn find(cloud: &Cloud, name: &FunctionName) -> Result<Self, AwsError> {
        cloud.lambda.with(&name.account, |account| {
            let function = account.functions.get(&name.name);
            let function = function.ok_or_else(|| no_such_function(&name.version_arn()))?;
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
            Ok(Self {
                version,
                configuration: configuration.clone(),
                most: function.concurrency.unwrap_or(CONCURRENCY),
                patience: function.patience(asked),
            })
        })
    }
}

/// Runs what was sent, to its end.
pub(super) fn run(
    cloud: &Cloud,
    runner: &Arc<Runner>,
    sent: &Sent,
    target: &Target,
) -> Result<Ran, AwsError> {
    let function = sent.name.arn();
    let Some(_entered) = runner.enter(&function, target.most) else {
        return Ok(Ran::Throttled);
    };
    let configuration = &target.configuration;
    let role = &configuration.role;
    let session = session_name(&sent.name.name);
    let credentials = || sts::for_service(cloud, role, "lambda.amazonaws.com", &session);
    let now = cloud.clock.now();
    let end = now + Duration::seconds(configuration.timeout);
    // A role that was deleted, or has been made anew, is no longer the one whose credentials these are.
    let lasts = |access_key: &str| {
        let credential = cloud.iam.credential(access_key);
        let session = credential.and_then(|credential| credential.session);
        session.is_some_and(|session| session.expires > end)
    };
    let invocation = Invocation {
        name: &sent.name.name,
        function,
        arn: sent.name.qualified_arn(),
        version: target.version.clone(),
        configuration: configuration.clone(),
        event: sent.event.clone(),
        request_id: sent.request_id.clone(),
        client_context: sent.client_context.clone(),
        now,
        credentials: &credentials,
        lasts: &lasts,
    };
    let ran = runner.run(&invocation, asynchronous::attempt);
    ran.map(Ran::Ended).map_err(|reason| match reason {
        CannotRun::Here(reason) => cannot_execute(&reason),
        CannotRun::Role => AwsError::new(
            403,
            "AccessDeniedException",
            "The role defined for the function cannot be assumed by Lambda.",
        )
        .message_as("Message"),
    })
}

/// How a function's session is called: as the function, whose name may be shorter than a session's.
fn session_name(function: &str) -> String {
    match function.len() {
        1 => format!("{function}@lambda_function"),
        _ => function.to_owned(),
    }
}

/// What is said where a function runs nowhere but on AWS. It is no answer of AWS's.
pub(super) fn cannot_execute(reason: &str) -> AwsError {
    AwsError::new(501, "CannotExecute", format!("Cahier\u{a0}: {reason}."))
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
            format!("Could not parse request body into json: Could not parse payload into json: {error}"),
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
