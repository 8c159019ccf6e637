//! Deployments: how one begins, is completed, fails, and is rolled back.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>

use time::OffsetDateTime;

use super::super::names::derived;
use super::history::Record;
use super::rolling::Counts;
use super::state::{Deployment, EcsService, Revision, Rollout};
use super::throttle::Throttle;

/// Why a task counts against its deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It did not come to run.
    Start,
    /// Its health checks failed.
    Health,
}

/// What a service says whose tasks do not start again and again.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html>
pub(super) const IMPAIRED: &str = "is unable to consistently start tasks successfully.";

impl EcsService {
    /// An id that follows from the service and from how many were made before: hexadecimal digits.
    pub(super) fn derive(&mut self, what: &str, length: usize) -> String {
        // A service of the same name that was created anew is another one.
        let parent = format!("{} {}", self.arn, self.created.unix_timestamp_nanos());
        derived(&parent, &format!("{what} {}", self.next()), length)
    }

    /// A number of 19 digits of that kind.
    pub(super) fn derive_number(&mut self, what: &str) -> String {
        let digits = self.derive(what, 16);
        let number = u64::from_str_radix(&digits, 16).unwrap_or_default();
        (1_000_000_000_000_000_000 + number % 8_000_000_000_000_000_000).to_string()
    }

    /// The tasks of a deployment that start or run, and those of them that count as healthy.
    pub(super) fn counts(&self, deployment: &str, now: OffsetDateTime) -> Counts {
        let mut counts = Counts::default();
        for held in self.tasks.values().filter(|held| held.deployment == deployment) {
            counts.wanted += 1;
            counts.healthy += i64::from(held.is_healthy(now));
        }
        counts
    }

    /// Begins a deployment, which becomes the PRIMARY one.
    pub(super) fn deploy(&mut self, mut revision: Revision, now: OffsetDateTime) {
        revision.number = self.derive_number("revision");
        let id = format!("ecs-svc/{}", self.derive_number("deployment"));
        let deployment = Deployment {
            reason: format!("ECS deployment {id} in progress."),
            record: self.derive("service deployment", 21),
            id,
            revision,
            created: now,
            updated: now,
            rollout: Rollout::InProgress,
            failed: 0,
            proven: false,
            target: 0,
            throttle: Throttle::default(),
        };
        self.record_begun(&deployment, now);
        self.supersede(now);
        self.deployments.insert(0, deployment);
        self.unsettle(now);
        self.complaints.clear();
    }

    /// From now on the PRIMARY deployment keeps what it has, until that is replaced.
    fn supersede(&mut self, now: OffsetDateTime) {
        let Some(id) = self.primary().map(|primary| primary.id.clone()) else {
            return;
        };
        let target = self.counts(&id, now).wanted;
        if let Some(primary) = self.deployments.first_mut() {
            (primary.target, primary.updated) = (target, now);
        }
    }

    /// The service has reached a steady state: the PRIMARY deployment is completed.
    pub(super) fn complete(&mut self, now: OffsetDateTime) {
        let Some(primary) = self.deployments.first_mut() else {
            return;
        };
        if primary.rollout != Rollout::InProgress {
            return;
        }
        let id = primary.id.clone();
        primary.rollout = Rollout::Completed;
        primary.reason = format!("ECS deployment {id} completed.");
        primary.updated = now;
        (primary.failed, primary.throttle) = (0, Throttle::default());
        self.completed = Some(primary.clone());
        self.record_completed(now);
        self.tell(now, &format!("(deployment {id}) deployment completed."));
    }

    /// A task of a deployment ended by itself after it ran: that counts for nothing, unless it goes on for ever.
    pub(super) fn exited(&mut self, deployment: &str, now: OffsetDateTime) {
        if let Some(deployment) = self.deployment(deployment) {
            deployment.throttle.spent(now, now - deployment.created);
        }
    }

    /// A task of a deployment came to run.
    pub(super) fn succeeded(&mut self, deployment: &str, now: OffsetDateTime) {
        if let Some(deployment) = self.deployment(deployment) {
            deployment.throttle.succeeded();
            deployment.proven = true;
            deployment.updated = now;
        }
        self.complaints.remove(IMPAIRED);
    }

    /// A task of a deployment is healthy: the failures before it are forgotten, unless they never are.
    pub(super) fn healthy(&mut self, deployment: &str) {
        let resets = self.settings.breaker.resets;
        if let Some(deployment) = self.deployment(deployment).filter(|_| resets) {
            deployment.failed = 0;
        }
    }

    /// A task of a deployment failed. Once one of its tasks ran, those that do not start count no more, unless failures are
    /// never forgotten.
    pub(super) fn failed(&mut self, deployment: &str, failure: Failure, now: OffsetDateTime) {
        let resets = self.settings.breaker.resets;
        let Some(deployment) = self.deployment(deployment) else {
            return;
        };
        if failure == Failure::Health || !deployment.proven || !resets {
            deployment.failed += 1;
        }
        deployment.updated = now;
        deployment.throttle.spent(now, now - deployment.created);
        if failure == Failure::Start && deployment.throttle.failed(now) {
            self.complain(now, IMPAIRED);
        }
        self.trip(now);
    }

    /// The circuit breaker ends the PRIMARY deployment, if too many of its tasks failed.
    fn trip(&mut self, now: OffsetDateTime) {
        let (breaker, limit) = (self.settings.breaker, self.settings.breaker.limit(self.desired));
        let tripped = self.deployments.first_mut().filter(|primary| {
            breaker.enable && primary.rollout == Rollout::InProgress && primary.failed >= limit
        });
        let Some(primary) = tripped else {
            return;
        };
        primary.rollout = Rollout::Failed;
        "ECS deployment circuit breaker: tasks failed to start.".clone_into(&mut primary.reason);
        let failed = primary.clone();
        self.tell(
            now,
            &format!(
                "(deployment {}) deployment failed: tasks failed to start.",
                failed.id
            ),
        );
        let back = self.completed.take_if(|_| breaker.rollback);
        let revision = back.as_ref().map(|back| back.revision.number.clone());
        self.record_failed(&failed, revision, now);
        if let Some(back) = back {
            self.roll_back(back, now);
        }
    }

    /// The last completed deployment comes back as it was, with its id.
    fn roll_back(&mut self, back: Deployment, now: OffsetDateTime) {
        self.supersede(now);
        let place = self.deployments.iter().position(|known| known.id == back.id);
        let mut back = place.map_or(back, |place| self.deployments.remove(place));
        let id = back.id.clone();
        back.rollout = Rollout::InProgress;
        back.reason = format!("ECS deployment circuit breaker: rolling back to deploymentId {id}.");
        (back.updated, back.failed, back.throttle) = (now, 0, Throttle::default());
        back.proven = self.tasks.values().any(|held| held.deployment == id);
        self.deployments.insert(0, back);
        self.tell(now, &format!("rolling back to deployment {id}."));
    }

    /// The deployments that were replaced and have no task left are over.
    pub(super) fn forget_replaced(&mut self) {
        let tasks = &self.tasks;
        let mut first = true;
        self.deployments.retain(|deployment| {
            std::mem::take(&mut first) || tasks.values().any(|held| held.deployment == deployment.id)
        });
    }

    /// The service deployment that goes on, or went on last.
    pub(super) fn current_record(&self) -> Option<&Record> {
        self.history.back()
    }
}
