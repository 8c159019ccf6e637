//! Carries out what falls due as simulated time passes, whenever somebody looks.
//!
//! Nothing runs beside the calls: every transition is written down with its time when what leads to it happens, and is
//! carried out, in the order of those times, by whoever looks next. So the result is the same whether the clock jumped an
//! hour or each second was waited for. Ids that are made here follow from stable things ([`names::derived`]), never from
//! chance.
//!
//! [`names::derived`]: super::names::derived

mod act;
mod containers;
mod interface;
mod life;
mod program;
mod pull;
mod restart;
mod stop;
#[cfg(test)]
mod tests;

use time::OffsetDateTime;

use super::services;
use super::state::{Due, State, TaskKey, What};
use crate::cloud::Cloud;

pub(super) use program::page;

/// Carries out everything that is due by `to`; says up to which time everything is carried out now.
pub(crate) fn advance(cloud: &Cloud, to: OffsetDateTime) -> OffsetDateTime {
    let mut state = cloud.ecs.lock();
    let mut engine = Engine::new(cloud, &mut state, to);
    engine.advance();
    let reached = engine.state.reached;
    cloud.ecs.settle(cloud, &mut state);
    reached
}

/// The state at a moment, to be changed.
pub(super) struct Engine<'a> {
    /// The other services.
    pub(super) cloud: &'a Cloud,
    /// ECS's state.
    pub(super) state: &'a mut State,
    /// The moment: a call's time, or that of what falls due.
    pub(super) now: OffsetDateTime,
}

impl<'a> Engine<'a> {
    /// The state at a moment; what is due by then is still to be carried out.
    pub(super) fn new(cloud: &'a Cloud, state: &'a mut State, now: OffsetDateTime) -> Self {
        Self { cloud, state, now }
    }

    /// Carries out everything that is due by now, each at its own time.
    pub(super) fn advance(&mut self) {
        let now = self.now;
        while let Some((at, due)) = self.state.agenda.take(now) {
            // What was written down for a time that has passed happens at once.
            self.now = at.max(self.state.reached);
            self.state.reached = self.now;
            self.carry_out(due);
        }
        self.now = now;
        self.state.reached = self.state.reached.max(now);
    }

    /// Writes down that something is due after `seconds`.
    pub(super) fn after(&mut self, seconds: i64, due: Due) {
        let at = self.now + time::Duration::seconds(seconds);
        self.state.agenda.write(at, due);
    }

    fn carry_out(&mut self, due: Due) {
        let Due {
            account,
            cluster,
            what,
        } = due;
        match what {
            What::Task { id, course, step } => {
                let key = TaskKey { account, cluster, id };
                self.task_step(&key, course, step);
            }
            What::Service { name, step } => services::due(self, &account, &cluster, &name, &step),
        }
    }
}
