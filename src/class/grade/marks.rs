//! What was judged, kept in `notes/DEVOIR.json` so that nothing is judged twice.

use crate::class::course::Course;
use crate::class::{refused, unreadable, unwritable};
use crate::failure::Failure;
use crate::whole;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use workbook::verdict::Verdict;

/// The version that is written.
const VERSION: u32 = 1;

/// The marks of one assignment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Marks {
    /// The version of this form.
    pub(crate) version: u32,
    /// The assignment's name.
    pub(crate) assignment: String,
    /// Its exercises, in order.
    pub(crate) exercises: Vec<Graded>,
    /// By learner, what tells the answers that were graded from any others.
    pub(crate) graded: BTreeMap<String, String>,
    /// By learner, all of the list, then by exercise.
    pub(crate) learners: BTreeMap<String, BTreeMap<String, Mark>>,
}

/// An exercise that was graded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Graded {
    /// Its id.
    pub(crate) id: String,
    /// Its title, in French.
    pub(crate) title: String,
    /// The lesson that it is from.
    pub(crate) lesson: String,
    /// Its points.
    pub(crate) max_score: f64,
}

/// What one answer is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Where it stands.
    pub(crate) status: Status,
    /// Points; `None` where that is not known yet.
    pub(crate) score: Option<f64>,
    /// The misconception that was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) misconception: Option<String>,
    /// What is said of it, French Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) feedback: String,
    /// What was judged: lessons, seed and answer. Another key is another judgement.
    pub(crate) key: String,
}

/// Where an answer stands: the verdict's, and what there is no verdict for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Right.
    Passed,
    /// Understood, and not right.
    NotYet,
    /// Rust that does not compile.
    DoesNotCompile,
    /// Nobody can read it.
    Unreadable,
    /// Nothing was written.
    Blank,
    /// Nothing was handed in.
    Absent,
    /// It could not be judged here.
    Unverifiable,
    /// It runs code, and nobody has asked for that yet.
    Pending,
    /// It came in after the last grading.
    Ungraded,
}

impl Status {
    /// What it is called, in French.
    pub(crate) fn french(self) -> &'static str {
        match self {
            Self::Passed => "réussi",
            Self::NotYet => "pas juste",
            Self::DoesNotCompile => "ne compile pas",
            Self::Unreadable => "illisible",
            Self::Blank => "sans réponse",
            Self::Absent => "rien de rendu",
            Self::Unverifiable => "invérifiable",
            Self::Pending => "à exécuter",
            Self::Ungraded => "à noter",
        }
    }

    /// Whether its points are not known yet.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Unverifiable | Self::Pending | Self::Ungraded)
    }

    /// The status that a verdict's contract name is.
    pub(super) fn of(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }
}

impl Mark {
    /// What a verdict gives, of at most `max` points.
    pub(super) fn of(verdict: &Verdict, max: f64, key: String) -> Self {
        let status = Status::of(verdict.status()).unwrap_or(Status::Unverifiable);
        Self {
            status,
            score: (!status.is_open()).then(|| verdict.score(max)),
            misconception: verdict.misconception().map(str::to_owned),
            feedback: verdict.message().to_owned(),
            key,
        }
    }

    /// A mark without a verdict.
    pub(super) fn without(status: Status, feedback: impl Into<String>, key: String) -> Self {
        Self {
            status,
            score: (!status.is_open()).then_some(0.0),
            misconception: None,
            feedback: feedback.into(),
            key,
        }
    }
}

impl Marks {
    /// No marks yet.
    pub(crate) fn new(assignment: &str) -> Self {
        Self {
            version: VERSION,
            assignment: assignment.to_owned(),
            exercises: Vec::new(),
            graded: BTreeMap::new(),
            learners: BTreeMap::new(),
        }
    }

    /// The mark of one answer.
    pub(crate) fn of(&self, learner: &str, exercise: &str) -> Option<&Mark> {
        self.learners.get(learner)?.get(exercise)
    }

    /// The marks of an assignment; `None` where it was never graded.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn read(course: &Course, assignment: &str) -> Result<Option<Self>, Failure> {
        let path = path(course, assignment);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&path)(error)),
        };
        let read: Result<Self, _> = serde_json::from_slice(&text);
        match read {
            Ok(marks) if marks.version <= VERSION && marks.assignment == assignment => Ok(Some(marks)),
            other => {
                let detail = other
                    .err()
                    .map_or("une autre version".to_owned(), |error| error.to_string());
                Err(refused(
                    "damaged_marks",
                    format!("{} ne se lit pas (détail\u{a0}: {detail})", path.display()),
                    "mets ce fichier de côté\u{a0}: «\u{a0}cahier classe noter\u{a0}» le refait depuis ce qui a été rendu.",
                ))
            }
        }
    }

    /// Keeps them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn keep(&self, course: &Course) -> Result<(), Failure> {
        let folder = course.path("notes");
        fs::create_dir_all(&folder).map_err(unwritable(&folder))?;
        let path = path(course, &self.assignment);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| unwritable(&path)(std::io::Error::other(error.to_string())))?;
        whole::write(&path, &format!("{text}\n")).map_err(unwritable(&path))
    }
}

fn path(course: &Course, assignment: &str) -> PathBuf {
    course.path("notes").join(format!("{assignment}.json"))
}
