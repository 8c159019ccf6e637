//! `classe noter`: judges what was collected, with the teacher's lessons and the course's key.

use super::{Below, assignment_option, course, course_option};
use crate::class::assignment::Assignment;
use crate::class::digest;
use crate::class::grade::{Bench, Outcome, Program, Status};
use crate::cli::{Choice, Context, Exit, each, flag};
use crate::failure::Failure;
use crate::{lessons, workshop};
use clap::ArgMatches;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workbook::french::counted;

pub(super) const GRADE: Below = Below {
    name: "noter",
    alias: "grade",
    about: "juge à nouveau tout ce qui a été rendu, sans croire les machines des élèves",
    args: |command| {
        command
            .arg(assignment_option())
            .arg(flag(
                "executer",
                "exécute aussi le code des élèves (Rust, commandes, archives), avec tes droits",
            ))
            .arg(flag("tout", "juge aussi ce qui l’a déjà été"))
            .arg(course_option())
    },
    run: grade,
};

/// How many open answers are named.
const NAMED: usize = 30;

fn grade(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if let Choice::Aws { .. } = context.choice {
        return Err(Failure::Usage {
            message: "«\u{a0}noter\u{a0}» ne va pas avec --aws".to_owned(),
            hint: "une classe se note dans le simulateur, gratuitement.".to_owned(),
        });
    }
    let course = course(matches)?;
    let roster = course.roster()?;
    let only = matches.get_one::<String>("devoir").map(String::as_str);
    let assignments = Assignment::all(&course, only)?;
    let bench = Bench {
        workbook: context.workbook()?,
        lessons: digests(context)?,
        program: program(context, matches, &assignments)?,
        anew: matches.get_flag("tout"),
        course: &course,
        roster: &roster,
    };
    let mut outcomes = Vec::new();
    let screen = context.screen;
    for assignment in &assignments {
        let told = |done: usize, all: usize| {
            screen.status(&format!("{}\u{a0}: {done}/{all} réponses jugées", assignment.nom));
        };
        let outcome = bench.grade(assignment, &told)?;
        if screen.is_terminal(true) && outcome.judged > 0 {
            screen.erase_status();
        }
        outcomes.push(outcome);
    }
    if screen.is_json() {
        screen.document(&each(&outcomes, document));
    }
    for outcome in &outcomes {
        tell(context, outcome);
    }
    screen.say("La suite\u{a0}: «\u{a0}cahier classe rapport\u{a0}».");
    Ok(Exit::Done)
}

/// A digest of each lesson's file: another text, another judgement.
fn digests(context: &Context) -> Result<BTreeMap<String, String>, Failure> {
    let files = match context.folder() {
        Some(folder) => lessons::from_folder(folder)?,
        None => lessons::embedded()
            .into_iter()
            .map(|(name, text)| (name, text.into_bytes()))
            .collect(),
    };
    Ok(files
        .into_iter()
        .map(|(name, bytes)| (name, digest([bytes.as_slice()])))
        .collect())
}

fn program(
    context: &Context,
    matches: &ArgMatches,
    assignments: &[Assignment],
) -> Result<Option<Program>, Failure> {
    if !matches.get_flag("executer") {
        return Ok(None);
    }
    // Prepared once, before thirty processes each would begin to.
    let mut asked = assignments.iter().flat_map(|assignment| &assignment.exercice);
    let compiles = asked.any(|asked| {
        let drawn = context.exercise_of(&asked.id, Some(0));
        drawn.is_ok_and(|(_, drawn)| drawn.exercise.needs_engine())
    });
    if compiles {
        workshop::prepare_if_missing()?;
    }
    let program = Program::new(context.folder()).map_err(|source| Failure::Unwritable {
        path: std::env::temp_dir(),
        source,
    })?;
    Ok(Some(program))
}

/// How often each status was given.
fn counts(outcome: &Outcome) -> BTreeMap<Status, usize> {
    let mut counts = BTreeMap::new();
    for mark in outcome.marks.learners.values().flat_map(BTreeMap::values) {
        *counts.entry(mark.status).or_insert(0) += 1;
    }
    counts
}

/// The answers whose points are not known yet, with why.
fn open(outcome: &Outcome, status: Status) -> Vec<(&str, &str, &str)> {
    let learners = outcome.marks.learners.iter();
    learners
        .flat_map(|(learner, marks)| {
            marks
                .iter()
                .map(move |(exercise, mark)| (learner, exercise, mark))
        })
        .filter(|(_, _, mark)| mark.status == status)
        .map(|(learner, exercise, mark)| (learner.as_str(), exercise.as_str(), mark.feedback.as_str()))
        .collect()
}

fn document(outcome: &Outcome) -> Value {
    let counts: BTreeMap<String, usize> = counts(outcome)
        .into_iter()
        .filter_map(|(status, count)| Some((json!(status).as_str()?.to_owned(), count)))
        .collect();
    json!({
        "assignment": outcome.marks.assignment,
        "judged": outcome.judged,
        "already_judged": outcome.known,
        "statuses": counts,
        "unverifiable": each(open(outcome, Status::Unverifiable), |(learner, exercise, why)| json!({
            "learner": learner,
            "exercise": exercise,
            "why": why,
        })),
        "pending": each(open(outcome, Status::Pending), |(learner, exercise, _)| json!({
            "learner": learner,
            "exercise": exercise,
        })),
        "statement_changed": outcome.changed,
    })
}

fn tell(context: &Context, outcome: &Outcome) {
    let screen = context.screen;
    screen.say(&format!(
        "«\u{a0}{}\u{a0}»\u{a0}: {}, {}.",
        outcome.marks.assignment,
        counted(outcome.judged, "réponse jugée", "réponses jugées"),
        counted(outcome.known, "l’était déjà", "l’étaient déjà")
    ));
    for (status, count) in counts(outcome) {
        screen.say(&format!("  {count:>6}  {}", status.french()));
    }
    let unverifiable = open(outcome, Status::Unverifiable);
    if !unverifiable.is_empty() {
        screen.say("À toi de juger (corrections.csv)\u{a0}: Cahier n’a pas pu vérifier");
        for (learner, exercise, why) in unverifiable.iter().take(NAMED) {
            screen.say(&format!("  - {learner}, {exercise}\u{a0}: {why}"));
        }
    }
    let pending = open(outcome, Status::Pending).len();
    if pending > 0 {
        screen.say(&format!(
            "{}\u{a0}: programmes, commandes, archives. «\u{a0}cahier classe noter --executer\u{a0}» les exécute, avec tes droits\u{a0}: relis-les d’abord, ou fais-le dans un compte à part.",
            counted(pending, "réponse attend", "réponses attendent")
        ));
    }
    for exercise in &outcome.changed {
        screen.warn(&format!(
            "l’énoncé de «\u{a0}{exercise}\u{a0}» n’est plus celui que des élèves ont reçu\u{a0}: leurs réponses sont jugées sur celui des leçons d’aujourd’hui."
        ));
    }
}
