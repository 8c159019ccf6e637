//! Calls that nobody waits for: taken at once, tried when they are due, and tried again after an error.
//!
//! Not simulated: destinations and dead-letter queues. Events wait in memory: they are gone with the simulator.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html>

use super::invoke::{self, Ran, Target};
use super::run::{Event, Runner, Sent};
use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;

/// Takes an event.
///
/// # Errors
/// Where its function can run nowhere but on AWS: whoever calls would never hear of it else.
pub(super) fn accept(cloud: &Cloud, runner: &Runner, sent: Sent, target: &Target) -> Outcome {
    Runner::runs(&target.configuration).map_err(|reason| invoke::cannot_execute(&reason))?;
    runner.accept(Event::new(sent, cloud.clock.now()), attempt);
    Ok(Reply {
        status: 202,
        ..Reply::default()
    })
}

/// Tries an event; gives it back if it is to be tried again.
pub(super) fn attempt(cloud: &Cloud, event: Event) -> Option<Event> {
    let runner = cloud.lambda.runner()?;
    // The function may have been deleted meanwhile; then its events are, too.
    let target = Target::find(cloud, &event.sent.name).ok()?;
    // What cannot run here cannot run here later either.
    match invoke::run(cloud, runner, &event.sent, &target).ok()? {
        Ran::Ended(report) if report.ended.is_error() => event.after_error(report.duration, target.patience),
        Ran::Ended(_) => None,
        Ran::Throttled => event.after_throttle(cloud.clock.now(), target.patience),
    }
}
