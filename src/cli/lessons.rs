//! `lecons` and `lire`: what there is to learn, and reading it.

use super::{Command, Context, Exit, each, operand, overview};
use crate::failure::Failure;
use crate::render;
use clap::ArgMatches;
use serde_json::{Value, json};
use workbook::lesson::Lesson;
use workbook::progress::Progress;

/// `cahier lecons`.
pub(super) const LIST: Command = Command {
    name: "lecons",
    alias: "lessons",
    about: "liste les leçons, leurs exercices et ce que tu as déjà réussi",
    examples: &["cahier lecons", "cahier lecons --json"],
    args: |command| command,
    run: list,
};

/// `cahier lire`.
pub(super) const READ: Command = Command {
    name: "lire",
    alias: "read",
    about: "affiche une leçon dans le terminal",
    examples: &["cahier lire dynamodb", "cahier lire iam | less -R"],
    args: |command| command.arg(operand("LECON", "l’identifiant de la leçon")),
    run: read,
};

fn list(context: &mut Context, _: &ArgMatches) -> Result<Exit, Failure> {
    let progress = context.progress()?;
    let workbook = context.workbook()?;
    if context.screen.is_json() {
        context
            .screen
            .document(&each(workbook.lessons(), |lesson| summary(lesson, &progress)));
        return Ok(Exit::Done);
    }
    overview::lessons(context)?;
    Ok(Exit::Done)
}

fn summary(lesson: &Lesson, progress: &Progress) -> Value {
    let exercises = each(lesson.exercises(), |exercise| {
        json!({
            "id": exercise.id,
            "kind": exercise.kind,
            "seeded": exercise.seeded,
            "title": exercise.title,
            "done": progress.exercise(&exercise.id).passed,
        })
    });
    let cells: Vec<&str> = lesson.cells().map(|cell| cell.id.as_str()).collect();
    json!({
        "id": lesson.id,
        "title": lesson.title,
        "summary": lesson.summary,
        "cells": cells.len(),
        "cell_ids": cells,
        "exercises": exercises,
        "done": progress.lesson(lesson).passed,
    })
}

fn read(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    render::picture::check()?;
    let id = super::text(matches, "LECON");
    let seed = context.seed()?;
    let lesson = context.lesson(id)?;
    if context.screen.is_json() {
        let sections: Vec<&str> = lesson
            .sections
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        let plain = render::lesson::page(lesson, seed, render::Look::plain(80));
        context.screen.document(&json!({
            "id": lesson.id, "title": lesson.title, "sections": sections, "text": plain,
        }));
    } else {
        let screen = context.screen;
        let plots = screen.plots_of(lesson.images.len());
        screen.write(&render::lesson::illustrated(lesson, seed, screen.look(), plots));
    }
    Ok(Exit::Done)
}
