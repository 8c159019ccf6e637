//! Carrying lifecycle rules out: once a day, at midnight UTC of the simulated clock.
//!
//! Who advances the clock by months gets what a run at each midnight in between would have made, with the dates it
//! would have made it at.

use super::bucket::Bucket;
use super::history::{Content, History, Properties, Version};
use super::lifecycle::{Expiration, Lifecycle, Noncurrent, Rule, Subject, When, due, midnight_from};
use super::lock::Protection;
use super::settings::Versioning;
use super::{Store, object::Object};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// Objects that are smaller change their class only where a rule says so.
const TRANSITION_MINIMUM: u64 = 128 * 1024;

/// What is to be done to one version of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    /// Destroys it.
    Remove(u64),
    /// Changes its storage class.
    Transition(u64, String),
    /// Hides the key behind a delete marker.
    Mark,
}

impl Action {
    /// Of what is due at the same time, destruction comes first, markers last.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html>
    fn rank(&self) -> u8 {
        match self {
            Self::Remove(_) => 0,
            Self::Transition(..) => 1,
            Self::Mark => 2,
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Transition(_, class) => depth(class),
            Self::Remove(_) | Self::Mark => 0,
        }
    }
}

/// An action and the midnight it is due at.
type Due = (OffsetDateTime, Action);

impl Store {
    /// Runs the rules of every bucket for the midnights that have passed since the last time.
    pub(crate) fn run_lifecycle(&mut self, now: OffsetDateTime) {
        let Some(next) = self.next_run else {
            self.next_run = Some(next_midnight(now));
            return;
        };
        if now < next {
            return;
        }
        for bucket in self.buckets.values_mut() {
            if bucket.settings().lifecycle.is_some() {
                Arc::make_mut(bucket).run_lifecycle(next, now);
            }
        }
        self.next_run = Some(next_midnight(now));
    }
}

fn next_midnight(now: OffsetDateTime) -> OffsetDateTime {
    let midnight = midnight_from(now);
    if midnight > now {
        midnight
    } else {
        midnight + Duration::DAY
    }
}

impl Bucket {
    /// When the current object of a key expires, and by which rule: what `x-amz-expiration` says.
    pub(crate) fn expiry(&self, key: &str, version: &Version) -> Option<(OffsetDateTime, &str)> {
        let lifecycle = self.settings().lifecycle.as_ref()?;
        lifecycle.expiry(subject(key, version), version.modified)
    }

    /// Does what is due at a midnight from `first` to `now`.
    fn run_lifecycle(&mut self, first: OffsetDateTime, now: OffsetDateTime) {
        let Some(lifecycle) = self.settings().lifecycle.clone() else {
            return;
        };
        let keys: Vec<Arc<str>> = self.objects.keys().cloned().collect();
        let marks = self.reserve_marks(&lifecycle, &keys, first, now);
        for key in keys {
            while let Some((at, actions)) = self.next_actions(&lifecycle, &key, first, now) {
                for action in actions {
                    self.perform(&key, action, at, marks.get(&key).copied());
                }
            }
        }
        self.uploads.retain(|(key, _), upload| {
            let abort = lifecycle.abort(key, upload.initiated);
            abort.is_none_or(|(at, _)| at.max(first) > now)
        });
    }

    /// The places of the markers that rules will make, in the order of the calendar: however many days are made up for
    /// at once, each marker gets the id that it would have got at its own midnight.
    fn reserve_marks(
        &mut self,
        lifecycle: &Lifecycle,
        keys: &[Arc<str>],
        first: OffsetDateTime,
        now: OffsetDateTime,
    ) -> BTreeMap<Arc<str>, u64> {
        let due = keys.iter().filter_map(|key| {
            let look = self.look(lifecycle, key, first)?;
            let marks = lifecycle.enabled().filter_map(|rule| look.current(rule));
            let times = marks
                .filter(|(_, action)| *action == Action::Mark)
                .map(|(at, _)| at.max(first));
            Some((times.min().filter(|at| *at <= now)?, Arc::clone(key)))
        });
        let mut due: Vec<(OffsetDateTime, Arc<str>)> = due.collect();
        due.sort();
        due.into_iter().map(|(_, key)| (key, self.mint.next())).collect()
    }

    fn look<'a>(&'a self, lifecycle: &Lifecycle, key: &'a str, first: OffsetDateTime) -> Option<Look<'a>> {
        Some(Look {
            key,
            history: self.objects.get(key)?,
            versioned: self.versioning() != Versioning::Unversioned,
            varies: lifecycle.minimum_size == "varies_by_storage_class",
            first,
        })
    }

    /// What is due first, all of the same kind at once: a key may have many versions that go at one midnight.
    fn next_actions(
        &self,
        lifecycle: &Lifecycle,
        key: &str,
        first: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Option<(OffsetDateTime, Vec<Action>)> {
        let look = self.look(lifecycle, key, first)?;
        let rules = lifecycle.enabled();
        let mut candidates: Vec<Due> = rules
            .flat_map(|rule| look.due(rule))
            .map(|(at, action)| (at.max(first), action))
            .filter(|(at, _)| *at <= now)
            .collect();
        let order = |(at, action): &Due| (*at, action.rank());
        let next = candidates.iter().map(order).min()?;
        candidates.retain(|due| order(due) == next);
        // Of two classes at once, the deeper one stays.
        candidates.sort_by_key(|(_, action)| action.depth());
        candidates.dedup();
        Some((next.0, candidates.into_iter().map(|(_, action)| action).collect()))
    }

    fn perform(&mut self, key: &str, action: Action, at: OffsetDateTime, mark: Option<u64>) {
        match action {
            Action::Remove(sequence) => {
                self.remove(key, |_| Some(sequence));
            }
            Action::Mark => {
                let sequence = mark.unwrap_or_else(|| self.mint.next());
                self.push_at(key, sequence, Content::DeleteMarker, Properties::default(), at);
            }
            Action::Transition(sequence, class) => self.change(key, |history| {
                let version = history.get_mut(sequence);
                if let Some(Content::Object(object)) = version.map(|version| &mut version.content) {
                    Arc::make_mut(object).attributes.storage_class = Some(class);
                }
            }),
        }
    }
}

fn subject<'a>(key: &'a str, version: &'a Version) -> Subject<'a> {
    Subject {
        key,
        tags: &version.properties.tags,
        size: version.object().map(|object| object.size()),
    }
}

/// A key, looked at by one rule after the other.
struct Look<'a> {
    key: &'a str,
    history: &'a History,
    versioned: bool,
    varies: bool,
    first: OffsetDateTime,
}

impl Look<'_> {
    fn due(&self, rule: &Rule) -> Vec<Due> {
        let mut due: Vec<Due> = self.current(rule).into_iter().collect();
        due.extend(self.transition(rule));
        if self.versioned {
            due.extend(self.noncurrent(rule));
        }
        due
    }

    fn matches(&self, rule: &Rule, version: &Version) -> bool {
        rule.filter.matches(subject(self.key, version))
    }

    /// What the rule's `Expiration` makes of the current version.
    fn current(&self, rule: &Rule) -> Option<Due> {
        let current = self.history.current()?;
        let sequence = self.history.current_sequence()?;
        if !self.matches(rule, current) {
            return None;
        }
        if current.is_delete_marker() {
            return self.expired_marker(rule, current, sequence);
        }
        let at = rule.expires(current.modified)?;
        if self.versioned {
            return Some((at, Action::Mark));
        }
        Some((at, Action::Remove(sequence)))
    }

    /// A marker that is all that is left of a key hides nothing.
    fn expired_marker(&self, rule: &Rule, marker: &Version, sequence: u64) -> Option<Due> {
        let alone = self.history.older_than(None).count() == 1;
        let at = match rule.expiration.filter(|_| alone)? {
            Expiration::ExpiredMarker(true) => midnight_from(marker.modified),
            Expiration::ExpiredMarker(false) => return None,
            Expiration::Days(_) | Expiration::Date(_) => rule.expires(marker.modified)?,
        };
        Some((at, Action::Remove(sequence)))
    }

    fn transition(&self, rule: &Rule) -> Option<Due> {
        let current = self.history.current()?;
        let sequence = self.history.current_sequence()?;
        let object = current.object().filter(|_| self.matches(rule, current))?;
        let times = rule.transitions.iter().map(|transition| {
            let at = match transition.when {
                When::Days(days) => due(current.modified, days),
                When::Date(date) => date,
            };
            (at, transition.class.as_str())
        });
        self.step(rule, object, times, sequence)
    }

    fn noncurrent(&self, rule: &Rule) -> Vec<Due> {
        let versions: Vec<_> = self.history.older_than(None).collect();
        let pairs = versions.windows(2).enumerate();
        pairs
            .flat_map(|(newer, pair)| {
                let (successor, (sequence, version)) = (pair[0].1, pair[1]);
                self.noncurrent_version(rule, version, sequence, successor.modified, newer)
            })
            .collect()
    }

    /// What becomes of a version that is noncurrent `since`, with so many `newer` ones that are noncurrent too.
    fn noncurrent_version(
        &self,
        rule: &Rule,
        version: &Version,
        sequence: u64,
        since: OffsetDateTime,
        newer: usize,
    ) -> Vec<Due> {
        if !self.matches(rule, version) {
            return Vec::new();
        }
        let exceeds = |limit: &Noncurrent| {
            let kept = limit.newer.and_then(|kept| usize::try_from(kept).ok());
            newer >= kept.unwrap_or(0)
        };
        let expiration = rule.noncurrent_expiration.filter(exceeds);
        let removed = expiration.and_then(|limit| {
            let at = due(since, limit.days).max(self.first);
            Some((at.max(unprotected(version, at)?), Action::Remove(sequence)))
        });
        let steps = rule
            .noncurrent_transitions
            .iter()
            .filter(|(limit, _)| exceeds(limit));
        let times = steps.map(|(limit, class)| (due(since, limit.days), class.as_str()));
        let moved = version
            .object()
            .and_then(|object| self.step(rule, object, times, sequence));
        removed.into_iter().chain(moved).collect()
    }

    /// The next transition: down the waterfall only, and not for small objects unless a rule speaks of sizes.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>
    fn step<'t>(
        &self,
        rule: &Rule,
        object: &Object,
        times: impl Iterator<Item = (OffsetDateTime, &'t str)>,
        sequence: u64,
    ) -> Option<Due> {
        let depth = depth(object.attributes.class());
        let large = object.size() >= TRANSITION_MINIMUM || rule.filter.is_about_size();
        let lower = times.filter(|(_, class)| self::depth(class) > depth);
        lower
            .filter(|(_, class)| large || (self.varies && ["GLACIER", "DEEP_ARCHIVE"].contains(class)))
            .min_by_key(|(at, class)| (*at, std::cmp::Reverse(self::depth(class))))
            .map(|(at, class)| (at, Action::Transition(sequence, class.to_owned())))
    }
}

/// The midnight at which nothing protects a version any more; `None` while a legal hold does.
fn unprotected(version: &Version, at: OffsetDateTime) -> Option<OffsetDateTime> {
    match (version.protection(at), version.properties.retention) {
        (Protection::None, _) => Some(at),
        (_, Some(retention)) if version.properties.legal_hold != Some(true) => {
            Some(midnight_from(retention.until))
        }
        _ => None,
    }
}

/// How far down the waterfall of storage classes one is.
fn depth(class: &str) -> usize {
    const WATERFALL: [&str; 7] = [
        "STANDARD",
        "STANDARD_IA",
        "INTELLIGENT_TIERING",
        "ONEZONE_IA",
        "GLACIER_IR",
        "GLACIER",
        "DEEP_ARCHIVE",
    ];
    WATERFALL.iter().position(|one| *one == class).unwrap_or(0)
}
