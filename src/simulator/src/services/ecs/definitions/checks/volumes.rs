//! Volumes, and what mounts them.

use super::super::super::errors::client;
use super::super::draft::{Draft, list, text};
use crate::error::AwsError;

/// What is mounted is there.
pub(super) fn mounts(draft: Draft<'_>) -> Result<(), AwsError> {
    let volumes: Vec<&str> = list(draft.input, "volumes")
        .iter()
        .filter_map(|volume| text(volume, "name"))
        .collect();
    for container in draft.containers {
        for mount in list(container, "mountPoints") {
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
