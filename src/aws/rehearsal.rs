//! A lesson rehearsed in the simulator as it would run on a real account, cleaning included: what it calls, what it
//! creates, which rights it takes, what it would cost.

use super::cells;
use super::clean::{self, Removal};
use super::run::{CEILING, Ledger, Resource, Run, Whereabouts};
use crate::failure::Failure;
use crate::render;
use crate::workshop::{self, Workshop};
use simulator::{Right, Simulator};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;
use workbook::cell::Cell;
use workbook::engine::Outcome;
use workbook::session::CellRun;

/// What fails where no cell does.
const CLEANING: &str = "ménage";

/// What a rehearsal found.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// The cells that ran, in order, and what was wrong with each, if something was.
    pub cells: Vec<(String, Option<String>)>,
    /// The cells that make no sense on a real account, and why.
    pub left_out: Vec<(String, String)>,
    /// The calls, by service and operation, cleaning included.
    pub calls: BTreeMap<(String, String), usize>,
    /// What the cells created.
    pub created: Vec<Resource>,
    /// What the calls and an hour of the resources cost, in US dollars.
    pub dollars: f64,
    /// What was asked for, by whoever.
    pub rights: Vec<Right>,
    /// Who the learner was.
    pub principal: String,
    /// What became of the resources.
    pub removals: Vec<Removal>,
}

impl Rehearsal {
    /// Whether every cell did as the lesson says, and nothing is left.
    pub fn ok(&self) -> bool {
        self.cells.iter().all(|(_, wrong)| wrong.is_none()) && self.removals.iter().all(Removal::ok)
    }
}

/// Where cells are rehearsed: a simulator of their own, and an engine that warms up as soon as there is one.
pub struct Stage {
    simulator: Arc<Simulator>,
    workshop: Workshop,
    run: Run,
    /// The simulator as it was before anything was rehearsed.
    before: u64,
    /// Where the run keeps its ledger.
    _folder: TempDir,
}

impl Stage {
    /// A stage for the run that has this prefix. Whoever has something to ask first sets the stage before: an engine takes
    /// seconds to start.
    ///
    /// # Errors
    /// When cells cannot run here.
    pub fn set(prefix: &str) -> Result<Self, Failure> {
        let backend = workshop::simulator(false)?;
        let Some(simulator) = backend.simulator().cloned() else {
            return Err(Failure::Simulator("absent".to_owned()));
        };
        let folder = tempfile::tempdir().map_err(|source| Failure::Unwritable {
            path: std::env::temp_dir(),
            source,
        })?;
        let run = Run::in_folder(folder.path(), CEILING).with_prefix(Some(prefix.to_owned()));
        run.begin(&Whereabouts::default())?;
        simulator.watch_rights();
        Ok(Self {
            before: simulator.snapshot(),
            simulator,
            workshop: Workshop::in_run(backend, &run)?,
            run,
            _folder: folder,
        })
    }

    /// Runs these cells of a lesson but those that make no sense on a real account, and cleans up after them.
    ///
    /// # Errors
    /// When a cell cannot run.
    pub fn rehearse(&mut self, cells: &[&Cell]) -> Result<Rehearsal, Failure> {
        let unsuited = cells::unsuited(cells.iter().copied());
        let mut ran = Vec::new();
        for cell in cells.iter().filter(|cell| !unsuited.contains_key(&cell.id)) {
            ran.push((cell.id.clone(), self.run(cell)?));
        }
        let before = Ledger::read(&self.run.ledger)?;
        Ok(Rehearsal {
            cells: ran,
            left_out: unsuited
                .into_iter()
                .map(|(id, reason)| (id, reason.to_string()))
                .collect(),
            created: before.open,
            dollars: before.spent,
            removals: self.clean()?,
            calls: counts(&self.simulator),
            rights: self.simulator.rights(),
            principal: self.simulator.administrator(),
        })
    }

    /// What goes wrong first, as [`Self::rehearse`] would tell at length: one of these cells, by its id, or the cleaning. `None`
    /// where all goes well.
    ///
    /// # Errors
    /// When a cell cannot run.
    pub fn first_failure(&mut self, cells: &[&Cell]) -> Result<Option<String>, Failure> {
        let unsuited = cells::unsuited(cells.iter().copied());
        for cell in cells.iter().filter(|cell| !unsuited.contains_key(&cell.id)) {
            if self.run(cell)?.is_some() {
                return Ok(Some(cell.id.clone()));
            }
        }
        let left = !self.clean()?.iter().all(Removal::ok);
        Ok(left.then(|| CLEANING.to_owned()))
    }

    /// Empties the stage for another rehearsal, in which the learner has the rights of `policies` and no other.
    ///
    /// # Errors
    /// When a policy is malformed, or cells cannot run any more.
    pub fn clear(&mut self, policies: &[String]) -> Result<(), Failure> {
        self.simulator.restore(self.before);
        // The number of a snapshot is good for some time only.
        self.before = self.simulator.snapshot();
        self.simulator
            .limit_administrator(policies)
            .map_err(|place| Failure::Simulator(format!("la politique {place} est mal formée")))?;
        let session = &mut self.workshop.session;
        session.reset().map_err(|error| workshop::failed(&error))?;
        self.run.forget()?;
        self.run.begin(&Whereabouts::default())
    }

    /// Runs a cell; what was wrong with it.
    fn run(&mut self, cell: &Cell) -> Result<Option<String>, Failure> {
        let cell = &self.workshop.adapted(cell);
        let session = &mut self.workshop.session;
        let run = session
            .run_cell(cell, &mut |_| {})
            .map_err(|error| workshop::failed(&error))?;
        if matches!(run.evaluation.outcome, Outcome::Interrupted) {
            return Err(Failure::Interrupted);
        }
        Ok(wrong(cell, &run))
    }

    fn clean(&mut self) -> Result<Vec<Removal>, Failure> {
        clean::clean_in(&mut self.workshop.session, &self.run.ledger, &self.run.id)
    }
}

/// How often each operation of each service was called.
fn counts(simulator: &Simulator) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for call in simulator.journal() {
        *counts.entry((call.service, call.operation)).or_default() += 1;
    }
    counts
}

/// What was wrong with a cell.
fn wrong(cell: &Cell, run: &CellRun) -> Option<String> {
    if run.ok() {
        return None;
    }
    let told = run.mismatch.as_ref().map(ToString::to_string);
    told.or_else(|| {
        let ending = render::output::ending(&cell.source, &run.evaluation, render::Look::plain(100));
        Some(ending.trim().to_owned())
    })
}
