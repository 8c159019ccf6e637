//! Partition keys that are used a lot: none gets more than one partition can serve.
//!
//! The model: each partition key value is on a partition of its own, as adaptive capacity ends up isolating it, and
//! may use the whole table's throughput up to a partition's 3,000 read and 1,000 write units a second. That maximum
//! has no burst: one second of it is kept. What an operation spreads over many keys (a scan, a PartiQL statement) is
//! not counted here.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html>

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;
use time::OffsetDateTime;

use super::bucket::Bucket;
use super::units::{Direction, Units};

/// Beyond this number of keys, those that are at rest are forgotten.
const CROWD: usize = 1024;

/// The units a second of a partition.
fn rate(direction: Direction) -> f64 {
    match direction {
        Direction::Read => 3_000.0,
        Direction::Write => 1_000.0,
    }
}

/// A partition key value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key(u64);

impl Key {
    /// That of an item, or `None` when it lacks one of the partition key's attributes.
    pub(crate) fn of(item: &Value, attributes: &[String]) -> Option<Self> {
        let mut hasher = DefaultHasher::new();
        for name in attributes {
            item.get(name)?.hash(&mut hasher);
        }
        (!attributes.is_empty()).then(|| Self(hasher.finish()))
    }
}

/// What is left to the keys that were used lately.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    buckets: HashMap<Key, Units<Bucket>>,
    /// Those that an operation left with nothing.
    exhausted: Vec<Key>,
}

impl Keys {
    /// What is left to one.
    pub(super) fn level(&mut self, key: Key, direction: Direction, now: OffsetDateTime) -> f64 {
        self.buckets
            .get_mut(&key)
            .map_or_else(|| rate(direction), |bucket| bucket.of_mut(direction).level(now))
    }

    /// Takes what was consumed.
    pub(super) fn take(&mut self, key: Key, direction: Direction, units: f64, now: OffsetDateTime) {
        if self.buckets.len() > CROWD {
            self.buckets
                .retain(|_, bucket| !(bucket.read.is_full(now) && bucket.write.is_full(now)));
        }
        let full = || Units::each(|direction| Bucket::full(rate(direction), 1.0, now));
        let bucket = self.buckets.entry(key).or_insert_with(full).of_mut(direction);
        bucket.take(units, now);
        if bucket.level(now) <= 0.0 && !self.exhausted.contains(&key) {
            self.exhausted.push(key);
        }
    }

    /// Whether any key has nothing left.
    pub(super) fn any_short(&mut self, direction: Direction, now: OffsetDateTime) -> bool {
        let mut exhausted = std::mem::take(&mut self.exhausted);
        exhausted.retain(|key| {
            Direction::BOTH
                .into_iter()
                .any(|direction| self.level(*key, direction, now) <= 0.0)
        });
        self.exhausted = exhausted;
        let exhausted = self.exhausted.clone();
        exhausted
            .iter()
            .any(|key| self.level(*key, direction, now) <= 0.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;
    use time::Duration;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn key(id: &str) -> Key {
        Key::of(&json!({"id": {"S": id}, "x": {"N": "1"}}), &["id".to_owned()]).unwrap()
    }

    #[test]
    fn a_key_has_one_second_of_a_partition_and_no_burst() {
        let mut keys = Keys::default();
        keys.take(key("a"), Direction::Write, 1400.0, NOON);
        assert!(keys.level(key("a"), Direction::Write, NOON) < 0.0);
        assert!(keys.any_short(Direction::Write, NOON) && !keys.any_short(Direction::Read, NOON));
        assert!((keys.level(key("b"), Direction::Write, NOON) - 1000.0).abs() < 1e-6);
        let later = NOON + Duration::milliseconds(500);
        assert!((keys.level(key("a"), Direction::Write, later) - 100.0).abs() < 1e-6);
        assert!(!keys.any_short(Direction::Write, later));
        let long = NOON + Duration::hours(1);
        assert!((keys.level(key("a"), Direction::Write, long) - 1000.0).abs() < 1e-6);
    }

    #[test]
    fn keys_at_rest_are_forgotten_in_a_crowd() {
        let mut keys = Keys::default();
        for id in 0..=CROWD {
            keys.take(key(&id.to_string()), Direction::Read, 1.0, NOON);
        }
        keys.take(key("x"), Direction::Read, 1.0, NOON + Duration::seconds(1));
        assert_eq!(keys.buckets.len(), 1);
    }

    #[test]
    fn an_item_without_the_key_has_none() {
        let names = ["a".to_owned(), "b".to_owned()];
        assert_eq!(Key::of(&json!({"a": {"S": "1"}}), &names), None);
        assert_eq!(Key::of(&json!({"a": {"S": "1"}}), &[]), None);
        assert!(Key::of(&json!({"a": {"S": "1"}, "b": {"S": "2"}}), &names).is_some());
    }
}
