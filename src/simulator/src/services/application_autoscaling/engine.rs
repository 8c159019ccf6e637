//! Carries out scaling, minute by minute of simulated time, whenever somebody looks.
//!
//! Nothing runs beside the calls: a call that could see a scaled resource first catches up with the clock, so that what
//! happened within an advance of it is the same as if each minute had been waited for.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::dimension::{self, Bounds, Dimension};
use super::policies::uuid;
use super::state::{Activity, Target};
use super::wish::{Wish, wish};
use crate::chance;
use crate::cloud::Cloud;
use crate::services::dynamodb::minute;

/// Of a longer time without any call, only this many minutes at its beginning and at its end are gone through: what
/// was going on has come to rest by then. In between it is those at which scheduled actions are due, and as many after the
/// last of them as at the end.
const BEGINNING: i64 = 24 * 60;
const ENDING: i64 = 60;

/// Of each scheduled action, this many of its latest times in between are gone through: no former one is seen any more.
const LATEST: usize = 2_000;

/// How many activities are kept.
const ACTIVITIES: usize = 1_000;

/// Brings targets to the present before a call. Costs next to nothing within a minute, and where there is no target.
pub(crate) fn catch_up(cloud: &Cloud) {
    if !cloud.clock.is_replaying() {
        catch_up_to(cloud, cloud.clock.now());
    }
}

/// Brings targets to a moment. While a log of calls is done again, only those whose metrics follow from it.
pub(crate) fn catch_up_to(cloud: &Cloud, to: OffsetDateTime) {
    let (current, next) = (minute(to), &cloud.autoscaling.next);
    if next.load(Ordering::Relaxed) >= current {
        return;
    }
    let _turn = cloud
        .autoscaling
        .turn
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let from = next.load(Ordering::Relaxed);
    let targets = cloud
        .autoscaling
        .lock()
        .values()
        .any(|all| !all.targets.is_empty());
    if targets && from > 0 {
        let [beginning, between, ending] = parts(from, current);
        beginning.for_each(|minute| go_through(cloud, minute));
        for minute in due(cloud, between) {
            go_through(cloud, minute);
        }
        ending.for_each(|minute| go_through(cloud, minute));
    }
    next.fetch_max(current, Ordering::Relaxed);
}

/// Counts from now on: a first target has no past.
pub(super) fn begin(cloud: &Cloud) {
    let current = minute(cloud.clock.now());
    cloud.autoscaling.next.fetch_max(current, Ordering::Relaxed);
}

/// The minutes that have passed: those at the beginning, those in between, those at the end.
fn parts(from: i64, current: i64) -> [Range<i64>; 3] {
    let split = current.min(from.saturating_add(BEGINNING));
    let ending = split.max(current.saturating_sub(ENDING));
    [from..split, split..ending, ending..current]
}

/// The minutes of a time at which scheduled actions are due, and those after the last of them, in order.
fn due(cloud: &Cloud, between: Range<i64>) -> BTreeSet<i64> {
    if between.is_empty() {
        return BTreeSet::new();
    }
    let targets = targets(cloud);
    let actions = targets.iter().flat_map(|(_, target)| target.scheduled.values());
    let mut all: BTreeSet<i64> = actions
        .flat_map(|action| action.latest(between.clone()).take(LATEST))
        .collect();
    if let Some(last) = all.last().copied() {
        all.extend(last..between.end.min(last + ENDING));
    }
    all
}

fn go_through(cloud: &Cloud, minute: i64) {
    let end = OffsetDateTime::UNIX_EPOCH + Duration::minutes(minute + 1);
    let repeating = cloud.clock.is_replaying();
    for (account, mut target) in targets(cloud) {
        let Some(dimension) =
            dimension::of(&target.key.namespace, &target.key.resource, &target.key.dimension)
        else {
            continue;
        };
        if repeating && !dimension.repeatable {
            continue;
        }
        (dimension.reach)(cloud, end);
        keep_schedule(&mut target, end);
        let mut step = Step {
            cloud,
            account: &account,
            dimension,
            minute,
            end,
            activity: None,
        };
        step.scale(&mut target);
        let activity = step.activity;
        cloud.autoscaling.with(&account, |all| {
            if let Some(known) = all.target(&target.key) {
                *known = target;
            }
            if let Some(activity) = activity {
                record(&mut all.activities, activity);
            }
        });
    }
}

/// Every account's targets, as they are.
fn targets(cloud: &Cloud) -> Vec<(String, Target)> {
    let accounts = cloud.autoscaling.lock();
    let each = accounts.iter();
    each.flat_map(|(account, all)| all.targets.iter().map(|target| (account.clone(), target.clone())))
        .collect()
}

/// A failure that goes on is one activity.
fn record(activities: &mut Vec<Activity>, new: Activity) {
    let last = activities.iter().rev().find(|activity| activity.key == new.key);
    if last.is_some_and(|last| last.status == "Failed" && last.message == new.message) {
        return;
    }
    activities.push(new);
    if activities.len() > ACTIVITIES {
        activities.remove(0);
    }
}

/// Takes the bounds that scheduled actions set.
fn keep_schedule(target: &mut Target, end: OffsetDateTime) {
    if target.suspended.scheduled {
        return;
    }
    let (mut min, mut max) = (target.min, target.max);
    target.scheduled.retain(|_, action| {
        if !action.due(end) {
            return true;
        }
        min = action.min.unwrap_or(min);
        max = action.max.unwrap_or(max).max(min);
        target.fresh_bounds = true;
        !action.schedule.once()
    });
    (target.min, target.max) = (min, max);
}

/// One minute of one target.
struct Step<'a> {
    cloud: &'a Cloud,
    account: &'a str,
    dimension: &'static Dimension,
    minute: i64,
    end: OffsetDateTime,
    activity: Option<Activity>,
}

impl Step<'_> {
    fn scale(&mut self, target: &mut Target) {
        let Some(capacity) = (self.dimension.capacity)(self.cloud, &target.resource(self.account)) else {
            return;
        };
        if self.dimension.bounds == Bounds::Always || std::mem::take(&mut target.fresh_bounds) {
            if capacity < target.min {
                let cause = format!("minimum capacity was set to {}", target.min);
                return self.set(target, capacity, Wish::plain(target.min, capacity, cause));
            }
            if capacity > target.max {
                let cause = format!("maximum capacity was set to {}", target.max);
                return self.set(target, capacity, Wish::plain(target.max, capacity, cause));
            }
        }
        if let Some(wish) = wish(self.cloud, target, &self.moment(capacity)) {
            self.set(target, capacity, wish);
        }
    }

    /// What a target's policies are asked about.
    fn moment(&self, capacity: i64) -> super::wish::Moment<'_> {
        super::wish::Moment {
            account: self.account,
            dimension: self.dimension,
            minute: self.minute,
            end: self.end,
            capacity,
        }
    }

    fn set(&mut self, target: &mut Target, before: i64, wish: Wish) {
        let (resource, unit, wanted) = (target.resource(self.account), self.dimension.unit, wish.capacity);
        let (status, message) = match (self.dimension.set)(self.cloud, &resource, wanted, self.end) {
            Ok(()) => {
                let namespace = self.dimension.namespace;
                let fulfilled = format!("Change successfully fulfilled by {namespace}.");
                (
                    "Successful",
                    format!("Successfully set {unit} to {wanted}. {fulfilled}"),
                )
            }
            Err(reason) => (
                "Failed",
                format!("Failed to set {unit} to {wanted}. Reason: {reason}"),
            ),
        };
        if status == "Successful" {
            if wanted > before {
                // A cooldown of scaling in ends with scaling out.
                (target.last_out, target.last_in) = (Some(self.end), None);
                target.before_out = wish.from;
            } else {
                target.last_in = Some(self.end);
            }
        }
        // A minute that a log does again has the same activities.
        let seed = Sha256::digest(format!("{} {}", target.arn, self.minute));
        self.activity = Some(Activity {
            id: chance::seeded(seed.into(), uuid),
            key: target.key.clone(),
            description: format!("Setting {unit} to {wanted}."),
            cause: wish.cause,
            at: self.end,
            status: status.to_owned(),
            message,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_time_the_beginning_and_the_end_are_gone_through() {
        assert_eq!(parts(10, 13), [10..13, 13..13, 13..13]);
        assert_eq!(
            parts(0, 1_000_000),
            [
                0..BEGINNING,
                BEGINNING..1_000_000 - ENDING,
                1_000_000 - ENDING..1_000_000
            ]
        );
        assert_eq!(
            parts(0, BEGINNING + 10),
            [0..BEGINNING, BEGINNING..BEGINNING, BEGINNING..BEGINNING + 10]
        );
        assert!(parts(5, 5).iter().all(Range::is_empty));
    }
}
