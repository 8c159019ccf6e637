//! Clusters: creating, describing, changing, deleting.

mod create;
mod delete;
mod describe;
mod settings;

use super::Work;
use super::errors::{inactive_cluster, no_such_cluster};
use super::input::text;
use super::names::cluster_name;
use super::state::Cluster;
use crate::error::AwsError;

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use describe::{describe, list};
pub(super) use settings::{put_providers, update, update_settings};

/// The name of the cluster that a request is about, which is there and active.
pub(super) fn named(work: &mut Work<'_>) -> Result<String, AwsError> {
    let name = cluster_name(text(&work.call.input, "cluster")).to_owned();
    active(work, &name)?;
    Ok(name)
}

/// An active cluster of the caller's account.
pub(super) fn active<'a>(work: &'a mut Work<'_>, name: &str) -> Result<&'a mut Cluster, AwsError> {
    let account = work.call.account();
    match work.engine.state.cluster(account, name) {
        None => Err(no_such_cluster()),
        Some(cluster) if !cluster.active => Err(inactive_cluster()),
        Some(cluster) => Ok(cluster),
    }
}
