//! `classe collecter`: what learners handed in, taken into the course.

use super::{Below, course, course_option};
use crate::class::alike::{Alike, alike};
use crate::class::assignment::Assignment;
use crate::class::collect::{Collected, Desk, Taken};
use crate::class::submission::Fate;
use crate::cli::{Context, Exit, each, operand, text};
use crate::failure::Failure;
use clap::ArgMatches;
use serde_json::{Value, json};
use std::path::Path;
use workbook::french::counted;

pub(super) const COLLECT: Below = Below {
    name: "collecter",
    alias: "collect",
    about: "ramasse ce que les élèves ont rendu\u{a0}: dossiers ou archives ZIP",
    args: |command| {
        command
            .arg(operand("DOSSIER", "le dossier de ce qu’ils ont rendu"))
            .arg(course_option())
    },
    run: collect,
};

/// How many missing learners are named.
const NAMED: usize = 12;

fn collect(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let course = course(matches)?;
    let roster = course.roster()?;
    let assignments = Assignment::all(&course, None)?;
    let workbook = context.workbook()?;
    let mut desk = Desk::new(&course, workbook, &roster, &assignments);
    let collected = desk.collect(Path::new(text(matches, "DOSSIER")))?;
    let mut same = Vec::new();
    for assignment in &assignments {
        same.extend(alike(&course, workbook, &roster, assignment)?);
    }
    if context.screen.is_json() {
        context.screen.document(&document(&collected, &same));
    }
    tell(context, &collected, &same);
    Ok(if collected.refused.is_empty() {
        Exit::Done
    } else {
        Exit::NotYet
    })
}

fn document(collected: &Collected, same: &[Alike]) -> Value {
    json!({
        "taken": each(&collected.taken, |taken| json!({
            "source": taken.source,
            "learner": taken.learner,
            "assignment": taken.assignment,
            "answered": taken.answered,
            "new": taken.fate == Fate::New,
            "handed_in": workbook::french::moment(taken.handed_in),
            "late": taken.late,
            "remarks": taken.remarks,
        })),
        "refused": each(&collected.refused, |one| json!({"source": one.source, "code": one.code, "why": one.why})),
        "several": each(&collected.several, |one| json!({
            "learner": one.learner,
            "assignment": one.assignment,
            "counts": one.counts,
            "others": one.others,
        })),
        "identical": each(same, |one| json!({
            "assignment": one.assignment,
            "exercise": one.exercise,
            "learners": one.learners,
            "other_values": one.other_values,
        })),
        "missing": collected.missing,
    })
}

fn tell(context: &Context, collected: &Collected, same: &[Alike]) {
    let screen = context.screen;
    let new = collected
        .taken
        .iter()
        .filter(|taken| taken.fate == Fate::New)
        .count();
    screen.say(&format!(
        "{}, dont {}.",
        counted(collected.taken.len(), "remise reconnue", "remises reconnues"),
        counted(new, "nouvelle", "nouvelles")
    ));
    for taken in &collected.taken {
        remark(context, taken);
    }
    if !collected.refused.is_empty() {
        let many = counted(
            collected.refused.len(),
            "remise n’est pas prise",
            "remises ne sont pas prises",
        );
        screen.say(&format!("\n{many}\u{a0}:"));
    }
    for refused in &collected.refused {
        screen.say(&format!("  - {}\u{a0}: {}.", refused.source, refused.why));
    }
    if !collected.several.is_empty() {
        screen.say("\nPlusieurs remises d’un même élève\u{a0}; toutes sont gardées\u{a0}:");
    }
    for several in &collected.several {
        screen.say(&format!(
            "  - {} ({})\u{a0}: {} compte\u{a0}; avant elle, {}.",
            several.learner,
            several.assignment,
            several.counts,
            several.others.join(", ")
        ));
    }
    if !same.is_empty() {
        screen.say("\nRéponses identiques à l’octet près (un fait, rien de plus)\u{a0}:");
    }
    for one in same {
        screen.say(&format!("  - {}", said(one)));
    }
    screen.say("");
    for (assignment, missing) in &collected.missing {
        missing_ones(context, assignment, missing);
    }
    screen.say("La suite\u{a0}: «\u{a0}cahier classe noter\u{a0}».");
}

fn remark(context: &Context, taken: &Taken) {
    let mut remarks = taken.remarks.clone();
    if taken.late {
        remarks.push(format!(
            "rendu après l’échéance, le {} UTC",
            workbook::french::moment(taken.handed_in)
        ));
    }
    for words in remarks {
        context.screen.say(&format!(
            "  - {} ({})\u{a0}: {words}.",
            taken.learner, taken.source
        ));
    }
}

/// A fact on identical answers, as it is told.
pub(super) fn said(one: &Alike) -> String {
    let values = if one.other_values {
        ", qui n’ont pas les mêmes valeurs"
    } else {
        ""
    };
    format!(
        "{} ({})\u{a0}: {}{values}.",
        one.exercise,
        one.assignment,
        one.learners.join(", ")
    )
}

fn missing_ones(context: &Context, assignment: &str, missing: &[String]) {
    if missing.is_empty() {
        context.screen.say(&format!(
            "«\u{a0}{assignment}\u{a0}»\u{a0}: tout le monde a rendu."
        ));
        return;
    }
    let mut named: Vec<&str> = missing.iter().take(NAMED).map(String::as_str).collect();
    if missing.len() > NAMED {
        named.push("…");
    }
    context.screen.say(&format!(
        "«\u{a0}{assignment}\u{a0}»\u{a0}: {} ({}).",
        counted(missing.len(), "élève n’a rien rendu", "élèves n’ont rien rendu"),
        named.join(", ")
    ));
}
