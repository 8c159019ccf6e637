//! Task definitions: families and their revisions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
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
    /// Everything else that `DescribeTaskDefinition` shows of it, as it shows it: `containerDefinitions`, `cpu`…
    pub(in super::super) body: Value,
    /// When it was registered.
    pub(in super::super) registered: OffsetDateTime,
    /// When it was deregistered.
    pub(in super::super) deregistered: Option<OffsetDateTime>,
    /// Who registered it: an ARN.
    pub(in super::super) registered_by: String,
    /// Its tags.
    pub(in super::super) tags: Tags,
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

    /// `family:revision`.
    pub(in super::super) fn short(&self) -> String {
        format!("{}:{}", self.family, self.revision)
    }
}
