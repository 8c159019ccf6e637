//! What the desk does with the world: running cells and Rust, moving the clock, the journal, the reset.

use super::desk::{Desk, lock, patient};
use super::duration;
use crate::cli::NOTHING_REFUSED;
use crate::failure::Failure;
use crate::live::{self, Show};
use crate::refusal;
use crate::render::{self, Ink};
use crate::workshop;
use std::sync::Arc;
use workbook::cell::Cell;
use workbook::progress::EventKind;

/// How many calls `:journal` shows.
const LAST_CALLS: usize = 20;

impl Desk<'_> {
    /// Runs the current cell, after the cells before it that this start has not run yet.
    pub(super) fn run_cell(&mut self) -> Result<(), Failure> {
        let lesson = self.current()?;
        let cells: Vec<&Cell> = lesson.cells().collect();
        let Some(last) = self
            .cell
            .as_ref()
            .and_then(|id| cells.iter().position(|cell| cell.id == *id))
        else {
            return Err(Failure::Usage {
                message: "aucune cellule n’est affichée".to_owned(),
                hint: "Entrée continue la leçon jusqu’à la prochaine cellule.".to_owned(),
            });
        };
        let before: Vec<&Cell> = cells[..last]
            .iter()
            .filter(|cell| !self.ran.contains(&cell.id))
            .copied()
            .collect();
        if !before.is_empty() {
            self.tip(&format!("{} cellule(s) d’avant d’abord.", before.len()));
        }
        for cell in before.into_iter().chain([cells[last]]) {
            if !self.run(cell)? {
                break;
            }
        }
        Ok(())
    }

    fn run(&mut self, cell: &Cell) -> Result<bool, Failure> {
        let workshop = self.kitchen.workshop(patient())?;
        let mut show = Show::new(self.screen);
        let run = lock(&workshop)
            .session
            .run_cell(cell, &mut |chunk| show.take(&chunk));
        show.end();
        let run = run.map_err(|error| workshop::failed(&error))?;
        live::conclude(self.screen, &cell.id, &cell.source, &run);
        self.context.record(&EventKind::CellRun {
            cell: cell.id.clone(),
            ok: run.ok(),
        })?;
        if run.ok() {
            self.ran.insert(cell.id.clone());
        }
        Ok(run.ok())
    }

    /// Evaluates Rust typed at the prompt.
    pub(super) fn eval(&mut self, text: &str) -> Result<(), Failure> {
        let workshop = self.kitchen.workshop(patient())?;
        self.typed += 1;
        let mut show = Show::new(self.screen);
        let run = lock(&workshop).session.eval(text, &mut |chunk| show.take(&chunk));
        show.end();
        let run = run.map_err(|error| workshop::failed(&error))?;
        live::conclude(self.screen, &format!("saisie-{}", self.typed), text, &run);
        Ok(())
    }

    pub(super) fn clock(&self, words: &str) -> Result<(), Failure> {
        let Some(simulator) = self.kitchen.backend.simulator() else {
            return Err(Failure::Usage {
                message: "l’heure d’un vrai compte ne s’avance pas".to_owned(),
                hint: "sans --aws, le simulateur a sa propre horloge.".to_owned(),
            });
        };
        let by = words
            .strip_prefix("avancer")
            .or_else(|| words.strip_prefix("advance"));
        match by.map(|by| duration::parse(by).ok_or(by)) {
            Some(Ok(by)) => simulator.advance(by),
            Some(Err(by)) => {
                return Err(Failure::Usage {
                    message: format!("«\u{a0}{}\u{a0}» n’est pas une durée", by.trim()),
                    hint: "par exemple «\u{a0}:horloge avancer 10m\u{a0}», 601s, 1h30 ou 2j.".to_owned(),
                });
            }
            None => {}
        }
        self.screen
            .say(&format!("Heure simulée\u{a0}: {}", readable(simulator.now())));
        Ok(())
    }

    pub(super) fn why(&self) {
        let Some(simulator) = self.kitchen.backend.simulator() else {
            self.screen
                .say("Sur un vrai compte, seul AWS sait pourquoi\u{a0}: lis le message de l’erreur.");
            return;
        };
        match refusal::last(simulator) {
            Some(call) => self.screen.markdown(&refusal::explain(&call)),
            None => self.screen.say(NOTHING_REFUSED),
        }
    }

    /// The last calls.
    pub(super) fn journal(&self) {
        let Some(simulator) = self.kitchen.backend.simulator() else {
            self.screen
                .say("Sur un vrai compte, le journal est celui de CloudTrail.");
            return;
        };
        let calls = simulator.journal();
        if calls.is_empty() {
            self.screen.say("Aucun appel pour l’instant.");
        }
        for call in calls.iter().skip(calls.len().saturating_sub(LAST_CALLS)) {
            let ink = if call.error.is_some() {
                Ink::Warn
            } else {
                Ink::Plain
            };
            let error = call.error.as_deref().unwrap_or_default();
            let units = call
                .consumed_capacity
                .map(|units| format!(" ({} unité(s))", render::verdict::points(units)));
            let line = format!(
                "{:>4}  {}:{}  {} {error}{}",
                call.id,
                call.service,
                call.operation,
                call.status,
                units.unwrap_or_default()
            );
            self.screen.say(&self.screen.paint(ink, line.trim_end()));
        }
    }

    pub(super) fn reset(&mut self) -> Result<(), Failure> {
        let Some(simulator) = self.kitchen.backend.simulator().map(Arc::clone) else {
            return Err(Failure::Usage {
                message: "un vrai compte ne se vide pas d’ici".to_owned(),
                hint: "supprime toi-même ce que tu as créé.".to_owned(),
            });
        };
        simulator.reset();
        self.ran.clear();
        if let Some(workshop) = self.kitchen.at_once() {
            lock(&workshop)
                .session
                .reset()
                .map_err(|error| workshop::failed(&error))?;
        }
        self.screen
            .say("Compte simulé vidé, variables oubliées, horloge remise à l’heure.");
        Ok(())
    }
}

fn readable(time: time::OffsetDateTime) -> String {
    let format = time::macros::format_description!("[day]/[month]/[year] [hour]:[minute]:[second] UTC");
    time.format(&format).unwrap_or_default()
}
