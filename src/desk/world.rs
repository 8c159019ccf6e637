//! What the desk does with the world: running cells and Rust, moving the clock, the journal, the reset.

use super::duration;
use super::{Desk, lock, patient};
use crate::aws::cells::unsuited;
use crate::cli::NOTHING_REFUSED;
use crate::failure::{Failure, nearest};
use crate::live::{self, Show};
use crate::refusal;
use crate::render::{self, Ink};
use crate::script;
use crate::workshop;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use workbook::cell::Cell;
use workbook::engine::Outcome;
use workbook::french::counted;
use workbook::lesson::Lesson;
use workbook::progress::EventKind;

/// How many calls `:journal` shows.
const LAST_CALLS: usize = 20;

impl Desk<'_> {
    /// Runs the current cell, or the one named, after the cells before it that this start has not run yet.
    pub(super) fn run_cell(&mut self, id: &str) -> Result<(), Failure> {
        let lesson = self.current()?;
        let cells: Vec<&Cell> = lesson.cells().collect();
        if !id.is_empty() {
            self.cell = Some(self.named(lesson, &cells, id)?);
        }
        let Some(last) = self
            .cell
            .as_ref()
            .and_then(|id| cells.iter().position(|cell| cell.id == *id))
        else {
            return Err(Failure::Usage {
                message: "aucune cellule n’est affichée".to_owned(),
                hint: format!(
                    "{} continue la leçon jusqu’à la prochaine cellule.",
                    self.next_key()
                ),
            });
        };
        if !self.may_run(lesson)? {
            return Ok(());
        }
        let before: Vec<&Cell> = cells[..last]
            .iter()
            .filter(|cell| !self.ran.contains(&cell.id))
            .copied()
            .collect();
        if !before.is_empty() {
            let count = counted(before.len(), "cellule d’avant", "cellules d’avant");
            self.tip(&format!("d’abord, {count}, dont celle-ci a besoin."));
        }
        let unsuited = if self.kitchen.backend.simulator().is_none() {
            unsuited(cells.iter().copied())
        } else {
            BTreeMap::new()
        };
        for cell in before.into_iter().chain([cells[last]]) {
            if let Some(reason) = unsuited.get(&cell.id) {
                self.tip(&format!(
                    "«\u{a0}{}\u{a0}», pas sur un vrai compte\u{a0}: {reason}.",
                    cell.id
                ));
            } else if !self.run(cell)? {
                break;
            }
        }
        Ok(())
    }

    /// The cell of that id, if the open lesson has it.
    fn named(&self, lesson: &Lesson, cells: &[&Cell], id: &str) -> Result<String, Failure> {
        if cells.iter().any(|cell| cell.id == id) {
            return Ok(id.to_owned());
        }
        let mut lessons = self.context.workbook()?.lessons().iter();
        let elsewhere = lessons.find(|one| one.cells().any(|cell| cell.id == id));
        let near = nearest(id, cells.iter().map(|cell| cell.id.as_str()));
        Err(Failure::Usage {
            message: format!(
                "la leçon «\u{a0}{}\u{a0}» n’a pas de cellule «\u{a0}{id}\u{a0}»",
                lesson.id
            ),
            hint: match (elsewhere, near) {
                (Some(other), _) => format!(
                    "elle est dans une autre\u{a0}: «\u{a0}:lecon {}\u{a0}» l’ouvre.",
                    other.id
                ),
                (None, Some(near)) => format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}?"),
                (None, None) => "«\u{a0}:executer\u{a0}», seule, exécute la cellule affichée.".to_owned(),
            },
        })
    }

    fn run(&mut self, cell: &Cell) -> Result<bool, Failure> {
        let workshop = self.kitchen.workshop(patient())?;
        let mut keyboard = self.keyboard();
        let mut show = Show::new(self.screen, &mut *keyboard);
        let cell = &lock(&workshop).adapted(cell);
        let run = lock(&workshop).session.run_cell(cell, &mut show);
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

    /// Runs the current script, or the one named, in the world of the cells.
    pub(super) fn run_script(&mut self, id: &str) -> Result<(), Failure> {
        if self.kitchen.backend.simulator().is_none() {
            return Err(Failure::Usage {
                message: "un script ne se lance pas d’ici sur un vrai compte".to_owned(),
                hint: "Cahier ne saurait pas supprimer ce qu’il crée\u{a0}: lance-le toi-même.".to_owned(),
            });
        }
        let lesson = self.current()?;
        let wanted = if id.is_empty() {
            self.script.as_deref()
        } else {
            Some(id)
        };
        let Some(wanted) = wanted else {
            return Err(Failure::Usage {
                message: "aucun script n’est affiché".to_owned(),
                hint: format!("{} continue la leçon jusqu’au prochain script.", self.next_key()),
            });
        };
        let Some(script) = lesson.scripts().find(|script| script.id == wanted) else {
            let near = nearest(wanted, lesson.scripts().map(|script| script.id.as_str()));
            return Err(Failure::Usage {
                message: format!(
                    "la leçon «\u{a0}{}\u{a0}» n’a pas de script «\u{a0}{wanted}\u{a0}»",
                    lesson.id
                ),
                hint: near.map_or_else(
                    || "«\u{a0}:script\u{a0}», seul, lance le script affiché.".to_owned(),
                    |near| format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}?"),
                ),
            });
        };
        self.script = Some(script.id.clone());
        let outcome = script::run(script, &self.kitchen.backend, &self.folder);
        live::script(self.screen, &outcome);
        Ok(())
    }

    /// Evaluates Rust typed at the prompt.
    pub(super) fn eval(&mut self, text: &str) -> Result<(), Failure> {
        let workshop = self.kitchen.workshop(patient());
        let workshop = workshop.map_err(|failure| self.or_meant(text, failure))?;
        self.typed += 1;
        let mut keyboard = self.keyboard();
        let mut show = Show::new(self.screen, &mut *keyboard);
        let run = lock(&workshop).session.eval(text, &mut show);
        show.end();
        let run = run.map_err(|error| workshop::failed(&error))?;
        live::conclude(self.screen, &format!("saisie-{}", self.typed), text, &run);
        let meant = match run.evaluation.outcome {
            Outcome::DoesNotCompile(_) => self.meant(text),
            _ => self.number_meant(text),
        };
        if let Some(meant) = meant {
            self.tip(&meant);
        }
        Ok(())
    }

    /// Has cells know a crate that is not prepared, and evaluates the Rust that may follow: evcxr's own command.
    pub(super) fn depend_on(&mut self, words: &str) -> Result<(), Failure> {
        if words.is_empty() {
            return Err(Failure::Usage {
                message: "le nom de la bibliothèque manque".to_owned(),
                hint: "par exemple «\u{a0}:dep rand = \"0.9\"\u{a0}»\u{a0}; la première fois, il faut le réseau."
                    .to_owned(),
            });
        }
        self.eval(&format!(":dep {words}"))
    }

    pub(super) fn clock(&self, words: &str) -> Result<(), Failure> {
        let Some(simulator) = self.kitchen.backend.simulator() else {
            return Err(Failure::Usage {
                message: "l’heure d’un vrai compte ne s’avance pas".to_owned(),
                hint: "sans --aws, le simulateur a sa propre horloge.".to_owned(),
            });
        };
        if let Some(by) = advance(words)? {
            let before = simulator.now();
            simulator.advance(by);
            if (simulator.now() - before).unsigned_abs() < by {
                self.screen
                    .warn("l’horloge avance de cent ans au plus à la fois, et s’arrête en l’an 9000.");
            }
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
            None => self.screen.markdown(NOTHING_REFUSED),
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

/// By how much the clock is to advance; not at all where only the time is asked for.
fn advance(words: &str) -> Result<Option<Duration>, Failure> {
    let (verb, by) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let message = match verb {
        "" => return Ok(None),
        "avancer" | "advance" => match duration::parse(by) {
            Some(by) => return Ok(Some(by)),
            None => format!("«\u{a0}{}\u{a0}» n’est pas une durée", by.trim()),
        },
        "reculer" => "l’horloge simulée ne recule pas".to_owned(),
        other => format!("«\u{a0}{other}\u{a0}» n’est pas attendu après «\u{a0}:horloge\u{a0}»"),
    };
    Err(Failure::Usage {
        message,
        hint: "par exemple «\u{a0}:horloge avancer 10m\u{a0}», 601s, 1h30 ou 2j.".to_owned(),
    })
}

fn readable(time: time::OffsetDateTime) -> String {
    let format = time::macros::format_description!("[day]/[month]/[year] [hour]:[minute]:[second] UTC");
    time.format(&format).unwrap_or_default()
}
