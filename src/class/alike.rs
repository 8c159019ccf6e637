//! Answers of several learners that are the same to the byte: a fact for the teacher, who alone can tell what it means.

use super::assignment::Assignment;
use super::course::Course;
use super::roster::Roster;
use super::{handout, submission};
use crate::failure::Failure;
use crate::watch::files;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use workbook::Workbook;

/// An answer shorter than this, in characters, is the same by chance, where the same was asked.
const SHORT: usize = 40;

/// Learners whose answers to one exercise are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alike {
    /// The assignment.
    pub(crate) assignment: String,
    /// The exercise.
    pub(crate) exercise: String,
    /// The learners, in the list's order.
    pub(crate) learners: Vec<String>,
    /// Whether they were not asked the same: other values, or another order of options.
    pub(crate) other_values: bool,
}

/// Who handed in what.
#[derive(Default)]
struct Group {
    learners: Vec<String>,
    faces: BTreeSet<String>,
    length: usize,
}

/// All answers of an assignment that are the same, in its order of exercises.
///
/// # Errors
/// When what was collected cannot be read.
pub(crate) fn alike(
    course: &Course,
    workbook: &Workbook,
    roster: &Roster,
    assignment: &Assignment,
) -> Result<Vec<Alike>, Failure> {
    let mut groups: BTreeMap<(usize, Vec<u8>), Group> = BTreeMap::new();
    for learner in roster.learners() {
        let Some(submission) = submission::all(course, &assignment.nom, &learner.id)?.pop() else {
            continue;
        };
        let drawn = handout::drawn(workbook, assignment, course.seed(&learner.id))?;
        for (rank, (file, exercise)) in drawn.iter().enumerate() {
            let Some((_, bytes)) = submission.answer(&exercise.id)? else {
                continue;
            };
            let Ok(Some(answer)) = files::answer(&bytes, Path::new(file), exercise) else {
                continue;
            };
            let length = match &answer {
                workbook::evidence::Answer::Archive(bytes) => bytes.len(),
                text => text.text().chars().count(),
            };
            let group = groups.entry((rank, bytes)).or_default();
            group.learners.push(learner.id.clone());
            group.faces.insert(handout::face(exercise));
            group.length = length;
        }
    }
    // A file's head shows what its learner was asked: the same file under other values is no chance, be its answer short.
    let told = groups.into_iter().filter(|((_, bytes), group)| {
        let length = if group.faces.len() > 1 {
            bytes.len()
        } else {
            group.length
        };
        group.learners.len() > 1 && length >= SHORT
    });
    Ok(told
        .map(|((rank, _), group)| Alike {
            assignment: assignment.nom.clone(),
            exercise: assignment.exercice[rank].id.clone(),
            other_values: group.faces.len() > 1,
            learners: group.learners,
        })
        .collect())
}
