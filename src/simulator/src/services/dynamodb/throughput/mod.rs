//! Throughput: what each table and index may consume, what is left of it, and how it is changed and described.
//!
//! An operation goes on while its buckets hold anything at all, and is debited what it turns out to have consumed, so
//! that a bucket may end below zero.

mod bucket;
pub(super) mod change;
pub(super) mod create;
mod decreases;
mod demand;
pub(super) mod describe;
mod exclusive;
mod flow;
mod gauge;
mod keys;
pub(super) mod limits;
mod part;
mod short;
mod switches;
mod table;
mod units;
mod usage;
mod wish;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

pub(crate) use describe::date;
pub(super) use flow::Limit;
pub(super) use keys::Key;
pub(super) use part::Mode;
pub(super) use short::Short;
pub(super) use table::{Saved, Table};
pub(crate) use units::{Direction, Units};
pub(crate) use usage::minute;

/// A table, or one of its global secondary indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The table's name.
    pub(super) table: &'a str,
    /// The index's name.
    pub(super) index: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// The table itself.
    pub(super) fn table(table: &'a str) -> Self {
        Self { table, index: None }
    }

    /// One of its indexes.
    pub(super) fn index(table: &'a str, index: &'a str) -> Self {
        Self {
            table,
            index: Some(index),
        }
    }
}

/// The throughput of every table of an account.
#[derive(Debug, Default)]
pub(super) struct Throughput {
    tables: Mutex<HashMap<String, Table>>,
}

impl Clone for Throughput {
    fn clone(&self) -> Self {
        Self {
            tables: Mutex::new(self.lock().clone()),
        }
    }
}

impl Throughput {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Table>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was written down, with full buckets.
    pub(super) fn load(saved: BTreeMap<String, Saved>, now: OffsetDateTime) -> Self {
        let tables = saved
            .into_iter()
            .map(|(name, saved)| (name, Table::load(saved, now)));
        Self {
            tables: Mutex::new(tables.collect()),
        }
    }

    /// What is to be written down.
    pub(super) fn save(&self) -> BTreeMap<String, Saved> {
        let tables = self.lock();
        tables
            .iter()
            .map(|(name, table)| (name.clone(), table.save()))
            .collect()
    }

    /// Whether the table is known already.
    pub(super) fn knows(&self, table: &str) -> bool {
        self.lock().contains_key(table)
    }

    /// Takes note of a table.
    pub(super) fn learn(&self, name: &str, table: Table) {
        self.lock().insert(name.to_owned(), table);
    }

    /// Forgets a table that was deleted.
    pub(super) fn forget(&self, table: &str) {
        self.lock().remove(table);
    }

    /// Does something with a table that is known.
    pub(super) fn with<T>(&self, table: &str, act: impl FnOnce(&mut Table) -> T) -> Option<T> {
        self.lock().get_mut(table).map(act)
    }

    /// How full the buckets of a table are and were; `None` for a table that is not known.
    pub(super) fn gauge(&self, table: &str, now: OffsetDateTime) -> Option<serde_json::Value> {
        self.with(table, |found| gauge::describe(table, found, now))
    }

    /// The provisioned units that all tables reserve.
    pub(super) fn reserved(&self) -> Units<i64> {
        let tables = self.lock();
        Units::each(|direction| {
            let each = tables.values().map(|table| *table.reserved().of(direction));
            each.fold(0, i64::saturating_add)
        })
    }

    /// What is left to an operation, and what it is that leaves no more; endless for what is not known (dynoxide will
    /// say that it does not exist).
    pub(super) fn level(
        &self,
        at: Place<'_>,
        direction: Direction,
        key: Option<Key>,
        now: OffsetDateTime,
    ) -> (f64, Limit) {
        let part = |table: &mut Table| Some(table.part_mut(at.index)?.level(direction, key, now));
        let known = self.with(at.table, part).flatten();
        known.unwrap_or((f64::INFINITY, Limit::Provisioned))
    }

    /// Lets an operation in, or says what stops it.
    pub(super) fn admit(
        &self,
        at: Place<'_>,
        direction: Direction,
        key: Option<Key>,
        now: OffsetDateTime,
    ) -> Result<(), Short> {
        match self.level(at, direction, key, now) {
            (left, _) if left > 0.0 => Ok(()),
            (_, limit) => Err(self.short(at, direction, limit)),
        }
    }

    /// The refusal of an operation that a limit stops.
    pub(super) fn short(&self, at: Place<'_>, direction: Direction, limit: Limit) -> Short {
        let mode = self.with(at.table, |table| table.mode);
        Short {
            table: at.table.to_owned(),
            index: at.index.map(str::to_owned),
            direction,
            limit,
            mode: mode.unwrap_or(Mode::Provisioned),
        }
    }

    /// Takes what an operation consumed.
    pub(super) fn debit(
        &self,
        at: Place<'_>,
        direction: Direction,
        key: Option<Key>,
        units: f64,
        now: OffsetDateTime,
    ) {
        self.with(at.table, |table| {
            if let Some(part) = table.part_mut(at.index) {
                part.take(direction, key, units, now);
            }
        });
    }
}
