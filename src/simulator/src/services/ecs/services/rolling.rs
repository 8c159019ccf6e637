//! What a look of the scheduler does: how many tasks each deployment of a service starts and stops.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html>

/// The tasks of a deployment that are meant to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Those that start or run.
    pub(super) wanted: i64,
    /// Those of them that count as healthy.
    pub(super) healthy: i64,
}

impl Counts {
    fn unhealthy(self) -> i64 {
        self.wanted - self.healthy
    }
}

/// A deployment that is being replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Older {
    /// Its tasks.
    pub(super) counts: Counts,
    /// How many it is still meant to have.
    pub(super) target: i64,
}

/// Between how many tasks a service moves while it is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// How many there are to be.
    pub(super) desired: i64,
    /// The fewest that must be healthy.
    pub(super) fewest: i64,
    /// The most that may start or run.
    pub(super) most: i64,
}

impl Limits {
    /// `minimumHealthyPercent` rounds up, `maximumPercent` down.
    pub(super) fn of(desired: i64, minimum_healthy_percent: i64, maximum_percent: i64) -> Self {
        Self {
            desired,
            fewest: (desired * minimum_healthy_percent + 99) / 100,
            most: desired * maximum_percent / 100,
        }
    }
}

/// What the scheduler sees.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    /// The limits.
    pub(super) limits: Limits,
    /// The tasks of the PRIMARY deployment.
    pub(super) primary: Counts,
    /// Whether the PRIMARY deployment has failed.
    pub(super) failed: bool,
    /// Whether it may start tasks now.
    pub(super) launching: bool,
    /// The deployments that it replaces, the newest first.
    pub(super) older: &'a [Older],
}

/// What the scheduler does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// How many tasks the PRIMARY deployment starts.
    pub(super) start: i64,
    /// How many it stops.
    pub(super) stop: i64,
    /// How many each older deployment starts, in place of some that it lost.
    pub(super) replace: Vec<i64>,
    /// How many each older deployment stops.
    pub(super) retire: Vec<i64>,
    /// Whether nothing can be started or stopped because of the limits.
    pub(super) blocked: bool,
}

impl Seen<'_> {
    /// What is to be done.
    pub(super) fn plan(&self) -> Plan {
        let older = self.older.iter();
        let total = self.primary.wanted + older.clone().map(|older| older.counts.wanted).sum::<i64>();
        let healthy = self.primary.healthy + older.map(|older| older.counts.healthy).sum::<i64>();
        let mut room = (self.limits.most - total).max(0);
        let stop = (self.primary.wanted - self.limits.desired).max(0);
        let missing = (self.limits.desired - self.primary.wanted).max(0);
        let start = if self.launching { missing.min(room) } else { 0 };
        room -= start;
        let replace = self.replacements(healthy, room);
        let retire = self.retirements(healthy - (stop - self.primary.unhealthy()).max(0));
        let still = |counts: &[i64]| counts.iter().all(|count| *count == 0);
        let settled =
            self.primary.unhealthy() == 0 && self.older.iter().all(|older| older.counts.unhealthy() == 0);
        Plan {
            blocked: self.launching
                && missing > 0
                && start == 0
                && stop == 0
                && settled
                && still(&replace)
                && still(&retire)
                && !self.older.is_empty(),
            start,
            stop,
            replace,
            retire,
        }
    }

    /// What an older deployment lost is replaced by its own kind, but only as far as too few would be healthy without.
    fn replacements(&self, healthy: i64, mut room: i64) -> Vec<i64> {
        let coming: i64 = self.older.iter().map(|older| older.counts.unhealthy()).sum();
        let mut short = (self.limits.fewest - healthy - coming).max(0);
        let replace = self.older.iter().map(|older| {
            let count = (older.target - older.counts.wanted).max(0).min(short).min(room);
            short -= count;
            room -= count;
            count
        });
        replace.collect()
    }

    /// As many go as enough healthy ones stay; the unhealthy ones first, then those of the oldest deployments. Nothing
    /// goes for a deployment that has failed.
    fn retirements(&self, healthy: i64) -> Vec<i64> {
        let mut retire = vec![0; self.older.len()];
        let mut spare = healthy - self.limits.fewest;
        if self.failed || spare < 0 {
            return retire;
        }
        for (count, older) in retire.iter_mut().zip(self.older).rev() {
            let with_them = older.counts.healthy.min(spare);
            spare -= with_them;
            *count = older.counts.unhealthy() + with_them;
        }
        retire
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(wanted: i64, healthy: i64) -> Counts {
        Counts { wanted, healthy }
    }

    fn older(wanted: i64, healthy: i64) -> Older {
        Older {
            counts: counts(wanted, healthy),
            target: wanted,
        }
    }

    fn plan(limits: Limits, primary: Counts, older: &[Older]) -> Plan {
        Seen {
            limits,
            primary,
            failed: false,
            launching: true,
            older,
        }
        .plan()
    }

    /// Starts, stops of the PRIMARY deployment, starts and stops of the others.
    fn done(plan: &Plan) -> (i64, i64, Vec<i64>, Vec<i64>) {
        (plan.start, plan.stop, plan.replace.clone(), plan.retire.clone())
    }

    #[test]
    fn percentages_round_towards_safety() {
        for (desired, minimum, maximum, fewest, most) in [
            (4, 100, 200, 4, 8),
            (4, 50, 100, 2, 4),
            (2, 75, 200, 2, 4),
            (3, 100, 125, 3, 3),
            (3, 34, 167, 2, 5),
            (1, 0, 100, 0, 1),
            (0, 100, 200, 0, 0),
        ] {
            let expected = Limits {
                desired,
                fewest,
                most,
            };
            assert_eq!(
                Limits::of(desired, minimum, maximum),
                expected,
                "{desired} {minimum} {maximum}"
            );
        }
    }

    #[test]
    fn a_service_alone_starts_what_is_missing_and_stops_what_is_too_many() {
        let limits = Limits::of(4, 100, 200);
        assert_eq!(
            done(&plan(limits, counts(1, 1), &[])),
            (3, 0, Vec::new(), Vec::new())
        );
        assert_eq!(
            done(&plan(limits, counts(4, 4), &[])),
            (0, 0, Vec::new(), Vec::new())
        );
        assert_eq!(
            done(&plan(limits, counts(9, 5), &[])),
            (0, 5, Vec::new(), Vec::new())
        );
        let tight = Limits::of(4, 50, 100);
        assert_eq!(plan(tight, counts(3, 3), &[]).start, 1);
    }

    #[test]
    fn with_room_for_twice_as_many_all_new_ones_come_before_any_old_one_goes() {
        let limits = Limits::of(4, 100, 200);
        let old = [older(4, 4)];
        assert_eq!(done(&plan(limits, counts(0, 0), &old)), (4, 0, vec![0], vec![0]));
        assert_eq!(done(&plan(limits, counts(4, 0), &old)), (0, 0, vec![0], vec![0]));
        assert_eq!(done(&plan(limits, counts(4, 3), &old)), (0, 0, vec![0], vec![3]));
        assert_eq!(
            done(&plan(limits, counts(4, 4), &[older(1, 1)])),
            (0, 0, vec![0], vec![1])
        );
    }

    #[test]
    fn without_room_old_ones_go_first() {
        let limits = Limits::of(4, 50, 100);
        assert_eq!(
            done(&plan(limits, counts(0, 0), &[older(4, 4)])),
            (0, 0, vec![0], vec![2])
        );
        assert_eq!(
            done(&plan(limits, counts(0, 0), &[older(2, 2)])),
            (2, 0, vec![0], vec![0])
        );
        assert_eq!(
            done(&plan(limits, counts(2, 2), &[older(2, 2)])),
            (0, 0, vec![0], vec![2])
        );
    }

    #[test]
    fn limits_that_leave_no_way_are_noticed() {
        let limits = Limits::of(3, 100, 125);
        assert!(plan(limits, counts(0, 0), &[older(3, 3)]).blocked);
        assert!(
            !plan(limits, counts(0, 0), &[older(3, 2)]).blocked,
            "one is on its way"
        );
        assert!(!plan(limits, counts(0, 0), &[]).blocked);
        assert!(!plan(Limits::of(4, 100, 125), counts(0, 0), &[older(4, 4)]).blocked);
    }

    #[test]
    fn an_old_task_that_is_lost_is_replaced_by_its_kind_while_too_few_are_healthy() {
        let lost = [Older {
            counts: counts(3, 3),
            target: 4,
        }];
        let limits = Limits::of(4, 100, 200);
        assert_eq!(plan(limits, counts(4, 0), &lost).replace, [1]);
        assert_eq!(
            plan(limits, counts(4, 1), &lost).replace,
            [0],
            "a new one stands in"
        );
        assert_eq!(
            plan(Limits::of(4, 50, 200), counts(4, 0), &lost).replace,
            [0],
            "three are enough"
        );
        let coming = [Older {
            counts: counts(4, 3),
            target: 4,
        }];
        assert_eq!(
            done(&plan(limits, counts(4, 0), &coming)),
            (0, 0, vec![0], vec![0])
        );
    }

    #[test]
    fn a_deployment_that_is_replaced_before_it_ran_makes_room_at_once() {
        let limits = Limits::of(4, 100, 200);
        let two = [older(4, 0), older(4, 4)];
        assert_eq!(
            done(&plan(limits, counts(0, 0), &two)),
            (0, 0, vec![0, 0], vec![4, 0])
        );
        let nearly = [older(1, 1), older(3, 3)];
        assert_eq!(
            plan(limits, counts(4, 2), &nearly).retire,
            [0, 2],
            "the oldest go first"
        );
    }

    #[test]
    fn a_deployment_that_failed_starts_nothing_and_no_old_task_goes_for_it() {
        let seen = Seen {
            limits: Limits::of(4, 50, 200),
            primary: counts(0, 0),
            failed: true,
            launching: false,
            older: &[older(4, 4)],
        };
        let plan = seen.plan();
        assert_eq!(done(&plan), (0, 0, vec![0], vec![0]));
        assert!(!plan.blocked);
    }

    #[test]
    fn scaling_in_while_deploying_keeps_enough_healthy_ones() {
        let limits = Limits::of(2, 100, 200);
        let plan = plan(limits, counts(3, 2), &[older(4, 4)]);
        assert_eq!(done(&plan), (0, 1, vec![0], vec![4]));
    }
}
