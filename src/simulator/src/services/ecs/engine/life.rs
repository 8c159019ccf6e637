//! A task's life, from PROVISIONING to RUNNING, and its end.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>

use super::super::services::{self, Change};
use super::super::state::{Bill, Status, Step, StopCode, Task, TaskDefinition, TaskKey};
use super::Engine;

/// From the network interface to the pull, in seconds.
const CONNECTING: i64 = 2;

/// The pull itself.
const PULLING: i64 = 5;

/// From the start of the last container to RUNNING.
const SETTLING: i64 = 2;

/// From the end of the containers to STOPPED.
pub(super) const DEPROVISIONING: i64 = 5;

/// How long a stopped task is shown.
const SHOWN: i64 = 3600;

impl Engine<'_> {
    /// Carries out a step of a task, unless the task has left the course that the step belongs to.
    pub(super) fn task_step(&mut self, key: &TaskKey, course: u32, step: Step) {
        let Some(task) = self.state.task(key).filter(|task| task.course == course) else {
            return;
        };
        let (last, pulled) = (task.last, task.times.pull_started.is_some());
        match step {
            Step::Next => match last {
                Status::Provisioning => self.provisioned(key),
                Status::Pending if pulled => self.pulled(key),
                Status::Pending => self.pull(key),
                Status::Activating => self.running(key),
                Status::Deactivating => self.terminate(key),
                Status::Deprovisioning => self.stopped(key),
                Status::Running | Status::Stopping | Status::Stopped => {}
            },
            Step::Fail(reason) => self.stop_task(key, StopCode::TaskFailedToStart, &reason),
            Step::Start(container) => self.start_container(key, container),
            Step::Exit {
                container,
                code,
                reason,
            } => self.container_exits(key, container, code, reason),
            Step::Terminated(container) => self.container_terminated(key, container),
            Step::Kill(container) => self.container_killed(key, container),
            Step::Health(container, healthy) => self.container_health(key, container, healthy),
            Step::Forget => self.forget(key),
        }
    }

    /// Changes a task, and counts the change; its course.
    pub(super) fn change(&mut self, key: &TaskKey, change: impl FnOnce(&mut Task)) -> u32 {
        let Some(task) = self.state.task(key) else {
            return 0;
        };
        change(task);
        task.version += 1;
        task.course
    }

    /// A task's definition.
    pub(super) fn definition(&mut self, key: &TaskKey) -> Option<TaskDefinition> {
        let arn = self.state.task(key)?.definition.clone();
        self.state.account(&key.account).definition(&arn).cloned()
    }

    /// The network interface is there.
    fn provisioned(&mut self, key: &TaskKey) {
        match self.attach(key) {
            Ok(()) => {
                let course = self.change(key, |task| task.last = Status::Pending);
                self.task_after(CONNECTING, key, course, Step::Next);
            }
            Err(reason) => self.stop_task(key, StopCode::TaskFailedToStart, &reason),
        }
    }

    /// The pull begins: what keeps it from succeeding is found out now.
    fn pull(&mut self, key: &TaskKey) {
        let now = self.now;
        let course = self.change(key, |task| {
            task.times.connected = Some(now);
            task.times.pull_started = Some(now);
        });
        match self.what_keeps_from_pulling(key) {
            None => self.task_after(PULLING, key, course, Step::Next),
            Some(hindrance) => {
                let step = Step::Fail(hindrance.reason);
                self.task_after(hindrance.after, key, course, step);
            }
        }
    }

    /// The images are there: the containers start.
    fn pulled(&mut self, key: &TaskKey) {
        if let Some(reason) = self.what_keeps_from_logging(key) {
            return self.stop_task(key, StopCode::TaskFailedToStart, &reason);
        }
        let now = self.now;
        let digests = self.digests(key);
        self.change(key, |task| {
            task.times.pull_stopped = Some(now);
            task.last = Status::Activating;
            for (container, digest) in task.containers.iter_mut().zip(digests) {
                container.digest = digest;
            }
        });
        self.start_ready_containers(key);
    }

    /// Every container has started: the task settles.
    pub(super) fn activated(&mut self, key: &TaskKey) {
        let Some(task) = self.state.task(key) else {
            return;
        };
        let started = task
            .containers
            .iter()
            .all(|container| container.last != Status::Pending);
        let course = task.course;
        if started && task.last == Status::Activating {
            self.task_after(SETTLING, key, course, Step::Next);
        }
    }

    fn running(&mut self, key: &TaskKey) {
        let now = self.now;
        self.change(key, |task| {
            task.last = Status::Running;
            task.times.started = Some(now);
        });
        self.state.web_changed = true;
        self.tell_service(key, Change::Running);
    }

    /// It is over.
    fn stopped(&mut self, key: &TaskKey) {
        self.detach(key);
        let now = self.now;
        let course = self.change(key, |task| {
            task.last = Status::Stopped;
            task.times.stopped = Some(now);
        });
        self.settle_up(key);
        self.task_after(SHOWN, key, course, Step::Forget);
        self.tell_service(key, Change::Stopped);
    }

    /// Frees the CPU of a task that is over, and writes down what it is billed for.
    fn settle_up(&mut self, key: &TaskKey) {
        let definition = self.definition(key);
        let Some(task) = self.state.task(key) else {
            return;
        };
        let (spot, cpu) = (task.is_spot(), task.size.cpu);
        let bill = task.bill(definition.as_ref());
        self.free_room(&key.account, spot, cpu);
        self.state.account(&key.account).ledger.extend(bill);
    }

    /// Tells a task's service of a change.
    pub(super) fn tell_service(&mut self, key: &TaskKey, change: Change) {
        let service = self.state.task(key).and_then(|task| task.service.clone());
        if let Some(service) = service {
            services::task_changed(self, &key.account, &key.cluster, &service, &key.id, change);
        }
    }

    /// It is no longer shown; a definition that was only kept for it goes, too.
    fn forget(&mut self, key: &TaskKey) {
        if let Some(cluster) = self.state.cluster(&key.account, &key.cluster) {
            cluster.tasks.remove(&key.id);
        }
    }
}

impl Task {
    /// What it is billed for; nothing, where no image was ever pulled.
    pub(in super::super) fn bill(&self, definition: Option<&TaskDefinition>) -> Option<Bill> {
        Some(Bill {
            task: self.arn.clone(),
            definition: definition.map(TaskDefinition::short).unwrap_or_default(),
            size: self.size,
            arm: definition.is_some_and(TaskDefinition::is_arm),
            spot: self.is_spot(),
            from: self.times.pull_started?,
            to: self.times.stopped,
        })
    }
}
