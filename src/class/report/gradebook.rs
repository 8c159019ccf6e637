//! The gradebook: a line for each learner, a column for each exercise, for any spreadsheet or for a French one.

use super::{Line, Results, Sheet};
use crate::sheet::{self, Cell, Form};
use workbook::french::moment;

/// The gradebook as CSV.
pub(crate) fn gradebook(results: &Results, form: Form) -> String {
    let mut titles: Vec<String> = ["id", "nom", "prenom", "groupe"].map(str::to_owned).into();
    for sheet in &results.assignments {
        titles.extend(sheet.exercises.iter().map(|asked| asked.id.clone()));
        titles.extend(
            ["total", "sur", "en_attente", "rendu_le", "retard"]
                .map(|title| format!("{}:{title}", sheet.name)),
        );
    }
    for code in results.certifications() {
        titles
            .extend(["juste", "sur", "passes", "le", "renote"].map(|title| format!("examen-{code}:{title}")));
    }
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let learners = results.assignments.first().map_or(0, |sheet| sheet.lines.len());
    let rows: Vec<Vec<Cell>> = (0..learners).map(|rank| row(results, rank)).collect();
    sheet::written(&titles, &rows, form)
}

fn row(results: &Results, rank: usize) -> Vec<Cell> {
    let mut row = Vec::new();
    for sheet in &results.assignments {
        // Every assignment has the list's learners, in its order.
        let line = &sheet.lines[rank];
        if row.is_empty() {
            let learner = &line.learner;
            let texts = [&learner.id, &learner.last, &learner.first, &learner.group];
            row.extend(texts.map(|text| Cell::from(text.as_str())));
        }
        row.extend(cells(sheet, line));
    }
    if let Some(sheet) = results.assignments.first() {
        row.extend(exams(results, &sheet.lines[rank].learner.id));
    }
    row
}

/// A learner's best exam of each certification that somebody sat, as they say themself.
fn exams(results: &Results, learner: &str) -> Vec<Cell> {
    let number = |count: usize| Cell::Number(u32::try_from(count).map_or(f64::MAX, f64::from));
    let best = |code: &str| results.exams.get(learner)?.get(code);
    let cells = |code| match best(code) {
        Some(best) => [
            number(best.correct),
            number(best.total),
            number(best.exams),
            Cell::from(moment(best.ended_at).as_str()),
            Cell::from(if best.graded_again { "oui" } else { "non" }),
        ],
        None => [const { Cell::Empty }; 5],
    };
    results.certifications().into_iter().flat_map(cells).collect()
}

fn cells(sheet: &Sheet, line: &Line) -> Vec<Cell> {
    let number = |points: Option<f64>| points.map_or(Cell::Empty, Cell::Number);
    let mut cells: Vec<Cell> = line.points.iter().map(|one| number(one.score)).collect();
    let handed = line.handed.as_ref();
    cells.push(Cell::Number(line.total()));
    cells.push(Cell::Number(sheet.max()));
    cells.push(Cell::Number(
        u32::try_from(line.open()).map_or(f64::MAX, f64::from),
    ));
    cells.push(Cell::from(handed.map(|handed| moment(handed.at)).as_deref()));
    cells.push(Cell::from(
        handed.map(|handed| if handed.late { "oui" } else { "non" }),
    ));
    cells
}
