//! Points that the teacher gives by hand, in `corrections.csv`: they take the place of what was judged.

use super::course::{Course, bounded};
use super::grade::Marks;
use super::table::Table;
use super::{refused, unwritable};
use crate::failure::Failure;
use crate::sheet::{self, Cell, Form};
use crate::whole;
use std::collections::BTreeMap;

/// The columns that the file begins with.
const COLUMNS: [&str; 5] = ["devoir", "id", "exercice", "points", "commentaire"];
/// How many mistakes are shown.
const SHOWN: usize = 20;

/// One line of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Correction {
    /// The points, from 0 to the exercise's own.
    pub(crate) points: f64,
    /// What the teacher wrote beside them.
    pub(crate) comment: String,
}

/// The corrections, by assignment, learner and exercise.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Corrections(BTreeMap<(String, String, String), Correction>);

impl Corrections {
    /// The correction of one answer.
    pub(crate) fn of(&self, assignment: &str, learner: &str, exercise: &str) -> Option<&Correction> {
        let key = (assignment.to_owned(), learner.to_owned(), exercise.to_owned());
        self.0.get(&key)
    }

    /// Those of a course, held against what was graded.
    ///
    /// # Errors
    /// When the file cannot be used: every mistake is told, with its line.
    pub(crate) fn read(course: &Course, marks: &[Marks]) -> Result<Self, Failure> {
        let path = course.path("corrections.csv");
        if !path.exists() {
            return Ok(Self::default());
        }
        Self::from_bytes(&bounded(&path)?, marks).map_err(|faults| {
            let lines: Vec<String> = faults.iter().take(SHOWN).map(|fault| format!("\n  - {fault}")).collect();
            refused(
                "bad_corrections",
                format!("{} ne convient pas\u{a0}:{}", path.display(), lines.concat()),
                "corrige ces lignes\u{a0}: devoir, id de l’élève, exercice, points. Le reste de la note n’est pas touché.",
            )
        })
    }

    fn from_bytes(bytes: &[u8], marks: &[Marks]) -> Result<Self, Vec<String>> {
        let table = Table::read(bytes).map_err(|error| vec![error.to_string()])?;
        let titles: [&[&str]; 5] = [
            &["devoir"],
            &["id", "eleve"],
            &["exercice"],
            &["points"],
            &["commentaire"],
        ];
        let columns = titles.map(|titles| table.column(titles));
        if columns[..4].iter().any(Option::is_none) {
            return Err(vec![format!(
                "la première ligne doit être «\u{a0}{}\u{a0}»",
                COLUMNS.join(",")
            )]);
        }
        let (mut corrections, mut faults) = (Self::default(), Vec::new());
        for row in &table.rows {
            let [assignment, learner, exercise, points, comment] =
                columns.map(|column| row.cell(column).to_owned());
            match points_of(&assignment, &learner, &exercise, &points, marks) {
                Ok(points) => {
                    let key = (assignment, learner, exercise);
                    if corrections
                        .0
                        .insert(key, Correction { points, comment })
                        .is_some()
                    {
                        faults.push(format!(
                            "ligne {}\u{a0}: cette réponse est déjà corrigée plus haut",
                            row.line
                        ));
                    }
                }
                Err(why) => faults.push(format!("ligne {}\u{a0}: {why}", row.line)),
            }
        }
        if faults.is_empty() {
            Ok(corrections)
        } else {
            Err(faults)
        }
    }
}

fn points_of(
    assignment: &str,
    learner: &str,
    exercise: &str,
    points: &str,
    marks: &[Marks],
) -> Result<f64, String> {
    let marks = marks
        .iter()
        .find(|marks| marks.assignment == assignment)
        .ok_or_else(|| format!("aucun devoir noté ne s’appelle «\u{a0}{assignment}\u{a0}»"))?;
    if !marks.learners.contains_key(learner) {
        return Err(format!("aucun élève n’a l’identifiant «\u{a0}{learner}\u{a0}»"));
    }
    let asked = marks.exercises.iter().find(|asked| asked.id == exercise);
    let most = asked
        .ok_or_else(|| format!("le devoir n’a pas d’exercice «\u{a0}{exercise}\u{a0}»"))?
        .max_score;
    let number = points.replace(',', ".").parse::<f64>().ok();
    number
        .filter(|number| (0.0..=most).contains(number))
        .ok_or_else(|| {
            format!(
                "«\u{a0}{points}\u{a0}» n’est pas un nombre de 0 à {}",
                crate::render::verdict::points(most)
            )
        })
}

/// Writes the file with its titles alone, where there is none.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn lay_out(course: &Course) -> Result<(), Failure> {
    let path = course.path("corrections.csv");
    if path.exists() {
        return Ok(());
    }
    let rows: [Vec<Cell>; 0] = [];
    whole::write(&path, &sheet::written(&COLUMNS, &rows, Form::Own)).map_err(unwritable(&path))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::class::grade::Graded;

    fn marks() -> Vec<Marks> {
        let mut marks = Marks::new("iam");
        marks.exercises.push(Graded {
            id: "e".into(),
            title: "E".into(),
            lesson: "iam".into(),
            max_score: 2.0,
        });
        marks.learners.insert("ada".into(), BTreeMap::new());
        vec![marks]
    }

    #[test]
    fn points_are_read_as_a_french_spreadsheet_writes_them() {
        let text = "\u{feff}devoir;id;exercice;points;commentaire\r\niam;ada;e;1,5;bonne idée\r\n";
        let corrections = Corrections::from_bytes(text.as_bytes(), &marks()).unwrap();
        let one = corrections.of("iam", "ada", "e").unwrap();
        assert!((one.points - 1.5).abs() < 1e-9);
        assert_eq!(one.comment, "bonne idée");
        assert_eq!(corrections.of("iam", "bob", "e"), None);
    }

    #[test]
    fn every_line_that_means_nothing_is_named() {
        let text = "devoir,id,exercice,points\nx,ada,e,1\niam,bob,e,1\niam,ada,f,1\niam,ada,e,3\niam,ada,e,\niam,ada,e,1\niam,ada,e,2\n";
        let faults = Corrections::from_bytes(text.as_bytes(), &marks()).unwrap_err();
        let lines: Vec<&str> = faults
            .iter()
            .map(|fault| fault.split('\u{a0}').next().unwrap())
            .collect();
        assert_eq!(
            lines,
            ["ligne 2", "ligne 3", "ligne 4", "ligne 5", "ligne 6", "ligne 8"],
            "{faults:?}"
        );
        assert!(Corrections::from_bytes(b"id,points\n", &marks()).is_err());
    }
}
