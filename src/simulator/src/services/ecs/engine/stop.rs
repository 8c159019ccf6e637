//! How tasks stop: SIGTERM, time to end, SIGKILL, and what is left to do.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>

use super::super::services::Change;
use super::super::state::{Status, Step, StopCode, TaskKey};
use super::Engine;
use super::life::DEPROVISIONING;

/// How long a task is DEACTIVATING, in seconds.
const DEACTIVATING: i64 = 1;

/// How long containers have to end after SIGTERM: the usual value, and the longest.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>
const USUAL_TIMEOUT: i64 = 30;
const LONGEST_TIMEOUT: i64 = 120;

/// How long a process takes to end that listens to SIGTERM.
const ENDING: i64 = 1;

/// What a process ends with that SIGKILL has ended: 128 + 9.
const KILLED: i64 = 137;

impl Engine<'_> {
    /// Begins to stop a task, for a reason in AWS's words; one that stops already goes on doing so.
    pub(in super::super) fn stop_task(&mut self, key: &TaskKey, code: StopCode, reason: &str) {
        let now = self.now;
        let Some(task) = self.state.task(key).filter(|task| task.is_wanted()) else {
            return;
        };
        task.desired = Status::Stopped;
        task.stop_code = Some(code);
        task.stopped_reason = Some(reason.to_owned());
        task.times.stopping = Some(now);
        task.version += 1;
        // What would have come next does not.
        task.course += 1;
        let course = task.course;
        if task.last < Status::Activating {
            if code == StopCode::TaskFailedToStart && reason.starts_with("CannotPullContainerError") {
                let unpulled = task.containers.iter_mut();
                unpulled.for_each(|container| container.reason = Some(reason.to_owned()));
            }
            self.tell_service(key, Change::Stopping);
            self.deprovision(key);
        } else {
            task.last = Status::Deactivating;
            self.task_after(DEACTIVATING, key, course, Step::Next);
            self.tell_service(key, Change::Stopping);
        }
    }

    /// Sends SIGTERM to every process.
    pub(super) fn terminate(&mut self, key: &TaskKey) {
        let definition = self.definition(key);
        let course = self.change(key, |task| task.last = Status::Stopping);
        let Some(task) = self.state.task(key) else {
            return;
        };
        let mut sent = Vec::new();
        for (place, container) in task.containers.iter_mut().enumerate() {
            if container.last != Status::Running {
                container.last = Status::Stopped;
                continue;
            }
            let defined = definition
                .as_ref()
                .and_then(|definition| definition.containers().get(place));
            let timeout = defined.and_then(|defined| defined["stopTimeout"].as_i64());
            sent.push(match container.process.after_term {
                Some(_) => (ENDING, Step::Terminated(place)),
                None => (
                    timeout.unwrap_or(USUAL_TIMEOUT).clamp(0, LONGEST_TIMEOUT),
                    Step::Kill(place),
                ),
            });
        }
        for (seconds, step) in sent {
            self.task_after(seconds, key, course, step);
        }
        self.containers_ended(key);
    }

    /// A process has done what it does on SIGTERM.
    pub(super) fn container_terminated(&mut self, key: &TaskKey, place: usize) {
        let code = self
            .state
            .task(key)
            .and_then(|task| task.containers.get(place)?.process.after_term);
        self.end_container(key, place, code.unwrap_or_default(), None);
        self.containers_ended(key);
    }

    /// A process did not end in time.
    pub(super) fn container_killed(&mut self, key: &TaskKey, place: usize) {
        self.end_container(key, place, KILLED, None);
        self.containers_ended(key);
    }

    /// Once all processes have ended, the task's resources are released.
    fn containers_ended(&mut self, key: &TaskKey) {
        let task = self.state.task(key).filter(|task| task.last == Status::Stopping);
        let ended = |containers: &[super::super::state::Container]| {
            containers
                .iter()
                .all(|container| container.last == Status::Stopped)
        };
        if task.is_some_and(|task| ended(&task.containers)) {
            let now = self.now;
            self.change(key, |task| task.times.execution_stopped = Some(now));
            self.deprovision(key);
        }
    }

    fn deprovision(&mut self, key: &TaskKey) {
        let course = self.change(key, |task| {
            task.last = Status::Deprovisioning;
            for container in &mut task.containers {
                container.last = Status::Stopped;
            }
        });
        self.task_after(DEPROVISIONING, key, course, Step::Next);
    }
}
