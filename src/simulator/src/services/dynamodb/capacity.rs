//! What is left of each table's and index's capacity: a token bucket for reads and one for writes.
//!
//! A bucket fills at the provisioned rate and holds 300 seconds of it, the burst capacity that AWS keeps of what was
//! not used; a new one is full. An operation goes on while its buckets hold anything at all, and is debited what it
//! turns out to have consumed, so that a bucket may end below zero.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html>

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::provision::{Limit, Provision, Rates};

/// Seconds of unused capacity that are kept.
const BURST_SECONDS: f64 = 300.0;

/// Reading or writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    /// Read capacity units.
    Read,
    /// Write capacity units.
    Write,
}

/// One token bucket.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    rate: f64,
    level: f64,
    at: OffsetDateTime,
}

impl Bucket {
    fn full(rate: f64, now: OffsetDateTime) -> Self {
        Self {
            rate,
            level: rate * BURST_SECONDS,
            at: now,
        }
    }

    fn refill(&mut self, now: OffsetDateTime) {
        let elapsed = (now - self.at).as_seconds_f64().max(0.0);
        self.level = (self.level + self.rate * elapsed).min(self.rate * BURST_SECONDS);
        self.at = now;
    }

    /// Goes on at another rate; what was kept beyond the new size is lost.
    fn change(&mut self, rate: f64, now: OffsetDateTime) {
        self.refill(now);
        self.rate = rate;
        self.level = self.level.min(rate * BURST_SECONDS);
    }
}

#[derive(Debug, Clone)]
struct Buckets {
    read: Bucket,
    write: Bucket,
}

impl Buckets {
    fn full(rates: Rates, now: OffsetDateTime) -> Self {
        Self {
            read: Bucket::full(rates.read, now),
            write: Bucket::full(rates.write, now),
        }
    }

    fn get(&mut self, direction: Direction) -> &mut Bucket {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }

    fn change(&mut self, rates: Rates, now: OffsetDateTime) {
        self.read.change(rates.read, now);
        self.write.change(rates.write, now);
    }
}

#[derive(Debug, Clone)]
struct Table {
    limit: Limit,
    own: Buckets,
    indexes: HashMap<String, Buckets>,
}

/// The buckets of every table that was used so far.
#[derive(Debug, Default)]
pub(super) struct Capacity {
    tables: Mutex<HashMap<String, Table>>,
}

impl Clone for Capacity {
    fn clone(&self) -> Self {
        Self {
            tables: Mutex::new(self.lock().clone()),
        }
    }
}

impl Capacity {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Table>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the buckets of another state in the place of these.
    pub(super) fn replace(&self, other: &Self) {
        let tables = other.lock().clone();
        *self.lock() = tables;
    }

    /// Whether the table's buckets are known already.
    pub(super) fn knows(&self, table: &str) -> bool {
        self.lock().contains_key(table)
    }

    /// Forgets a table that was deleted.
    pub(super) fn forget(&self, table: &str) {
        self.lock().remove(table);
    }

    /// Takes note of how a table is provisioned now. Buckets that exist go on at the new rates, unless the table
    /// changed between provisioned and on-demand; new ones are full.
    pub(super) fn provision(&self, table: &str, provision: &Provision, now: OffsetDateTime) {
        let mut tables = self.lock();
        let known = tables
            .remove(table)
            .filter(|known| (known.limit == Limit::Provisioned) == (provision.limit == Limit::Provisioned));
        let (own, mut indexes) =
            known.map_or((None, HashMap::new()), |known| (Some(known.own), known.indexes));
        let adjusted = |known: Option<Buckets>, rates: Rates| match known {
            Some(mut buckets) => {
                buckets.change(rates, now);
                buckets
            }
            None => Buckets::full(rates, now),
        };
        let renewed = provision.indexes.iter().map(|(name, rates)| {
            let known = indexes.remove(name);
            (name.clone(), adjusted(known, *rates))
        });
        let indexes = renewed.collect();
        let own = adjusted(own, provision.table);
        tables.insert(
            table.to_owned(),
            Table {
                limit: provision.limit,
                own,
                indexes,
            },
        );
    }

    /// What limits a table.
    pub(super) fn limit(&self, table: &str) -> Limit {
        self.lock()
            .get(table)
            .map_or(Limit::Provisioned, |table| table.limit)
    }

    /// What a bucket holds; endless for what is not known (dynoxide will say that it does not exist).
    pub(super) fn level(&self, at: &Place, direction: Direction, now: OffsetDateTime) -> f64 {
        self.with(at, |buckets| {
            let bucket = buckets.get(direction);
            bucket.refill(now);
            bucket.level
        })
        .unwrap_or(f64::INFINITY)
    }

    /// Takes what was consumed out of a bucket.
    pub(super) fn debit(&self, at: &Place, direction: Direction, units: f64, now: OffsetDateTime) {
        self.with(at, |buckets| {
            let bucket = buckets.get(direction);
            bucket.refill(now);
            bucket.level -= units;
        });
    }

    /// The table's global secondary indexes whose bucket is empty.
    pub(super) fn short_indexes(
        &self,
        table: &str,
        direction: Direction,
        now: OffsetDateTime,
    ) -> Vec<String> {
        let mut tables = self.lock();
        let indexes = tables
            .get_mut(table)
            .into_iter()
            .flat_map(|table| &mut table.indexes);
        let short = indexes.filter_map(|(name, buckets)| {
            let bucket = buckets.get(direction);
            bucket.refill(now);
            (bucket.level <= 0.0).then(|| name.clone())
        });
        short.collect()
    }

    fn with<T>(&self, at: &Place, act: impl FnOnce(&mut Buckets) -> T) -> Option<T> {
        let mut tables = self.lock();
        let table = tables.get_mut(&at.table)?;
        match &at.index {
            None => Some(act(&mut table.own)),
            Some(index) => table.indexes.get_mut(index).map(act),
        }
    }
}

/// A table, or one of its global secondary indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The table's name.
    pub(super) table: String,
    /// The index's name.
    pub(super) index: Option<String>,
}

impl Place {
    /// The table itself.
    pub(super) fn table(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            index: None,
        }
    }

    /// One of its indexes.
    pub(super) fn index(table: &str, index: &str) -> Self {
        Self {
            table: table.to_owned(),
            index: Some(index.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::Duration;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn five() -> (Capacity, Place) {
        let capacity = Capacity::default();
        let rates = Rates {
            read: 5.0,
            write: 5.0,
        };
        let provision = Provision {
            limit: Limit::Provisioned,
            table: rates,
            indexes: HashMap::new(),
        };
        capacity.provision("t", &provision, NOON);
        (capacity, Place::table("t"))
    }

    fn level(capacity: &Capacity, seconds: i64) -> f64 {
        capacity.level(
            &Place::table("t"),
            Direction::Write,
            NOON + Duration::seconds(seconds),
        )
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-6
    }

    #[test]
    fn a_new_bucket_holds_three_hundred_seconds() {
        assert!(close(level(&five().0, 0), 1500.0));
    }

    #[test]
    fn a_bucket_refills_at_its_rate_and_never_holds_more_than_the_burst() {
        let (capacity, table) = five();
        capacity.debit(&table, Direction::Write, 1600.0, NOON);
        assert!(close(level(&capacity, 0), -100.0));
        assert!(close(level(&capacity, 10), -50.0));
        assert!(close(level(&capacity, 21), 5.0));
        assert!(close(level(&capacity, 100_000), 1500.0));
    }

    #[test]
    fn reads_and_writes_have_a_bucket_each() {
        let (capacity, table) = five();
        capacity.debit(&table, Direction::Read, 9.0, NOON);
        assert!(close(level(&capacity, 0), 1500.0));
    }

    #[test]
    fn a_changed_rate_keeps_what_was_left_and_fills_faster() {
        let (capacity, table) = five();
        capacity.debit(&table, Direction::Write, 1500.0, NOON);
        let rates = Rates {
            read: 5.0,
            write: 50.0,
        };
        let provision = Provision {
            limit: Limit::Provisioned,
            table: rates,
            indexes: HashMap::new(),
        };
        capacity.provision("t", &provision, NOON);
        assert!(close(level(&capacity, 0), 0.0));
        assert!(close(level(&capacity, 2), 100.0));
    }

    #[test]
    fn a_change_of_mode_starts_over() {
        let (capacity, table) = five();
        capacity.debit(&table, Direction::Write, 1500.0, NOON);
        let on_demand = json!({"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}});
        capacity.provision("t", &Provision::of(&on_demand), NOON);
        assert!(level(&capacity, 0) >= 4000.0);
        assert_eq!(capacity.limit("t"), Limit::OnDemand);
    }

    #[test]
    fn an_unknown_table_is_never_short() {
        assert!(
            Capacity::default()
                .level(&Place::table("x"), Direction::Read, NOON)
                .is_infinite()
        );
    }
}
