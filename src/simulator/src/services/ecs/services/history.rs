//! The deployments that there were of a service, as `DescribeServiceDeployments` and its like show them.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::state::{Deployment, EcsService, Revision};

/// How many deployments are kept.
const MOST: usize = 100;

/// What the circuit breaker says for its rollbacks.
pub(super) const ROLLED_BACK: &str =
    "Service deployment rolled back because the circuit breaker threshold was exceeded.";

/// A service deployment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    /// The end of its ARN.
    pub(super) id: String,
    /// The deployment that it is: `ecs-svc/…`.
    pub(super) deployment: String,
    /// What it deploys.
    pub(super) target: Revision,
    /// What there was before: the revisions' numbers, and the deployments' ids.
    pub(super) sources: Vec<(String, String)>,
    /// When it was created.
    pub(super) created: OffsetDateTime,
    /// When it last changed.
    pub(super) updated: OffsetDateTime,
    /// When it ended.
    pub(super) finished: Option<OffsetDateTime>,
    /// Where it stands.
    pub(super) status: RecordStatus,
    /// `statusReason`.
    pub(super) reason: Option<String>,
    /// When it began to be rolled back, and to which revision.
    pub(super) rollback: Option<(OffsetDateTime, String)>,
    /// How many of its tasks failed.
    pub(super) failures: i64,
}

/// Where a service deployment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum RecordStatus {
    /// It goes on.
    InProgress,
    /// The service reached a steady state.
    Successful,
    /// It ended before: it failed, or another one took its place.
    Stopped,
    /// It failed, and the last one is coming back.
    RollbackInProgress,
    /// It failed, and the last one is back.
    RollbackSuccessful,
    /// It failed, and another deployment began before the last one was back.
    RollbackFailed,
}

impl RecordStatus {
    /// AWS's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Stopped => "STOPPED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::RollbackFailed => "ROLLBACK_FAILED",
        }
    }
}

impl EcsService {
    /// A deployment begins; the one that went on ends.
    pub(super) fn record_begun(&mut self, deployment: &Deployment, now: OffsetDateTime) {
        self.end_records(now, |status| match status {
            RecordStatus::InProgress => Some(RecordStatus::Stopped),
            RecordStatus::RollbackInProgress => Some(RecordStatus::RollbackFailed),
            _ => None,
        });
        let sources = self.deployments.iter();
        let sources = sources.map(|known| (known.revision.number.clone(), known.id.clone()));
        self.history.push_back(Record {
            id: deployment.record.clone(),
            deployment: deployment.id.clone(),
            target: deployment.revision.clone(),
            sources: sources.collect(),
            created: now,
            updated: now,
            finished: None,
            status: RecordStatus::InProgress,
            reason: None,
            rollback: None,
            failures: 0,
        });
        if self.history.len() > MOST {
            self.history.pop_front();
        }
    }

    /// The service reached a steady state.
    pub(super) fn record_completed(&mut self, now: OffsetDateTime) {
        self.end_records(now, |status| match status {
            RecordStatus::InProgress => Some(RecordStatus::Successful),
            RecordStatus::RollbackInProgress => Some(RecordStatus::RollbackSuccessful),
            _ => None,
        });
    }

    /// A deployment failed; the revision that comes back instead, if any does.
    pub(super) fn record_failed(
        &mut self,
        failed: &Deployment,
        back_to: Option<String>,
        now: OffsetDateTime,
    ) {
        let Some(record) = self
            .history
            .iter_mut()
            .rev()
            .find(|record| record.id == failed.record)
        else {
            return;
        };
        record.updated = now;
        record.failures = failed.failed;
        if let Some(revision) = back_to {
            record.status = RecordStatus::RollbackInProgress;
            record.reason = Some(ROLLED_BACK.to_owned());
            record.rollback = Some((now, revision));
        } else {
            record.status = RecordStatus::Stopped;
            record.reason = Some(failed.reason.clone());
            record.finished = Some(now);
        }
    }

    fn end_records(&mut self, now: OffsetDateTime, ends_as: impl Fn(RecordStatus) -> Option<RecordStatus>) {
        for record in &mut self.history {
            if let Some(status) = ends_as(record.status) {
                (record.status, record.updated, record.finished) = (status, now, Some(now));
            }
        }
    }
}
