//! A lesson as an assignment of nbgrader: prose and demo cells locked, for each exercise a cell for the answer and one of
//! tests.

use super::answer;
use super::metadata::{Role, mark};
use crate::jupyter::export::{ExportError, SHARED_SEED, document, statement_cell};
use crate::jupyter::nbformat::{Cell, KernelSpec};
use std::collections::BTreeMap;
use workbook::exercise::Drawn;
use workbook::lesson::{ExerciseSpec, Lesson};

/// A lesson's notebook, as the teacher has it.
#[derive(Debug)]
pub struct Assignment {
    /// The lesson's id, which is the assignment's name too.
    pub lesson: String,
    /// The notebook, JSON.
    pub text: String,
    /// The exercises that are graded, and their points.
    pub points: Vec<(String, f64)>,
    /// The exercises that are not.
    pub left_out: Vec<LeftOut>,
}

/// An exercise that no notebook can grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id.
    pub exercise: String,
    /// Why, in French.
    pub why: &'static str,
}

/// Makes the assignment of a lesson. Same lesson, same bytes.
///
/// # Errors
/// When its cells cannot have ids of their own.
pub fn assignment(lesson: &Lesson) -> Result<Assignment, ExportError> {
    let (mut points, mut left_out) = (Vec::new(), Vec::new());
    let mut roles = BTreeMap::new();
    let mut exercise = |spec: &ExerciseSpec, drawn: &Drawn| {
        let Some(cells) = graded(lesson, drawn) else {
            left_out.push(LeftOut {
                exercise: spec.id.clone(),
                why: "sa réponse ne peut se fabriquer que dans le simulateur de l’élève",
            });
            return Vec::new();
        };
        points.push((spec.id.clone(), drawn.max_score));
        roles.insert(answer_id(&spec.id), Role::Answer);
        roles.insert(spec.id.clone(), Role::Tests(drawn.max_score));
        cells.into()
    };
    let mut document = document(lesson, KernelSpec::CAHIER, SHARED_SEED, &mut exercise)?;
    for cell in document.cells_mut() {
        let role = roles.get(cell.id()).copied().unwrap_or(Role::ReadOnly);
        mark(cell, role);
    }
    Ok(Assignment {
        lesson: lesson.id.clone(),
        text: document.to_json()?,
        points,
        left_out,
    })
}

fn answer_id(exercise: &str) -> String {
    format!("{exercise}-reponse")
}

/// What is asked, where to answer, and what gives the points.
fn graded(lesson: &Lesson, drawn: &Drawn) -> Option<[Cell; 3]> {
    Some([
        statement_cell(lesson, drawn),
        Cell::code(answer_id(&drawn.id), &answer::cell(drawn)?, None),
        Cell::code(drawn.id.clone(), &tests(drawn), None),
    ])
}

/// The cell of tests. In a block of its own, these names are the crate's, whatever a student calls so; the points are those
/// of the verdict that this very cell asked for. (A line that begins with a colon is a command.)
fn tests(drawn: &Drawn) -> String {
    let (id, variable) = (&drawn.id, answer::variable(&drawn.id));
    let hidden = hidden(drawn);
    format!(
        "// Le verdict et les points de «\u{a0}{id}\u{a0}». Cette cellule est verrouillée\u{a0}: réponds dans celle du dessus.\n\
         {{\n    use ::prelude::{{points, verifier_graine}};\n    \
         verifier_graine(\"{id}\", {SHARED_SEED}, &{variable});\n{hidden}    points(\"{id}\")\n}}"
    )
}

/// The checks that a student does not see. `verifier_graine` evaluates them, with the lessons of whoever grades, in the
/// session of the answer; here they stand for the teacher to read, and nbgrader takes them out of what it hands out.
fn hidden(drawn: &Drawn) -> String {
    let checks = drawn.exercise.checks().iter().filter(|check| check.hidden);
    let lines: Vec<String> = checks
        .flat_map(|check| check.source.trim_end().lines())
        .map(|line| format!("    //     {line}\n"))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "    // BEGIN HIDDEN TESTS\n    // «\u{a0}verifier_graine\u{a0}» exécute aussi ces vérifications cachées\u{a0}:\n{}    // END HIDDEN TESTS\n",
        lines.concat()
    )
}
