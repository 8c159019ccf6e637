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
    let family = &definition.body["runtimePlatform"]["operatingSystemFamily"];
    let windows = family
        .as_str()
        .is_some_and(|family| family.starts_with("WINDOWS"));
    let versions: &[&str] = if windows { &["1.0.0"] } else { &["1.4.0", "1.3.0"] };
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
    let newer = size.cpu >= sizes::LARGE || size.storage > 20;
    if version == "1.3.0" && newer {
        return Err(AwsError::new(
            400,
            "PlatformTaskDefinitionIncompatibilityException",
            "One or more of the requested capabilities are not supported.",
        ));
    }
    Ok(version.to_owned())
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
