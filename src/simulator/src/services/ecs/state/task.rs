//! Tasks and their containers.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::Tags;

/// Where a task stands in its life.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(in super::super) enum Status {
    /// Its network interface is being attached.
    Provisioning,
    /// Its images are being pulled.
    Pending,
    /// Its containers are being started.
    Activating,
    /// It runs.
    Running,
    /// It is being taken out of what refers to it.
    Deactivating,
    /// Its containers are being stopped.
    Stopping,
    /// Its network interface is being detached.
    Deprovisioning,
    /// It is over.
    Stopped,
}

impl Status {
    /// AWS's name of it: `RUNNING`.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// Why a task stopped: `stopCode`.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum StopCode {
    /// It never ran.
    TaskFailedToStart,
    /// A container without which it cannot be has ended.
    EssentialContainerExited,
    /// Somebody asked for it.
    UserInitiated,
    /// Its service no longer wants it.
    ServiceSchedulerInitiated,
    /// Fargate Spot took its capacity back.
    SpotInterruption,
}

/// When each thing happened to a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Times {
    /// `connectivityAt`.
    pub(in super::super) connected: Option<OffsetDateTime>,
    /// `pullStartedAt`.
    pub(in super::super) pull_started: Option<OffsetDateTime>,
    /// `pullStoppedAt`.
    pub(in super::super) pull_stopped: Option<OffsetDateTime>,
    /// `startedAt`.
    pub(in super::super) started: Option<OffsetDateTime>,
    /// `stoppingAt`.
    pub(in super::super) stopping: Option<OffsetDateTime>,
    /// `executionStoppedAt`.
    pub(in super::super) execution_stopped: Option<OffsetDateTime>,
    /// `stoppedAt`.
    pub(in super::super) stopped: Option<OffsetDateTime>,
}

/// A task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Task {
    /// Its id: the end of its ARN.
    pub(in super::super) id: String,
    /// Its ARN.
    pub(in super::super) arn: String,
    /// The ARN of its task definition's revision.
    pub(in super::super) definition: String,
    /// `launchType`, where it was not a capacity provider that placed it.
    pub(in super::super) launch_type: Option<String>,
    /// `capacityProviderName`.
    pub(in super::super) provider: Option<String>,
    /// `platformVersion`.
    pub(in super::super) platform_version: String,
    /// `group`: `family:web` or `service:web`.
    pub(in super::super) group: String,
    /// `startedBy`.
    pub(in super::super) started_by: Option<String>,
    /// The service that it belongs to, by its name.
    pub(in super::super) service: Option<String>,
    /// What it asks for, overrides included.
    pub(in super::super) size: Size,
    /// The ARN of the task role, overrides included.
    pub(in super::super) role: Option<String>,
    /// The ARN of the execution role, overrides included.
    pub(in super::super) execution_role: Option<String>,
    /// `overrides`, as they are shown.
    pub(in super::super) overrides: Value,
    /// Its tags.
    pub(in super::super) tags: Tags,
    /// `enableExecuteCommand`.
    pub(in super::super) execute_command: bool,
    /// Its network interface.
    pub(in super::super) network: Network,
    /// `lastStatus`.
    pub(in super::super) last: Status,
    /// `desiredStatus`: RUNNING or STOPPED.
    pub(in super::super) desired: Status,
    /// `version`: how often it changed.
    pub(in super::super) version: u64,
    /// The course that it is on: what belongs to a former one does not happen.
    pub(in super::super) course: u32,
    /// `createdAt`.
    pub(in super::super) created: OffsetDateTime,
    /// The other times.
    pub(in super::super) times: Times,
    /// `stopCode`.
    pub(in super::super) stop_code: Option<StopCode>,
    /// `stoppedReason`.
    pub(in super::super) stopped_reason: Option<String>,
    /// Its containers, in the order of their definitions.
    pub(in super::super) containers: Vec<Container>,
}

impl Task {
    /// Whether it is on its way or running: it is not meant to stop.
    pub(in super::super) fn is_wanted(&self) -> bool {
        self.desired != Status::Stopped
    }

    /// Whether it is not over yet.
    pub(in super::super) fn is_live(&self) -> bool {
        self.last != Status::Stopped
    }

    /// Whether it runs on Fargate Spot.
    pub(in super::super) fn is_spot(&self) -> bool {
        self.provider.as_deref() == Some("FARGATE_SPOT")
    }
}

/// What a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Size {
    /// CPU units: 1,024 are a vCPU.
    pub(in super::super) cpu: u32,
    /// MiB.
    pub(in super::super) memory: u32,
    /// GiB of ephemeral storage.
    pub(in super::super) storage: u32,
}

/// A task's place in the network.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in super::super) struct Network {
    /// The attachment's id.
    pub(in super::super) attachment: String,
    /// Its subnet.
    pub(in super::super) subnet: String,
    /// Its security groups.
    pub(in super::super) groups: Vec<String>,
    /// Whether it has a public address.
    pub(in super::super) public: bool,
    /// Its network interface, once it is attached.
    pub(in super::super) interface: Option<Interface>,
    /// The availability zone.
    pub(in super::super) zone: String,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Interface {
    /// `eni-…`.
    pub(in super::super) id: String,
    /// Its MAC address.
    pub(in super::super) mac: String,
    /// Its private address.
    pub(in super::super) private_address: String,
    /// The name of its private address.
    pub(in super::super) private_name: String,
    /// Its public address: one of this machine's loopback addresses.
    pub(in super::super) public_address: Option<String>,
}

/// A container of a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Container {
    /// Its ARN.
    pub(in super::super) arn: String,
    /// Its name.
    pub(in super::super) name: String,
    /// The image that its definition names.
    pub(in super::super) image: String,
    /// The digest of what was pulled.
    pub(in super::super) digest: Option<String>,
    /// The runtime's id of it.
    pub(in super::super) runtime_id: Option<String>,
    /// PENDING, RUNNING or STOPPED.
    pub(in super::super) last: Status,
    /// `exitCode`.
    pub(in super::super) exit_code: Option<i64>,
    /// `reason`.
    pub(in super::super) reason: Option<String>,
    /// Whether it is healthy; `None` where that is not known (yet).
    pub(in super::super) healthy: Option<bool>,
    /// What its process does.
    pub(in super::super) process: Process,
    /// When its process started last.
    #[serde(default)]
    pub(in super::super) started: Option<OffsetDateTime>,
    /// How often its restart policy has started it again.
    #[serde(default)]
    pub(in super::super) restarts: u32,
}

/// What a container's process does once it has started.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in super::super) struct Process {
    /// The exit code after SIGTERM; `None`: it does not listen to it.
    pub(in super::super) after_term: Option<i64>,
    /// The port on which it serves HTTP.
    pub(in super::super) port: Option<u16>,
    /// The memory that it comes to have, in MiB.
    #[serde(default)]
    pub(in super::super) memory: i64,
    /// The title of the page that it serves.
    pub(in super::super) title: String,
    /// What it serves instead of that page.
    pub(in super::super) content: Option<String>,
    /// What it has written.
    pub(in super::super) log: Vec<String>,
}

/// A task, by its account, its cluster and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct TaskKey {
    /// The account's number.
    pub(in super::super) account: String,
    /// The cluster's name.
    pub(in super::super) cluster: String,
    /// The task's id.
    pub(in super::super) id: String,
}
