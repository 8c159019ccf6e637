//! What is wrong with a task definition: one check after another, as AWS does; the first that refuses is told.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>

mod containers;
mod dependencies;
mod fargate;
mod health;
mod logs;
mod memory;
mod names;
mod network;
mod volumes;

pub(in super::super) use fargate::{WINDOWS_STORAGE, no_such_size};

use super::draft::Draft;
use crate::error::AwsError;

/// A check of a draft.
type Check = fn(Draft<'_>) -> Result<(), AwsError>;

/// Every check, in the order in which they refuse.
static CHECKS: &[Check] = &[
    names::family,
    names::choices,
    containers::count,
    names::of_containers,
    containers::size,
    containers::essential,
    memory::of_task,
    memory::of_containers,
    network::awsvpc,
    network::count,
    network::ports,
    volumes::names,
    volumes::file_systems,
    volumes::mounts,
    dependencies::exist,
    dependencies::can_be_met,
    dependencies::acyclic,
    health::bounds,
    containers::timeouts,
    containers::limits,
    containers::environment_files,
    logs::secret_names,
    logs::secrets,
    logs::drivers,
    fargate::refusals,
    fargate::size,
    fargate::roles,
    fargate::storage,
    fargate::platform,
];

/// Runs every check.
pub(super) fn check(draft: Draft<'_>) -> Result<(), AwsError> {
    CHECKS.iter().try_for_each(|check| check(draft))
}
