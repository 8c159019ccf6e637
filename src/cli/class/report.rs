//! `classe rapport`: the results of a class, as a page, a gradebook and xAPI statements.

use super::{Below, assignment_option, course, course_option};
use crate::class::assignment::Assignment;
use crate::class::report::{Identity, Line, Results, gradebook, mean, median, page, statements};
use crate::class::unwritable;
use crate::cli::{Context, Exit, each, flag, option};
use crate::failure::Failure;
use crate::sheet::Form;
use crate::whole;
use clap::ArgMatches;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use workbook::french::counted;

pub(super) const REPORT: Below = Below {
    name: "rapport",
    alias: "report",
    about: "écrit les résultats\u{a0}: une page, un carnet de notes, des énoncés xAPI",
    args: |command| {
        command
            .arg(assignment_option())
            .arg(option(
                "sortie",
                "DOSSIER",
                "où écrire (par défaut, «\u{a0}rapport\u{a0}» dans le cours)",
            ))
            .arg(flag(
                "tableur",
                "un carnet pour un tableur français\u{a0}: des points-virgules, des virgules décimales",
            ))
            .arg(flag("xapi", "écrit aussi des énoncés xAPI 1.0.3, pour un LRS"))
            .arg(flag(
                "courriel",
                "avec --xapi\u{a0}: nomme les élèves par leur courriel",
            ))
            .arg(
                option(
                    "seuil",
                    "POURCENT",
                    "avec --xapi\u{a0}: un devoir est réussi à partir de là (50 par défaut)",
                )
                .default_value("50")
                .value_parser(clap::value_parser!(u8).range(0..=100)),
            )
            .arg(course_option())
    },
    run: report,
};

fn report(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    let course = course(matches)?;
    let roster = course.roster()?;
    let only = matches.get_one::<String>("devoir").map(String::as_str);
    let assignments = Assignment::all(&course, only)?;
    let results = Results::of(&course, context.workbook()?, &roster, &assignments)?;
    let folder = matches
        .get_one::<String>("sortie")
        .map_or_else(|| course.path("rapport"), PathBuf::from);
    fs::create_dir_all(&folder).map_err(unwritable(&folder))?;
    let form = if matches.get_flag("tableur") {
        Form::French
    } else {
        Form::Standard
    };
    let mut files = vec![
        (
            "rapport.html",
            page(&results, OffsetDateTime::now_utc().unix_timestamp()),
        ),
        ("notes.csv", gradebook(&results, form)),
    ];
    if matches.get_flag("xapi") {
        files.push(("xapi.json", xapi(&results, matches)));
    }
    let mut written = Vec::new();
    for (name, text) in files {
        written.push(write(&folder, name, &text)?);
    }
    if context.screen.is_json() {
        context.screen.document(&document(&results, &written));
    }
    tell(context, &results, &written);
    Ok(Exit::Done)
}

fn xapi(results: &Results, matches: &ArgMatches) -> String {
    let identity = if matches.get_flag("courriel") {
        Identity::Mail
    } else {
        Identity::Account
    };
    let threshold = f64::from(matches.get_one::<u8>("seuil").copied().unwrap_or(50)) / 100.0;
    format!("{:#}\n", Value::Array(statements(results, identity, threshold)))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, Failure> {
    let path = folder.join(name);
    whole::write(&path, text).map_err(unwritable(&path))?;
    Ok(path)
}

fn document(results: &Results, written: &[PathBuf]) -> Value {
    json!({
        "files": written,
        "exams": each(&results.exams, |(learner, best)| json!({
            "learner": learner,
            "best": best.iter().map(|(code, best)| (code.clone(), json!({
                "correct": best.correct,
                "total": best.total,
                "exams": best.exams,
                "ended_at": best.ended_at,
                "graded_again": best.graded_again,
            }))).collect::<serde_json::Map<_, _>>(),
        })),
        "assignments": each(&results.assignments, |sheet| {
            let totals: Vec<f64> = sheet.handed_in().map(Line::total).collect();
            json!({
                "assignment": sheet.name,
                "max_score": sheet.max(),
                "learners": sheet.lines.len(),
                "handed_in": totals.len(),
                "mean": mean(&totals),
                "median": median(&totals),
                "open": sheet.lines.iter().map(Line::open).sum::<usize>(),
                "scores": each(&sheet.lines, |line| json!({
                    "learner": line.learner.id,
                    "score": line.total(),
                    "open": line.open(),
                })),
                "exercises": each(sheet.exercises.iter().enumerate(), |(rank, asked)| json!({
                    "id": asked.id,
                    "max_score": asked.max_score,
                    "score": sheet.lines.iter().filter_map(|line| line.points[rank].score).sum::<f64>(),
                    "misconceptions": each(sheet.misconceptions(rank), |(id, count, _)| json!({"id": id, "learners": count})),
                })),
            })
        }),
    })
}

fn tell(context: &Context, results: &Results, written: &[PathBuf]) {
    let screen = context.screen;
    for sheet in &results.assignments {
        let totals: Vec<f64> = sheet.handed_in().map(Line::total).collect();
        let shown = crate::render::verdict::points;
        let average = mean(&totals).map_or_else(String::new, |mean| {
            format!(", moyenne {} sur {}", shown(mean), shown(sheet.max()))
        });
        let open: usize = sheet.lines.iter().map(Line::open).sum();
        let waiting = if open == 0 {
            String::new()
        } else {
            format!(
                " (provisoire\u{a0}: {} en attente)",
                counted(open, "réponse", "réponses")
            )
        };
        screen.say(&format!(
            "«\u{a0}{}\u{a0}»\u{a0}: {} sur {} rendus{average}{waiting}.",
            sheet.name,
            totals.len(),
            sheet.lines.len()
        ));
    }
    for path in written {
        screen.say(&format!("{}\u{a0}: écrit.", path.display()));
    }
}
