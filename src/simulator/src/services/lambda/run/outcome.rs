//! How a call ended, in AWS's words.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

/// The largest answer of a call that waits for it, in bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) const LARGEST_ANSWER: usize = 6_291_556;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Ended {
    /// The function answered.
    Answered(Bytes),
    /// The function, or its runtime, reported an error.
    Failed(Bytes),
    /// The runtime could not even begin.
    NotBegun(Bytes),
    /// There is nothing to begin with, in Lambda's words.
    NoEntrypoint(String),
    /// Its runtime took too long to begin: it begins anew, within the call.
    InitTimedOut,
    /// It took longer than its timeout.
    TimedOut,
    /// The process ended; how, as the system says it: `exit status 1`, `signal: killed`. `None`: without a reason.
    Exited(Option<String>),
    /// It held more memory than it may.
    OutOfMemory,
    /// Its answer is larger than what a call gives back.
    TooLarge,
}

impl Ended {
    /// Whether the process can take another call.
    pub(super) fn keeps_the_process(&self) -> bool {
        matches!(self, Self::Answered(_) | Self::Failed(_) | Self::TooLarge)
    }

    /// Whether it is an error of the function's.
    pub(in super::super) fn is_error(&self) -> bool {
        !matches!(self, Self::Answered(_))
    }
}

/// A call that ended.
#[derive(Debug)]
pub(in super::super) struct Report {
    /// How.
    pub(in super::super) ended: Ended,
    /// How long the function ran.
    pub(in super::super) duration: Duration,
    /// How long its process took to begin, for the first call of a process.
    pub(in super::super) init: Option<Duration>,
    /// The most memory that it held, in MiB.
    pub(in super::super) memory: u64,
    /// What it wrote.
    pub(in super::super) log: Vec<u8>,
}

impl Report {
    /// The report of a call for which no process was started.
    pub(super) fn without_process(ended: Ended) -> Self {
        Self {
            ended,
            duration: Duration::ZERO,
            init: None,
            memory: 0,
            log: Vec::new(),
        }
    }

    /// What the caller gets.
    pub(in super::super) fn payload(&self, request_id: &str, timeout: i64) -> Bytes {
        let exit = |how: &str| {
            json!({
                "errorType": "Runtime.ExitError",
                "errorMessage": format!("RequestId: {request_id} Error: {how}"),
            })
        };
        let written = match &self.ended {
            Ended::Answered(body) | Ended::Failed(body) | Ended::NotBegun(body) => return body.clone(),
            Ended::NoEntrypoint(how) => json!({
                "errorType": "Runtime.InvalidEntrypoint",
                "errorMessage": format!("RequestId: {request_id} Error: {how}"),
            }),
            Ended::TimedOut | Ended::InitTimedOut => json!({
                "errorType": "Sandbox.Timedout",
                "errorMessage": format!("RequestId: {request_id} Error: Task timed out after {timeout}.00 seconds"),
            }),
            Ended::Exited(Some(how)) => exit(&format!("Runtime exited with error: {how}")),
            Ended::Exited(None) => exit("Runtime exited without providing a reason"),
            Ended::OutOfMemory => exit("Runtime exited with error: signal: killed"),
            Ended::TooLarge => json!({
                "errorType": "Function.ResponseSizeTooLarge",
                "errorMessage": format!(
                    "Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
                ),
            }),
        };
        Bytes::from(written.to_string())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn payload(ended: Ended) -> String {
        let report = Report {
            ended,
            duration: Duration::from_secs(3),
            init: None,
            memory: 30,
            log: Vec::new(),
        };
        String::from_utf8(report.payload("id", 3).to_vec()).unwrap()
    }

    #[test]
    fn each_end_has_its_own_words() {
        assert!(payload(Ended::TimedOut).contains("RequestId: id Error: Task timed out after 3.00 seconds"));
        assert!(
            payload(Ended::Exited(Some("exit status 1".into())))
                .contains("RequestId: id Error: Runtime exited with error: exit status 1")
        );
        assert!(payload(Ended::OutOfMemory).contains("signal: killed"));
        let none = Ended::NoEntrypoint("Couldn't find valid bootstrap(s): […]".into());
        assert!(payload(none).contains("RequestId: id Error: Couldn't find valid bootstrap(s): […]"));
        assert_eq!(payload(Ended::Answered(Bytes::from_static(b"2"))), "2");
    }
}
