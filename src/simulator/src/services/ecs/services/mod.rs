//! ECS services: deployments, events, the scheduler.

use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::state::Tags;

/// An ECS service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct EcsService {
    /// Its name.
    pub(super) name: String,
    /// Its tags.
    pub(super) tags: Tags,
    /// Whether it is there, or only shown for a while.
    pub(super) active: bool,
}

/// The ARNs of the task definitions that a service has.
pub(super) fn definitions(_: &EcsService) -> Vec<String> {
    Vec::new()
}

/// A service's tags.
pub(super) fn tags(service: &mut EcsService) -> &mut Tags {
    &mut service.tags
}

/// Whether a service is active.
pub(super) fn active(service: &EcsService) -> bool {
    service.active
}

/// What a service is told of one of its tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It runs.
    Running,
    /// It is meant to stop.
    Stopping,
    /// It is over.
    Stopped,
    /// A container with a health check was found in good or bad health.
    Health(bool),
}

/// Told by the engine that one of a service's tasks changed; the task's service is `name`.
pub(super) fn task_changed(
    engine: &mut Engine<'_>,
    account: &str,
    cluster: &str,
    name: &str,
    task: &str,
    change: Change,
) {
    let _ = (engine, account, cluster, name, task, change);
}

/// Told by the engine that something that was written down for the service is due.
pub(super) fn due(engine: &mut Engine<'_>, account: &str, cluster: &str, name: &str, step: &str) {
    let _ = (engine, account, cluster, name, step);
}
