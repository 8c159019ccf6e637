//! `DeleteCluster`.

use serde_json::json;

use super::super::input::text;
use super::super::names::cluster_name;
use super::super::state::Task;
use super::super::{Answer, Work, services};
use super::{active, describe};
use crate::error::AwsError;

/// `DeleteCluster`: an empty cluster becomes inactive; it can be created anew.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html>
pub(in super::super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = cluster_name(text(&work.call.input, "cluster")).to_owned();
    let input = work.call.input.clone();
    let cluster = active(work, &name)?;
    if cluster.services.values().any(services::active) {
        return Err(AwsError::new(
            400,
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        ));
    }
    if cluster.tasks.values().any(Task::is_live) {
        return Err(AwsError::new(
            400,
            "ClusterContainsTasksException",
            "The Cluster cannot be deleted while Tasks are active.",
        ));
    }
    cluster.active = false;
    Ok(json!({ "cluster": describe::shown(cluster, &input) }))
}
