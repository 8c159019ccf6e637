//! The results of a course: what each learner has for each exercise, once the teacher's corrections are in, and the sums of
//! it that a page, a table and an LRS tell.

mod gradebook;
mod html;
mod plot;
mod xapi;

pub(crate) use gradebook::gradebook;
pub(crate) use html::page;
pub(crate) use xapi::{Identity, statements};

use super::alike::{Alike, alike};
use super::assignment::Assignment;
use super::corrections::{Correction, Corrections};
use super::course::Course;
use super::exams::{self, Best};
use super::grade::{Graded, Mark, Marks, Status};
use super::refused;
use super::roster::{Learner, Roster};
use super::submission::{self, Submission};
use crate::failure::Failure;
use std::collections::{BTreeMap, BTreeSet};
use workbook::Workbook;

/// The results of a course.
pub(crate) struct Results {
    /// The course's title.
    pub(crate) title: String,
    /// The address by which learners are named.
    pub(crate) address: String,
    /// Of each assignment, in the order of names.
    pub(crate) assignments: Vec<Sheet>,
    /// What learners say of their mock exams: by learner, then by certification.
    pub(crate) exams: BTreeMap<String, BTreeMap<String, Best>>,
}

/// The results of one assignment.
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) name: String,
    /// Its exercises.
    pub(crate) exercises: Vec<Graded>,
    /// One line for each learner of the list, in its order.
    pub(crate) lines: Vec<Line>,
    /// Answers that are the same.
    pub(crate) alike: Vec<Alike>,
}

/// What one learner has.
pub(crate) struct Line {
    /// Who.
    pub(crate) learner: Learner,
    /// What counts of what they handed in; `None` where they handed in nothing.
    pub(crate) handed: Option<Handed>,
    /// By exercise, in the assignment's order.
    pub(crate) points: Vec<Points>,
}

/// What counts of what a learner handed in.
pub(crate) struct Handed {
    /// When, seconds since 1970.
    pub(crate) at: i64,
    /// Whether that was after it was due.
    pub(crate) late: bool,
    /// Where it was.
    pub(crate) source: String,
    /// How many other sets of answers are kept.
    pub(crate) others: usize,
}

/// What one answer is worth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Points {
    /// Where it stands, as it was judged.
    pub(crate) status: Status,
    /// Points; `None` where they are not known yet.
    pub(crate) score: Option<f64>,
    /// Whether the teacher gave them.
    pub(crate) by_hand: bool,
    /// The misconception that was recognised.
    pub(crate) misconception: Option<String>,
    /// What was said of it, French Markdown.
    pub(crate) feedback: String,
}

impl Sheet {
    /// The most points there are.
    pub(crate) fn max(&self) -> f64 {
        self.exercises.iter().map(|asked| asked.max_score).sum()
    }

    /// The lines of those who handed in something.
    pub(crate) fn handed_in(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.handed.is_some())
    }

    /// The misconceptions of an exercise, how often each was recognised, and what was said of the first; the most frequent
    /// first.
    pub(crate) fn misconceptions(&self, exercise: usize) -> Vec<(&str, usize, &str)> {
        let mut counts: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for points in self.lines.iter().map(|line| &line.points[exercise]) {
            if let Some(id) = &points.misconception {
                counts.entry(id).or_insert((0, &points.feedback)).0 += 1;
            }
        }
        let mut counts: Vec<_> = counts
            .into_iter()
            .map(|(id, (count, said))| (id, count, said))
            .collect();
        counts.sort_by_key(|(id, count, _)| (usize::MAX - count, *id));
        counts
    }
}

impl Line {
    /// The points so far.
    pub(crate) fn total(&self) -> f64 {
        self.points.iter().filter_map(|one| one.score).sum()
    }

    /// How many answers have no points yet.
    pub(crate) fn open(&self) -> usize {
        self.points.iter().filter(|one| one.score.is_none()).count()
    }
}

impl Results {
    /// The certifications that somebody sat a mock exam of.
    pub(crate) fn certifications(&self) -> BTreeSet<&str> {
        let all = self.exams.values().flat_map(BTreeMap::keys);
        all.map(String::as_str).collect()
    }

    /// The results of these assignments, from what was graded and what the teacher corrected.
    ///
    /// # Errors
    /// When one was not graded yet, or something cannot be read.
    pub(crate) fn of(
        course: &Course,
        workbook: &Workbook,
        roster: &Roster,
        assignments: &[Assignment],
    ) -> Result<Self, Failure> {
        let mut marks = Vec::new();
        for assignment in assignments {
            let read = Marks::read(course, &assignment.nom)?;
            marks.push(read.ok_or_else(|| {
                refused(
                    "not_graded",
                    format!("le devoir «\u{a0}{}\u{a0}» n’est pas encore noté", assignment.nom),
                    "«\u{a0}cahier classe noter\u{a0}» le note\u{a0}; --devoir NOM choisit celui du rapport.",
                )
            })?);
        }
        // A correction may be of an assignment that this report leaves out.
        let corrections = Corrections::read(course, &all_marks(course)?)?;
        let mut sheets = Vec::new();
        for (assignment, marks) in assignments.iter().zip(marks) {
            let mut lines = Vec::new();
            for learner in roster.learners() {
                lines.push(line(course, assignment, &marks, &corrections, learner)?);
            }
            sheets.push(Sheet {
                name: assignment.nom.clone(),
                lines,
                alike: alike(course, workbook, roster, assignment)?,
                exercises: marks.exercises,
            });
        }
        Ok(Self {
            title: course.settings.titre.clone(),
            address: course.settings.adresse.clone(),
            assignments: sheets,
            exams: mock_exams(course, workbook, roster)?,
        })
    }
}

fn mock_exams(
    course: &Course,
    workbook: &Workbook,
    roster: &Roster,
) -> Result<BTreeMap<String, BTreeMap<String, Best>>, Failure> {
    let mut all = BTreeMap::new();
    for learner in roster.learners() {
        let best = exams::best(workbook.bank(), &exams::kept(course, &learner.id)?);
        if !best.is_empty() {
            all.insert(learner.id.clone(), best);
        }
    }
    Ok(all)
}

fn all_marks(course: &Course) -> Result<Vec<Marks>, Failure> {
    let mut all = Vec::new();
    for assignment in Assignment::all(course, None)? {
        all.extend(Marks::read(course, &assignment.nom)?);
    }
    Ok(all)
}

fn line(
    course: &Course,
    assignment: &Assignment,
    marks: &Marks,
    corrections: &Corrections,
    learner: &Learner,
) -> Result<Line, Failure> {
    let mut all = submission::all(course, &assignment.nom, &learner.id)?;
    let counts = all.pop();
    // What came in since is not what these marks are of.
    let is_graded = counts.as_ref().map(Submission::digest).as_ref() == marks.graded.get(&learner.id);
    let handed = counts.map(|counts| Handed {
        at: counts.receipt.handed_in,
        late: assignment.due().is_some_and(|due| counts.receipt.handed_in > due),
        source: counts.receipt.source,
        others: all.len(),
    });
    let points = |asked: &Graded| {
        let mark = marks.of(&learner.id, &asked.id).filter(|_| is_graded);
        let correction = corrections.of(&assignment.nom, &learner.id, &asked.id);
        points(mark, correction, handed.is_some())
    };
    Ok(Line {
        points: marks.exercises.iter().map(points).collect(),
        learner: learner.clone(),
        handed,
    })
}

/// What an answer is worth: what was judged, or else nothing yet where something was handed in; the teacher's word last.
fn points(mark: Option<&Mark>, correction: Option<&Correction>, handed: bool) -> Points {
    let mut points = match mark {
        Some(mark) => Points {
            status: mark.status,
            score: mark.score,
            by_hand: false,
            misconception: mark.misconception.clone(),
            feedback: mark.feedback.clone(),
        },
        None => Points {
            status: if handed { Status::Ungraded } else { Status::Absent },
            score: (!handed).then_some(0.0),
            by_hand: false,
            misconception: None,
            feedback: String::new(),
        },
    };
    if let Some(correction) = correction {
        points.score = Some(correction.points);
        points.by_hand = true;
        if !correction.comment.is_empty() {
            points.feedback.clone_from(&correction.comment);
        }
    }
    points
}

/// The mean of some numbers; `None` of none.
pub(crate) fn mean(numbers: &[f64]) -> Option<f64> {
    let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
    Some(numbers.iter().sum::<f64>() / f64::from(count))
}

/// The median of some numbers; `None` of none.
pub(crate) fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(sorted[middle - 1], upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_of_an_even_number_is_between_the_two_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
        assert_eq!(mean(&[]), None);
    }
}
