//! Task definitions: families and their revisions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use time::OffsetDateTime;

use super::Tags;

/// A family of task definitions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in super::super) struct Family {
    /// The last revision's number; none is given twice.
    pub(in super::super) last: u64,
    /// The revisions.
    pub(in super::super) revisions: BTreeMap<u64, TaskDefinition>,
}

impl Family {
    /// The latest ACTIVE revision.
    pub(in super::super) fn latest(&self) -> Option<&TaskDefinition> {
        let mut revisions = self.revisions.values().rev();
        revisions.find(|definition| definition.status == DefinitionStatus::Active)
    }
}

/// A revision of a task definition. Only its status and its tags ever change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct TaskDefinition {
    /// `taskDefinitionArn`.
    pub(in super::super) arn: String,
    /// The family's name.
    pub(in super::super) family: String,
    /// Its number.
    pub(in super::super) revision: u64,
    /// Where it stands.
    pub(in super::super) status: DefinitionStatus,
    /// Everything else that `DescribeTaskDefinition` shows of it, as it shows it: `containerDefinitions`, `cpu`… Each step of
    /// each task looks at it: it is shared.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub(in super::super) body: Arc<Value>,
    /// When it was registered.
    pub(in super::super) registered: OffsetDateTime,
    /// When it was deregistered.
    pub(in super::super) deregistered: Option<OffsetDateTime>,
    /// Who registered it: an ARN.
    pub(in super::super) registered_by: String,
    /// Its tags.
    pub(in super::super) tags: Tags,
}

fn write<S: Serializer>(body: &Arc<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    (**body).serialize(serializer)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Value>, D::Error> {
    Value::deserialize(deserializer).map(Arc::new)
}

/// Where a revision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) enum DefinitionStatus {
    /// Tasks and services start with it.
    Active,
    /// Deregistered: services that have it go on.
    Inactive,
    /// Deleted while something still uses it.
    DeleteInProgress,
}

impl TaskDefinition {
    /// The containers' definitions.
    pub(in super::super) fn containers(&self) -> &[Value] {
        self.body["containerDefinitions"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }

    /// A text of its body.
    pub(in super::super) fn text(&self, member: &str) -> Option<&str> {
        self.body[member].as_str()
    }

    /// Whether its tasks have CPUs of the ARM architecture.
    pub(in super::super) fn is_arm(&self) -> bool {
        self.body["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    }

    /// Whether its containers are Windows containers.
    pub(in super::super) fn is_windows(&self) -> bool {
        let family = self.body["runtimePlatform"]["operatingSystemFamily"].as_str();
        family.is_some_and(|family| family.starts_with("WINDOWS"))
    }

    /// Whether its tasks mount a file system of EFS.
    pub(in super::super) fn mounts_efs(&self) -> bool {
        let volumes = self.body["volumes"].as_array().into_iter().flatten();
        let mut systems = volumes.map(|volume| &volume["efsVolumeConfiguration"]);
        systems.any(|system| !system.is_null())
    }

    /// `family:revision`.
    pub(in super::super) fn short(&self) -> String {
        format!("{}:{}", self.family, self.revision)
    }
}
