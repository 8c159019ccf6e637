//! What a function writes, and the lines that Lambda writes around it.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::outcome::{Ended, Report};

/// The most of a log that a call gives back, in bytes: its last 4 KB.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
const TAIL: usize = 4096;

/// The most that is kept of what one call writes, in bytes.
const MOST: usize = 1 << 20;

/// What a process wrote since it was last asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// Follows a stream to its end.
    pub(super) fn follow(&self, mut stream: impl Read + Send + 'static) {
        let written = self.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count) = stream.read(&mut buffer) {
                if count == 0 {
                    break;
                }
                written.add(&buffer[..count]);
            }
        });
    }

    fn add(&self, bytes: &[u8]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        if all.len() > MOST {
            let spare = all.len() - MOST;
            all.drain(..spare);
        }
    }

    /// Writes a line of the simulator's own.
    pub(super) fn note(&self, line: &str) {
        self.add(line.as_bytes());
    }

    /// Gives what was written, and begins again.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The end of a call's log, as a call with `LogType=Tail` gives it back.
pub(in super::super) fn tail(
    report: &Report,
    request_id: &str,
    version: &str,
    limits: (i64, i64),
) -> Vec<u8> {
    let mut log = format!("START RequestId: {request_id} Version: {version}\n").into_bytes();
    log.extend_from_slice(&report.log);
    if !log.ends_with(b"\n") {
        log.push(b'\n');
    }
    log.extend(closing(report, request_id, limits).into_bytes());
    let from = log.len().saturating_sub(TAIL);
    log.split_off(from)
}

fn closing(report: &Report, request_id: &str, (timeout, memory): (i64, i64)) -> String {
    let billed = report.duration + report.init.unwrap_or_default();
    let init = report
        .init
        .map(|init| format!("\tInit Duration: {} ms", milliseconds(init)))
        .unwrap_or_default();
    let (before, status) = match &report.ended {
        Ended::TimedOut => (
            format!("RequestId: {request_id} Error: Task timed out after {timeout}.00 seconds\n"),
            "\tStatus: timeout",
        ),
        Ended::Exited(how) => {
            let how = how.as_ref().map_or_else(
                || "Runtime exited without providing a reason".to_owned(),
                |how| format!("Runtime exited with error: {how}"),
            );
            (
                format!("RequestId: {request_id} Error: {how}\nRuntime.ExitError\n"),
                "\tStatus: error\tError Type: Runtime.ExitError",
            )
        }
        Ended::OutOfMemory => (
            format!(
                "RequestId: {request_id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
            ),
            "\tStatus: error\tError Type: Runtime.OutOfMemory",
        ),
        _ => (String::new(), ""),
    };
    format!(
        "{before}END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {} ms\tBilled Duration: {} ms\t\
         Memory Size: {memory} MB\tMax Memory Used: {} MB{init}{status}\t\n",
        milliseconds(report.duration),
        billed.as_micros().div_ceil(1000),
        report.memory,
    )
}

/// Milliseconds, to the hundredth.
fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn report(ended: Ended) -> Report {
        Report {
            ended,
            duration: Duration::from_micros(1230),
            init: Some(Duration::from_micros(100_500)),
            memory: 30,
            log: b"bonjour".to_vec(),
        }
    }

    #[test]
    fn a_log_ends_with_its_report() {
        let log = tail(&report(Ended::Answered("1".into())), "id", "$LATEST", (3, 128));
        assert_eq!(
            String::from_utf8(log).unwrap(),
            "START RequestId: id Version: $LATEST\nbonjour\nEND RequestId: id\nREPORT RequestId: id\tDuration: 1.23 ms\t\
             Billed Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tInit Duration: 100.50 ms\t\n"
        );
    }

    #[test]
    fn only_the_last_four_kilobytes_are_given_back() {
        let lengthy = Report {
            log: vec![b'x'; 10_000],
            ..report(Ended::TimedOut)
        };
        let log = tail(&lengthy, "id", "1", (3, 128));
        assert_eq!(log.len(), 4096);
        assert!(
            String::from_utf8(log)
                .unwrap()
                .contains("Task timed out after 3.00 seconds")
        );
    }
}
