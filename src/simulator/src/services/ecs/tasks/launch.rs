//! Making a task: what `RunTask` and the service scheduler have in common.

use super::super::engine::Engine;
use super::super::names::{derived, derived_uuid, task_arn};
use super::super::state::{
    Container, Due, Network, Process, Size, Status, Step, Tags, Task, TaskDefinition, TaskKey, Times, What,
};
use super::{Overrides, Place, Wanted};
use crate::services::ec2;

/// How long a task's network interface takes, in seconds.
const PROVISIONING: i64 = 3;

/// Everything that a new task is.
#[derive(Debug, Clone)]
pub(in super::super) struct Launch {
    /// Which task it will be: its id is of chance for a logged call, derived from its service otherwise.
    pub(in super::super) key: TaskKey,
    /// Its task definition.
    pub(in super::super) definition: TaskDefinition,
    /// Where it runs.
    pub(in super::super) place: Place,
    /// `platformVersion`, a number.
    pub(in super::super) platform_version: String,
    /// Its network.
    pub(in super::super) network: Wanted,
    /// What differs from its definition.
    pub(in super::super) overrides: Overrides,
    /// `group`.
    pub(in super::super) group: String,
    /// `startedBy`.
    pub(in super::super) started_by: Option<String>,
    /// The service that it is of, by its name.
    pub(in super::super) service: Option<String>,
    /// Its tags.
    pub(in super::super) tags: Tags,
    /// `enableExecuteCommand`.
    pub(in super::super) execute_command: bool,
}

/// Why a task is not placed, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum NotPlaced {
    /// The account's quota of vCPUs is used up.
    Quota,
    /// Fargate Spot has nothing to spare.
    Capacity,
}

impl NotPlaced {
    /// AWS's sentence.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
    pub(in super::super) fn reason(self) -> &'static str {
        match self {
            Self::Quota => "You’ve reached the limit on the number of vCPUs you can run concurrently",
            Self::Capacity => {
                "Capacity is unavailable at this time. Please try again later or in a different availability zone"
            }
        }
    }
}

impl Engine<'_> {
    /// Makes a task and sets it on its way; its ARN.
    ///
    /// # Errors
    ///
    /// There is no room for it, and there is none for another of its kind.
    pub(in super::super) fn launch(&mut self, launch: &Launch) -> Result<String, NotPlaced> {
        let size = launch.overrides.size(&launch.definition);
        self.take_room(&launch.key.account, launch.place.is_spot(), size.cpu)?;
        let task = self.made(launch, size);
        let (arn, course) = (task.arn.clone(), task.course);
        if let Some(cluster) = self.state.cluster(&launch.key.account, &launch.key.cluster) {
            cluster.tasks.insert(task.id.clone(), task);
        }
        self.task_after(PROVISIONING, &launch.key, course, Step::Next);
        Ok(arn)
    }

    /// Counts a task's CPU against its account's quota.
    fn take_room(&mut self, account: &str, spot: bool, cpu: u32) -> Result<(), NotPlaced> {
        let account = self.state.account(account);
        let quotas = account.quotas;
        let (used, quota) = if spot {
            (&mut account.used.spot, quotas.spot)
        } else {
            (&mut account.used.on_demand, quotas.on_demand)
        };
        if *used + cpu > quota.saturating_mul(1024) {
            return Err(NotPlaced::Quota);
        }
        if spot && !quotas.spot_available {
            return Err(NotPlaced::Capacity);
        }
        *used += cpu;
        Ok(())
    }

    /// The CPU of a task that is over is free again.
    pub(in super::super) fn free_room(&mut self, account: &str, spot: bool, cpu: u32) {
        let used = &mut self.state.account(account).used;
        let used = if spot { &mut used.spot } else { &mut used.on_demand };
        *used = used.saturating_sub(cpu);
    }

    fn made(&self, launch: &Launch, size: Size) -> Task {
        let TaskKey { account, cluster, id } = &launch.key;
        let arn = task_arn(account, cluster, id);
        let definition = &launch.definition;
        let containers = definition.containers().iter().enumerate();
        let containers = containers.map(|(place, container)| Container {
            arn: arn.replacen(":task/", ":container/", 1)
                + "/"
                + &derived_uuid(&arn, &format!("container {place}")),
            name: container["name"].as_str().unwrap_or_default().to_owned(),
            image: container["image"].as_str().unwrap_or_default().to_owned(),
            digest: None,
            runtime_id: None,
            last: Status::Pending,
            exit_code: None,
            reason: None,
            healthy: None,
            process: Process::default(),
            started: None,
            restarts: 0,
        });
        Task {
            id: id.clone(),
            definition: definition.arn.clone(),
            launch_type: Some("FARGATE".to_owned()),
            provider: launch.place.provider().map(str::to_owned),
            platform_version: launch.platform_version.clone(),
            group: launch.group.clone(),
            started_by: launch.started_by.clone(),
            service: launch.service.clone(),
            size,
            role: launch.overrides.role(definition, "taskRoleArn"),
            execution_role: launch.overrides.role(definition, "executionRoleArn"),
            overrides: launch.overrides.shown(definition),
            tags: launch.tags.clone(),
            execute_command: launch.execute_command,
            network: network(&arn, account, &launch.network),
            last: Status::Provisioning,
            desired: Status::Running,
            version: 1,
            course: 0,
            created: self.now,
            times: Times::default(),
            stop_code: None,
            stopped_reason: None,
            containers: containers.collect(),
            arn,
        }
    }

    /// Writes down that a step of a task is due after `seconds`.
    pub(in super::super) fn task_after(&mut self, seconds: i64, key: &TaskKey, course: u32, step: Step) {
        let what = What::Task {
            id: key.id.clone(),
            course,
            step,
        };
        self.after(
            seconds,
            Due {
                account: key.account.clone(),
                cluster: key.cluster.clone(),
                what,
            },
        );
    }
}

/// A task's network, in one of the subnets that it may be in.
fn network(task: &str, account: &str, wanted: &Wanted) -> Network {
    let chosen = u64::from_str_radix(&derived(task, "subnet", 8), 16).unwrap_or_default();
    let chosen = usize::try_from(chosen).unwrap_or_default() % wanted.subnets.len().max(1);
    let subnet = wanted.subnets.get(chosen).cloned().unwrap_or_default();
    let zone = ec2::find_subnet(account, &subnet)
        .map(|subnet| subnet.zone)
        .unwrap_or_default();
    Network {
        attachment: derived_uuid(task, "attachment"),
        subnet,
        groups: wanted.groups.clone(),
        public: wanted.public,
        interface: None,
        zone,
    }
}
