//! `executer`: a lesson's demo cells, in order, on a fresh simulator.

use super::{Command, Context, Exit, flag, frozen_flag, operand, option, text};
use crate::failure::Failure;
use crate::keyboard;
use crate::live;
use crate::render::{self, Ink};
use crate::script;
use crate::workshop::{self, Workshop};
use clap::ArgMatches;
use serde_json::{Value, json};
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
            .arg(frozen_flag())
    },
    run,
};

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
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
    let mut workshop = Workshop::open(context)?;
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
        let run = run_cell(context, &mut workshop, cell)?;
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
    if context.screen.is_json() {
        context
            .screen
            .document(&json!({"lesson": lesson.id, "cells": report, "scripts": scripts}));
    }
    Ok(if all { Exit::Done } else { Exit::NotYet })
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
