//! `executer`: a lesson's demo cells, in order, on a fresh simulator.

use super::{Choice, Command, Context, Exit, flag, frozen_flag, operand, option, propose_cleaning, text};
use crate::aws::cells::{Reason, unsuited};
use crate::aws::clean::Removal;
use crate::failure::Failure;
use crate::keyboard;
use crate::live;
use crate::render::{self, Ink};
use crate::script;
use crate::workshop::{self, Workshop};
use clap::ArgMatches;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workbook::cell::Cell;
use workbook::engine::Outcome;
use workbook::lesson::Block;
use workbook::progress::EventKind;
use workbook::script::Script;
use workbook::session::CellRun;

/// `cahier executer`.
pub(super) const RUN: Command = Command {
    name: "executer",
    alias: "run",
    about: "exécute les cellules d’une leçon, dans l’ordre",
    examples: &[
        "cahier executer dynamodb",
        "cahier executer url-presignee --cellule signer --json",
    ],
    args: |command| {
        command
            .arg(operand("LECON", "l’identifiant de la leçon"))
            .arg(option("cellule", "ID", "s’arrête après cette cellule"))
            .arg(flag(
                "scripts",
                "lance aussi, à leur place, les scripts bash et Python dont les outils sont là",
            ))
            .arg(flag(
                "nettoyer",
                "avec --aws\u{a0}: supprime à la fin tout ce que la leçon a créé",
            ))
            .arg(frozen_flag())
    },
    run,
};

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    render::picture::check()?;
    let lesson = context.lesson(text(matches, "LECON"))?;
    let cells: Vec<&Cell> = lesson.cells().collect();
    let count = match matches.get_one::<String>("cellule") {
        None => cells.len(),
        Some(last) => {
            1 + cells
                .iter()
                .position(|cell| cell.id == *last)
                .ok_or_else(|| Failure::UnknownCell {
                    lesson: lesson.id.clone(),
                    id: last.clone(),
                    near: crate::failure::nearest(last, cells.iter().map(|cell| cell.id.as_str()))
                        .map(str::to_owned),
                })?
        }
    };
    refuse_untracked(context, matches)?;
    let mut workshop = Workshop::for_cells(context, Some((&lesson.id, &cells[..count])))?;
    let unsuited = if workshop.run.is_some() {
        unsuited(cells.iter().copied())
    } else {
        BTreeMap::new()
    };
    let (mut report, mut scripts) = (Vec::new(), Vec::new());
    let mut all = true;
    let folder = script::Folder::default();
    let mut left = count;
    for block in lesson.blocks() {
        if left == 0 && matches.contains_id("cellule") {
            break;
        }
        let cell = match block {
            Block::Cell(cell) => cell,
            Block::Script(one) if matches.get_flag("scripts") => {
                let outcome = run_script(context, &workshop, one, &folder);
                all &= outcome.ok() || matches!(outcome, script::Outcome::Missing(_));
                scripts.push(script_line(one, &outcome));
                continue;
            }
            _ => continue,
        };
        left -= 1;
        if let Some(reason) = unsuited.get(&cell.id) {
            report.push(left_out(context, cell, reason));
            continue;
        }
        let run = match run_cell(context, &mut workshop, cell) {
            Ok(run) => run,
            Err(failure) => {
                // What stopped the cells is no reason to keep what they made.
                if let Err(second) = propose_cleaning(context, &workshop, matches.get_flag("nettoyer")) {
                    context.screen.warn(&second.to_string());
                }
                return Err(failure);
            }
        };
        all &= run.ok();
        report.push(line(cell, &run));
        context.note(&EventKind::CellRun {
            cell: cell.id.clone(),
            ok: run.ok(),
        });
        if run.evaluation.outcome == Outcome::Interrupted {
            break;
        }
    }
    let cleaned = propose_cleaning(context, &workshop, matches.get_flag("nettoyer"))?;
    all &= cleaned.iter().flatten().all(Removal::ok);
    if context.screen.is_json() {
        let mut document = json!({"lesson": lesson.id, "cells": report, "scripts": scripts});
        if let Some(run) = &workshop.run {
            document["run"] = json!(run.id);
            document["removed"] = json!(cleaned);
        }
        context.screen.document(&document);
    }
    Ok(if all { Exit::Done } else { Exit::NotYet })
}

/// What scripts create is in no ledger, and the simulator has nothing to clean.
fn refuse_untracked(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let real = matches!(context.choice, Choice::Aws { .. });
    if real && matches.get_flag("scripts") {
        return Err(Failure::Usage {
            message: "--scripts ne va pas avec --aws".to_owned(),
            hint: "Cahier ne saurait pas supprimer ce que les scripts créent\u{a0}: lance-les toi-même."
                .to_owned(),
        });
    }
    if !real && matches.get_flag("nettoyer") {
        return Err(Failure::Usage {
            message: "--nettoyer ne sert qu’avec --aws".to_owned(),
            hint: "le simulateur oublie tout de lui-même.".to_owned(),
        });
    }
    Ok(())
}

/// Says why a cell does not run on a real account.
fn left_out(context: &Context, cell: &Cell, reason: &Reason) -> Value {
    let screen = context.screen;
    screen.say(&screen.paint(Ink::Heading, &format!("── {} ──", cell.id)));
    let words = format!("Pas sur un vrai compte\u{a0}: {reason}.");
    screen.say(&screen.paint(Ink::Warn, &words));
    json!({"id": cell.id, "status": "skipped", "stdout": "", "error": words, "ms": 0})
}

/// Runs one script, and shows what it wrote.
fn run_script(
    context: &Context,
    workshop: &Workshop,
    one: &Script,
    folder: &script::Folder,
) -> script::Outcome {
    let screen = context.screen;
    screen.say(&screen.paint(Ink::Heading, &format!("── {} ──", one.id)));
    let outcome = script::run(one, &workshop.backend, folder);
    live::script(screen, &outcome);
    outcome
}

fn script_line(one: &Script, outcome: &script::Outcome) -> Value {
    let status = match outcome {
        script::Outcome::Missing(_) => "skipped",
        _ if outcome.ok() => "ok",
        _ => "failed",
    };
    let (stdout, stderr) = match outcome {
        script::Outcome::Ran { ran, .. } => (ran.stdout.as_str(), ran.stderr.trim()),
        _ => ("", ""),
    };
    let error = [outcome.words().as_str(), stderr].join("\n").trim().to_owned();
    json!({
        "id": one.id,
        "language": one.language.name(),
        "status": status,
        "stdout": stdout,
        "error": Some(error).filter(|error| !error.is_empty()),
    })
}

/// Runs one cell with its output live, and says how it ended.
fn run_cell(context: &Context, workshop: &mut Workshop, cell: &Cell) -> Result<CellRun, Failure> {
    let screen = context.screen;
    screen.say(&screen.paint(Ink::Heading, &format!("── {} ──", cell.id)));
    let mut keyboard = keyboard::of_command(screen.is_json());
    let mut show = live::Show::new(screen, &mut *keyboard);
    let cell = &workshop.adapted(cell);
    let run = workshop.session.run_cell(cell, &mut show);
    show.end();
    let run = run.map_err(|error| workshop::failed(&error))?;
    live::conclude(screen, &cell.id, &cell.source, &run);
    Ok(run)
}

fn line(cell: &Cell, run: &CellRun) -> Value {
    let ending = render::output::ending(&cell.source, &run.evaluation, render::Look::plain(100));
    let mismatch = run.mismatch.as_ref().map(ToString::to_string);
    let error = if ending.is_empty() {
        mismatch
    } else {
        Some(ending.trim_end().to_owned())
    };
    json!({
        "id": cell.id,
        "status": if run.ok() { "ok" } else { "failed" },
        "stdout": run.evaluation.output.stdout,
        "error": error,
        "ms": u64::try_from(run.evaluation.elapsed.as_millis()).unwrap_or(u64::MAX),
    })
}
