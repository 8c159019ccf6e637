//! The demand put on a service, and how much of what its tasks reserve that is, minute by minute.
//!
//! There are no measurements: somebody says how much all the tasks of a service together have to do (`POST
//! /_cahier/ecs/load`), which is spread over those that run.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// How long a former demand is remembered: longer than the fifteen minutes that auto scaling looks back.
const REMEMBERED: Duration = Duration::minutes(17);

/// What all the tasks of a service together have to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Demand {
    /// The vCPUs that it keeps busy.
    pub(crate) vcpu: f64,
    /// The memory that it fills, in MiB.
    pub(crate) memory_mib: f64,
    /// How many requests a load balancer has for it in a minute.
    #[serde(default)]
    pub(crate) requests: f64,
}

/// What the running tasks of a service reserve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reserved {
    /// How many there are.
    pub(super) tasks: u64,
    /// Their CPU units: 1,024 are a vCPU.
    pub(super) cpu: u64,
    /// Their memory, in MiB.
    pub(super) memory: u64,
}

/// How much of what is reserved is used, in percent, and the requests in a minute that each task gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Used {
    /// Of the CPU.
    pub(crate) cpu: f64,
    /// Of the memory.
    pub(crate) memory: f64,
    /// The requests of a task.
    #[serde(default)]
    pub(crate) requests: f64,
}

/// From a time on, what was used; nothing where no task ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Piece {
    from: OffsetDateTime,
    used: Option<Used>,
}

/// The demand on a service, and what was used of it so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Load {
    demand: Demand,
    reserved: Reserved,
    pieces: VecDeque<Piece>,
}

impl Load {
    /// Another demand from now on.
    pub(super) fn demand(&mut self, demand: Demand, now: OffsetDateTime) {
        self.demand = demand;
        self.note(now);
    }

    /// Other tasks run from now on.
    pub(super) fn reserve(&mut self, reserved: Reserved, now: OffsetDateTime) {
        self.reserved = reserved;
        self.note(now);
    }

    /// What the running tasks reserve.
    pub(super) fn reserved(&self) -> Reserved {
        self.reserved
    }

    fn note(&mut self, now: OffsetDateTime) {
        let used = self.used();
        match self.pieces.back_mut() {
            Some(last) if last.from >= now => last.used = used,
            Some(last) if last.used == used => {}
            _ => self.pieces.push_back(Piece { from: now, used }),
        }
        while self
            .pieces
            .get(1)
            .is_some_and(|next| next.from <= now - REMEMBERED)
        {
            self.pieces.pop_front();
        }
    }

    fn used(&self) -> Option<Used> {
        #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53")]
        let share = |wanted: f64, there: u64| wanted / there as f64;
        let percent = |wanted: f64, there: u64| (100.0 * share(wanted, there)).min(100.0);
        (self.reserved.tasks > 0).then(|| Used {
            cpu: percent(self.demand.vcpu * 1024.0, self.reserved.cpu),
            memory: percent(self.demand.memory_mib, self.reserved.memory),
            requests: share(self.demand.requests, self.reserved.tasks),
        })
    }

    /// The average over a minute (counted since 1970) of what was used while tasks ran in it; none where none ran.
    pub(super) fn average(&self, minute: i64) -> Option<Used> {
        let begin = OffsetDateTime::UNIX_EPOCH + Duration::minutes(minute);
        let end = begin + Duration::minutes(1);
        let (mut seconds, mut sum) = (0.0, Used::default());
        for (index, piece) in self.pieces.iter().enumerate() {
            let until = self.pieces.get(index + 1).map_or(end, |next| next.from);
            let length = (until.min(end) - piece.from.max(begin)).as_seconds_f64();
            if let Some(used) = piece.used.filter(|_| length > 0.0) {
                seconds += length;
                sum.cpu += length * used.cpu;
                sum.memory += length * used.memory;
                sum.requests += length * used.requests;
            }
        }
        (seconds > 0.0).then(|| Used {
            cpu: sum.cpu / seconds,
            memory: sum.memory / seconds,
            requests: sum.requests / seconds,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);
    const MINUTE: i64 = NOON.unix_timestamp() / 60;

    fn tasks(count: u64) -> Reserved {
        Reserved {
            tasks: count,
            cpu: 256 * count,
            memory: 512 * count,
        }
    }

    fn after(seconds: i64) -> OffsetDateTime {
        NOON + Duration::seconds(seconds)
    }

    fn busy(vcpu: f64) -> Demand {
        Demand {
            vcpu,
            memory_mib: 512.0,
            requests: 0.0,
        }
    }

    #[test]
    fn demand_is_spread_over_what_runs_and_capped() {
        let mut load = Load::default();
        load.demand(busy(1.0), NOON);
        assert_eq!(load.average(MINUTE), None, "nothing runs");
        load.reserve(tasks(2), NOON);
        let used = |cpu: f64, memory: f64| {
            Some(Used {
                cpu,
                memory,
                requests: 0.0,
            })
        };
        assert_eq!(load.average(MINUTE), used(100.0, 50.0));
        load.reserve(tasks(8), after(60));
        assert_eq!(load.average(MINUTE + 1), used(50.0, 12.5));
        load.demand(busy(0.0), after(120));
        assert_eq!(load.average(MINUTE + 2), used(0.0, 12.5));
    }

    #[test]
    fn a_minute_is_the_average_of_its_parts() {
        let mut load = Load::default();
        load.reserve(tasks(4), NOON);
        load.demand(
            Demand {
                vcpu: 0.5,
                ..Demand::default()
            },
            after(15),
        );
        let used = load.average(MINUTE).unwrap_or_default();
        assert!((used.cpu - 37.5).abs() < 1e-9, "{used:?}");
        load.reserve(tasks(0), after(90));
        let used = load.average(MINUTE + 1).unwrap_or_default();
        assert!((used.cpu - 50.0).abs() < 1e-9, "while tasks ran: {used:?}");
        assert_eq!(load.average(MINUTE + 2), None);
    }

    #[test]
    fn a_demand_lasts_until_it_changes_and_fifteen_minutes_are_remembered() {
        let mut load = Load::default();
        load.reserve(tasks(4), NOON);
        load.demand(busy(0.5), NOON);
        for minute in 0..100 {
            assert_eq!(load.average(MINUTE + minute).map(|used| used.cpu), Some(50.0));
        }
        for minute in 0..100 {
            load.demand(busy(if minute % 2 == 0 { 0.25 } else { 0.5 }), after(60 * minute));
        }
        for back in 0..15 {
            let cpu = load.average(MINUTE + 99 - back).map(|used| used.cpu);
            assert_eq!(cpu, Some(if back % 2 == 0 { 50.0 } else { 25.0 }), "{back}");
        }
        assert!(load.pieces.len() < 20, "{}", load.pieces.len());
    }
}
