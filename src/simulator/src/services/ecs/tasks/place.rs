//! Where a task runs: its launch type or its capacity provider, its platform version.

use super::super::definitions::sizes;
use super::super::errors::invalid;
use super::super::state::{Size, TaskDefinition};
use crate::error::AwsError;

/// Where a task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Place {
    /// It was asked for by its launch type: Fargate.
    LaunchType,
    /// A capacity provider strategy chose this provider.
    Provider(String),
}

impl Place {
    /// Whether it is Fargate Spot.
    pub(in super::super) fn is_spot(&self) -> bool {
        self.provider() == Some("FARGATE_SPOT")
    }

    /// `capacityProviderName`.
    pub(in super::super) fn provider(&self) -> Option<&str> {
        match self {
            Self::LaunchType => None,
            Self::Provider(name) => Some(name),
        }
    }
}

/// The platform version that a request names, as a number.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html>
pub(in super::super) fn platform_version(
    given: Option<&str>,
    definition: &TaskDefinition,
    size: Size,
) -> Result<String, AwsError> {
    let versions: &[&str] = if definition.is_windows() {
        &["1.0.0"]
    } else {
        &["1.4.0", "1.3.0"]
    };
    let version = match given {
        None | Some("LATEST") => versions[0],
        Some(version) => *versions.iter().find(|known| **known == version).ok_or_else(|| {
            AwsError::new(
                400,
                "PlatformUnknownException",
                "The specified platform version does not exist.",
            )
        })?,
    };
    let newer =
        size.cpu >= sizes::LARGE || size.storage > 20 || definition.is_arm() || definition.mounts_efs();
    if version == "1.3.0" && newer {
        return Err(AwsError::new(
            400,
            "PlatformTaskDefinitionIncompatibilityException",
            "One or more of the requested capabilities are not supported.",
        ));
    }
    Ok(version.to_owned())
}

/// Refuses a place that a definition's tasks cannot have: Windows does not run on Fargate Spot.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html>
pub(in super::super) fn may_run_on<'a>(
    definition: &TaskDefinition,
    mut providers: impl Iterator<Item = &'a str>,
) -> Result<(), AwsError> {
    if definition.is_windows() && providers.any(|provider| provider == "FARGATE_SPOT") {
        return Err(AwsError::new(
            400,
            "PlatformTaskDefinitionIncompatibilityException",
            "Windows tasks are not supported by the FARGATE_SPOT capacity provider.",
        ));
    }
    Ok(())
}

/// Refuses a definition whose tasks do not run on Fargate.
pub(in super::super) fn runs_on_fargate(definition: &TaskDefinition) -> Result<(), AwsError> {
    let compatibilities = definition.body["compatibilities"].as_array();
    let mut names = compatibilities.into_iter().flatten();
    if names.any(|name| name == "FARGATE") {
        return Ok(());
    }
    Err(invalid("Task definition does not support launch_type FARGATE."))
}
