//! `Invoke`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use http::HeaderMap;
use http::HeaderValue;

use super::errors::{constraint, no_such_function};
use super::functions::{existing, function};
use crate::call::{Call, Outcome, Reply};
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// The largest event of a call that waits for its answer, in bytes: 6 MB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LARGEST_EVENT: usize = 6_291_456;

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
}

/// Calls a function.
pub(super) fn invoke(cloud: &Cloud, call: &mut Call) -> Outcome {
    let name = function(call)?;
    let kind = InvocationType::of(call)?;
    check_event(&call.body)?;
    let version = cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let asked = name.qualifier.as_deref();
        let alias = asked.and_then(|qualifier| function.aliases.get(qualifier));
        // 16 bits are enough to share calls by the percent.
        #[expect(clippy::cast_precision_loss, reason = "16 bits")]
        let share = chance::bits(16) as f64 / 65_536.0;
        let picked = alias.map(|alias| alias.pick(share).to_owned());
        let found = function.version(picked.as_deref().or(asked));
        found
            .map(|(version, _)| version)
            .ok_or_else(|| no_such_function(&name.qualified_arn()))
    })?;
    if kind == InvocationType::DryRun {
        return Ok(executed(204, &version));
    }
    Err(switched_off())
}

/// An event must be JSON, where there is one.
fn check_event(event: &[u8]) -> Result<(), AwsError> {
    if event.len() > LARGEST_EVENT {
        return Err(AwsError::new(
            413,
            "RequestTooLargeException",
            format!("Request must be smaller than {LARGEST_EVENT} bytes for the InvokeFunction operation"),
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
    if let Ok(version) = HeaderValue::from_str(version) {
        headers.insert("x-amz-executed-version", version);
    }
    Reply {
        status,
        headers,
        ..Reply::default()
    }
}

/// What is said where functions do not run. It is no answer of AWS's.
fn switched_off() -> AwsError {
    AwsError::new(
        501,
        "ExecutionSwitchedOff",
        "The simulator runs no uploaded code unless it was told to: start it with `cahier simulateur --executer-lambda`.",
    )
}
