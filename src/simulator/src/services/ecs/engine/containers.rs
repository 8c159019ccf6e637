//! The containers of a task: in which order they start, what their processes do, how their health is known.

use serde_json::Value;

use super::super::names::derived;
use super::super::services::Change;
use super::super::state::{Container, Status, Step, StopCode, TaskDefinition, TaskKey};
use super::Engine;
use super::program::{Ending, program};

/// How long a container takes to start, in seconds.
const STARTING: i64 = 3;

/// What AWS says of a task whose essential container has ended.
const ESSENTIAL: &str = "Essential container in task exited";

/// What AWS says of a task of which a container waits in vain.
const IN_VAIN: &str = "Task failed to start";

/// Whether a container has what a condition on it asks for; `None`: it never will.
fn meets(container: &Container, condition: &str) -> Option<bool> {
    let over = container.last == Status::Stopped;
    match condition {
        "COMPLETE" => Some(over),
        "SUCCESS" if over => (container.exit_code == Some(0)).then_some(true),
        "SUCCESS" => Some(false),
        "HEALTHY" if over || container.healthy == Some(false) => None,
        "HEALTHY" => Some(container.healthy == Some(true)),
        _ => Some(container.last != Status::Pending),
    }
}

/// Whether a container may start; `None`: it never may.
fn ready(containers: &[Container], defined: &Value) -> Option<bool> {
    let mut ready = true;
    for dependency in defined["dependsOn"].as_array().into_iter().flatten() {
        let awaited = containers
            .iter()
            .find(|other| dependency["containerName"] == other.name);
        let condition = dependency["condition"].as_str().unwrap_or_default();
        ready &= awaited.is_none_or(|awaited| meets(awaited, condition).unwrap_or(false));
        if awaited.is_some_and(|awaited| meets(awaited, condition).is_none()) {
            return None;
        }
    }
    Some(ready)
}

impl Engine<'_> {
    /// Starts the containers whose dependencies are met, and that do not start already.
    pub(super) fn start_ready_containers(&mut self, key: &TaskKey) {
        let Some(definition) = self.definition(key) else {
            return;
        };
        let Some(task) = self
            .state
            .task(key)
            .filter(|task| task.last == Status::Activating)
        else {
            return;
        };
        let course = task.course;
        let mut starting = Vec::new();
        for (place, defined) in definition.containers().iter().enumerate() {
            let waiting =
                |container: &Container| container.last == Status::Pending && container.runtime_id.is_none();
            if !task.containers.get(place).is_some_and(waiting) {
                continue;
            }
            match ready(&task.containers, defined) {
                None => return self.stop_task(key, StopCode::TaskFailedToStart, IN_VAIN),
                Some(false) => {}
                Some(true) => starting.push(place),
            }
        }
        for place in starting {
            // The runtime knows it from now on: it is not started twice.
            let runtime =
                |container: &Container| format!("{}-{}", key.id, derived(&container.arn, "runtime", 10));
            if let Some(container) = self
                .state
                .task(key)
                .and_then(|task| task.containers.get_mut(place))
            {
                container.runtime_id = Some(runtime(container));
            }
            self.task_after(STARTING, key, course, Step::Start(place));
        }
    }

    /// A container's process starts.
    pub(super) fn start_container(&mut self, key: &TaskKey, place: usize) {
        let Some(definition) = self.definition(key) else {
            return;
        };
        let behaviour = self.behaviour(key, &definition, place);
        let now = self.now;
        let course = self.change(key, |task| {
            if let Some(container) = task.containers.get_mut(place) {
                container.last = Status::Running;
                container.process = behaviour.process;
                container.started = Some(now);
            }
        });
        if let Some(Ending { after, code, reason }) = behaviour.ending {
            let step = Step::Exit {
                container: place,
                code,
                reason,
            };
            self.task_after(after, key, course, step);
        }
        if let Some((after, healthy)) = health(definition.containers().get(place)) {
            self.task_after(after, key, course, Step::Health(place, healthy));
        }
        self.state.web_changed = true;
        self.start_ready_containers(key);
        self.activated(key);
    }

    fn behaviour(
        &mut self,
        key: &TaskKey,
        definition: &TaskDefinition,
        place: usize,
    ) -> super::program::Behaviour {
        match self.state.task(key) {
            Some(task) => program(self.cloud, self.now, task, definition, place),
            None => super::program::Behaviour::default(),
        }
    }

    /// A container's process has ended by itself.
    pub(super) fn container_exits(&mut self, key: &TaskKey, place: usize, code: i64, reason: Option<String>) {
        let defined = self.definition(key);
        let defined = defined
            .as_ref()
            .and_then(|definition| definition.containers().get(place));
        if let Some(after) = self.restarts_after(key, place, defined, code) {
            return self.restart_container(key, place, after);
        }
        self.end_container(key, place, code, reason);
        let essential = defined.is_none_or(|defined| defined["essential"].as_bool().unwrap_or(true));
        if essential {
            return self.stop_task(key, StopCode::EssentialContainerExited, ESSENTIAL);
        }
        self.start_ready_containers(key);
        self.activated(key);
    }

    /// Notes how a container's process has ended.
    pub(super) fn end_container(&mut self, key: &TaskKey, place: usize, code: i64, reason: Option<String>) {
        self.change(key, |task| {
            if let Some(container) = task.containers.get_mut(place) {
                container.last = Status::Stopped;
                container.exit_code = Some(code);
                container.reason = reason;
                container.healthy = container.healthy.map(|_| false);
            }
        });
        self.state.web_changed = true;
    }

    /// A container's health check has come to a result.
    pub(super) fn container_health(&mut self, key: &TaskKey, place: usize, healthy: bool) {
        self.change(key, |task| {
            if let Some(container) = task.containers.get_mut(place)
                && container.last == Status::Running
            {
                container.healthy = Some(healthy);
            }
        });
        self.start_ready_containers(key);
        self.activated(key);
        self.tell_service(key, Change::Health(healthy));
    }
}

/// When a container's health is known after its start, in seconds, and how it is. A check is taken to succeed unless its
/// command does nothing but fail.
fn health(defined: Option<&Value>) -> Option<(i64, bool)> {
    let check = defined?.get("healthCheck")?;
    let number = |member: &str, usual: i64| check[member].as_i64().unwrap_or(usual);
    let (interval, retries) = (number("interval", 30), number("retries", 3));
    let command: Vec<&str> = check["command"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|word| !matches!(*word, "CMD" | "CMD-SHELL"))
        .collect();
    let fails = matches!(command.join(" ").trim(), "false" | "exit 1" | "/bin/false");
    let after = if fails {
        number("startPeriod", 0) + interval * retries
    } else {
        interval
    };
    Some((after, !fails))
}
