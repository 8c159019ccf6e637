//! A session: cells that share variables, attempts judged in it, and what a lost process is mended with.

use crate::cell::Cell;
use crate::engine::{
    Completions, Engine, EngineError, Evaluation, Inspection, Interrupt, Listener, Outcome, Output, Reply,
    Variable,
};
use crate::evidence::{Answer, Evidence};
use crate::exercise::Drawn;
use crate::expected;
use crate::held::held;
pub use crate::recovery::Recovery;
use crate::replies::{Again, Heard};
pub use crate::run::{Attempt, CellRun};
use crate::verdict::Verdict;
use crate::world::{SnapshotId, World};
use std::sync::Arc;
use std::time::Duration;

/// How long a cell may take when nothing else is said, compilation included.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(30);

/// Where output goes while a cell runs, and its input comes from.
pub type Live<'a> = &'a mut dyn Listener;

/// A cell that passed, to be run again after a lost process.
struct Passed {
    label: String,
    source: String,
    /// What it was answered when it read its standard input.
    replies: Vec<Reply>,
}

/// Cells and attempts over one engine and one backend. As in a notebook, what an attempt defines stays.
pub struct Session {
    engine: Box<dyn Engine>,
    world: Box<dyn World>,
    limit: Duration,
    passed: Vec<Passed>,
    /// The backend before the first cell that passed.
    start: Option<SnapshotId>,
    /// Whether the cells that passed have to run again before the next one.
    owed: bool,
    /// Whether they have run again, and no other cell since.
    just_replayed: bool,
}

impl Session {
    /// A session with the default limit per cell.
    pub fn new(engine: Box<dyn Engine>, world: Box<dyn World>) -> Self {
        Self {
            engine,
            world,
            limit: DEFAULT_LIMIT,
            passed: Vec::new(),
            start: None,
            owed: false,
            just_replayed: false,
        }
    }

    /// The same session with another limit per cell.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The backend.
    pub fn world(&self) -> &dyn World {
        &*self.world
    }

    /// A handle that stops the running cell from another thread.
    pub fn interrupter(&self) -> Arc<dyn Interrupt> {
        self.engine.interrupter()
    }

    /// Completions at byte `position` of `source`.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn complete(&mut self, source: &str, position: usize) -> Result<Completions, EngineError> {
        self.engine.complete(source, position)
    }

    /// What is known of the thing at byte `position` of `source`.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn inspect(&mut self, source: &str, position: usize) -> Result<Option<Inspection>, EngineError> {
        self.engine.inspect(source, position)
    }

    /// The variables that cells have left, by name.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn variables(&mut self) -> Result<Vec<Variable>, EngineError> {
        self.engine.variables()
    }

    /// Forgets variables, items and the cells that passed. The backend is left as it is.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn reset(&mut self) -> Result<(), EngineError> {
        self.passed.clear();
        self.start = None;
        self.owed = false;
        self.just_replayed = false;
        self.engine.reset()
    }

    /// Runs a demo cell.
    ///
    /// # Errors
    /// When the engine cannot work; a cell's failure is in its evaluation.
    pub fn run_cell(&mut self, cell: &Cell, live: Live<'_>) -> Result<CellRun, EngineError> {
        let mut run = self.run(&cell.id, &cell.source, live)?;
        if let (Outcome::Done, Some(expected)) = (&run.evaluation.outcome, &cell.expected) {
            run.mismatch = expected::matches(expected, &run.evaluation.output.stdout).err();
        }
        Ok(run)
    }

    /// Runs what was typed at a prompt.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn eval(&mut self, text: &str, live: Live<'_>) -> Result<CellRun, EngineError> {
        let label = text.trim().lines().next().unwrap_or_default().to_owned();
        self.run(&label, text, live)
    }

    /// Evaluates an expression aside: it is not run again where variables are lost.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn peek(&mut self, expression: &str) -> Result<Evaluation, EngineError> {
        if let Recovery::Postponed { .. } = self.settle()? {
            return Ok(interrupted());
        }
        let evaluation = self.engine.eval(expression, self.limit, &mut |_| {})?;
        self.just_replayed &= !evaluation.ran;
        self.recover(&evaluation)?;
        Ok(evaluation)
    }

    fn run(&mut self, label: &str, source: &str, live: Live<'_>) -> Result<CellRun, EngineError> {
        let settled = self.settle()?;
        let (evaluation, recovery) = if let Recovery::Postponed { .. } = settled {
            (interrupted(), settled)
        } else {
            let evaluation = self.evaluate(label, source, live)?;
            let recovery = self.recover(&evaluation)?;
            (evaluation, recovery.or(settled))
        };
        Ok(CellRun {
            evaluation,
            mismatch: None,
            recovery,
        })
    }

    /// Evaluates, and remembers what passed. Lost variables are not mended yet.
    fn evaluate(&mut self, label: &str, source: &str, live: Live<'_>) -> Result<Evaluation, EngineError> {
        if self.start.is_none() {
            self.start = self.world.snapshot();
        }
        let mut heard = Heard::new(live);
        let evaluation = self.engine.eval(source, self.limit, &mut heard)?;
        let replies = heard.replies;
        self.just_replayed &= !evaluation.ran;
        if evaluation.outcome == Outcome::Done {
            self.passed.push(Passed {
                label: label.to_owned(),
                source: source.to_owned(),
                replies,
            });
        }
        Ok(evaluation)
    }

    /// Mends what an evaluation lost. A process that ends once more before any cell has run in it was ended by
    /// what was run again: by the last of it, as far as anyone can tell.
    fn recover(&mut self, last: &Evaluation) -> Result<Recovery, EngineError> {
        let again = last.outcome.ended_its_process() && !last.ran && self.just_replayed;
        if !last.lost {
            return Ok(Recovery::NotNeeded);
        }
        match (self.passed.len(), self.world.is_simulator()) {
            // Nothing had passed: no variable was lost, and the backend is left as it is.
            (0, _) => Ok(Recovery::NotNeeded),
            (cells, true) => self.replay_without(again.then(|| cells - 1), &mut |_| {}),
            (cells, false) => Ok(Recovery::Lost { cells }),
        }
    }

    /// Runs what an interrupted replay still owes, less and less of it where a cell fails.
    fn settle(&mut self) -> Result<Recovery, EngineError> {
        let mut settled = Recovery::NotNeeded;
        while self.owed && self.world.is_simulator() {
            let replayed = self.replay(&mut |_| {})?;
            if let Recovery::Postponed { .. } = replayed {
                return Ok(replayed);
            }
            settled = settled.or(replayed);
        }
        Ok(settled)
    }

    fn rewind(&mut self) {
        if let Some(start) = self.start {
            self.world.restore(start);
        }
    }

    /// Puts the simulator back to where the first cell found it, all but its clock, and runs the cells that had passed
    /// again. On a real account the cells run on whatever is there: only at the learner's word.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn replay(&mut self, live: Live<'_>) -> Result<Recovery, EngineError> {
        self.replay_without(None, live)
    }

    fn replay_without(&mut self, killer: Option<usize>, live: Live<'_>) -> Result<Recovery, EngineError> {
        // Also where the engine fails on the way.
        self.owed = true;
        let mut left_out = killer.map(|rank| self.passed.remove(rank).label);
        let mut fresh = !self.world.is_simulator();
        loop {
            self.rewind();
            let Some((rank, failed)) = self.run_again(live)? else {
                break;
            };
            match failed.outcome {
                Outcome::Interrupted => {
                    let cells = self.passed.len();
                    return Ok(Recovery::Postponed { cells });
                }
                // An item without a name, such as an `impl`, outlives the process: run again, it is there twice.
                Outcome::DoesNotCompile(_) if !fresh => {
                    self.engine.reset()?;
                    fresh = true;
                }
                ref outcome if outcome.ended_its_process() && rank > 0 && !failed.ran => {
                    left_out = Some(self.passed.remove(rank - 1).label);
                }
                _ => return Ok(self.give_up_at(rank, failed.lost)),
            }
        }
        self.owed = false;
        self.just_replayed = true;
        let cells = self.passed.len();
        Ok(match left_out {
            Some(left_out) => Recovery::LeftOut { cells, left_out },
            None => Recovery::Replayed { cells },
        })
    }

    /// Runs the cells that had passed again; the first that does not pass any more, with its rank.
    fn run_again(&mut self, live: Live<'_>) -> Result<Option<(usize, Evaluation)>, EngineError> {
        self.world.replays(true);
        let stopped = self.run_passed(live);
        self.world.replays(false);
        stopped
    }

    fn run_passed(&mut self, live: Live<'_>) -> Result<Option<(usize, Evaluation)>, EngineError> {
        for (rank, passed) in self.passed.iter().enumerate() {
            let mut again = Again::new(live, &passed.replies);
            let evaluation = self.engine.eval(&passed.source, self.limit, &mut again)?;
            if evaluation.outcome != Outcome::Done {
                return Ok(Some((rank, evaluation)));
            }
        }
        Ok(None)
    }

    /// Keeps the cells before the one that failed.
    fn give_up_at(&mut self, rank: usize, lost: bool) -> Recovery {
        let failed = self.passed[rank].label.clone();
        self.passed.truncate(rank);
        self.owed = lost && rank > 0;
        Recovery::Failed { cells: rank, failed }
    }

    /// Judges an answer. One that is Rust runs in this session, with its checks and its probe.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn attempt(&mut self, drawn: &Drawn, answer: Answer, live: Live<'_>) -> Result<Attempt, EngineError> {
        let ground = Evidence {
            answer: Some(answer),
            ..self.world.ground()
        };
        if !drawn.exercise.needs_engine() {
            let verdict = drawn.exercise.judge(&ground);
            return Ok(Attempt {
                verdict,
                evaluation: None,
                recovery: Recovery::NotNeeded,
            });
        }
        let settled = self.settle()?;
        let evidence = if let Recovery::Postponed { .. } = settled {
            Evidence {
                evaluations: vec![interrupted()],
                ..ground
            }
        } else {
            self.gather(drawn, ground, live)?
        };
        let recovery = match (settled, evidence.evaluations.last()) {
            (settled @ Recovery::Postponed { .. }, _) | (settled, None) => settled,
            (settled, Some(last)) => self.recover(last)?.or(settled),
        };
        let verdict = held(drawn.exercise.judge(&evidence), &evidence);
        Ok(Attempt {
            verdict,
            evaluation: evidence.evaluations.into_iter().next(),
            recovery,
        })
    }

    /// Runs the program of a prediction in this session, and puts the simulator back to where it was: nothing that the
    /// program made stays. `None` where there is no program, or on a real account, where nothing can be put back.
    ///
    /// # Errors
    /// When the engine cannot work; a program's failure is in its evaluation.
    pub fn demonstrate(&mut self, drawn: &Drawn, live: Live<'_>) -> Result<Option<Evaluation>, EngineError> {
        let Some(program) = &drawn.program else {
            return Ok(None);
        };
        let Some(before) = self.world.snapshot() else {
            return Ok(None);
        };
        self.settle()?;
        let evaluation = self.engine.eval(program, self.limit, live)?;
        self.world.restore(before);
        if evaluation.lost {
            self.recover(&evaluation)?;
        }
        Ok(Some(evaluation))
    }

    /// Runs the learner's cell, then the checks, then the probe.
    fn gather(&mut self, drawn: &Drawn, ground: Evidence, live: Live<'_>) -> Result<Evidence, EngineError> {
        let mut evidence = ground;
        let source = evidence.answer.as_ref().map_or("", Answer::text).to_owned();
        let before = self.world.calls().map(|calls| calls.len());
        let cell = self.evaluate(&drawn.id, &source, live)?;
        evidence.calls = self
            .world
            .calls()
            .map(|calls| calls.into_iter().skip(before.unwrap_or(0)).collect());
        let mut sound = cell.outcome == Outcome::Done;
        evidence.evaluations.push(cell);
        for check in drawn.exercise.checks() {
            if !sound {
                return Ok(evidence);
            }
            let evaluation = self.engine.eval(&check.source, self.limit, &mut |_| {})?;
            sound = !evaluation.lost;
            evidence.evaluations.push(evaluation);
        }
        if let Some(probe) = drawn.exercise.probe().filter(|_| sound) {
            let evaluation = self.engine.eval(&probe.source, self.limit, &mut |_| {})?;
            evidence.probe = document(&evaluation.output.stdout);
            if evaluation.lost {
                evidence.evaluations.push(evaluation);
            }
        }
        Ok(evidence)
    }
}

/// A cell that did not run, since the learner stopped those before it.
fn interrupted() -> Evaluation {
    Evaluation {
        outcome: Outcome::Interrupted,
        output: Output::default(),
        elapsed: Duration::ZERO,
        ran: false,
        lost: false,
    }
}

/// The JSON document that a probe printed: the whole output, or else its last line.
fn document(stdout: &str) -> Option<serde_json::Value> {
    let whole = serde_json::from_str(stdout.trim()).ok();
    whole.or_else(|| serde_json::from_str(stdout.trim().lines().last()?.trim()).ok())
}

/// Judges an answer that needs no compiler. `ground` holds what the backend knows (keys, time, endpoint).
pub fn judge(drawn: &Drawn, answer: Answer, ground: Evidence) -> Verdict {
    drawn.exercise.judge(&Evidence {
        answer: Some(answer),
        ..ground
    })
}
