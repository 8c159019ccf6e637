//! Follows what was asked of the host to its end, stops it when it must, and says how it ended.

use std::time::{Duration, Instant};

use workbook::engine::{EngineError, Outcome, Reply};

use super::collect::{Collected, Phase, outcome};
use super::{EvcxrEngine, Event, START};
use crate::protocol::{Answer, Ended, Frame, Order};

/// How long the host may take to give up what it was asked to stop, before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// The learner must not look for the cause in a cell that has none.
pub(super) const NOT_RUN: &str =
    "[le processus des cellules s’est arrêté après la précédente\u{a0}: celle-ci n’a pas été exécutée]\n";

/// Why an evaluation is being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Limit,
    Learner,
}

impl Stop {
    fn outcome(self, limit: Duration) -> Outcome {
        match self {
            Self::Limit => Outcome::TimedOut { limit },
            Self::Learner => Outcome::Interrupted,
        }
    }
}

/// How waiting for the host ended.
pub(super) enum End {
    Answered(Answer),
    HostGone,
    /// The learner no longer waits, and the host has not even begun.
    Abandoned,
}

impl EvcxrEngine {
    /// Follows an evaluation to its end, and stops it when it must.
    ///
    /// `limit` counts from the moment when the host begins, and covers all that evcxr then does for
    /// the cell, be it to compile and run it several times over.
    pub(super) fn follow(&mut self, limit: Duration, collected: &mut Collected<'_>) -> (End, Option<Stop>) {
        // The warm-up is no part of the cell's time.
        let mut deadline = Instant::now() + START;
        let mut begun = false;
        let mut stop = None;
        loop {
            match self.events.next(deadline) {
                Some(Event::Host(_, Answer::Begun)) => {
                    begun = true;
                    collected.begin();
                    deadline = Instant::now() + limit;
                }
                Some(Event::Host(_, answer)) => return (End::Answered(answer), stop),
                Some(Event::HostGone(_)) => return (End::HostGone, stop),
                Some(Event::Guard(_, Frame::Input { question })) => {
                    let (reply, took) = match stop {
                        Some(_) => (Reply::End, Duration::ZERO),
                        None => collected.ask(question),
                    };
                    deadline += took;
                    if reply == Reply::Interrupt {
                        stop = Some(Stop::Learner);
                        deadline = Instant::now() + GRACE;
                        self.stop(true);
                    } else {
                        self.reply(reply);
                    }
                }
                Some(Event::Guard(_, frame)) => {
                    self.acknowledge(&frame);
                    let runs = frame == Frame::Run;
                    collected.frame(frame);
                    if runs && stop.is_some() {
                        self.stop(true);
                    }
                }
                Some(Event::Interrupt) if !begun => return (End::Abandoned, None),
                Some(Event::Interrupt) if stop.is_some() => {}
                None if stop.is_some() => return (End::HostGone, stop),
                stopping => {
                    stop = Some(stopping.map_or(Stop::Limit, |_| Stop::Learner));
                    deadline = Instant::now() + GRACE;
                    self.stop(collected.phase == Phase::Running);
                }
            }
        }
    }

    /// Hands the learner's answer on.
    pub(super) fn reply(&self, reply: Reply) {
        let line = match reply {
            Reply::Line(line) => Some(line),
            Reply::End | Reply::Interrupt => None,
        };
        if let Some(host) = &self.host {
            host.order(&Order::Input(line));
        }
    }

    /// Stops what runs now: the cell, or its compilation; none is started after that.
    fn stop(&self, running: bool) {
        let Some(host) = &self.host else { return };
        host.stop_build();
        if running {
            host.order(&Order::Kill);
        }
    }

    /// How a cell ended.
    pub(super) fn outcome(
        &mut self,
        (end, stop): (End, Option<Stop>),
        limit: Duration,
        collected: &mut Collected<'_>,
    ) -> Result<Outcome, EngineError> {
        let stopped = stop.map(|stop| stop.outcome(limit));
        Ok(match end {
            End::Abandoned => {
                self.abandon();
                return Err(EngineError::Starting);
            }
            End::HostGone => {
                let lost = self.lose_host();
                stopped.unwrap_or(lost)
            }
            End::Answered(Answer::Rejected { diagnostics }) => {
                stopped.unwrap_or(Outcome::DoesNotCompile(diagnostics))
            }
            End::Answered(Answer::Lost) => {
                let earlier = self.ended.take().unwrap_or(Ended::KILLED);
                let ended = collected.ended().unwrap_or_else(|| outcome(earlier, false));
                if collected.phase == Phase::NotRun && stopped.is_none() {
                    collected.stderr(NOT_RUN.to_owned());
                }
                stopped.unwrap_or(ended)
            }
            End::Answered(Answer::Refused { message }) => return Err(EngineError::Failed(message)),
            End::Answered(_) => collected.panicked(self.host.as_ref()).unwrap_or(Outcome::Done),
        })
    }
}
