//! Volumes, and what mounts them.

use std::collections::HashSet;

use super::super::super::errors::client;
use super::super::draft::{Draft, has, list, text};
use super::names::is_name;
use crate::error::AwsError;

/// Each volume has a name of its own, and one kind of configuration at most.
pub(super) fn names(draft: Draft<'_>) -> Result<(), AwsError> {
    let mut taken = HashSet::new();
    for volume in list(draft.input, "volumes") {
        let Some(name) = text(volume, "name") else {
            return Err(client("Volume.name should not be null or empty."));
        };
        if !is_name(name) {
            return Err(client("Volume.name contains invalid characters."));
        }
        if !taken.insert(name) {
            return Err(client("Volume names must be unique within a task definition"));
        }
        let kinds = KINDS.iter().filter(|kind| has(volume, kind)).count();
        if kinds + usize::from(has(&volume["host"], "sourcePath")) > 1 {
            return Err(client(
                "When the volume parameter is specified, only one volume configuration type should be used.",
            ));
        }
    }
    Ok(())
}

/// The kinds of configurations of volumes that are no directory of the host.
const KINDS: [&str; 4] = [
    "dockerVolumeConfiguration",
    "efsVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "s3filesVolumeConfiguration",
];

/// What volumes of EFS need. What is authorised is encrypted on its way.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html>
pub(super) fn file_systems(draft: Draft<'_>) -> Result<(), AwsError> {
    let volumes = list(draft.input, "volumes").iter();
    for system in volumes
        .map(|volume| &volume["efsVolumeConfiguration"])
        .filter(|system| !system.is_null())
    {
        if text(system, "fileSystemId").is_none() {
            return Err(client(
                "EFSVolumeConfiguration.fileSystemId should not be null or empty.",
            ));
        }
        let authorization = &system["authorizationConfig"];
        let encrypted = text(system, "transitEncryption") == Some("ENABLED");
        let (iam, point) = (
            text(authorization, "iam") == Some("ENABLED"),
            text(authorization, "accessPointId").is_some(),
        );
        if iam && !encrypted {
            return Err(client(
                "EFS IAM authorization requires transit encryption to be enabled in the EFSVolumeConfiguration.",
            ));
        }
        if point && !encrypted {
            return Err(client(
                "An EFS access point requires transit encryption to be enabled in the EFSVolumeConfiguration.",
            ));
        }
        if point && text(system, "rootDirectory").is_some_and(|root| root != "/") {
            return Err(client(
                "If an EFS access point is specified, the root directory must either be omitted or set to '/'.",
            ));
        }
    }
    Ok(())
}

/// What is mounted is there.
pub(super) fn mounts(draft: Draft<'_>) -> Result<(), AwsError> {
    let volumes: Vec<&str> = list(draft.input, "volumes")
        .iter()
        .filter_map(|volume| text(volume, "name"))
        .collect();
    for container in draft.containers {
        for mount in list(container, "mountPoints") {
            for member in ["sourceVolume", "containerPath"] {
                if text(mount, member).is_none() {
                    return Err(client(format!(
                        "MountPoint.{member} should not be null or empty."
                    )));
                }
            }
            let volume = text(mount, "sourceVolume").unwrap_or_default();
            if !volumes.contains(&volume) {
                return Err(client(format!("Unknown volume '{volume}'.")));
            }
        }
        for source in list(container, "volumesFrom") {
            let called = text(source, "sourceContainer").unwrap_or_default();
            if draft.container(called).is_none() {
                return Err(client(format!(
                    "Invalid 'volumesFrom' setting. Unknown container: '{called}'."
                )));
            }
        }
    }
    Ok(())
}
