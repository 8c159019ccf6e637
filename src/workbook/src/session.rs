//! A session: cells that share variables, attempts judged in it, and what a lost process is mended with.

use crate::cell::Cell;
use crate::engine::{Chunk, Completions, Engine, EngineError, Evaluation, Interrupt, Outcome, Output};
use crate::evidence::{Answer, Evidence};
use crate::exercise::Drawn;
use crate::expected::{self, Difference};
use crate::verdict::Verdict;
use crate::world::{SnapshotId, World};
use std::sync::Arc;
use std::time::Duration;

/// How long a cell may take when nothing else is said, compilation included.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(30);

/// Where output goes while a cell runs.
pub type Live<'a> = &'a mut dyn FnMut(Chunk);

/// What became of the variables after a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// They are all there.
    NotNeeded,
    /// They were lost, the backend was put back, and the cells that had passed were run again.
    Replayed {
        /// How many.
        cells: usize,
    },
    /// They were lost, and running the cells again stopped at one that failed.
    Failed {
        /// How many had run again before.
        cells: usize,
        /// The id of the one that failed, or its first line when it was typed at a prompt.
        failed: String,
    },
    /// They are lost. On a real account nothing is run again unasked: see [`Session::replay`].
    Lost {
        /// How many cells could be run again.
        cells: usize,
    },
    /// They are lost: the learner stopped the cells that were run again. They run before the next cell.
    Postponed {
        /// How many.
        cells: usize,
    },
}

impl Recovery {
    /// The first of the two that has something to tell.
    fn or(self, other: Self) -> Self {
        match self {
            Self::NotNeeded | Self::Replayed { .. } if other != Self::NotNeeded => other,
            told => told,
        }
    }
}

/// What a cell did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellRun {
    /// How it ended and what it printed.
    pub evaluation: Evaluation,
    /// The first difference to what the lesson promises, when it promises something.
    pub mismatch: Option<Difference>,
    /// What became of the variables.
    pub recovery: Recovery,
}

impl CellRun {
    /// Whether it ran to its end and printed what the lesson promises.
    pub fn ok(&self) -> bool {
        self.evaluation.outcome == Outcome::Done && self.mismatch.is_none()
    }
}

/// What an attempt gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Where the learner stands.
    pub verdict: Verdict,
    /// The evaluation of the learner's cell; `None` for answers that need no compiler.
    pub evaluation: Option<Evaluation>,
    /// What became of the variables.
    pub recovery: Recovery,
}

/// A cell that passed, to be run again after a lost process.
struct Passed {
    label: String,
    source: String,
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

    /// Forgets variables, items and the cells that passed. The backend is left as it is.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn reset(&mut self) -> Result<(), EngineError> {
        self.passed.clear();
        self.start = None;
        self.owed = false;
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

    fn run(&mut self, label: &str, source: &str, live: Live<'_>) -> Result<CellRun, EngineError> {
        let settled = self.settle()?;
        let (evaluation, recovery) = if let Recovery::Postponed { .. } = settled {
            (interrupted(), settled)
        } else {
            let evaluation = self.evaluate(label, source, live)?;
            let recovery = self.recover(&evaluation.outcome)?;
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
        let evaluation = self.engine.eval(source, self.limit, live)?;
        if evaluation.outcome == Outcome::Done {
            self.passed.push(Passed {
                label: label.to_owned(),
                source: source.to_owned(),
            });
        }
        Ok(evaluation)
    }

    fn recover(&mut self, outcome: &Outcome) -> Result<Recovery, EngineError> {
        if !outcome.lost_variables() {
            return Ok(Recovery::NotNeeded);
        }
        match (self.passed.len(), self.world.is_simulator()) {
            // Nothing had passed: no variable was lost, and the backend is left as it is.
            (0, _) => Ok(Recovery::NotNeeded),
            (_, true) => self.replay(&mut |_| {}),
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

    /// Puts the simulator back to where the first cell found it, and runs the cells that had passed again. On a
    /// real account the cells run on whatever is there: only at the learner's word.
    ///
    /// # Errors
    /// When the engine cannot work.
    pub fn replay(&mut self, live: Live<'_>) -> Result<Recovery, EngineError> {
        self.rewind();
        // Also where the engine fails on the way.
        self.owed = true;
        for (cells, passed) in self.passed.iter().enumerate() {
            let evaluation = self.engine.eval(&passed.source, self.limit, live)?;
            if evaluation.outcome == Outcome::Interrupted {
                let cells = self.passed.len();
                return Ok(Recovery::Postponed { cells });
            }
            if evaluation.outcome != Outcome::Done {
                let failed = passed.label.clone();
                self.passed.truncate(cells);
                self.owed = evaluation.outcome.lost_variables() && cells > 0;
                return Ok(Recovery::Failed { cells, failed });
            }
        }
        self.owed = false;
        Ok(Recovery::Replayed {
            cells: self.passed.len(),
        })
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
        let lost = evidence.evaluations.iter().map(|evaluation| &evaluation.outcome);
        let lost = lost.rev().find(|outcome| outcome.lost_variables()).cloned();
        let recovery = match settled {
            Recovery::Postponed { .. } => settled,
            settled => self.recover(&lost.unwrap_or(Outcome::Done))?.or(settled),
        };
        let verdict = drawn.exercise.judge(&evidence);
        Ok(Attempt {
            verdict,
            evaluation: evidence.evaluations.into_iter().next(),
            recovery,
        })
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
            sound = !evaluation.outcome.lost_variables();
            evidence.evaluations.push(evaluation);
        }
        if let Some(probe) = drawn.exercise.probe().filter(|_| sound) {
            let evaluation = self.engine.eval(&probe.source, self.limit, &mut |_| {})?;
            evidence.probe = document(&evaluation.output.stdout);
            if evaluation.outcome.lost_variables() {
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
