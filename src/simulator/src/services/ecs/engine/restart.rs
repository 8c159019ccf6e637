//! Restart policies: containers that are started again within their task.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html>

use serde_json::Value;
use time::Duration;

use super::super::state::{Status, Step, TaskKey};
use super::Engine;

/// How long a container must have run before it is started again, in seconds, unless its policy says otherwise.
const USUAL_PERIOD: i64 = 300;

/// From the end of a process to the start of the next, in seconds.
const RESTARTING: i64 = 1;

/// So many restarts come as soon as on AWS, which never tires. A clock that is moved on by years would go through millions of
/// them: beyond this, each waits in proportion to the task's age.
const FRESH: u32 = 10_000;

impl Engine<'_> {
    /// After how many seconds a container whose process has ended is started again, if it is.
    pub(super) fn restarts_after(
        &mut self,
        key: &TaskKey,
        place: usize,
        defined: Option<&Value>,
        code: i64,
    ) -> Option<i64> {
        let policy = &defined?["restartPolicy"];
        let ignored = policy["ignoredExitCodes"].as_array();
        let ignored = ignored.is_some_and(|codes| codes.iter().any(|ignored| *ignored == code));
        if policy["enabled"] != true || ignored {
            return None;
        }
        let now = self.now;
        let task = self.state.task(key).filter(|task| task.is_wanted())?;
        let container = task.containers.get(place)?;
        let period = policy["restartAttemptPeriod"].as_i64().unwrap_or(USUAL_PERIOD);
        if now - container.started? < Duration::seconds(period) {
            return None;
        }
        let tired = container.restarts > FRESH;
        let rest = tired.then(|| (now - task.created) / i32::try_from(FRESH).unwrap_or(i32::MAX));
        Some(RESTARTING + rest.map_or(0, Duration::whole_seconds))
    }

    /// Starts a container again; until then it serves nothing.
    pub(super) fn restart_container(&mut self, key: &TaskKey, place: usize, after: i64) {
        let course = self.change(key, |task| {
            if let Some(container) = task.containers.get_mut(place) {
                container.last = Status::Pending;
                container.healthy = None;
                container.restarts += 1;
            }
        });
        self.state.web_changed = true;
        self.task_after(after, key, course, Step::Start(place));
    }
}
