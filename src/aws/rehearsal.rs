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
    /// Where the run keeps its ledger.
    _folder: TempDir,
}

impl Stage {
    /// A stage for the run that has this prefix. Whoever needs several rehearsals, or has something to ask first, sets the
    /// stage before: an engine takes seconds to start.
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
            simulator,
            workshop: Workshop::in_run(backend, &run)?,
            run,
            _folder: folder,
        })
    }

    /// Runs these cells of a lesson but those that make no sense on a real account, and cleans up after them. With
    /// `policies`, the learner has these rights and no other.
    ///
    /// # Errors
    /// When a cell cannot run, or a policy is malformed.
    pub fn rehearse(mut self, cells: &[&Cell], policies: Option<&[String]>) -> Result<Rehearsal, Failure> {
        let principal = self.simulator.administrator();
        if let Some(policies) = policies {
            self.simulator
                .limit_administrator(policies)
                .map_err(|place| Failure::Simulator(format!("la politique {place} est mal formée")))?;
        }
        let unsuited = cells::unsuited(cells.iter().copied());
        let mut ran = Vec::new();
        for cell in cells.iter().filter(|cell| !unsuited.contains_key(&cell.id)) {
            let cell = &self.workshop.adapted(cell);
            let outcome = self
                .workshop
                .session
                .run_cell(cell, &mut |_| {})
                .map_err(|error| workshop::failed(&error))?;
            if matches!(outcome.evaluation.outcome, Outcome::Interrupted) {
                return Err(Failure::Interrupted);
            }
            ran.push((cell.id.clone(), wrong(cell, &outcome)));
        }
        let before = Ledger::read(&self.run.ledger)?;
        let removals = clean::clean_in(&mut self.workshop.session, &self.run.ledger, &self.run.id)?;
        Ok(Rehearsal {
            cells: ran,
            left_out: unsuited
                .into_iter()
                .map(|(id, reason)| (id, reason.to_string()))
                .collect(),
            calls: counts(&self.simulator),
            created: before.open,
            dollars: before.spent,
            rights: self.simulator.rights(),
            principal,
            removals,
        })
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
