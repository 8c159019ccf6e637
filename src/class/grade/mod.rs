//! Judges what was collected once more: with the teacher's lessons, and the seed that the course's key gives. Nothing that a
//! learner's machine said counts.

mod execute;
mod marks;

pub(crate) use execute::Program;
pub(crate) use marks::{Graded, Mark, Marks, Status};

use super::assignment::Assignment;
use super::course::Course;
use super::roster::Roster;
use super::submission::{self, Submission};
use super::{digest, handout};
use crate::attempt;
use crate::failure::Failure;
use crate::place::Place;
use crate::watch::files;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;
use workbook::Workbook;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;

/// How many native answers are judged between two times that the marks are kept.
const KEPT_EVERY: usize = 500;

/// What grading needs to know.
pub(crate) struct Bench<'a> {
    /// The course.
    pub(crate) course: &'a Course,
    /// The teacher's lessons.
    pub(crate) workbook: &'a Workbook,
    /// A digest of each lesson's file, by its name.
    pub(crate) lessons: BTreeMap<String, String>,
    /// The learners.
    pub(crate) roster: &'a Roster,
    /// What runs answers that are code; `None` where nobody asked for that.
    pub(crate) program: Option<Program>,
    /// Whether everything is judged anew.
    pub(crate) anew: bool,
}

/// What came of grading an assignment.
pub(crate) struct Outcome {
    /// The marks.
    pub(crate) marks: Marks,
    /// How many answers were judged now.
    pub(crate) judged: usize,
    /// How many had been judged before.
    pub(crate) known: usize,
    /// Exercises that some learners were shown otherwise than the lessons have them now.
    pub(crate) changed: BTreeSet<String>,
}

/// One answer to judge.
struct Task {
    learner: String,
    drawn: Drawn,
    answer: Answer,
    path: PathBuf,
    key: String,
}

impl Bench<'_> {
    /// Grades an assignment; `tell` hears how many answers are judged, of how many. What is judged is kept on the way.
    ///
    /// # Errors
    /// When what was collected cannot be read, or marks not be kept.
    pub(crate) fn grade(
        &self,
        assignment: &Assignment,
        tell: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Outcome, Failure> {
        let before = Marks::read(self.course, &assignment.nom)?.filter(|_| !self.anew);
        let mut outcome = Outcome {
            marks: Marks::new(&assignment.nom),
            judged: 0,
            known: 0,
            changed: BTreeSet::new(),
        };
        outcome.marks.exercises = self.exercises(assignment)?;
        let mut tasks = Vec::new();
        for learner in self.roster.learners() {
            let all = submission::all(self.course, &assignment.nom, &learner.id)?;
            if let Some(counts) = all.last() {
                outcome.marks.graded.insert(learner.id.clone(), counts.digest());
            }
            let known = before.as_ref().and_then(|marks| marks.learners.get(&learner.id));
            self.prepare(
                assignment,
                &learner.id,
                all.last(),
                known,
                &mut outcome,
                &mut tasks,
            )?;
        }
        self.judge_all(tasks, &mut outcome, tell)?;
        outcome.marks.keep(self.course)?;
        Ok(outcome)
    }

    fn exercises(&self, assignment: &Assignment) -> Result<Vec<Graded>, Failure> {
        let drawn = handout::drawn(self.workbook, assignment, 0)?;
        let graded = |(_, drawn): (String, Drawn)| Graded {
            lesson: self
                .lesson(&drawn.id)
                .map(|lesson| lesson.id.clone())
                .unwrap_or_default(),
            id: drawn.id,
            title: drawn.title,
            max_score: drawn.max_score,
        };
        Ok(drawn.into_iter().map(graded).collect())
    }

    fn lesson(&self, exercise: &str) -> Option<&workbook::lesson::Lesson> {
        self.workbook.exercise(exercise).map(|(lesson, _)| lesson)
    }

    /// What is known at once of a learner's answers, and what has to be judged.
    fn prepare(
        &self,
        assignment: &Assignment,
        learner: &str,
        submission: Option<&Submission>,
        known: Option<&BTreeMap<String, Mark>>,
        outcome: &mut Outcome,
        tasks: &mut Vec<Task>,
    ) -> Result<(), Failure> {
        let mut marks = BTreeMap::new();
        for (file, drawn) in handout::drawn(self.workbook, assignment, self.course.seed(learner))? {
            let Some(submission) = submission else {
                marks.insert(drawn.id, Mark::without(Status::Absent, "", String::new()));
                continue;
            };
            let Some((path, bytes)) = submission.answer(&drawn.id)? else {
                marks.insert(drawn.id, Mark::without(Status::Blank, "", String::new()));
                continue;
            };
            let shown = submission.receipt.faces.get(&drawn.id);
            if shown.is_some_and(|shown| *shown != handout::face(&drawn)) {
                outcome.changed.insert(drawn.id.clone());
            }
            let key = self.key(&drawn, &bytes);
            let mark = match files::answer(&bytes, Path::new(&file), &drawn) {
                Ok(None) => Some(Mark::without(Status::Blank, "", key.clone())),
                Err(failure) => Some(Mark::without(
                    Status::Unreadable,
                    failure.to_string(),
                    key.clone(),
                )),
                Ok(Some(answer)) => {
                    let same = known
                        .and_then(|known| known.get(&drawn.id))
                        .filter(|mark| mark.key == key);
                    let same = same.filter(|mark| !mark.status.is_open()).cloned();
                    outcome.known += usize::from(same.is_some());
                    if same.is_none() && (self.program.is_some() || !runs_code(&drawn)) {
                        tasks.push(Task {
                            learner: learner.to_owned(),
                            answer,
                            path,
                            key: key.clone(),
                            drawn,
                        });
                        continue;
                    }
                    Some(same.unwrap_or_else(|| Mark::without(Status::Pending, "", key.clone())))
                }
            };
            marks.extend(mark.map(|mark| (drawn.id, mark)));
        }
        outcome.marks.learners.insert(learner.to_owned(), marks);
        Ok(())
    }

    /// What an answer's mark follows from.
    fn key(&self, drawn: &Drawn, bytes: &[u8]) -> String {
        let lesson = self
            .lesson(&drawn.id)
            .and_then(|lesson| self.lessons.get(&lesson.file));
        digest([
            env!("CARGO_PKG_VERSION").as_bytes(),
            lesson.map_or("", String::as_str).as_bytes(),
            drawn.id.as_bytes(),
            &drawn.seed.to_be_bytes(),
            bytes,
        ])
    }

    /// Judges on all cores, native answers before those that run code; marks are kept on the way.
    fn judge_all(
        &self,
        tasks: Vec<Task>,
        outcome: &mut Outcome,
        tell: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), Failure> {
        let all = tasks.len();
        let (code, native): (Vec<Task>, Vec<Task>) =
            tasks.into_iter().partition(|task| runs_code(&task.drawn));
        let cores = available_parallelism().map_or(1, NonZero::get);
        for (batch, workers, together) in [
            (native, cores, KEPT_EVERY),
            (code, cores.min(execute::AT_ONCE), 4 * execute::AT_ONCE),
        ] {
            for part in batch.chunks(together) {
                let done = outcome.judged;
                for (task, mark) in part
                    .iter()
                    .zip(self.judge(part, workers, &|now| tell(done + now, all)))
                {
                    let marks = outcome.marks.learners.entry(task.learner.clone()).or_default();
                    marks.insert(task.drawn.id.clone(), mark);
                }
                outcome.judged += part.len();
                outcome.marks.keep(self.course)?;
            }
        }
        Ok(())
    }

    /// The marks of these answers, in their order.
    fn judge(&self, tasks: &[Task], workers: usize, tell: &(dyn Fn(usize) + Sync)) -> Vec<Mark> {
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let marks: Mutex<BTreeMap<usize, Mark>> = Mutex::default();
        let work = || {
            while let Some((rank, task)) = take(&next, tasks) {
                let mark = self.mark(task);
                marks
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(rank, mark);
                tell(done.fetch_add(1, Ordering::Relaxed) + 1);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..workers.min(tasks.len()) {
                scope.spawn(work);
            }
        });
        let marks = marks.into_inner().unwrap_or_else(PoisonError::into_inner);
        marks.into_values().collect()
    }

    fn mark(&self, task: &Task) -> Mark {
        if let Some(program) = self.program.as_ref().filter(|_| runs_code(&task.drawn)) {
            return program.mark(&task.drawn, &task.path, task.key.clone());
        }
        let judged = || attempt::natively(&task.drawn, task.answer.clone(), Place::nowhere().ground());
        // One answer that our own code cannot stand costs nobody else their mark.
        match catch_unwind(AssertUnwindSafe(judged)) {
            Ok(verdict) => Mark::of(&verdict, task.drawn.max_score, task.key.clone()),
            Err(panic) => {
                let why = format!("Cahier n’a pas su la juger (détail\u{a0}: {}).", said(&*panic));
                Mark::without(Status::Unverifiable, why, task.key.clone())
            }
        }
    }
}

/// Whether judging an answer runs what the learner wrote: a program, a command, the modules of an archive.
pub(crate) fn runs_code(drawn: &Drawn) -> bool {
    let exercise = &drawn.exercise;
    exercise.needs_engine() || exercise.command().is_some() || exercise.archive().is_some()
}

fn take<'a>(next: &AtomicUsize, tasks: &'a [Task]) -> Option<(usize, &'a Task)> {
    let rank = next.fetch_add(1, Ordering::Relaxed);
    tasks.get(rank).map(|task| (rank, task))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("arrêt inattendu").to_owned()
}
